"""When an utterance is looked at, on a clock of numbers."""

from collections.abc import Callable

import pytest

from voice_coach.hearing.endpointer import QUIET_S, Endpointer

BLOCK_S = 0.06


def always(_long: bool) -> bool:
    return True


def never(_long: bool) -> bool:
    return False


def only_long(long: bool) -> bool:
    return long


def looks(  # noqa: PLR0913, PLR0917 - one argument for each thing that can happen
    endpointer: Endpointer,
    start: float,
    seconds: float,
    text: str,
    quiet_from: float | None = None,
    worth: Callable[[bool], bool] = always,
) -> list[float]:
    """The times at which it wants a look while `text` stays the partial result."""
    found = []
    for block in range(1, round(seconds / BLOCK_S) + 1):
        now = start + block * BLOCK_S
        endpointer.hear(text, now)
        quiet_s = 0.0 if quiet_from is None else max(0.0, now - quiet_from)
        if endpointer.is_due(quiet_s, now, worth):
            found.append(round(now, 2))
    return found


def test_a_pause_is_looked_at_once_and_soon() -> None:
    assert looks(Endpointer(), 0.0, 3.0, "we need a break", quiet_from=0.2) == [0.42]
    assert 0.42 - BLOCK_S - 0.2 < QUIET_S <= 0.42 - 0.2


def test_each_pause_has_its_look() -> None:
    endpointer = Endpointer()
    assert looks(endpointer, 0.0, 0.18, "pause", quiet_from=0.0) == [0.18]
    assert looks(endpointer, 0.18, 0.12, "pause") == []
    assert looks(endpointer, 0.3, 0.6, "pause", quiet_from=0.3) == [0.48]


def test_a_pause_after_which_a_command_may_go_on_is_looked_at_later() -> None:
    assert looks(Endpointer(), 0.0, 3.0, "start", quiet_from=0.3, worth=only_long) == [0.54]
    endpointer = Endpointer()
    assert looks(endpointer, 0.0, 0.3, "start") == []
    # Words that change in the quiet are late, not new speech: the quiet counts all the same.
    assert looks(endpointer, 0.3, 0.3, "start again", quiet_from=0.0, worth=only_long) == [0.54]


def test_what_is_not_worth_a_look_gets_none() -> None:
    assert looks(Endpointer(), 0.0, 3.0, "yesterday the children", quiet_from=0.3, worth=never) == []


def test_in_loud_noise_words_that_stay_are_a_pause() -> None:
    assert looks(Endpointer(), 0.0, 3.0, "we need a break") == [0.54]


def test_where_no_word_shows_only_quiet_is_a_pause() -> None:
    """Else the look at an answer had been spent on the silence before it."""
    endpointer = Endpointer()
    assert looks(endpointer, 0.0, 3.0, "") == []
    assert looks(endpointer, 3.0, 0.6, "", quiet_from=3.0) == [3.18]


def test_a_look_agreed_on_comes_though_somebody_talks_on() -> None:
    endpointer = Endpointer()
    endpointer.hear("hey coach", 1.0)
    assert endpointer.next_look(9.0) == 9.0
    endpointer.come_back(1.3)
    endpointer.come_back(1.2)
    endpointer.come_back(1.4)
    assert endpointer.next_look(9.0) == 1.2
    assert looks(endpointer, 1.0, 0.6, "hey coach", worth=never) == [1.24]


def test_new_words_call_it_off() -> None:
    endpointer = Endpointer()
    endpointer.hear("hey coach", 1.0)
    endpointer.come_back(1.2)
    assert looks(endpointer, 1.0, 0.6, "hey coach was full", worth=never) == []


def test_another_attention_brings_another_look_in_the_same_pause() -> None:
    endpointer = Endpointer()
    assert looks(endpointer, 0.0, 0.6, "yes", quiet_from=0.1) == [0.3]
    endpointer.look_again()
    assert looks(endpointer, 0.6, 0.6, "yes", quiet_from=0.1) == [0.66]


def test_it_knows_what_is_new_and_for_how_long_nothing_was() -> None:
    endpointer = Endpointer()
    assert endpointer.hear("next", 2.0)
    assert not endpointer.hear("next", 2.5)
    assert endpointer.unchanged_s(2.5) == pytest.approx(0.5)
    endpointer.reset(3.0)
    assert endpointer.text == ""
    assert endpointer.unchanged_s(3.2) == pytest.approx(0.2)
    assert endpointer.hear("next", 3.2)
