"""The form of all sound: rates, the block of the microphone, types of samples, conversions."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
"""Samples a second of all that is recorded and recognised: int16, mono."""
BLOCK = SAMPLE_RATE * 60 // 1000
"""Samples of a block, 60 ms: what the microphone gives and what is recognised at a time, however sound arrives, so
that results do not depend on the caller. Who speaks up while the coach does has to be noticed soon."""
BLOCK_S = BLOCK / SAMPLE_RATE
"""Seconds of a block."""
FRAME = SAMPLE_RATE // 100
"""Samples in the 10 ms that voice detectors and echo cancellers take at a time."""
PLAYBACK_RATE = 48_000
"""Samples a second of all that is played: float32, mono, in -1..1."""

FULL_SCALE = 32_768
"""The amplitude that no int16 sample exceeds: 0 dBFS."""

Pcm: TypeAlias = npt.NDArray[np.int16]
"""Recorded sound at SAMPLE_RATE."""
Samples: TypeAlias = npt.NDArray[np.float32]
"""Sound to be played, at PLAYBACK_RATE."""


def to_int16(sound: np.ndarray) -> np.ndarray:
    """Samples in -1..1 as int16."""
    return np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)


def db(factor: float) -> float:
    """A factor of amplitude in decibels."""
    return float(20 * np.log10(max(factor, 1e-10)))


def factor(decibels: float) -> float:
    """Decibels as a factor of amplitude."""
    return float(10 ** (decibels / 20))
