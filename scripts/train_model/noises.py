"""Noise to train with: recorded kitchens, and coloured, clattering and babbling noise made on the spot."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.fft

from scripts.train_model.work import RATE, Floats, read_audio

# The first part of each recording is for training; the rest is kept for measuring.
TRAINING_SHARE = 0.6


def recorded_noises(shared: Path) -> list[Floats]:
    """The training part of every noise recording (Picovoice: Apache-2.0; Speech Commands: CC BY)."""
    recordings = (read_audio(path) for path in sorted((shared / "speech" / "noise").glob("*.flac")))
    return [samples[: int(len(samples) * TRAINING_SHARE)] for samples in recordings]


def level(samples: Floats) -> float:
    """Root of the mean square; never 0."""
    return float(np.sqrt(np.mean(np.square(samples)))) + 1e-9


def coloured(rng: np.random.Generator, length: int) -> Floats:
    """Noise of a random smooth spectrum, level 1, at times swelling and fading."""
    size = scipy.fft.next_fast_len(length, real=True)
    spectrum = scipy.fft.rfft(rng.standard_normal(size, np.float32))
    frequency = np.linspace(0, 8, len(spectrum), dtype=np.float32)
    shape = (frequency + 0.05) ** (rng.uniform(-2.2, 0.2) / 2)
    for _ in range(rng.integers(3)):
        centre, width = rng.uniform(0.1, 6), rng.uniform(0.1, 1)
        shape *= 1 + rng.uniform(0, 6) * np.exp(-(((frequency - centre) / width) ** 2))
    noise = scipy.fft.irfft(spectrum * shape, size)[:length]
    if rng.random() < 0.4:
        knots = rng.uniform(0.2, 1.8, max(2, length // 4000))
        noise *= np.interp(np.arange(length), np.linspace(0, length, len(knots)), knots)
    return np.asarray(noise / level(noise), np.float32)


def clatter(rng: np.random.Generator, length: int) -> Floats:
    """Dishes: short bursts of decaying tones and hiss, level 1."""
    noise = np.zeros(length, np.float32)
    for _ in range(rng.integers(1, 8)):
        size = min(length, int(rng.uniform(0.02, 0.25) * RATE))
        time = np.arange(size, dtype=np.float32) / RATE
        burst = rng.random() * rng.standard_normal(size) * np.exp(-time * rng.uniform(40, 200))
        for _ in range(rng.integers(2, 7)):
            tone = np.sin(2 * np.pi * rng.uniform(400, 6500) * time + rng.uniform(0, 6))
            burst += rng.random() * tone * np.exp(-time * rng.uniform(15, 120))
        start = rng.integers(length - size + 1)
        noise[start : start + size] += (burst * rng.uniform(0.3, 1)).astype(np.float32)
    return noise / level(noise)


def babble(rng: np.random.Generator, length: int, voices: Sequence[Floats]) -> Floats:
    """Two to six voices at once, level 1."""
    noise = np.zeros(length, np.float32)
    for _ in range(rng.integers(2, 7)):
        noise += looped(rng, voices[int(rng.integers(len(voices)))], length)
    return noise / level(noise)


def looped(rng: np.random.Generator, samples: Floats, length: int) -> Floats:
    """`length` samples of a recording from a random place on, round its end if it must be."""
    start = (
        rng.integers(max(1, len(samples) - length + 1)) if len(samples) > length else rng.integers(len(samples))
    )
    return (
        np.resize(np.roll(samples, -start), length) if start + length > len(samples) else samples[start:][:length]
    )
