"""Whether a device stands still, on a clock of the test's."""

import pytest

from voice_coach.audio.stall_clock import STALLED_S, StallClock


class Watched:
    """A stall clock that is checked ten times a second."""

    def __init__(self) -> None:
        self.now = 100.0
        self.clock = StallClock(lambda: self.now)

    def pass_s(self, seconds: float, *, moves: bool) -> bool:
        stalled = False
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            if moves:
                self.clock.move()
            stalled = self.clock.stalled() or stalled
        return stalled


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_device_whose_callback_comes_does_not_stand_still(watched: Watched) -> None:
    assert not watched.pass_s(60, moves=True)


def test_a_device_without_callbacks_stands_still_after_a_second_and_a_half(watched: Watched) -> None:
    watched.pass_s(5, moves=True)
    assert not watched.pass_s(STALLED_S - 0.2, moves=False)
    assert watched.pass_s(0.4, moves=False)
    watched.clock.restart()
    assert not watched.pass_s(STALLED_S - 0.2, moves=False)


def test_time_in_which_the_program_did_not_run_is_not_held_against_the_device(watched: Watched) -> None:
    watched.pass_s(5, moves=True)
    watched.now += 25
    assert not watched.clock.stalled()
    assert not watched.pass_s(60, moves=True)
