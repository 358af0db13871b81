"""The filter that leaves people's words whole: simulated rooms, espeak-ng's voices."""

import numpy as np
import pytest
from support.echo import at_level, in_room, int16, spoken

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.duplex.echo_filter import PARTITIONS, EchoFilter

FRAME = SAMPLE_RATE // 100
DELAYS_MS = (5, 22, 25, 40, 70)


def through(heard: np.ndarray, played: np.ndarray, frame: int = FRAME) -> np.ndarray:
    """What is left, in -1..1."""
    echo_filter = EchoFilter(frame)
    starts = range(0, len(heard) - frame + 1, frame)
    left = [echo_filter.cancel(int16(heard[at : at + frame]), int16(played[at : at + frame])) for at in starts]
    return np.concatenate(left).astype(np.float32) / 32768


def taken_out(heard: np.ndarray, left: np.ndarray, since_s: float, until_s: float | None = None) -> float:
    """By how many decibels there is less in this part."""
    part = slice(round(since_s * SAMPLE_RATE), until_s and round(until_s * SAMPLE_RATE))
    return float(10 * np.log10(np.square(heard[: len(left)][part]).mean() / np.square(left[part]).mean()))


@pytest.mark.parametrize("frame_ms", [10, 20])
@pytest.mark.parametrize("delay_ms", DELAYS_MS)
def test_it_learns_any_room_at_any_delay(coach: np.ndarray, delay_ms: int, frame_ms: int) -> None:
    echo = in_room(coach, delay_ms / 1000, seed=delay_ms)
    left = through(echo, coach, frame_ms * SAMPLE_RATE // 1000)
    assert taken_out(echo, left, 4) > 17


@pytest.mark.parametrize("delay_ms", DELAYS_MS)
def test_who_talks_into_it_does_not_make_it_forget(coach: np.ndarray, delay_ms: int) -> None:
    echo = in_room(coach, delay_ms / 1000, seed=delay_ms)
    person = np.zeros_like(echo)
    said, onset = at_level(spoken("hey coach, skip", "en-us+f3"), -20), 5 * SAMPLE_RATE
    person[onset : onset + len(said)] = said
    left = through(echo + person, coach)
    after = (onset + len(said)) / SAMPLE_RATE
    assert taken_out(echo, left - person[: len(left)], 5, after) > 10, "the person's words are whole"
    assert taken_out(echo, left, after + 0.1) > 15


def test_it_follows_somebody_who_walks_about(coach: np.ndarray) -> None:
    here, there = in_room(coach, 0.03, seed=1), in_room(coach, 0.03, seed=2)
    half = len(coach) // 2
    echo = np.concatenate([here[:half], there[half:]])
    assert taken_out(echo, through(echo, coach), half / SAMPLE_RATE + 2) > 12


def test_long_after_the_coach_has_spoken_the_microphone_is_left_alone() -> None:
    echo_filter, rng = EchoFilter(FRAME), np.random.default_rng(3)
    loud = rng.integers(-9000, 9000, FRAME).astype(np.int16)
    silence = np.zeros(FRAME, np.int16)
    assert echo_filter.cancel(loud, silence) is loud
    echo_filter.cancel(loud, loud)
    still = [echo_filter.cancel(loud, silence) is loud for _ in range(PARTITIONS + 1)]
    assert still == [False] * PARTITIONS + [True]


def test_full_scale_stays_within_int16() -> None:
    echo_filter = EchoFilter(FRAME)
    square = np.where(np.arange(FRAME) % 40 < 20, 32767, -32768).astype(np.int16)
    for _ in range(30):
        left = echo_filter.cancel(square, -square - 1)
        assert left.dtype == np.int16
        assert np.isfinite(left.astype(np.float32)).all()
    assert np.abs(left.astype(np.int32)).max() < 8000
