"""A Vosk recognizer for one grammar: audio in, partial result and n-best hypotheses with times out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.recognition.model import Model
from voice_coach.recognition.process import import_vosk

_HYPOTHESES = 5
"""The number of hypotheses of an utterance: the matcher takes one of these where the best one is no command."""
_PHRASE_HYPOTHESES = 20
"""The same with a phrase list, whose words recombine: the best hypothesis obeys the templates far less often."""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; times in seconds since the recognizer's first sample."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One of the n-best hypotheses of an utterance."""

    words: tuple[Word, ...]
    gap: float
    """How much likelier the best hypothesis is, in nats."""
    likelihood: float = 0.0
    """The log-likelihood by network and grammar, in nats; it compares with that of another grammar on the same
    sound."""

    @property
    def text(self) -> str:
        """The words, with spaces."""
        return " ".join(word.text for word in self.words)


class Recognizer:
    """A recognizer that keeps to one utterance until `final` or `reset`: Vosk's own endpoint is only reported."""

    def __init__(self, model: Model, phrases: Sequence[str] | None) -> None:
        """`phrases`: what can be said; None (or a model that takes none): all that the model's graph allows."""
        vosk = import_vosk()
        self._vosk: Any
        if phrases is None or not model.takes_phrases:
            self._vosk = vosk.KaldiRecognizer(model.vosk, SAMPLE_RATE)
        else:
            self._vosk = vosk.KaldiRecognizer(model.vosk, SAMPLE_RATE, json.dumps(list(phrases)))
        self._vosk.SetWords(True)
        self._vosk.SetMaxAlternatives(_PHRASE_HYPOTHESES if phrases else _HYPOTHESES)
        self.fed = 0
        """The number of samples taken so far: Vosk's word times count from the first of them, over resets too."""

    def feed(self, samples: np.ndarray) -> bool:
        """Take int16 mono samples at 16 kHz; true where Vosk finds an endpoint."""
        self.fed += len(samples)
        return bool(self._vosk.AcceptWaveform(samples.tobytes()))

    def partial(self) -> str:
        """The partial result: the best text so far; it changes about four times a second."""
        return str(json.loads(self._vosk.PartialResult())["partial"])

    def final(self, *, more: bool = False) -> list[Hypothesis]:
        """The n-best hypotheses of the utterance, likeliest first.

        `more`: the audio goes on. Vosk decodes some tenths of a second late, and what it has not yet decoded may
        be the first word of the next utterance: then it is kept for that. Else the next starts afresh.
        """
        ways = json.loads(self._vosk.Result() if more else self._vosk.FinalResult())["alternatives"]
        best = max((way["confidence"] for way in ways), default=0.0)
        return [
            Hypothesis(
                tuple(Word(w["word"], w["start"], w["end"]) for w in way.get("result", [])),
                best - way["confidence"],
                way["confidence"],
            )
            for way in ways
        ]

    def reset(self) -> None:
        """Forget the utterance; Vosk's own Reset would keep up to half a second of sound not decoded yet."""
        self._vosk.FinalResult()
