"""The command: manuals that answer at once, errors in one line with a status, and rooms that are really called."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_coach.resources import prompts_dir
from voice_coach.settings import Settings

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment of its own: no settings, no installed models, a plain terminal of fixed width."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VOICE_COACH", "PULSE", "XDG"))}
    return {
        **kept,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }


@pytest.fixture
def coach(home: dict[str, str], tmp_path: Path) -> Command:
    """`coach("models", "path")` runs the command in an empty folder, with nothing on its standard input."""

    def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "voice_coach", *map(str, arguments)]
        return subprocess.run(
            command,
            check=False,
            cwd=tmp_path,
            env={**home, **more},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    return run


COMMANDS = (
    "run",
    "rehearse",
    "listen",
    "guides",
    "guides check",
    "doctor",
    "models",
    "models list",
    "models fetch",
    "models path",
    "plan",
    "plan show",
    "plan edit",
    "plan export",
    "plan add",
    "plan pause",
    "plan forget",
    "plan read",
    "safety",
)


def test_the_manual_names_every_command_and_the_exit_statuses(coach: Command) -> None:
    shown = coach("--help")
    assert shown.returncode == 0
    assert all(command.split()[0] in shown.stdout for command in COMMANDS)
    assert "Exit status" in shown.stdout
    assert coach().stdout.strip() == shown.stdout.strip()


def test_help_loads_no_room_that_takes_time(home: dict[str, str]) -> None:
    slow = "vosk", "numpy", "requests", "hassil", "sounddevice"
    code = f"import sys, voice_coach.cli; print([m for m in {slow} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, env=home, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_manual(command: str, coach: Command) -> None:
    shown = coach(*command.split(), "--help")
    assert shown.returncode == 0
    assert f"Usage: voice-coach {command} " in shown.stdout.replace("python -m voice_coach", "voice-coach")


def test_the_manual_of_run_documents_every_setting(coach: Command) -> None:
    manual = coach("run", "--help").stdout
    assert all(key in manual for key in Settings.model_fields)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run", "--names", "Ann"], "command line: names: expected two different names"),
        (["run", "--turn", "0"], "command line: turn_minutes: expected minutes from 0.08"),
        (["run", "--settings", "gone.toml"], "gone.toml: no such settings file"),
        (["run", "--guide", "gone"], "expected a guide, one of apologise-friend"),
        (["run", "--keyboard", "--guide", "gone"], "expected a guide, one of apologise-friend"),
        (["rehearse", "gone"], "gone: no such rehearsal"),
        (["rehearse", "--model", "gone"], "gone"),
        (["listen", "--model", "gone", "gone.wav"], "gone"),
        (["listen", "--commands", "gone.yaml", "gone.wav"], "gone.yaml"),
        (["models", "fetch", "gone"], "gone: no such official model; there is vosk-model-small-en-us-0.15"),
        (["models", "fetch", "vosk-model-small-en-us-0.15", "--from", "gone.zip"], "gone.zip: No such file"),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_status_2(arguments: list[str], line: str, coach: Command) -> None:
    failed = coach(*arguments)
    assert failed.returncode == 2, failed.stderr
    assert failed.stdout == ""
    assert failed.stderr.startswith("voice-coach: ")
    assert line in failed.stderr
    assert len(failed.stderr.splitlines()) == 1


def test_an_unknown_option_is_explained(coach: Command) -> None:
    failed = coach("run", "--loud")
    assert failed.returncode == 2
    assert "No such option: --loud" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_bug_is_one_line_unless_asked_for(coach: Command, tmp_path: Path) -> None:
    # A package of the same name as one that a room needs, and that breaks.
    (tmp_path / "hassil.py").write_text("raise ZeroDivisionError('broken on purpose')")
    (tmp_path / "x.wav").touch()
    short = coach("listen", "x.wav", PYTHONPATH=str(tmp_path))
    assert short.returncode == 70
    assert short.stderr == (
        "voice-coach: this should not happen: ZeroDivisionError: broken on purpose; `--debug` shows where\n"
    )
    for long in (
        coach("--debug", "listen", "x.wav", PYTHONPATH=str(tmp_path)),
        coach("listen", "x.wav", PYTHONPATH=str(tmp_path), VOICE_COACH_DEBUG="1"),
    ):
        assert "Traceback" in long.stderr


def test_models_path_and_list_follow_settings_and_what_is_installed(coach: Command, tmp_path: Path) -> None:
    embedded = coach("models", "path").stdout.strip()
    assert embedded.endswith("models/coach-en")
    assert "* coach-en" in coach("models", "list").stdout
    installed = tmp_path / "data" / "voice-coach" / "models" / "vosk-model-small-en-us-0.15"
    installed.mkdir(parents=True)
    assert coach("models", "path").stdout.strip() == str(installed)
    assert "* vosk-model-small-en-us-0.15" in coach("models", "list").stdout
    settings = tmp_path / "mine.toml"
    settings.write_text('model = "/somewhere"')
    assert coach("models", "path", VOICE_COACH_SETTINGS=str(settings)).stdout == "/somewhere\n"
    assert coach("models", "path", "--model", "/else").stdout == "/else\n"
    assert coach("models", "fetch", installed.name).stdout == f"{installed}\n", "already there: nothing to fetch"


def test_guides_are_listed(coach: Command) -> None:
    listed = coach("guides").stdout.splitlines()
    assert any(line.startswith("reconnect ") for line in listed)
    assert len(listed) >= 4


def test_a_guide_is_checked_wherever_it_lies(coach: Command, tmp_path: Path) -> None:
    good = prompts_dir() / "guides" / "reconnect.yaml"
    checked = coach("guides", "check", str(good))
    assert checked.returncode == 0
    lines = checked.stdout.splitlines()
    assert lines[0] == f"{good}: finding your way back to each other"
    assert lines[1].startswith("  7 steps; 13 activities: 2 ask, ")
    assert sum(line.startswith("  review after ") for line in lines) == 3
    assert "warning" not in checked.stdout

    mine = tmp_path / "mine.yaml"
    text = good.read_text(encoding="utf-8").replace("id: reconnect", "id: mine", 1)
    long = "      - Find a time, " + "and a time, " * 6 + "for one good talk.\n"
    mine.write_text(
        text.replace("      - Find a time for one good talk", long + "      - F", 1).replace("the zoo", "the zzoo")
    )
    checked = coach("guides", "check", str(mine))
    assert checked.returncode == 0
    assert "  warning: guide/check-in/say: 25 words in a sentence, more than 20: Find a time, " in checked.stdout
    assert "  warning: words that the model does not know: zzoo" in checked.stdout


def test_the_guide_in_the_manual_for_authors_is_right(coach: Command, tmp_path: Path) -> None:
    manual = (prompts_dir().parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(id: .*?)```", manual, re.DOTALL)
    path = tmp_path / f"{example.split()[1]}.yaml"
    path.write_text(example, encoding="utf-8")
    checked = coach("guides", "check", str(path))
    assert checked.returncode == 0, checked.stderr
    assert "review after 2 weeks, 10 min: recall" in checked.stdout
    assert "warning" not in checked.stdout


def test_of_several_guides_the_wrong_ones_are_told_and_the_others_checked(coach: Command, tmp_path: Path) -> None:
    good = prompts_dir() / "guides" / "apologise-friend.yaml"
    broken = tmp_path / "broken.yaml"
    broken.write_text(good.read_text(encoding="utf-8").replace("    why:", "    whi:", 1))
    checked = coach("guides", "check", str(broken), str(tmp_path / "gone.yaml"), str(good))
    assert checked.returncode == 2
    assert f"{broken}:" in checked.stderr and "steps.0.whi: expected no such key (and 1 more)" in checked.stderr
    assert "gone.yaml: expected a file here, found none" in checked.stderr
    assert checked.stderr.count("\n") == 2
    assert checked.stdout.startswith(f"{good}: ")


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """A recording of a synthetic voice: "what's next", with silence around it."""
    raw = tmp_path / "raw.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", raw, "what's next"], check=True)
    samples, rate = soundfile.read(raw, dtype="float32")
    noise = np.random.default_rng(1).normal(0, 0.0005, 3 * rate + samples.size)
    noise[rate : rate + samples.size] += samples * 0.5
    file = tmp_path / "next.wav"
    soundfile.write(file, noise, rate)
    return file


def test_listen_prints_json_lines_with_a_summary(coach: Command, spoken: Path) -> None:
    done = coach("listen", "--jsonl", spoken)
    assert done.returncode == 0, done.stderr
    heard, summary = map(json.loads, done.stdout.splitlines())
    assert (heard["kind"], heard["intent"], heard["file"]) == ("heard", "next", str(spoken))
    assert 0.5 < heard["start"] < heard["end"] <= heard["decided"] < 3.5
    assert summary["kind"] == "summary"
    assert {"audio_s", "cpu_s", "load_s", "rss_mb"} <= set(summary)


def test_listen_prints_a_table_for_people(coach: Command, spoken: Path) -> None:
    heard, summary = coach("listen", spoken).stdout.splitlines()
    assert heard.startswith(str(spoken))
    assert heard.split()[-3:] == ["next", "what's", "next"]
    assert "s of audio in" in summary


def test_a_recording_that_cannot_be_read_does_not_hold_up_the_others(coach: Command, spoken: Path) -> None:
    done = coach("listen", "--jsonl", "gone.wav", spoken)
    assert done.returncode == 2
    assert "voice-coach: gone.wav: no such file" in done.stderr
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["heard", "summary"]


def test_a_folder_and_standard_input_beside_a_recording(coach: Command, spoken: Path, tmp_path: Path) -> None:
    done = coach("listen", "--jsonl", tmp_path, "-", spoken)
    assert done.returncode == 2
    folder, nothing = done.stderr.splitlines()
    assert folder == f"voice-coach: {tmp_path}: is a folder; name the recordings in it"
    assert nothing.startswith("voice-coach: standard input: not audio")
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["heard", "summary"]


def test_how_far_it_has_heard_is_shown_on_a_terminal(home: dict[str, str], spoken: Path) -> None:
    master, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "voice_coach", "listen", spoken], env=home, stdout=subprocess.PIPE, stderr=terminal
    ) as process:
        os.close(terminal)
        printed = process.communicate()[0].decode()
    shown = os.read(master, 4096).decode()
    os.close(master)
    assert f"{spoken}: 00:0" in shown
    assert shown.endswith("\r\x1b[K"), "and taken away again"
    assert "\x1b" not in printed


def test_in_guarded_attention_it_is_silent(coach: Command, spoken: Path) -> None:
    (summary,) = coach("listen", "--attention", "guarded", "--jsonl", spoken).stdout.splitlines()
    assert json.loads(summary)["kind"] == "summary"


def test_ctrl_c_leaves_with_130_and_without_a_traceback(home: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "voice_coach", "run", "--keyboard"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 130, first + rest
    assert rest.endswith("voice-coach: goodbye\n")
    assert "Traceback" not in first + rest
