"""Standard streams of every kind: any encoding, full, closed, or with nobody at the other end."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

COACH = f"{sys.executable} -m voice_coach"
COMMANDS = ("--help", "run --help", "guides", "models list", "models path", "rehearse --list")


def shell(line: str, folder: Path, **more: str) -> "subprocess.CompletedProcess[bytes]":
    """A line of bash in an empty home, with its output as bytes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VOICE_COACH", "PULSE", "XDG", "COLUMNS"))}
    env = {**kept, "HOME": str(folder), "NO_COLOR": "1", "PULSE_SERVER": "unix:/nowhere", **more}
    return subprocess.run(
        ["bash", "-c", line], check=False, cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("command", COMMANDS)
def test_any_encoding_of_the_terminal_will_do(command: str, encoding: str, tmp_path: Path) -> None:
    done = shell(f"{COACH} {command}", tmp_path, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding).strip()


def test_what_the_terminal_lacks_is_replaced_so_that_it_can_be_read(tmp_path: Path) -> None:
    line = f"echo hello | {COACH} run --keyboard --names 'J\u00fcrgen,Zo\u00eb'"
    done = shell(line, tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert b"Hello Jurgen, hello Zoe." in done.stdout


def test_a_file_s_name_may_be_any_bytes(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/t\xe4lk.wav"
    for encoding in ("utf-8", "ascii"):
        done = shell(f"{COACH} listen $'t\\xe4lk.wav'", tmp_path, PYTHONIOENCODING=encoding)
        assert done.returncode == 2
        assert done.stderr == b"voice-coach: t\xe4lk.wav: no such file\n"
    Path(os.fsdecode(name)).write_text("no sound")
    for option in ("run --settings", "listen x.wav --commands", "rehearse", "rehearse --model"):
        done = shell(f"{COACH} {option} $'t\\xe4lk.wav'", tmp_path)
        assert done.returncode == 2, done.stderr
        assert b"t\xe4lk.wav" in done.stderr
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [*COMMANDS, "doctor --no-sound", "listen --jsonl gone.wav"])
def test_a_full_disk_under_the_output_is_one_line(command: str, tmp_path: Path) -> None:
    done = shell(f"{COACH} {command} 2>errors >/dev/full", tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "errors").read_text().splitlines()[-1] == (
        "voice-coach: the output cannot be written: No space left on device"
    )


@pytest.mark.parametrize(
    "command", [*COMMANDS, "doctor --no-sound", "run --keyboard", "rehearse whats-next --show"]
)
def test_a_reader_that_has_gone_ends_it_without_a_word(command: str, tmp_path: Path) -> None:
    done = shell(f"set -o pipefail; yes no 2>/dev/null | {COACH} {command} | true", tmp_path)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr
    assert b"Broken pipe" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["--help", "guides", "models path"])
def test_closed_streams_are_as_good_as_none(command: str, closed: str, tmp_path: Path) -> None:
    done = shell(f"{COACH} {command} {closed}", tmp_path)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("run --loud", b"No such option: --loud"),
        ("run --turn soon", b"Invalid value for '--turn'"),
        ("doctor --seconds 99", b"Invalid value for '--seconds'"),
        ("listen", b"Missing argument 'FILE...'"),
        ("listen --attention deaf x.wav", b"Invalid value for '--attention'"),
        ("dance", b"No such command 'dance'"),
        ("models fetch", b"Missing argument 'NAME'"),
        ("guides reconnect", b"No such command 'reconnect'"),
        ("guides check", b"Missing argument 'FILE...'"),
    ],
)
def test_a_wrong_command_line_is_one_line_that_names_the_manual(
    arguments: str, told: bytes, tmp_path: Path
) -> None:
    done = shell(f"{COACH} {arguments}", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"voice-coach: ")
    assert told in done.stderr
    assert done.stderr.endswith(b" --help`\n")
    assert done.stderr.count(b"\n") == 1


def on_a_terminal(command: str, folder: Path, columns: int) -> list[str]:
    """The lines that a terminal of so many columns shows."""
    master, terminal = pty.openpty()
    env = {**os.environ, "HOME": str(folder), "NO_COLOR": "1", "COLUMNS": str(columns), "PULSE_SERVER": "unix:/no"}
    arguments = [sys.executable, "-m", "voice_coach", *command.split()]
    with subprocess.Popen(arguments, env=env, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal):
        os.close(terminal)
        shown = b""
        try:
            while more := os.read(master, 4096):
                shown += more
        except OSError:  # how a terminal tells that nobody is there any more
            os.close(master)
    return re.sub(r"\x1b\[\d*m", "", shown.decode()).splitlines()


@pytest.mark.parametrize("command", ["guides", "models list", "doctor --no-sound", "run --guide gone"])
def test_on_a_terminal_lines_break_between_words(command: str, tmp_path: Path) -> None:
    rows = on_a_terminal(command, tmp_path, 60)
    whole = on_a_terminal(command, tmp_path, 1000)
    assert len(rows) > len(whole)
    long = {word for row in whole for word in row.split() if len(word) > 45}
    assert all(len(row) <= 60 or long & set(row.split()) for row in rows)
    timed = re.compile(r"\d\.\d\d$")
    words = [[w for row in lines for w in row.split() if not timed.match(w)] for lines in (rows, whole)]
    assert long or words[0] == words[1]
