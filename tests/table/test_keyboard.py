"""The keyboard: the whole guide can be typed, on a machine that has no sound at all."""

import os
import pty
import re
import select
import signal
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
thursday at seven
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
every evening at nine
yes
yes
a walk along the river
30 minutes
every sunday at ten
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
next sunday at three
yes
yes
next
at eight in the evening
yes
yes
next
yes
"""


RUN = [sys.executable, "-m", "voice_coach", "run", "--keyboard", "--names", "Anna,Ben"]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return {**kept, "HOME": str(folder), "PULSE_SERVER": "unix:/nowhere"}


def _run(folder: Path, typed: str | bytes, *, columns: int = 10_000) -> "subprocess.CompletedProcess[str]":
    """What is printed for people is broken at the terminal's width: here, all but never."""
    done = subprocess.run(
        RUN,
        input=typed.encode() if isinstance(typed, str) else typed,
        env=_environment(folder) | ({"COLUMNS": str(columns)} if columns else {}),
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


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
        env={**_environment(tmp_path), "COLUMNS": "10000"},
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


@pytest.mark.parametrize("columns", [0, 40, 132])
def test_lines_break_between_words_where_the_terminal_ends(tmp_path: Path, columns: int) -> None:
    rows = _run(tmp_path, "start\nno\n", columns=columns).stdout.splitlines()
    assert max(map(len, rows)) <= (columns or 80)
    assert max(map(len, rows)) > (columns or 80) - 15, "and no earlier than they must"
    unbroken = _run(tmp_path, "start\nno\n").stdout
    assert [row.strip() for row in rows if not re.match(r"\d\d:\d\d ", row)]
    assert " ".join(re.sub(r"^\d\d:\d\d", "", row) for row in rows).split() == [
        word for row in unbroken.splitlines() for word in re.sub(r"^\d\d:\d\d", "", row).split()
    ]


def test_the_wake_phrase_may_be_typed_as_people_write_it(tmp_path: Path) -> None:
    for typed in ("Hey, coach, start", "hey coach: Start!", "HEY COACH... start", "well, hey coach, start please"):
        assert "Before we begin" in _run(tmp_path, typed + "\n").stdout, typed


@pytest.mark.parametrize(
    "typed", ["", "start\n", "start\nno\n", "start\nyes\nyes\nyes\nthis weekend\npause\nyes\n"]
)
def test_the_end_of_the_input_brings_one_goodbye(tmp_path: Path, typed: str) -> None:
    done = _run(tmp_path, typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Goodbye Anna, goodbye Ben.") == 1


@pytest.mark.parametrize(
    ("redirected", "told"),
    [("<&-", "standard input is closed"), ("0>output", "standard input cannot be read: Bad file descriptor")],
)
def test_no_standard_input_is_one_line(tmp_path: Path, redirected: str, told: str) -> None:
    command = f"{sys.executable} -m voice_coach run --keyboard {redirected}"
    done = subprocess.run(
        ["bash", "-c", command],
        env=_environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"voice-coach: {told}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("typed", [bytes(5000), b"\xff\xfe\n", b"\x1b[2Jboo\n", b"x" * 5000])
def test_bytes_that_are_no_text_are_not_shown_as_they_are(tmp_path: Path, typed: bytes) -> None:
    done = _run(tmp_path, typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(row.isprintable() for row in done.stdout.splitlines())


def test_names_that_are_commands_are_warned_of(tmp_path: Path) -> None:
    for names, warned in (
        ("Stop,Next", ["stop", "next"]),
        ("Yes,Well", ["yes", "passed over"]),
        ("May,Zo\u00eb", []),
    ):
        done = subprocess.run(
            [*RUN[:-1], names],
            input=b"",
            env=_environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
        lines = done.stderr.decode().splitlines()
        assert len(lines) == len(warned)
        assert all(what in line and "take a nickname" in line for what, line in zip(warned, lines, strict=True))


class Terminal:
    """The coach on a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self._master, slave = pty.openpty()
        environment = {**_environment(folder), "TERM": "xterm", "COLUMNS": "10000"}
        self.process = subprocess.Popen(
            RUN, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.printed = ""

    def read_until(self, text: str) -> None:
        while text not in self.printed:
            assert select.select([self._master], [], [], 30)[0], self.printed
            self.printed += os.read(self._master, 4096).decode()

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def end(self) -> int:
        """The exit status, once all is read."""
        try:
            while more := os.read(self._master, 4096):
                self.printed += more.decode()
        except OSError:  # how a terminal tells that nobody is there any more
            pass
        os.close(self._master)
        return self.process.wait(10)


def test_on_a_terminal_there_is_a_prompt_and_ctrl_d_says_goodbye(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.read_until("> ")
    assert "Ctrl-D says goodbye" in " ".join(terminal.printed.split())
    terminal.read_until("say start")
    terminal.type(b"start\n")
    terminal.read_until("Are they out of the room?")
    terminal.type(b"\x04")
    assert terminal.end() == 0
    assert "Goodbye Anna, goodbye Ben." in terminal.printed
    assert terminal.printed.endswith("\r\x1b[K"), "the prompt is taken away for the shell's"


def test_on_a_terminal_ctrl_c_leaves_at_once(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.read_until("say start")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert terminal.printed.endswith("voice-coach: goodbye\r\n")
    assert "Traceback" not in terminal.printed


def test_on_a_terminal_the_private_exit_does_not_stay(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.read_until("say start")
    terminal.type(b"hey coach, did you lock the back door\n")
    terminal.read_until("Goodbye Anna")
    shown = terminal.printed.split("did you lock the back door")
    assert len(shown) == 2, "the terminal's own echo, and nothing else"
    assert "\x1b[1A\r\x1b[K" in shown[1].split("Goodbye")[0], "its row is wiped out"
    terminal.type(b"\x04")
    assert terminal.end() == 0
