"""What is played is found again in what is heard."""

import numpy as np
import pytest
from support.echo import in_room, int16

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.duplex import Alignment, Reference
from voice_coach.duplex.alignment import FIRST_DELAY_S, LATEST_S, USUAL_S

BLOCK = 480


def feed(alignment: Alignment, heard: np.ndarray, played: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Both in blocks of 30 ms."""
    frames = []
    for at in range(0, len(heard), BLOCK):
        frames += alignment.feed(int16(heard[at : at + BLOCK]), int16(played[at : at + BLOCK]))
    return frames


@pytest.mark.parametrize("delay_s", [0.03, 0.1, 0.35, 0.8])
def test_the_delay_is_found_and_what_is_left_of_it_suits_the_cancellers(coach: np.ndarray, delay_s: float) -> None:
    alignment = Alignment()
    frames = feed(alignment, in_room(coach, delay_s), coach)
    assert alignment.delay_s == pytest.approx(delay_s, abs=0.002)
    assert alignment.echo_db == pytest.approx(0, abs=2)
    later = frames[-400:-100]
    heard, played = (np.concatenate(side).astype(np.float64) for side in zip(*later, strict=True))
    left = int(np.argmax(np.correlate(heard[: -SAMPLE_RATE // 2], played[: -SAMPLE_RATE // 2], "full")))
    left -= len(played) - SAMPLE_RATE // 2 - 1
    assert 0 < left / SAMPLE_RATE <= LATEST_S + 0.002


def test_nothing_is_found_where_nothing_comes_back(coach: np.ndarray) -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, len(coach)).astype(np.float32)
    alignment = Alignment()
    assert len(feed(alignment, noise, coach)) == len(coach) // 160
    assert alignment.delay_s is None
    silent = Alignment()
    feed(silent, in_room(coach, 0.1), np.zeros(len(coach), np.float32))
    assert silent.delay_s is None


def test_a_device_that_was_opened_anew_is_noticed_and_found_again(coach: np.ndarray) -> None:
    alignment, moved = Alignment(), list[int]()
    echo = in_room(coach, 0.1)
    cut = len(coach) // 3 // BLOCK * BLOCK
    heard, played = list(echo), list(coach)
    # For two seconds the microphone gave nothing.
    del heard[cut : cut + 2 * SAMPLE_RATE]
    at = 0
    for at in range(0, cut, BLOCK):
        alignment.feed(int16(np.array(heard[at : at + BLOCK])), int16(np.array(played[at : at + BLOCK])))
    alignment.feed(np.zeros(0, np.int16), int16(np.array(played[cut : cut + 2 * SAMPLE_RATE])))
    moved.append(alignment.moved)
    for at in range(cut, len(heard), BLOCK):
        later = at + 2 * SAMPLE_RATE
        alignment.feed(int16(np.array(heard[at : at + BLOCK])), int16(np.array(played[later : later + BLOCK])))
    assert moved == [True]
    assert alignment.delay_s == pytest.approx(0.1, abs=0.002)


def test_what_the_microphone_has_ready_counts(coach: np.ndarray) -> None:
    """A busy program reads late: then the newest sample it reads is not the newest there is."""
    alignment = Alignment()
    echo = in_room(coach, 0.1)
    behind = SAMPLE_RATE
    alignment.feed(int16(echo[:BLOCK]), int16(coach[: BLOCK + behind]), behind / SAMPLE_RATE)
    for at in range(BLOCK, len(coach) - behind, BLOCK):
        played = int16(coach[at + behind : at + behind + BLOCK])
        alignment.feed(int16(echo[at : at + BLOCK]), played, behind / SAMPLE_RATE)
    assert alignment.delay_s == pytest.approx(0.1, abs=0.002)


def test_the_tap_comes_out_at_the_hearings_rate() -> None:
    reference = Reference()
    assert len(reference.drain()) == 0
    tone = np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000).astype(np.float32) / 2
    for at in range(0, 48_000, 960):
        reference.take(tone[at : at + 960])
    samples = reference.drain()
    assert samples.dtype == np.int16
    assert 15_500 < len(samples) <= 16_000
    spectrum = np.abs(np.fft.rfft(samples[2_000:14_000]))
    assert np.argmax(spectrum) / 12_000 * 16_000 == pytest.approx(440, abs=2)


def test_a_loudspeaker_that_asks_in_bursts_is_given_time(coach: np.ndarray) -> None:
    """What is played arrives 90 ms at a time: after a moment, none of it is missed."""
    alignment = Alignment()
    echo = in_room(coach, 0.15)
    burst = 3 * BLOCK
    frames, moves = [], 0
    for at in range(0, len(coach) - burst, BLOCK):
        played = int16(coach[at : at + burst]) if at % burst == 0 else np.zeros(0, np.int16)
        frames += alignment.feed(int16(echo[at : at + BLOCK]), played)
        moves += alignment.moved
    later = np.concatenate([played for _, played in frames[len(frames) // 2 :]])
    whole = int16(coach)
    at = int(np.argmax(np.correlate(whole.astype(np.float32), later[:8000].astype(np.float32), "valid")))
    assert np.array_equal(later, whole[at : at + len(later)])
    assert moves <= 3
    assert alignment.delay_s is not None


class Clock:
    """A loudspeaker's and a microphone's clock, in seconds."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def play(reference: Reference, clock: Clock, seconds: float) -> int:
    """Blocks of 20 ms of silence in their rhythm; how many samples came out."""
    count = 0
    for _ in range(round(seconds / 0.02)):
        clock.now += 0.02
        reference.take(np.zeros(960, np.float32))
        count += len(reference.drain())
    return count


def test_a_loudspeaker_that_was_suspended_is_in_step_again() -> None:
    """It fills its buffer at one go and then asks in its rhythm, at another phase: nothing of that remains."""
    clock = Clock()
    reference = Reference(clock)
    began = clock.now
    count = play(reference, clock, 3.0)
    ahead = count - (clock.now - began) * SAMPLE_RATE
    for rest_s, phase_s in ((10.0, 0.013), (0.5, 0.001), (100.0, 0.019)):
        reference.suspend()
        for _ in range(3):
            clock.now += rest_s / 3
            count += len(reference.drain())
            assert count == pytest.approx(ahead + (clock.now - began) * SAMPLE_RATE, abs=800), (
                "silence in its stead"
            )
        assert not reference.was_suspended()
        for _ in range(4):
            reference.take(np.zeros(960, np.float32))
        assert reference.was_suspended()
        clock.now += phase_s
        count += play(reference, clock, 1.0)
        assert count == pytest.approx(ahead + (clock.now - began) * SAMPLE_RATE, abs=2)


@pytest.mark.parametrize("change_s", [0.008, -0.02, 0.0])
def test_after_a_rest_a_new_delay_is_found_and_the_cancellers_see_no_change(
    coach: np.ndarray, change_s: float
) -> None:
    alignment = Alignment()
    feed(alignment, in_room(coach, 0.1), coach)
    assert alignment.delay_s == pytest.approx(0.1, abs=0.002)
    alignment.skip(np.zeros(SAMPLE_RATE, np.int16), np.zeros(SAMPLE_RATE, np.int16))
    alignment.doubt()
    echo, later, moves = in_room(coach, 0.1 + change_s), list[tuple[np.ndarray, np.ndarray]](), 0
    until = None
    for at in range(0, 4 * SAMPLE_RATE // BLOCK * BLOCK, BLOCK):
        frames = alignment.feed(int16(echo[at : at + BLOCK]), int16(coach[at : at + BLOCK]))
        moves += alignment.moved
        if not alignment.in_doubt:
            until = until or at / SAMPLE_RATE
            later += frames
    assert moves == 0
    assert until is not None
    assert until < 1.6
    assert alignment.delay_s == pytest.approx(0.1 + change_s, abs=0.002)
    heard, played = (np.concatenate(side).astype(np.float64) for side in zip(*later[20:], strict=True))
    left = int(np.argmax(np.correlate(heard[:16_000], played[:16_000], "full"))) - 15_999
    assert left / SAMPLE_RATE == pytest.approx(0.1 - (FIRST_DELAY_S - USUAL_S), abs=0.003)


def test_an_echo_that_is_not_heard_is_not_waited_for_for_long(coach: np.ndarray) -> None:
    alignment = Alignment()
    feed(alignment, in_room(coach, 0.1), coach)
    alignment.doubt()
    noise = np.random.default_rng(1).normal(0, 0.01, 3 * SAMPLE_RATE).astype(np.float32)
    feed(alignment, noise, coach[: 3 * SAMPLE_RATE])
    assert not alignment.in_doubt
