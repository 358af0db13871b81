"""When an early result is asked for, on a clock of numbers."""

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


def results(  # noqa: PLR0913, PLR0917 - one argument for each thing that can happen
    endpointer: Endpointer,
    start: float,
    seconds: float,
    text: str,
    quiet_from: float | None = None,
    worth: Callable[[bool], bool] = always,
    *,
    new: bool = True,
) -> list[float]:
    """The times at which it wants an early result while `text` is the partial result, from its first block on."""
    found = []
    for block in range(1, round(seconds / BLOCK_S) + 1):
        now = start + block * BLOCK_S
        if new and block == 1:
            endpointer.partial_changed(text, now)
        quiet_s = 0.0 if quiet_from is None else max(0.0, now - quiet_from)
        if endpointer.is_due(quiet_s, now, worth):
            found.append(round(now, 2))
    return found


def test_a_pause_has_one_early_result_and_soon() -> None:
    assert results(Endpointer(), 0.0, 3.0, "we need a break", quiet_from=0.2) == [0.42]
    assert 0.42 - BLOCK_S - 0.2 < QUIET_S <= 0.42 - 0.2


def test_each_pause_has_its_early_result() -> None:
    endpointer = Endpointer()
    assert results(endpointer, 0.0, 0.18, "pause", quiet_from=0.0) == [0.18]
    assert results(endpointer, 0.18, 0.12, "pause", new=False) == []
    assert results(endpointer, 0.3, 0.6, "pause", quiet_from=0.3, new=False) == [0.48]


def test_a_pause_after_which_a_command_may_go_on_has_a_later_one() -> None:
    assert results(Endpointer(), 0.0, 3.0, "start", quiet_from=0.3, worth=only_long) == [0.54]
    endpointer = Endpointer()
    assert results(endpointer, 0.0, 0.3, "start") == []
    # Words that change in the quiet are late, not new speech: the quiet counts all the same.
    assert results(endpointer, 0.3, 0.3, "start again", quiet_from=0.0, worth=only_long) == [0.54]


def test_what_is_not_worth_an_early_result_gets_none() -> None:
    assert results(Endpointer(), 0.0, 3.0, "yesterday the children", quiet_from=0.3, worth=never) == []


def test_in_loud_noise_words_that_stay_are_a_pause() -> None:
    assert results(Endpointer(), 0.0, 3.0, "we need a break") == [0.54]


def test_where_no_word_shows_only_quiet_is_a_pause() -> None:
    """Else the early result of an answer had been spent on the silence before it."""
    endpointer = Endpointer()
    assert results(endpointer, 0.0, 3.0, "") == []
    assert results(endpointer, 3.0, 0.6, "", quiet_from=3.0, new=False) == [3.18]


def test_a_scheduled_one_comes_though_somebody_talks_on() -> None:
    endpointer = Endpointer()
    endpointer.partial_changed("hey coach", 1.0)
    assert endpointer.next_scheduled(9.0) == 9.0
    endpointer.schedule(1.3)
    endpointer.schedule(1.2)
    endpointer.schedule(1.4)
    assert endpointer.next_scheduled(9.0) == 1.2
    assert results(endpointer, 1.0, 0.6, "hey coach", worth=never, new=False) == [1.24]


def test_new_words_cancel_it() -> None:
    endpointer = Endpointer()
    endpointer.partial_changed("hey coach", 1.0)
    endpointer.schedule(1.2)
    assert results(endpointer, 1.0, 0.6, "hey coach was full", worth=never) == []


def test_another_attention_brings_another_one_in_the_same_pause() -> None:
    endpointer = Endpointer()
    assert results(endpointer, 0.0, 0.6, "yes", quiet_from=0.1) == [0.3]
    endpointer.reopen_pause()
    assert results(endpointer, 0.6, 0.6, "yes", quiet_from=0.1, new=False) == [0.66]


def test_it_knows_for_how_long_no_word_was_new() -> None:
    endpointer = Endpointer()
    assert endpointer.unchanged_s(1.0) == 0
    endpointer.partial_changed("next", 2.0)
    assert endpointer.unchanged_s(2.5) == pytest.approx(0.5)
    endpointer.partial_changed("next step", 2.6)
    assert endpointer.unchanged_s(2.8) == pytest.approx(0.2)
    endpointer.reset()
    assert endpointer.unchanged_s(3.2) == 0
