"""The coach's and a person's voice, rendered once, and a room that the coach's comes back from."""

import subprocess
from functools import cache

import numpy as np
import pytest
import soxr

from scripts.bench.duplex import speech_level
from voice_coach.audio.pcm import SAMPLE_RATE

ESPEAK_RATE = 22_050
READ = (
    "Now you take turns. Each of you has six minutes, and while one speaks, the other only listens. "
    "Say what has changed, as you have seen it yourself, and say how it feels. Leave out what the other should do."
)


@cache
def spoken(text: str, voice: str) -> np.ndarray:
    """float32 at 16 kHz, its loud parts at -20 dBFS."""
    command = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text]
    pcm = subprocess.run(command, check=True, capture_output=True).stdout[44:]
    sound = soxr.resample(np.frombuffer(pcm, np.int16).astype(np.float32) / 32768, ESPEAK_RATE, SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return at_level(sound[loud[0] : loud[-1] + 1], -20)


def at_level(sound: np.ndarray, decibels: float) -> np.ndarray:
    """The sound with the RMS of its loud parts at so many dBFS."""
    return np.asarray(sound * (10 ** (decibels / 20) / speech_level(sound)), np.float32)


def in_room(sound: np.ndarray, delay_s: float, seed: int = 1) -> np.ndarray:
    """As it comes back after `delay_s` from a room with 0.3 s of reverberation, at -20 dBFS; and some noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(0.3 * SAMPLE_RATE)) / SAMPLE_RATE
    response = rng.standard_normal(t.size) * 10 ** (-3 * t / 0.3) * 0.06
    response[0] = 1.0
    size = 1 << (len(sound) + t.size).bit_length()
    echo = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[: len(sound)]
    late = np.concatenate([np.zeros(round(delay_s * SAMPLE_RATE)), echo])[: len(sound)]
    return at_level(late, -20) + rng.normal(0, 10 ** (-62 / 20), len(sound)).astype(np.float32)


def int16(sound: np.ndarray) -> np.ndarray:
    """Samples in -1..1 as the microphone gives them."""
    return np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)


@pytest.fixture(scope="session")
def coach() -> np.ndarray:
    """What the coach reads, with a second of silence round it."""
    return np.pad(spoken(READ, "en-us"), SAMPLE_RATE)
