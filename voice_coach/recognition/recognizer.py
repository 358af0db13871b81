"""One grammar's Vosk recogniser: audio in, partial text and n-best readings with times out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.recognition.model import Model, import_vosk

_READINGS = 5
"""Readings asked for of an utterance: the matcher takes one of these where the best one is no command."""
_MORE_READINGS = 20
"""With a phrase list, whose words recombine, the best one obeys the templates far less often."""


@dataclass(frozen=True, slots=True)
class Word:
    """One heard word, in seconds since the recogniser's first sample."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to hear an utterance; `gap` is how much likelier the first way is, in nats.

    `likelihood`: in nats, by network and grammar; compares with that of another grammar on the same sound.
    """

    words: tuple[Word, ...]
    gap: float
    likelihood: float = 0.0

    @property
    def text(self) -> str:
        """The words, with spaces."""
        return " ".join(word.text for word in self.words)


class Recognizer:
    """Keeps to one utterance until `final` or `reset`: Vosk's own idea of its end is only reported."""

    def __init__(self, model: Model, phrases: Sequence[str] | None) -> None:
        """`phrases`: what can be said; None (or a model that takes none): all that the model's graph allows."""
        vosk = import_vosk()
        self._vosk: Any
        if phrases is None or not model.takes_phrases:
            self._vosk = vosk.KaldiRecognizer(model.vosk, SAMPLE_RATE)
        else:
            self._vosk = vosk.KaldiRecognizer(model.vosk, SAMPLE_RATE, json.dumps(list(phrases)))
        self._vosk.SetWords(True)
        self._vosk.SetMaxAlternatives(_MORE_READINGS if phrases else _READINGS)
        self.fed = 0
        """Samples taken so far: Vosk's word times count from the first of them, over resets too."""

    def feed(self, samples: np.ndarray) -> bool:
        """Take int16 mono samples at 16 kHz; whether a gap in the speech suggests that the utterance is over."""
        self.fed += len(samples)
        return bool(self._vosk.AcceptWaveform(samples.tobytes()))

    def partial(self) -> str:
        """The best text so far; it changes about four times a second."""
        return str(json.loads(self._vosk.PartialResult())["partial"])

    def final(self, *, more: bool = False) -> list[Hypothesis]:
        """All readings of the utterance, likeliest first.

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
