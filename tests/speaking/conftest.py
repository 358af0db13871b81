"""Real pyttsx3 and espeak-ng, a virtual sound card, the embedded model: each started once."""

import json
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
import soxr
import vosk
from support.cards import card, loudspeaker

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.resources import models_dir
from voice_coach.speaking import PromptCache, Renderer

__all__ = ["card", "loudspeaker"]

Recognise = Callable[[Samples, Sequence[str]], str]


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A renderer for all tests that do not break it."""
    with Renderer() as renderer:
        yield renderer


@pytest.fixture(scope="session")
def prompts(renderer: Renderer) -> Iterator[PromptCache]:
    """A cache for all tests that only want sound."""
    with PromptCache(renderer) as cache:
        yield cache


@pytest.fixture(scope="session")
def recognise() -> Recognise:
    """Words back from sound (float32 mono 48 kHz), given the phrases that may occur."""
    vosk.SetLogLevel(-1)
    model = vosk.Model(model_path=str(models_dir() / "coach-en"))

    def recognise(samples: Samples, phrases: Sequence[str]) -> str:
        recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps([*phrases, "[unk]"]))
        at_16k = soxr.resample(samples, PLAYBACK_RATE, 16000)
        padded = np.concatenate([np.zeros(4000), at_16k, np.zeros(8000)])
        recogniser.AcceptWaveform((np.clip(padded, -1, 1) * 32767).astype(np.int16).tobytes())
        text: str = json.loads(recogniser.FinalResult())["text"]
        return text

    return recognise
