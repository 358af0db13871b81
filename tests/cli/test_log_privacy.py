"""Nothing that people have said or typed gets into a log, at any level: by canaries, and by reading the code."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

import voice_coach
from voice_coach.resources import models_dir

pytestmark = pytest.mark.long

CANARY = "purple elephants juggle umbrellas"
"""Distinctive words, none of which a log has any other reason to hold."""
UNDERSTOOD = "long work hours"
"""Words that are recognised as they are said."""
NAMES = "Deirdre,Balthasar"
WAKE = "listen rosebud"


def _run(folder: Path, *arguments: str, typed: str = "") -> tuple[str, str]:
    """What the command printed, and all that was logged, to the file and to standard error."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VOICE_COACH", "PULSE", "XDG", "COLUMNS"))}
    done = subprocess.run(
        [sys.executable, "-m", "voice_coach", *arguments, "--log", "canary.log"],
        check=False,
        cwd=folder,
        env={**kept, "HOME": str(folder), "COLUMNS": "10000", "PULSE_SERVER": "unix:/nowhere"},
        input=typed,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    logged = (folder / "canary.log").read_text(encoding="utf-8")
    for log in (logged, done.stderr):
        assert "INFO    voice_coach." in log
    return done.stdout, logged + done.stderr


def _assert_silent_about(logged: str, *said: str) -> None:
    words = {word for text in said for word in re.findall(r"\w+", text.casefold())}
    # Which command it was may be told, and where the model lies.
    words -= {"note", "stop", "coach"}
    assert len(words) >= 4
    # Where the program lies may be told, whatever its folders are called.
    logged = logged.replace(str(models_dir()), "")
    told = words & set(re.findall(r"\w+", logged.casefold().replace("-", " ")))
    assert not told


@pytest.mark.parametrize("level", ["-v", "-vv"])
def test_what_is_typed_is_not_logged(level: str, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'wake_phrase = "{WAKE}"\n', encoding="utf-8")
    typed = f"start\n{WAKE}, note {CANARY}\n{CANARY}\nread the notes\n"
    options = ("run", "--keyboard", "--names", NAMES, "--settings", str(settings), level)
    printed, logged = _run(tmp_path, *options, typed=typed)
    assert f"Noted: {CANARY}." in printed
    assert f"({CANARY})" in printed, "not understood"
    _assert_silent_about(logged, CANARY, NAMES, WAKE)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A note of the canary, and the canary alone, by a synthetic voice."""
    folder = tmp_path_factory.mktemp("spoken")
    pieces = []
    for text in (f"hey coach, note {CANARY}", CANARY):
        wav = folder / "said.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", wav, text], check=True)
        samples, rate = soundfile.read(wav, dtype="float32")
        pieces += [samples * 0.5, np.zeros(2 * rate, np.float32)]
    noise = np.random.default_rng(1).normal(0, 0.0005, sum(map(len, pieces)))
    soundfile.write(folder / "canary.wav", np.concatenate(pieces) + noise, rate)
    return folder / "canary.wav"


def test_what_is_heard_in_a_recording_is_not_logged(spoken: Path, tmp_path: Path) -> None:
    printed, logged = _run(tmp_path, "listen", "--jsonl", "--attention", "guarded", str(spoken), "-vv")
    results = [json.loads(line) for line in printed.splitlines()]
    assert [result["intent"] for result in results if result["kind"] == "heard"] == ["note"]
    _assert_silent_about(logged, CANARY, "hey")


def test_what_is_said_in_a_talk_is_not_logged(tmp_path: Path) -> None:
    """The whole way of a live talk, through hearing, conductor, session and mouth, without a sound card."""
    script = tmp_path / "canary.txt"
    script.write_text(
        f"""names: {NAMES}
Deirdre: start
wait for said guide/opening/phones/ask
Deirdre: yes
wait for said guide/opening/willing/ask
Deirdre: yes
wait for said guide/opening/willing/ask
Balthasar: yes
wait for step 1
Balthasar: go to step three
wait for step 3
Balthasar: hey coach, note, {UNDERSTOOD}
expect note kept
Deirdre: hey coach, note {CANARY}
Deirdre: {CANARY}
after 10 s
""",
        encoding="utf-8",
    )
    printed, logged = _run(tmp_path, "rehearse", str(script), "--quiet", "--show", "-vv")
    assert f"Noted: {UNDERSTOOD}." in printed
    _assert_silent_about(logged, CANARY, UNDERSTOOD, NAMES, "hey")


_WORDS = {
    *("text", "texts", "word", "words", "hypothesis", "hypotheses", "partial", "reading", "readings"),
    *("line", "lines", "sentence", "sentences", "note", "notes", "phrase", "phrases", "wake"),
    *("names", "name_a", "name_b", "heard", "said", "saying", "typed", "transcript", "answer", "answers"),
    *("slots", "item", "items", "event", "entry", "printed", "alternatives"),
}
"""What values that hold words of people, or their names, are called in this package."""


def _log_calls() -> Iterator[tuple[str, ast.Call]]:
    for file in Path(voice_coach.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_logger(node.func.value):
                yield f"{file}:{node.lineno}", node


def _is_logger(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name.strip("_").casefold() in ("logger", "logging")


def _names(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value  # as in entry["text"]


def test_no_call_of_a_logger_is_given_a_value_named_like_words() -> None:
    calls = list(_log_calls())
    assert len(calls) > 20
    for where, call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "getLogger":
            continue
        values = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        named = {name.strip("_") for value in values for name in _names(value)}
        assert not named & _WORDS, where


def test_messages_are_constants_and_no_traceback_is_logged() -> None:
    """An f-string could hold anything, and an exception's message quotes what could not be spoken."""
    for where, call in _log_calls():
        assert isinstance(call.func, ast.Attribute)
        assert call.func.attr != "exception", where
        assert not [keyword for keyword in call.keywords if keyword.arg in ("exc_info", "stack_info")], where
        if call.func.attr in ("debug", "info", "warning", "error", "critical"):
            assert isinstance(call.args[0], ast.Constant), where


def test_only_loggers_of_this_package_are_set_up() -> None:
    code = (
        "import logging; from voice_coach.cli.logging_setup import set_up_logging; set_up_logging(2, None);"
        "logging.getLogger('rich').info('spoken'); logging.getLogger().warning('spoken');"
        "print(logging.root.handlers, logging.getLogger('rich').isEnabledFor(logging.INFO))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[] False\n"
