"""The utterance in progress: its audio, what it sounds like so far, and what it would be if it ended now.

While nobody speaks, the recogniser is not bothered; then it hears what came just before as well. To look at the
utterance as if it ended means to hear it all again if it goes on: so it rests until there is a reason to go on.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from voice_coach.hearing.excerpt import at_pace
from voice_coach.hearing.gate import Gate
from voice_coach.hearing.model import give_memory_back
from voice_coach.hearing.recogniser import Reading, Recogniser
from voice_coach.hearing.types import SAMPLE_RATE

_LEAD_S = 1.2  # audio kept from before the first word: partial results come up to 0.7 s late
_LOUDEST_BLOCKS = 3
_NOISE_SHARE = 8
"""One block in so many has nothing but noise: before the first word there is a second of that."""
_OVER_NOISE = 1.4  # 3 dB
_STILL_LOUD = 0.3  # of the loudest: 10 dB less, where words fade out and rooms ring
_FADES_S = 0.1
"""What is left of a word behind its end."""
LONGEST_S = 15.0
"""Speech without a gap is cut here, so that neither audio nor lattice grows without bound."""


class _Block(NamedTuple):
    """Sound as it was fed, and how loud it is (root mean square of int16, never 0)."""

    samples: np.ndarray
    level: float


class Utterance:
    """One recogniser, and the audio that it has heard of the utterance, to hear it again where need be."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._gate = Gate()
        self._blocks: list[_Block] = []
        self._kept = 0
        self._fed = 0
        self._behind = False
        self._rests_until = 0.0
        self._seen: list[Reading] | None = None
        self.partial = ""

    def feed(self, block: np.ndarray) -> bool:
        """Take a block; whether the utterance seems over."""
        loud = block.astype(np.float32)
        self._blocks.append(_Block(block, math.sqrt(np.dot(loud, loud) / max(1, len(loud))) + 1))
        self._kept += len(block)
        self._fed += len(block)
        over = False
        if self._gate.is_open(block) or self.partial:
            if not self._rests():
                over = self._recogniser.feed(self.audio() if self._behind else block)
                self._behind, self._seen = False, None
                self.partial = self._recogniser.partial()
        elif not self._behind:
            self._recogniser.reset()
            self._behind = True
        while not self.partial and self._kept - len(self._blocks[0].samples) >= _LEAD_S * SAMPLE_RATE:
            self._kept -= len(self._blocks.pop(0).samples)
        return over or self._kept >= LONGEST_S * SAMPLE_RATE

    @property
    def consumed(self) -> float:
        """Seconds of audio taken since the stream began."""
        return self._fed / SAMPLE_RATE

    def quiet_s(self) -> float:
        """For how long it has been much quieter than the speech before, or about as quiet as it gets here.

        Infinite where there is no audio yet.
        """
        if not self._blocks:
            return math.inf
        loud, quiet = self._loud, 0
        for block in reversed(self._blocks):
            if block.level > loud:
                break
            quiet += len(block.samples)
        return quiet / SAMPLE_RATE

    def loud_s(self) -> float:
        """How much of the utterance, as far as it is kept, is not quiet."""
        loud = self._loud
        return sum(len(block.samples) for block in self._blocks if block.level > loud) / SAMPLE_RATE

    @property
    def _loud(self) -> float:
        """The level over which sound is not quiet."""
        if not self._blocks:
            return math.inf
        ranked = sorted(block.level for block in self._blocks)
        return max(_STILL_LOUD * ranked[-_LOUDEST_BLOCKS:][0], _OVER_NOISE * ranked[len(ranked) // _NOISE_SHARE])

    def look(self) -> list[Reading]:
        """The readings if the utterance ended here, likeliest first, in seconds of the stream."""
        if self._seen is None:
            # It ends the recogniser's utterance: if that goes on after all, it is heard again from its beginning.
            self._behind = True
            self._seen = self._shifted(self._recogniser.final())
        return self._seen

    def rest(self, until: float) -> None:
        """Hear nothing more after a look until then, in seconds of the stream, or until it is no longer quiet."""
        self._rests_until = until

    def _rests(self) -> bool:
        return self._behind and self.consumed < self._rests_until and self._blocks[-1].level <= self._loud

    def final(self, *, more: bool = False) -> list[Reading]:
        """The readings of the utterance, which ends here; `more`: another may have begun already.

        The end shows up to a second late: what came after the last word is then heard again, as the beginning of
        the next utterance.
        """
        if self._behind and (self._seen is not None or self.partial):
            self._recogniser.feed(self.audio())
        readings = self._shifted(self._recogniser.final(more=more))
        blocks = self._blocks.copy() if more else []
        self.reset()
        begin = (readings[0].words[-1].end + _FADES_S if readings and readings[0].words else 0.0) * SAMPLE_RATE
        at = self._fed
        for block in reversed(blocks):
            at -= len(block.samples)
            if at < begin:
                break
            self._blocks.insert(0, block)
            self._kept += len(block.samples)
        self._behind, self._rests_until = bool(self._blocks), self.consumed + _LEAD_S
        return readings

    def audio(self) -> np.ndarray:
        """The audio of this utterance, up to now; call it before `final`."""
        return np.concatenate([block.samples for block in self._blocks] or [np.zeros(0, np.int16)])

    def again(self, audio: np.ndarray, pace: float) -> list[Reading]:
        """What `audio`, which ends now, is heard as at another pace (and pitch). Right after a look or the end."""
        self._recogniser.feed(at_pace(audio, pace))
        return self._shifted(self._recogniser.final())

    def reset(self) -> None:
        """Forget the utterance."""
        self._recogniser.reset()
        self._forget()

    def hand_to(self, recogniser: Recogniser) -> None:
        """Go on with another recogniser, which hears what there is of the utterance."""
        if recogniser is not self._recogniser:
            self._recogniser.reset()
            recogniser.reset()
            self._recogniser = recogniser
            self._behind, self._rests_until, self._seen = True, 0.0, None
            give_memory_back()  # the other one's, if nobody keeps it

    def _shifted(self, readings: Sequence[Reading]) -> list[Reading]:
        """The recogniser counts what it was fed, which is less or more than the stream."""
        by = (self._fed - self._recogniser.fed) / SAMPLE_RATE
        return [
            Reading(
                tuple(replace(word, start=word.start + by, end=word.end + by) for word in reading.words),
                reading.gap,
                reading.likelihood,
            )
            for reading in readings
        ]

    def _forget(self) -> None:
        self._blocks.clear()
        self._kept = 0
        self._behind, self._rests_until, self._seen = False, 0.0, None
        self.partial = ""
