"""What is done to rendered speech, on made signals, where the right answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples, db, factor
from voice_coach.speaking.loudness import LEVEL_DBFS, PEAK, finish, limit, speech_level, trim
from voice_coach.speaking.mouth import MOST_STEPS, VOLUME_STEP_DB

RATE = 22_050


def tone(seconds: float, amplitude: float, rate: int = RATE) -> Samples:
    return np.asarray(amplitude * np.sin(2 * np.pi * 200 * np.arange(round(seconds * rate)) / rate), np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


@given(st.floats(-60, 20))
def test_decibels_and_factors_are_inverse(decibels: float) -> None:
    assert db(factor(decibels)) == pytest.approx(decibels, abs=1e-6)


def test_silence_at_both_ends_is_cut_to_thirty_milliseconds_and_within_it_stays() -> None:
    said = np.concatenate([tone(0.5, 0.2), silence(0.3), tone(0.5, 0.2)])
    trimmed = trim(np.concatenate([silence(1), said, silence(2)]), RATE)
    assert trimmed.size / RATE == pytest.approx(1.3 + 0.06, abs=0.021)
    assert trim(silence(1), RATE).size == 0


def test_the_level_does_not_count_silence() -> None:
    assert speech_level(tone(1, 0.2), RATE) == pytest.approx(db(0.2 / np.sqrt(2)), abs=0.1)
    assert speech_level(np.concatenate([tone(1, 0.2), silence(3)]), RATE) == pytest.approx(
        db(0.2 / np.sqrt(2)), abs=0.2
    )
    assert speech_level(silence(1), RATE) == -200


@pytest.mark.parametrize("amplitude", [0.02, 0.2, 0.99])
def test_loud_and_quiet_come_out_alike_at_the_right_rate(amplitude: float) -> None:
    done = finish(np.concatenate([silence(0.2), tone(1, amplitude), silence(0.2)]), RATE)
    assert speech_level(done) == pytest.approx(LEVEL_DBFS, abs=0.3)
    assert done.size / PLAYBACK_RATE == pytest.approx(1.06, abs=0.03)
    assert done.dtype == np.float32
    spectrum = np.abs(np.fft.rfft(done))
    assert np.argmax(spectrum) * PLAYBACK_RATE / done.size == pytest.approx(200, abs=2)


def test_silence_is_nothing_to_play() -> None:
    assert finish(silence(1), RATE).size == 0


@given(st.lists(st.floats(-3, 3, width=32), min_size=1))
def test_limiting_bounds_peaks_keeps_order_and_leaves_the_rest_alone(values: list[float]) -> None:
    samples = np.array(sorted(values), np.float32)
    limited = limit(samples)
    assert np.abs(limited).max() <= PEAK + 1e-6
    assert (np.diff(limited) >= -1e-6).all()
    small = np.abs(samples) <= 0.25
    assert np.array_equal(limited[small], samples[small])


def test_the_loudest_step_does_not_clip() -> None:
    assert PEAK * factor(MOST_STEPS * VOLUME_STEP_DB) < 1
