"""The queue behind the loudspeaker, without a device."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.speaking.playback import FADE_S, Playback
from voice_coach.speaking.sound import SAMPLE_RATE, Samples

BLOCK = 960


def ramp(count: int) -> Samples:
    return np.arange(1, count + 1).astype(np.float32) * np.float32(1e-5)


@given(st.lists(st.integers(0, 3000), max_size=6), st.lists(st.integers(1, 2000), max_size=12))
def test_nothing_is_lost_or_repeated_in_any_blocks(added: list[int], taken: list[int]) -> None:
    playback = Playback()
    everything = ramp(sum(added))
    for piece in np.split(everything, np.cumsum(added)):
        playback.add(piece)
    out = np.concatenate([playback.take(count)[0] for count in taken] or [np.zeros(0, np.float32)])
    played = min(everything.size, out.size)
    assert np.array_equal(out[:played], everything[:played])
    assert not out[played:].any()
    assert (playback.queued, playback.taken) == (everything.size, played)


def test_a_stop_fades_within_five_milliseconds_and_then_there_is_silence() -> None:
    playback = Playback()
    playback.add(np.full(48_000, 0.3, np.float32))
    playback.take(BLOCK)
    playback.drop()
    out, count = playback.take(BLOCK)
    assert count == FADE_S * SAMPLE_RATE
    assert np.abs(np.diff(out)).max() < 0.01, "no click"
    assert not out[count:].any()
    assert playback.queued == playback.taken == BLOCK + count


def test_what_is_said_after_a_stop_follows_the_fade() -> None:
    playback = Playback()
    playback.add(np.full(48_000, 0.3, np.float32))
    playback.drop()
    end = playback.add(np.full(100, 0.1, np.float32))
    out, count = playback.take(BLOCK)
    assert count == end == 340
    assert out[339] == pytest.approx(0.1)


def test_a_stop_in_silence_and_a_second_stop_are_harmless() -> None:
    playback = Playback()
    playback.drop()
    playback.add(np.full(1000, 0.3, np.float32))
    playback.drop()
    playback.drop()
    assert playback.queued == 240
    assert np.abs(playback.take(BLOCK)[0]).max() <= 0.3


def test_a_new_gain_acts_within_a_block_without_a_step() -> None:
    playback = Playback()
    playback.add(np.full(4 * BLOCK, 0.2, np.float32))
    playback.take(BLOCK)
    playback.gain = 2.0
    changing, steady = playback.take(BLOCK)[0], playback.take(BLOCK)[0]
    assert changing[0] == pytest.approx(0.2, abs=0.001)
    assert np.abs(np.diff(changing)).max() < 0.001
    assert steady == pytest.approx(0.4)


def test_clearing_forgets_at_once() -> None:
    playback = Playback()
    playback.add(ramp(5000))
    playback.take(BLOCK)
    playback.clear()
    assert playback.queued == playback.taken == BLOCK
    assert not playback.take(BLOCK)[0].any()
