"""Free words behind a command ("note long work hours"): the likely ones first, then whatever the model knows."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from voice_coach.hearing.matcher import UNKNOWN
from voice_coach.hearing.model import Model
from voice_coach.hearing.recogniser import Recogniser

_NEAR = 75
"""Least rapidfuzz ratio of what was heard to a likely text for that text to be taken."""


class Dictation:
    """Recognisers for free words, made when first needed."""

    def __init__(self, model: Model, likely: Sequence[str]) -> None:
        self._model = model
        self._likely = [text for text in likely if all(model.knows(word) for word in text.lower().split())]
        self._grammar: Recogniser | None = None
        self._open: Recogniser | None = None

    def take_down(self, audio: np.ndarray) -> str:
        """The words in `audio` (int16, 16 kHz); empty when nothing sensible was heard."""
        return self._likely_text(audio) or self._any_text(audio)

    def _likely_text(self, audio: np.ndarray) -> str:
        if not self._likely or not self._model.takes_phrases:
            return ""
        if self._grammar is None:
            self._grammar = Recogniser(self._model, [*(text.lower() for text in self._likely), UNKNOWN])
        self._grammar.feed(audio)
        for reading in self._grammar.final()[:3]:
            found = process.extractOne(
                reading.text, self._likely, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_NEAR
            )
            if found:
                return str(found[0])
        return ""

    def _any_text(self, audio: np.ndarray) -> str:
        if self._open is None:
            self._open = Recogniser(self._model, None)
        self._open.feed(audio)
        readings = self._open.final()
        words = [word.text for word in readings[0].words if word.text != UNKNOWN] if readings else []
        return " ".join(words)
