"""The utterance buffer: levels alone, no recognizer."""

import math

import numpy as np
import pytest

from voice_coach.audio.pcm import BLOCK, SAMPLE_RATE
from voice_coach.hearing.utterance_buffer import UtteranceBuffer

BLOCK_S = BLOCK / SAMPLE_RATE
QUIET, SOFT, LOUD = 10, 400, 2000


def buffer(*levels: int) -> UtteranceBuffer:
    """A buffer of a block of noise for each level."""
    rng = np.random.default_rng(1)
    sound = UtteranceBuffer()
    for level in levels:
        sound.take(rng.uniform(-level, level, BLOCK).astype(np.int16))
    return sound


def blocks(samples: np.ndarray) -> int:
    return len(samples) // BLOCK


def test_an_empty_buffer_has_always_been_quiet() -> None:
    assert (buffer().quiet_s(), buffer().loud_s(), buffer().goes_on()) == (math.inf, 0, False)


def test_quiet_counts_from_the_last_loud_block() -> None:
    sound = buffer(*[QUIET] * 10, *[LOUD] * 5, *[QUIET] * 3)
    assert sound.quiet_s() == pytest.approx(3 * BLOCK_S)
    assert sound.loud_s() == pytest.approx(5 * BLOCK_S)


@pytest.mark.parametrize(
    ("last", "goes_on"),
    [
        ([LOUD, LOUD], True),
        ([LOUD, QUIET, LOUD], True),
        ([LOUD], False),
        ([LOUD, QUIET, QUIET, QUIET, LOUD], False),
        ([LOUD, LOUD, QUIET], False),
    ],
    ids=str,
)
def test_a_single_block_is_a_click(last: list[int], goes_on: bool) -> None:
    assert buffer(*[QUIET] * 10, *last).goes_on() is goes_on


def test_steady_noise_does_not_go_on() -> None:
    assert not buffer(*[LOUD] * 20).goes_on()


def test_who_is_far_may_speak_up_behind_who_is_near() -> None:
    sound = buffer(*[QUIET] * 10, *[LOUD] * 5, *[QUIET] * 3, *[SOFT] * 2)
    assert not sound.goes_on()
    assert sound.goes_on(softly=True)


def test_the_newest_seconds_stay() -> None:
    sound = buffer(*[LOUD] * 3, *[QUIET] * 10)
    sound.keep_last(0.31)
    assert blocks(sound.audio) == sound.samples // BLOCK == 6
    assert sound.loud_s() == 0


def test_older_ones_go() -> None:
    sound = buffer(*[LOUD] * 3, *[QUIET] * 10)
    sound.keep_at_most(0.31)
    assert blocks(sound.audio) == 5
    sound.keep_at_most(0)
    assert (sound.samples, sound.quiet_s()) == (0, math.inf)
