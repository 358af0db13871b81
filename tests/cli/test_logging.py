"""`-v` and `--log`: where they may stand, what they write, who may read it, and that a live view stays whole."""

import os
import pty
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Coach = Callable[..., "subprocess.CompletedProcess[str]"]

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO|WARNING|ERROR) +voice_coach(\.\w+)+: .+")


@pytest.fixture
def coach(tmp_path: Path) -> Coach:
    """The command in an empty home without devices, with nothing to read."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VOICE_COACH", "PULSE", "XDG", "COLUMNS"))}

    def run(*arguments: str | Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "voice_coach", *map(str, arguments)],
            check=False,
            cwd=tmp_path,
            env={**kept, "HOME": str(tmp_path), "NO_COLOR": "1", "PULSE_SERVER": "unix:/nowhere"},
            input=typed,
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.parametrize(
    "before_and_after",
    [
        "-v models path",
        "models -v path",
        "models path -v",
        "--verbose models path",
        "-v guides",
        "guides -v",
        "rehearse --list -v",
        "-v run --keyboard",
        "run -v --keyboard",
    ],
)
def test_v_may_stand_before_and_behind_the_command(before_and_after: str, coach: Coach) -> None:
    done = coach(*before_and_after.split())
    assert done.returncode == 0, done.stderr
    assert done.stdout
    logged = done.stderr.splitlines()
    assert logged[-1].endswith("leaving with status 0")
    assert all(LINE.fullmatch(line) for line in logged), done.stderr
    assert " DEBUG " not in done.stderr


@pytest.mark.parametrize("options", ["-vv models path", "-v models path -v", "models path -vvv"])
def test_twice_is_more(options: str, coach: Coach) -> None:
    assert " DEBUG   voice_coach.models.places: the model is " in coach(*options.split()).stderr


def test_without_it_nothing_is_logged_even_where_something_is_amiss(coach: Coach) -> None:
    for arguments in (["doctor", "--no-sound"], ["guides"], ["run", "--keyboard"]):
        assert coach(*arguments).stderr == ""


@pytest.mark.parametrize("options", ["--log my.log models path", "models path --log my.log"])
def test_a_log_is_its_owners_alone_and_is_appended_to(options: str, coach: Coach, tmp_path: Path) -> None:
    log = tmp_path / "my.log"
    log.write_text("what stood there before\n")
    log.chmod(0o666)
    for _ in range(2):
        done = coach(*options.split())
        assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    before, *logged = log.read_text().splitlines()
    assert before == "what stood there before"
    assert all(LINE.fullmatch(line) for line in logged)
    assert sum("leaving with status 0" in line for line in logged) == 2
    assert any(" DEBUG " in line for line in logged), "a file has it all"


@pytest.mark.parametrize("name", ["gone/my.log", "."])
def test_a_log_that_cannot_be_written_is_one_line_and_status_2(name: str, coach: Coach) -> None:
    for arguments in (["--log", name, "guides"], ["guides", "--log", name]):
        done = coach(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"voice-coach: {name}: the log cannot be written: ")


def test_a_full_disk_under_the_log_disturbs_nobody(coach: Coach) -> None:
    done = coach("guides", "--log", "/dev/full")
    assert (done.returncode, done.stderr) == (0, "")
    assert "reconnect" in done.stdout


def test_an_error_is_logged_with_its_place_and_without_its_words(coach: Coach, tmp_path: Path) -> None:
    done = coach("run", "--names", "Canary,", "--log", "my.log")
    assert done.returncode == 2
    logged = (tmp_path / "my.log").read_text()
    assert "ERROR   voice_coach.cli.exit_status: SettingsError in " in logged
    assert "Canary" not in logged


_VIEW = """
import logging, sys
from pathlib import Path
from voice_coach.cli.logging_setup import set_up_logging
from voice_coach.guide import Book, load_guide
from voice_coach.session import Options, start
from voice_coach.table.screen import Screen

set_up_logging(1, None)
logger = logging.getLogger("voice_coach.somewhere")
guide = load_guide("reconnect", "en")
state = start(guide, Options(("Anna", "Ben")))
with Screen(Book.load(guide), "keys") as screen:
    for number in range(3):
        screen.refresh(state, float(number))
        logger.info("record %d", number)
        screen.notice("about", f"notice {number}")
    screen.refresh(state, 3.0)
"""


def test_above_a_live_view_lines_of_the_log_are_whole_and_the_view_is_one() -> None:
    shown = _on_a_terminal([sys.executable, "-c", _VIEW])
    rows = [row.rstrip() for row in shown if row.strip()]
    logged = [row for row in rows if "voice_coach.somewhere" in row]
    assert [row.split(": ")[1] for row in logged] == ["record 0", "record 1", "record 2"]
    assert all(LINE.fullmatch(row) for row in logged)
    assert rows[:3] == logged, "above the view"
    assert [row[0] for row in rows[3:]] == ["╭", *"│" * (len(rows) - 5), "╰"]


def _on_a_terminal(command: list[str]) -> list[str]:
    """The rows that a terminal of 100 columns shows in the end, all that have scrolled away included."""
    master, terminal = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40", "NO_COLOR": "1"}
    with subprocess.Popen(command, env=env, stdin=terminal, stdout=terminal, stderr=terminal) as process:
        os.close(terminal)
        written = b""
        while True:
            try:
                written += os.read(master, 65536)
            except OSError:  # what a terminal gives whose other end is closed
                break
    os.close(master)
    assert process.returncode == 0, written.decode()
    return _rows(written.decode())


def _rows(written: str) -> list[str]:
    """What the few control sequences that Rich uses make of a screen."""
    rows, at, column = [""], 0, 0
    for control, count, kind, text in re.findall(r"(\x1b\[\??(\d*)[\d;]*([A-Za-z]))|([^\x1b])", written):
        if control:
            if kind == "A":
                at -= int(count or 1)
            elif kind == "K":
                rows[at] = "" if count == "2" else rows[at][:column]
        elif text == "\n":
            at += 1
            rows += [""] * (at == len(rows))
        elif text == "\r":
            column = 0
        else:
            rows[at] = rows[at][:column].ljust(column) + text + rows[at][column + 1 :]
            column += 1
    return rows
