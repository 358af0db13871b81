"""Free words: slots that take any words, whose audio is decoded again with all that the model knows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voice_coach.audio.resampling import excerpt
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import Match
from voice_coach.recognition.dictation import Dictation
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Word

_BEFORE_S = 0.2
"""The sound before the first of free words that is decoded with them: an unknown word is found late."""


class FreeWords:
    """Dictation of the slots that take free words.

    `audio`: int16 that ends at `now`, in seconds of the stream like the times of the words.
    """

    def __init__(self, model: Model, commands: Commands) -> None:
        self._slots = commands.free_slots
        self._dictation = Dictation(model, [text for slot in self._slots for text in commands.slot_values(slot)])

    def filled(self, match: Match, words: Sequence[Word], audio: np.ndarray, now: float) -> Match:
        """A match with the free words of its slot decoded again; any other as it is."""
        if not match.free:
            return match
        slot = next(name for name in match.slots if name in self._slots)
        count = len(str(match.slots[slot]).split())
        before = words[: -count or None]
        text = self._from(before[-1].end if before else words[0].start, audio, now)
        return replace(match, slots={**match.slots, slot: text})

    def all(self, words: Sequence[Word], audio: np.ndarray, now: float) -> str:
        """The text of these words decoded again; empty when nothing sensible was recognised."""
        return self._from(max(0.0, words[0].start - _BEFORE_S), audio, now)

    def _from(self, start: float, audio: np.ndarray, now: float) -> str:
        return self._dictation.take_down(excerpt(audio, now, start, now))
