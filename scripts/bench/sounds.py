"""Clips as judging has them: silence round them, noise at a given distance, and kitchens of a given size."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile as sf

from voice_coach.audio.files import read_audio
from voice_coach.audio.pcm import SAMPLE_RATE

Floats = npt.NDArray[np.float32]

LEAD, TAIL = SAMPLE_RATE // 3, int(0.8 * SAMPLE_RATE)  # samples of silence round a clip
KEPT_BACK = 0.6
"""The model trains on this first share of each noise recording; only what comes after it measures."""
_MIX_FRAME = 2048  # samples


def read(path: Path) -> Floats:
    """A recording at 16 kHz, full scale +-1."""
    return np.asarray(read_audio(path) / np.float32(32768), np.float32)


def write(path: Path, samples: Floats) -> Path:
    """16-bit mono at 16 kHz."""
    sf.write(path, np.clip(samples, -1, 1), SAMPLE_RATE, subtype="PCM_16")
    return path


def padded(samples: Floats) -> Floats:
    """With the silence before and after that judging asks for."""
    return np.pad(samples, (LEAD, TAIL))


def kitchen_noise(shared: Path) -> Floats:
    """The part of the kitchen recording that no model is trained on."""
    noise = read(shared / "speech" / "noise" / "kitchen.flac")
    return noise[int(len(noise) * KEPT_BACK) :]


def in_noise(samples: Floats, noise: Floats, decibels: float, seed: int) -> Floats:
    """Speech in a random stretch of noise, their loudest frames `decibels` apart, peak at half of full scale."""
    start = np.random.default_rng(seed).integers(max(1, len(noise) - len(samples) + 1))
    stretch = np.resize(noise[start:], len(samples)) if len(noise) - start < len(samples) else noise[start:]
    stretch = stretch[: len(samples)]
    mixed = samples + stretch * np.sqrt(_loudest(samples) / (_loudest(stretch) * 10 ** (decibels / 10)))
    return np.asarray(mixed * (0.5 / np.abs(mixed).max()), np.float32)


def _loudest(samples: Floats) -> float:
    frames = samples[: len(samples) // _MIX_FRAME * _MIX_FRAME].reshape(-1, _MIX_FRAME)
    return float(np.square(frames).sum(1).max())


def in_kitchen(samples: Floats, metres: float, seed: int) -> Floats:
    """Speech as a microphone on the table hears it from so far away in a random kitchen (image sources)."""
    rng = np.random.default_rng(seed)
    size = np.array([rng.uniform(max(3.0, metres + 1), 7), rng.uniform(3, 5), rng.uniform(2.4, 2.8)])
    room = shoebox(size, rng.uniform(0.25, 0.55))
    microphone = np.array([0.5, size[1] / 2, 0.8])
    room.add_source(microphone + np.array([metres * 0.97, 0, min(0.5, metres * 0.24)]))
    room.add_microphone(microphone)
    room.compute_rir()
    response = np.asarray(room.rir[0][0])
    heard = np.convolve(samples, response)[: len(samples) + SAMPLE_RATE // 2]
    return np.asarray(heard * (0.3 / np.abs(heard).max()), np.float32)


def shoebox(size: npt.NDArray[np.float64], reverberation_s: float) -> Any:
    """A pyroomacoustics room of this size (metres), still without anybody in it."""
    import pyroomacoustics  # noqa: PLC0415 - for the rows with kitchens alone

    absorption, order = pyroomacoustics.inverse_sabine(reverberation_s, size)
    material = pyroomacoustics.Material(min(0.95, absorption))
    return pyroomacoustics.ShoeBox(size, fs=SAMPLE_RATE, materials=material, max_order=min(order, 12))
