"""The chimes: quiet, short, soft at the edges, and not to be taken for one another."""

from itertools import combinations

import numpy as np
import pytest

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples, db
from voice_coach.speaking import earcon
from voice_coach.speaking.loudness import LEVEL_DBFS, PEAK

KINDS = ("start", "one-minute", "time", "pause", "wake")


def pitch_at(chime: Samples, start: float, end: float) -> float:
    """The strongest frequency in Hz between two fractions of the chime."""
    part = chime[int(start * chime.size) : int(end * chime.size)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(part.size), 1 << 17))
    return float(np.argmax(spectrum)) * PLAYBACK_RATE / (1 << 17)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chime_is_short_and_quieter_than_the_voice(kind: str) -> None:
    chime = earcon(kind)
    assert 0.2 <= chime.size / PLAYBACK_RATE <= 0.8
    assert db(float(np.sqrt(np.mean(chime.astype(float) ** 2)))) == pytest.approx(-26, abs=0.1)
    assert db(float(np.sqrt(np.mean(chime.astype(float) ** 2)))) < LEVEL_DBFS
    assert np.abs(chime).max() <= PEAK


@pytest.mark.parametrize("kind", KINDS)
def test_a_chime_neither_clicks_at_the_start_nor_at_the_end(kind: str) -> None:
    chime = earcon(kind)
    assert abs(chime[0]) < 0.001
    assert abs(chime[-1]) < 0.001
    assert np.abs(np.diff(chime)).max() < 0.05


def test_start_rises_time_falls_and_pause_is_low() -> None:
    assert pitch_at(earcon("start"), 0, 0.3) < pitch_at(earcon("start"), 0.6, 1) - 200
    assert pitch_at(earcon("time"), 0, 0.25) > pitch_at(earcon("time"), 0.6, 1) + 200
    assert pitch_at(earcon("one-minute"), 0, 1) > 900
    assert pitch_at(earcon("pause"), 0, 1) < 300


@pytest.mark.parametrize(("one", "other"), list(combinations(KINDS, 2)))
def test_any_two_differ_in_length_or_in_their_course_of_pitch(one: str, other: str) -> None:
    a, b = earcon(one), earcon(other)
    ratios = [pitch_at(a, x, x + 0.3) / pitch_at(b, x, x + 0.3) for x in (0.0, 0.65)]
    assert max(max(r, 1 / r) for r in ratios) > 1.2


def test_an_unknown_chime_names_itself() -> None:
    with pytest.raises(ValueError, match="gong"):
        earcon("gong")
