"""Free words behind a command ("note long work hours"): the likely ones first, then whatever the model knows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rapidfuzz import fuzz, process

from voice_coach.audio.resampling import excerpt
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN, Match
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Recognizer, Word

_NEAR = 75
"""Least rapidfuzz ratio of what was heard to a likely text for that text to be taken."""
_BEFORE_S = 0.2
"""Sound before the first of free words: an unknown word is found late."""


class Dictation:
    """Recognisers for free words, made when first needed."""

    def __init__(self, model: Model, likely: Sequence[str]) -> None:
        self._model = model
        self._likely = [text for text in likely if all(model.knows(word) for word in text.lower().split())]
        self._grammar: Recognizer | None = None
        self._open: Recognizer | None = None

    def take_down(self, audio: np.ndarray) -> str:
        """The words in `audio` (int16, 16 kHz); empty when nothing sensible was heard."""
        return self._likely_text(audio) or self._any_text(audio)

    def _likely_text(self, audio: np.ndarray) -> str:
        if not self._likely or not self._model.takes_phrases:
            return ""
        if self._grammar is None:
            self._grammar = Recognizer(self._model, [*(text.lower() for text in self._likely), UNKNOWN])
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
            self._open = Recognizer(self._model, None)
        self._open.feed(audio)
        readings = self._open.final()
        words = [word.text for word in readings[0].words if word.text != UNKNOWN] if readings else []
        return " ".join(words)


class FreeWords:
    """Slots of commands that take words as they come, heard again with all that the model knows.

    `audio`: int16 that ends at `now`, in seconds of the stream like the times of the words.
    """

    def __init__(self, model: Model, commands: Commands) -> None:
        self._slots = commands.free_slots
        self._dictation = Dictation(model, [text for slot in self._slots for text in commands.said_for(slot)])

    def filled(self, match: Match, words: Sequence[Word], audio: np.ndarray, now: float) -> Match:
        """A match with what its slot took as it came, in better words; any other as it is."""
        if not match.free:
            return match
        slot = next(name for name in match.slots if name in self._slots)
        count = len(str(match.slots[slot]).split())
        before = words[: -count or None]
        text = self._from(before[-1].end if before else words[0].start, audio, now)
        return replace(match, slots={**match.slots, slot: text})

    def all(self, words: Sequence[Word], audio: np.ndarray, now: float) -> str:
        """What these words are."""
        return self._from(max(0.0, words[0].start - _BEFORE_S), audio, now)

    def _from(self, start: float, audio: np.ndarray, now: float) -> str:
        return self._dictation.take_down(excerpt(audio, now, start, now))
