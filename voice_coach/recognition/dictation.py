"""Dictation: free words ("long work hours"), the likely texts first, then whatever the model knows."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from voice_coach.commands.matcher import UNKNOWN
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Recognizer

_NEAR = 75
"""The least rapidfuzz ratio (0-100) of a hypothesis to a likely text for that text to be taken."""
_HYPOTHESES = 3
"""The number of hypotheses that are compared with the likely texts."""


class Dictation:
    """A recognizer of likely texts and one of all words, made when first needed."""

    def __init__(self, model: Model, likely: Sequence[str]) -> None:
        """`likely`: texts that are likelier than others; those with a word that the model lacks are left out."""
        self._model = model
        self._likely = [text for text in likely if all(model.knows(word) for word in text.lower().split())]
        self._grammar: Recognizer | None = None
        self._open: Recognizer | None = None

    def take_down(self, audio: np.ndarray) -> str:
        """The words in `audio` (int16, 16 kHz); empty when nothing sensible was recognised."""
        return self._likely_text(audio) or self._any_text(audio)

    def _likely_text(self, audio: np.ndarray) -> str:
        if not self._likely or not self._model.takes_phrases:
            return ""
        if self._grammar is None:
            self._grammar = Recognizer(self._model, [*(text.lower() for text in self._likely), UNKNOWN])
        self._grammar.feed(audio)
        for hypothesis in self._grammar.final()[:_HYPOTHESES]:
            found = process.extractOne(
                hypothesis.text, self._likely, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_NEAR
            )
            if found:
                return str(found[0])
        return ""

    def _any_text(self, audio: np.ndarray) -> str:
        if self._open is None:
            self._open = Recognizer(self._model, None)
        self._open.feed(audio)
        hypotheses = self._open.final()
        words = [word.text for word in hypotheses[0].words if word.text != UNKNOWN] if hypotheses else []
        return " ".join(words)
