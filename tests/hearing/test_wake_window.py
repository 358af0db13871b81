"""The wake window: each row of its table, on a clock of numbers."""

import pytest

from voice_coach.attention import WAKE_WINDOW_S
from voice_coach.hearing.wake_window import TAIL_S, WAITING_S, WakeWindow


def state(window: WakeWindow, at: float) -> str:
    names = {(False, False): "ASLEEP", (True, True): "CALLED", (False, True): "AWAKE", (True, False): "SPENT"}
    return names[window.wake_reported, window.is_open(at)]


@pytest.fixture
def called() -> WakeWindow:
    """Called by a wake phrase that ended at 10."""
    window = WakeWindow()
    window.call(10.0)
    return window


def test_before_any_call_it_is_asleep() -> None:
    assert state(WakeWindow(), 0.0) == "ASLEEP"


def test_a_call_lasts_into_the_next_utterance(called: WakeWindow) -> None:
    assert state(called, 10.0) == "CALLED"
    called.next_utterance()
    assert state(called, 9.9 + WAKE_WINDOW_S) == "AWAKE"
    assert state(called, 10.0 + WAKE_WINDOW_S) == "ASLEEP"
    called.call(20.0)
    assert state(called, 21.0) == "CALLED"


def test_one_call_has_one_command(called: WakeWindow) -> None:
    called.close()
    assert state(called, 11.0) == "SPENT"
    called.next_utterance()
    assert state(called, 11.0) == "ASLEEP"
    assert called.take_waiting(11.0) is None


def test_the_end_of_the_time_ends_it_within_the_utterance(called: WakeWindow) -> None:
    assert state(called, 10.0 + WAKE_WINDOW_S) == "SPENT"


def test_it_is_waited_for_a_command_once(called: WakeWindow) -> None:
    assert called.take_waiting(9.9 + WAITING_S) is None
    assert called.take_waiting(10.0 + WAITING_S) == pytest.approx(10.0)
    assert called.take_waiting(10.1 + WAITING_S) is None


def test_what_follows_a_decision_at_once_belongs_to_it() -> None:
    window = WakeWindow()
    assert not window.is_tail(0.0)
    window.begin_tail(3.0)
    assert window.is_tail(2.9 + TAIL_S)
    assert not window.is_tail(3.0 + TAIL_S)
