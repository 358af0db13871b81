"""The utterance in progress: its audio, what it sounds like so far, and what it would be if it ended now."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voice_coach.hearing.model import Model
from voice_coach.hearing.recogniser import Reading, Recogniser
from voice_coach.hearing.types import SAMPLE_RATE

_LEAD_S = 1.0  # audio kept from before the first word: partial results come up to half a second late
LONGEST_S = 15.0
"""Speech without a gap is cut here, so that neither audio nor lattice grows without bound."""


class Utterance:
    """Two recognisers of one grammar: one follows the audio, the other takes looks without disturbing it."""

    def __init__(self, model: Model, phrases: Sequence[str] | None) -> None:
        self._main = Recogniser(model, phrases)
        self._second = Recogniser(model, phrases)
        self._audio: list[np.ndarray] = []
        self._kept = 0
        self.partial = ""

    def feed(self, block: np.ndarray) -> bool:
        """Take a block; whether the utterance seems over."""
        self._audio.append(block)
        self._kept += len(block)
        over = self._main.feed(block)
        self.partial = self._main.partial()
        while not self.partial and self._kept - len(self._audio[0]) >= _LEAD_S * SAMPLE_RATE:
            self._kept -= len(self._audio.pop(0))
        return over or self._kept >= LONGEST_S * SAMPLE_RATE

    @property
    def consumed(self) -> float:
        """Seconds of audio taken since the stream began."""
        return self._main.fed / SAMPLE_RATE

    def look(self) -> list[Reading]:
        """The readings if the utterance ended here, likeliest first, in seconds of the stream."""
        shift = (self._main.fed - self._kept - self._second.fed) / SAMPLE_RATE
        self._second.feed(np.concatenate(self._audio))
        return [_shifted(reading, shift) for reading in self._second.final()]

    def final(self, *, more: bool = False) -> list[Reading]:
        """The readings of the utterance, which ends here; `more`: another may have begun already."""
        readings = self._main.final(more=more)
        self._forget()
        return readings

    def audio(self) -> np.ndarray:
        """The audio of this utterance, up to now; call it before `final`."""
        return np.concatenate(self._audio) if self._audio else np.zeros(0, np.int16)

    def reset(self) -> None:
        """Forget the utterance."""
        self._main.reset()
        self._forget()

    def _forget(self) -> None:
        self._audio.clear()
        self._kept = 0
        self.partial = ""


def _shifted(reading: Reading, by: float) -> Reading:
    return Reading(
        tuple(replace(word, start=word.start + by, end=word.end + by) for word in reading.words), reading.gap
    )
