"""`voice-coach safety`: text and numbers on standard output, and no trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voice_coach.guide import load_guide


@pytest.mark.parametrize(
    "settings", ['safety_numbers = ["Helpline: 0800 123", "Ann\'s sister: 555"]', "guide = 7", 'guide = "none"']
)
def test_it_prints_what_to_do_and_leaves_nothing(settings: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "settings.toml").write_text(settings)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VOICE_COACH", "XDG"))}
    env = {**kept, "HOME": str(home), "VOICE_COACH_SETTINGS": str(tmp_path / "settings.toml")}
    done = subprocess.run(
        [sys.executable, "-m", "voice_coach", "safety"], check=False, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    safety = load_guide("reconnect").safety
    assert len(lines) == len(safety) + (2 if "numbers" in settings else 0)
    assert lines[0] == safety[0]
    if "numbers" in settings:
        assert lines[-2:] == ["Helpline: 0800 123", "Ann's sister: 555"]
        assert done.stderr == ""
    else:
        assert "expected a guide" in done.stderr
    assert [*home.rglob("*")] == []


def test_another_settings_file_has_other_numbers_and_one_that_is_not_there_hides_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('safety_numbers = ["Helpline: 0800 456"]')

    def lines(file: Path) -> tuple[list[str], str]:
        command = [sys.executable, "-m", "voice_coach", "safety", "--settings", str(file)]
        env = {**os.environ, "HOME": str(tmp_path)}
        done = subprocess.run(command, check=False, env=env, capture_output=True, text=True)
        assert done.returncode == 0
        return done.stdout.splitlines(), done.stderr

    said, amiss = lines(other)
    assert (said[-1], amiss) == ("Helpline: 0800 456", "")
    said, amiss = lines(tmp_path / "none.toml")
    assert said == list(load_guide("reconnect").safety)
    assert len(amiss.splitlines()) == 1
