"""Loudness: speech trimmed, brought to one level and limited; pure functions on float32 mono samples in -1..1."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from voice_coach.audio.levels import SILENCE_DBFS
from voice_coach.audio.pcm import FULL_SCALE, PLAYBACK_RATE, Samples, db, factor

LEVEL_DBFS = -23.0
"""RMS of the speech in every sentence (silence not counted)."""

PEAK = 0.35
"""No sample goes beyond this, so that the loudest volume step (three of 3 dB, factor 2.82) still does not clip."""

_KNEE = 0.25
_MARGIN_S = 0.03
_FRAME_S = 0.01


def read_wav(path: Path) -> tuple[Samples, int]:
    """The samples of a 16-bit mono wav file, and its rate in Hz."""
    with wave.open(str(path), "rb") as file:
        data = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return data.astype(np.float32) / np.float32(FULL_SCALE), file.getframerate()


def _frames(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """RMS of each whole frame of 10 ms."""
    length = round(rate * _FRAME_S)
    whole = samples[: samples.size // length * length].reshape(-1, length).astype(np.float64)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)))


def speech_level(samples: Samples, rate: int = PLAYBACK_RATE) -> float:
    """RMS in dBFS of the frames that are not silent (within 30 dB of the loudest); -200 when there are none."""
    frames = _frames(samples, rate)
    if not frames.size or not frames.max():
        return -200.0
    loud = frames[frames > frames.max() * factor(-30)]
    return db(float(np.sqrt(np.mean(loud**2))))


def trim(samples: Samples, rate: int) -> Samples:
    """The samples without the silence at both ends, but for 30 ms."""
    loud = np.flatnonzero(_frames(samples, rate) > factor(SILENCE_DBFS))
    if not loud.size:
        return samples[:0]
    length, margin = round(rate * _FRAME_S), round(rate * _MARGIN_S)
    return samples[max(0, loud[0] * length - margin) : (loud[-1] + 1) * length + margin]


def limit(samples: Samples) -> Samples:
    """Samples limited to PEAK: peaks above the knee are bent smoothly, what is below the knee is untouched."""
    size = np.abs(samples)
    over = size > _KNEE
    bent = np.array(samples, dtype=np.float32)
    room = PEAK - _KNEE
    bent[over] = np.sign(samples[over]) * (_KNEE + room * np.tanh((size[over] - _KNEE) / room))
    return bent


def finish(samples: Samples, rate: int) -> Samples:
    """Speech trimmed, at PLAYBACK_RATE and LEVEL_DBFS, faded at the edges. Empty when it is all silence."""
    speech = trim(samples, rate)
    if not speech.size:
        return np.zeros(0, np.float32)
    speech = soxr.resample(speech, rate, PLAYBACK_RATE).astype(np.float32)
    speech = limit(speech * np.float32(factor(LEVEL_DBFS - speech_level(speech))))
    edge = min(round(0.005 * PLAYBACK_RATE), speech.size)
    ramp = np.linspace(0.0, 1.0, edge, dtype=np.float32)
    speech[:edge] *= ramp
    speech[-edge:] *= ramp[::-1]
    return speech
