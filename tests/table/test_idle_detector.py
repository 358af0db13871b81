"""Whether anything goes on at the table: noise that stays is quiet, and what rises above it is not."""

import numpy as np
import pytest

from voice_coach.table.idle_detector import AHEAD_S, CALM_S, Quiet

BLOCK_S = 0.06


class Room:
    """Noise of a level (root mean square of int16) in blocks of 60 ms."""

    def __init__(self) -> None:
        self.at = 100.0
        self.quiet = Quiet(self.at)
        self._rng = np.random.default_rng(1)

    def sound(self, level: float, seconds: float) -> None:
        for _ in range(round(seconds / BLOCK_S)):
            self.at += BLOCK_S
            self.quiet.hear(self._rng.normal(0, level, 960).astype(np.int16), self.at)

    def is_quiet(self, due: float | None = None) -> bool:
        return self.quiet.lasts(self.at, due)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize("level", [0, 3, 300])
def test_noise_that_stays_is_quiet(room: Room, level: float) -> None:
    room.sound(level, 1.0)
    assert not room.is_quiet(), "it has just begun"
    room.sound(level, CALM_S)
    assert room.is_quiet()
    room.sound(level, 60.0)
    assert room.is_quiet()


@pytest.mark.parametrize(("noise", "voice"), [(0, 60), (3, 60), (300, 900)])
def test_a_voice_above_it_is_noticed_at_once_and_remembered_for_a_while(
    room: Room, noise: float, voice: float
) -> None:
    room.sound(noise, 2 * CALM_S)
    room.sound(voice, BLOCK_S)
    assert not room.is_quiet()
    room.sound(noise, CALM_S - 1)
    assert not room.is_quiet()
    room.sound(noise, 2.0)
    assert room.is_quiet()


def test_noise_that_has_grown_is_quiet_again_after_some_time(room: Room) -> None:
    room.sound(50, 10.0)
    room.sound(400, 10.0)
    assert not room.is_quiet()
    room.sound(400, 60.0)
    assert room.is_quiet()


def test_no_sound_at_all_changes_nothing(room: Room) -> None:
    room.sound(3, 2 * CALM_S)
    with np.errstate(all="raise"):
        room.quiet.hear(np.zeros(0, np.int16), room.at)
    assert room.is_quiet()


def test_before_the_coach_has_to_speak_it_is_quiet_no_more(room: Room) -> None:
    room.sound(3, 2 * CALM_S)
    assert room.is_quiet(due=room.at + AHEAD_S + 0.1)
    assert not room.is_quiet(due=room.at + AHEAD_S - 0.1)
    room.quiet.stir(room.at)
    assert not room.is_quiet()
