"""Synthetic speech of espeak-ng through real Vosk with the embedded model: fixtures that are each made once."""

import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import soxr

from voice_coach.attention import Attention
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Hearing, HearingEvent
from voice_coach.recognition.model import CompiledModels, Model, load_model
from voice_coach.resources import models_dir, prompts_dir

LISTS = {
    "name": ("Anna", "Ben"),
    "choice": ("a cup of tea together", "in the park"),
    "example": ("long work hours", "too much stress", "not enough money"),
}
ESPEAK_RATE = 22_050

Say = Callable[..., np.ndarray]
Hear = Callable[..., list[HearingEvent]]


@pytest.fixture(scope="session")
def commands() -> Commands:
    """The coach's own commands for two people and a guide."""
    return Commands.load(prompts_dir() / "commands.yaml", LISTS)


@pytest.fixture(scope="session")
def model() -> Model:
    """The embedded model."""
    return load_model(models_dir() / "coach-en")


@lru_cache(maxsize=256)
def _spoken(text: str, voice: str, words_per_minute: int) -> np.ndarray:
    command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "--stdout", text]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.frombuffer(wav[wav.index(b"data") + 8 :], "<i2").astype(np.float32) / 32768
    at_16k = soxr.resample(samples, ESPEAK_RATE, SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(at_16k) > 0.02)
    trimmed: np.ndarray = at_16k[loud[0] : loud[-1] + 1] * 0.7
    return trimmed


def quiet(seconds: float) -> np.ndarray:
    """A quiet room: faint noise, int16."""
    return np.random.default_rng(1).integers(-25, 26, int(seconds * SAMPLE_RATE)).astype(np.int16)


@pytest.fixture(scope="session")
def say() -> Say:
    """Speech as int16 at 16 kHz; a number among the parts is that many seconds of quiet.

    Trimmed: the speech of the only text ends with its last audible sample.
    """

    def say(*parts: str | float, voice: str = "en-us", speed: int = 160) -> np.ndarray:
        pieces = []
        for part in parts:
            if isinstance(part, str):
                spoken = (_spoken(part, voice, speed) * 32767).astype(np.int16)
                pieces.append(spoken + quiet(len(spoken) / SAMPLE_RATE + 0.001)[: len(spoken)])
            else:
                pieces.append(quiet(part))
        return np.concatenate(pieces)

    return say


@pytest.fixture(scope="session")
def hear(model: Model, commands: Commands, say: Say) -> Hear:
    """What a fresh hearing makes of speech, with half a second of quiet before and a second and a half after."""
    compiled_models = CompiledModels()

    def hear(
        attention: Attention, *parts: str | float, wake: str = "hey coach", voice: str = "en-us"
    ) -> list[HearingEvent]:
        hearing = Hearing(model, commands, wake=wake, attention=attention, compiled_models=compiled_models)
        return hearing.feed(say(0.5, *parts, 1.5, voice=voice)) + hearing.finish()

    return hear


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Put a text into a file of its own."""

    def write(text: str) -> Path:
        path = tmp_path / "commands.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
