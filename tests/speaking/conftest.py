"""Real pyttsx3 and espeak-ng, a virtual sound card, the embedded model: each started once."""

import json
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
import soxr
import vosk
from sound_card import SoundCard

from voice_coach.resources import models_dir
from voice_coach.speaking import SAMPLE_RATE, Loudspeaker, PromptCache, Renderer
from voice_coach.speaking.sound import Samples

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
        at_16k = soxr.resample(samples, SAMPLE_RATE, 16000)
        padded = np.concatenate([np.zeros(4000), at_16k, np.zeros(8000)])
        recogniser.AcceptWaveform((np.clip(padded, -1, 1) * 32767).astype(np.int16).tobytes())
        text: str = json.loads(recogniser.FinalResult())["text"]
        return text

    return recognise


@pytest.fixture
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundCard]:
    """A sound card that PortAudio sees, and that a test may break."""
    with SoundCard(tmp_path_factory.mktemp("card")) as card, card.in_this_process():
        yield card


@pytest.fixture
def loudspeaker(card: SoundCard) -> Iterator[Loudspeaker]:  # noqa: ARG001
    """The card's loudspeaker, open."""
    with Loudspeaker("pulse") as loudspeaker:
        yield loudspeaker
