"""The screen: fits 80x24 on a terminal, plain lines elsewhere, and shows no private talk."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from voice_coach.guide import Book, load_guide
from voice_coach.session import Options, Phase, State, start
from voice_coach.session.state import Place, Turns
from voice_coach.table.screen import Screen

GUIDE = load_guide("reconnect")
BOOK = Book.load(GUIDE)
STATE = start(GUIDE, Options(names=("Anna", "Ben")))
LONG = "This is said to fill the screen, and it goes on for a while. " * 3


def _seen(screen: Screen, state: State, at: float = 0.0) -> list[str]:
    seen = io.StringIO()
    console = Console(width=80, height=24, file=seen, force_terminal=True, color_system=None)
    screen._console = console
    console.print(screen.view(state, at))
    return seen.getvalue().rstrip("\n").split("\n")


def _said(at: float, text: str) -> dict[str, object]:
    return {"t": at, "kind": "said", "line": "any", "text": text}


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("captions", [0, 1, 40])
def test_the_view_always_fits_24_rows_of_80(phase: Phase, captions: int) -> None:
    screen = Screen(BOOK, 'say "hey coach" in a turn · Ctrl-C ends', live=True)
    screen.notice("microphone", LONG)
    for i in range(captions):
        screen.entry(_said(float(i), LONG))
    rows = _seen(screen, replace(STATE, place=Place(phase, part=2, left_s=125.0)))
    assert len(rows) == 20
    assert max(len(row) for row in rows) == 80
    assert "observations, not accusations" in rows[1]
    assert "Ctrl-C ends" in rows[-1]
    assert "fill the screen" in "".join(rows)


def test_the_turn_clock_runs_between_events() -> None:
    screen = Screen(BOOK, "", live=True)
    turns = Turns(speaker=1, turn_s=360.0, used_s=(0.0, 60.0))
    state = replace(STATE, place=Place(Phase.TURN, part=2, turns=turns), now=100.0)
    assert "turn   Ben 05:00" in _seen(screen, state, 100.0)[1]
    assert "turn   Ben 04:40" in _seen(screen, state, 120.0)[1]
    # While the coach speaks no clock runs.
    assert "turn   Ben 05:00" in _seen(screen, replace(state, speaking=True), 120.0)[1]


def test_plain_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(BOOK, "")
    with screen:
        screen.entry(_said(65.2, "Take a breath."))
        screen.entry({"t": 3700.0, "kind": "heard", "intent": "next", "slots": {}, "text": "what's next"})
        screen.entry({"t": 3701.0, "kind": "chime", "sound": "pause"})
        screen.notice("microphone", "the microphone is gone (trying again)")
        screen.notice("microphone", "the microphone is gone (trying again)")
        screen.refresh(STATE, 1.0)
    assert capsys.readouterr().out.splitlines() == [
        "01:05  coach  Take a breath.",
        "1:01:40  heard  what's next",
        "1:01:41  chime  pause",
        "the microphone is gone (trying again)",
    ]


def test_what_the_two_say_to_each_other_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(BOOK, "")
    for reason in ("no-wake", "single-word"):
        screen.entry({"t": 1.0, "kind": "ignored", "text": "I felt lonely", "reason": reason})
    assert capsys.readouterr().out == ""


def test_what_is_printed_stays_above_the_view(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(BOOK, "").entry({"t": 1.0, "kind": "note", "printed": "Your safety comes first.\nGo to a safe place."})
    assert capsys.readouterr().out == "Your safety comes first.\nGo to a safe place.\n"


def test_plain_lines_break_between_words_and_below_where_they_began(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    screen = Screen(BOOK, "")
    screen.entry(_said(65.2, "Take a breath, look at each other, and begin."))
    screen.notice("microphone", "the microphone is gone (trying again, and again)")
    assert capsys.readouterr().out.splitlines() == [
        "01:05  coach  Take a breath, look at",
        "              each other, and begin.",
        "the microphone is gone (trying again,",
        "and again)",
    ]
