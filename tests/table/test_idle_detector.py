"""Whether nothing goes on at the table: noise that stays is no sign of life, and what rises above it is."""

import numpy as np
import pytest

from voice_coach.table.idle_detector import AHEAD_S, IDLE_AFTER_S, IdleDetector

BLOCK_S = 0.06


class Room:
    """Noise of a level (root mean square of int16) in blocks of 60 ms."""

    def __init__(self) -> None:
        self.at = 100.0
        self.detector = IdleDetector(self.at)
        self._rng = np.random.default_rng(1)

    def sound(self, level: float, seconds: float) -> None:
        for _ in range(round(seconds / BLOCK_S)):
            self.at += BLOCK_S
            self.detector.feed(self._rng.normal(0, level, 960).astype(np.int16), self.at)

    def is_idle(self, due: float | None = None) -> bool:
        return self.detector.is_idle(self.at, due)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize("level", [0, 3, 300])
def test_with_noise_that_stays_it_is_idle(room: Room, level: float) -> None:
    room.sound(level, 1.0)
    assert not room.is_idle(), "it has just begun"
    room.sound(level, IDLE_AFTER_S)
    assert room.is_idle()
    room.sound(level, 60.0)
    assert room.is_idle()


@pytest.mark.parametrize(("noise", "voice"), [(0, 60), (3, 60), (300, 900)])
def test_a_voice_above_it_is_noticed_at_once_and_remembered_for_a_while(
    room: Room, noise: float, voice: float
) -> None:
    room.sound(noise, 2 * IDLE_AFTER_S)
    room.sound(voice, BLOCK_S)
    assert not room.is_idle()
    room.sound(noise, IDLE_AFTER_S - 1)
    assert not room.is_idle()
    room.sound(noise, 2.0)
    assert room.is_idle()


def test_with_noise_that_has_grown_it_is_idle_again_after_some_time(room: Room) -> None:
    room.sound(50, 10.0)
    room.sound(400, 10.0)
    assert not room.is_idle()
    room.sound(400, 60.0)
    assert room.is_idle()


def test_no_sound_at_all_changes_nothing(room: Room) -> None:
    room.sound(3, 2 * IDLE_AFTER_S)
    with np.errstate(all="raise"):
        room.detector.feed(np.zeros(0, np.int16), room.at)
    assert room.is_idle()


def test_before_the_coach_has_to_speak_it_is_idle_no_more(room: Room) -> None:
    room.sound(3, 2 * IDLE_AFTER_S)
    assert room.is_idle(due=room.at + AHEAD_S + 0.1)
    assert not room.is_idle(due=room.at + AHEAD_S - 0.1)
    room.detector.speech(room.at)
    assert not room.is_idle()
