"""The queue behind the loudspeaker, without a device."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.audio.playback import FADE_S, Playback

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
    assert count == FADE_S * PLAYBACK_RATE
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


def words(*seconds: float) -> Samples:
    """Tones of these lengths with 0.1 s of silence after each."""
    pieces = []
    for length in seconds:
        t = np.arange(round(length * PLAYBACK_RATE)) / PLAYBACK_RATE
        pieces += [np.sin(2 * np.pi * 300 * t) * 0.2, np.zeros(PLAYBACK_RATE // 10)]
    return np.concatenate(pieces).astype(np.float32)


def take(playback: Playback, seconds: float) -> Samples:
    return np.concatenate([playback.take(BLOCK)[0] for _ in range(round(seconds * PLAYBACK_RATE / BLOCK))])


def test_a_hold_fades_at_once_and_keeps_what_waits() -> None:
    playback = Playback()
    playback.add(np.full(48_000, 0.3, np.float32))
    playback.take(BLOCK)
    playback.hold()
    playback.hold()
    out, count = playback.take(BLOCK)
    assert count == FADE_S * PLAYBACK_RATE
    assert np.abs(np.diff(out)).max() < 0.01, "no click"
    assert not take(playback, 1.0).any()
    assert playback.held
    assert (playback.queued, playback.taken) == (48_000, BLOCK + count)


def test_it_goes_on_from_the_word_that_was_cut_off() -> None:
    playback = Playback()
    said = words(0.5, 0.5, 0.5)
    playback.add(said)
    # 0.3 s into the second word, which begins at 0.6 s.
    before = take(playback, 0.9)
    playback.hold()
    take(playback, 0.5)
    playback.release()
    after = take(playback, 2.0)
    assert not playback.held
    assert np.array_equal(before, said[: before.size])
    gone_on = np.flatnonzero(np.abs(after) > 0.01)[0] / PLAYBACK_RATE
    assert gone_on < 0.05, "soon"
    rest = np.trim_zeros(after, "b")
    # From the gap before the second word to the end: nothing is left out.
    assert rest.size == pytest.approx(
        said.size - 0.6 * PLAYBACK_RATE - 0.1 * PLAYBACK_RATE, abs=0.05 * PLAYBACK_RATE
    )
    assert playback.taken == playback.queued == said.size


def test_what_had_been_said_to_its_end_is_not_begun_anew() -> None:
    playback = Playback()
    playback.add(words(0.2))
    take(playback, 0.5)
    playback.hold()
    playback.release()
    assert not take(playback, 0.5).any()
    assert playback.taken == playback.queued


def test_a_stop_ends_a_hold_without_a_sound() -> None:
    playback = Playback()
    playback.add(words(1.0))
    take(playback, 0.3)
    playback.hold()
    take(playback, 0.1)
    playback.drop()
    assert not playback.held
    assert not take(playback, 0.1).any()
    playback.add(words(0.1))
    assert take(playback, 0.1).any()


def test_a_release_without_a_hold_is_harmless() -> None:
    playback = Playback()
    playback.add(ramp(5000))
    first = playback.take(BLOCK)[0]
    playback.release()
    assert np.array_equal(np.concatenate([first, playback.take(BLOCK)[0]]), ramp(5000)[: 2 * BLOCK])


@given(st.lists(st.tuples(st.sampled_from(["take", "hold", "release", "add"]), st.integers(1, 3000)), max_size=30))
def test_nothing_is_left_out_whatever_is_held(steps: list[tuple[str, int]]) -> None:
    """All that waits is what was queued and not taken."""
    playback = Playback()
    for what, count in steps:
        match what:
            case "take":
                playback.take(count)
            case "hold":
                playback.hold()
            case "release":
                playback.release()
            case _:
                playback.add(ramp(count))
        waiting = sum(piece.size for piece in playback._waiting)
        assert playback.queued - playback.taken == waiting
        assert playback.taken >= 0
