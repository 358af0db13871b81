"""The keyboard: the whole guide can be typed, on a machine that has no sound at all."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from voice_coach.guide import load_guide

GUIDE_TYPED = """start
yes
yes
yes
this weekend
forty five
yes
yes
what's next
Anna
hey coach, I'm done
begin
I'm done
what's next
note long work hours
Hey coach, note no time for us
note phones in bed
we are done
next
a cup of tea together
10
yes
yes
along the river
30 minutes
yes
yes
next
yes
yes
done
yes
yes
done
next
visit a museum
two hours
yes
yes
next
after dinner
fifteen
yes
yes
next
yes
"""


def _run(folder: Path, typed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "voice_coach", "run", "--keyboard", "--names", "Anna,Ben"],
        input=typed,
        env={**os.environ, "HOME": str(folder), "PULSE_SERVER": "unix:/nowhere"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_whole_guide_is_typed_through_a_pipe(tmp_path: Path) -> None:
    done = _run(tmp_path, GUIDE_TYPED)
    assert done.returncode == 0, done.stderr
    for number, step in enumerate(load_guide("reconnect").steps, 1):
        assert step.title in done.stdout, (number, done.stdout)
    assert "Noted: long work hours." in done.stdout
    assert done.stdout.splitlines()[-1].endswith("end") or "Goodbye Anna, goodbye Ben." in done.stdout
    assert "Goodbye Anna, goodbye Ben." in done.stdout
    assert "Traceback" not in done.stderr


def test_unknown_words_are_asked_back(tmp_path: Path) -> None:
    done = _run(tmp_path, "purple elephants\n")
    assert done.returncode == 0
    assert "(purple elephants)" in done.stdout
    assert "Sorry, I did not catch that." in done.stdout


def test_it_says_once_that_nothing_can_be_heard(tmp_path: Path) -> None:
    done = _run(tmp_path, "")
    assert (done.stdout + done.stderr).count("(what is said is shown here)") == 1
    assert "Hello Anna, hello Ben." in done.stdout


def test_clocks_run_while_nobody_types(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('names = ["Anna", "Ben"]\nturn_minutes = 0.084\ngrace_seconds = 0\nbreath_seconds = 0\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "voice_coach", "run", "--keyboard", "--settings", str(settings)],
        env={**os.environ, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    lines: list[tuple[float, str]] = []

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append((time.monotonic(), line))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert process.stdin is not None
        process.stdin.write("go to step two\nno\nyes\nyes\nBen\n")
        process.stdin.flush()
        deadline = time.monotonic() + 40
        while not any("Thank you both" in line for _, line in lines) and time.monotonic() < deadline:
            reader.join(0.1)
        process.stdin.close()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait(10)
        reader.join(5)
    text = "".join(line for _, line in lines)
    assert "Thank you both. Anna spoke for five seconds, and Ben for five seconds." in text
    begun, over = (next(at for at, line in lines if what in line) for what in ("chime  start", "chime  time"))
    assert over - begun == pytest.approx(0.084 * 60, abs=0.5)
