"""One clip as a microphone somewhere in a kitchen might have heard it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.signal
import soxr

from scripts.train_model.noises import babble, clatter, coloured, level, looped
from scripts.train_model.work import RATE, Floats

EQ_HZ = np.array([0, 150, 400, 1000, 2000, 3500, 5500, 8000], np.float32)  # Hz


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sounds are put into: room responses, recorded noises, and other people's voices."""

    rooms: Sequence[Floats]
    noises: Sequence[Floats]
    voices: Sequence[Floats]


def augment(samples: Floats, around: Surroundings, rng: np.random.Generator) -> Floats:
    """A random hearing of `samples` (16 kHz, +-1), with silence around it; no two calls give the same."""
    # Speed, pitch and formants together: other throats, children among them.
    speed = rng.uniform(0.85, 1.18)
    voice = np.asarray(soxr.resample(samples, RATE * speed, RATE, "LQ"), np.float32)
    sound = np.concatenate([_silence(rng), voice, _silence(rng)])
    if rng.random() < 0.5:
        sound = in_room(sound, around.rooms[int(rng.integers(len(around.rooms)))])
    if rng.random() < 0.6:
        sound = through_microphone(sound, rng)
    spoken = level(sound)
    if rng.random() < 0.8:
        sound += background(len(sound), around, rng) * (spoken * 10 ** (-rng.uniform(-4, 25) / 20))
    sound += coloured(rng, len(sound)) * (spoken * 10 ** (-rng.uniform(35, 80) / 20))
    sound *= 10 ** (-rng.uniform(0, 28) / 20) / (np.abs(sound).max() + 1e-9)
    if rng.random() < 0.08:
        sound = np.clip(sound * rng.uniform(1, 4), -1, 1)
    # From the last bits of a quiet room to what dither adds at run time.
    hiss = rng.standard_normal(len(sound), np.float32) * np.float32(10 ** rng.uniform(-0.5, 2) / 32768)
    return np.asarray(sound + hiss, np.float32)


def nothing_said(around: Surroundings, rng: np.random.Generator) -> Floats:
    """One to five seconds in which nobody says anything."""
    length = int(rng.uniform(1, 5) * RATE)
    sound = background(length, around, rng) if rng.random() < 0.8 else coloured(rng, length)
    return np.asarray(sound * (10 ** (-rng.uniform(0, 60) / 20) / np.abs(sound).max()), np.float32)


def in_room(sound: Floats, response: Floats) -> Floats:
    """The sound as heard across a room; `response` starts with the direct sound."""
    return np.asarray(scipy.signal.fftconvolve(sound, response)[: len(sound)], np.float32)


def through_microphone(sound: Floats, rng: np.random.Generator) -> Floats:
    """Random equaliser; at times a dull one that passes little above 3.6-7 kHz."""
    size = scipy.fft.next_fast_len(len(sound), real=True)
    spectrum = scipy.fft.rfft(sound, size)
    frequency = np.linspace(0, RATE / 2, len(spectrum), dtype=np.float32)
    gains = rng.standard_normal(len(EQ_HZ)) * rng.uniform(1, 5)
    gains[0] -= rng.uniform(0, 15)
    spectrum *= 10 ** (np.interp(frequency, EQ_HZ, gains) / 20)
    if rng.random() < 0.15:
        spectrum[frequency > rng.uniform(3600, 7000)] *= 0.02
    return np.asarray(scipy.fft.irfft(spectrum, size)[: len(sound)], np.float32)


def background(length: int, around: Surroundings, rng: np.random.Generator) -> Floats:
    """Noise of level 1: recorded (three times in five), coloured, clattering, or people talking."""
    kind = rng.random()
    if kind < 0.6:
        noise = looped(rng, around.noises[int(rng.integers(len(around.noises)))], length)
        if rng.random() < 0.3:
            noise = through_microphone(noise, rng)
        return noise / level(noise)
    if kind < 0.75:
        return coloured(rng, length)
    if kind < 0.83:
        noise = coloured(rng, length) + clatter(rng, length) * np.float32(rng.uniform(0.3, 1.5))
        return noise / level(noise)
    if kind < 0.9:
        return clatter(rng, length)
    return babble(rng, length, around.voices)


def _silence(rng: np.random.Generator) -> Floats:
    # At times long, or noise that goes on after speech is taken for more of it.
    seconds = rng.uniform(0.12, 0.7) if rng.random() < 0.75 else rng.uniform(0.5, 3)
    return np.zeros(int(seconds * RATE), np.float32)
