"""The microphone's sound on its way to the hearing: set beside what is played, cleaned, searched for a talker."""

from collections.abc import Callable

import numpy as np

from voice_coach.duplex.alignment import Alignment, Reference
from voice_coach.duplex.canceller import Canceller, Sound
from voice_coach.duplex.talker import Talker


class Cleaner:
    """Takes every block of the microphone; cleans those that the coach's voice may be in."""

    def __init__(
        self, canceller: Canceller, reference: Reference, waiting_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        """`waiting_s`: how many seconds the microphone has ready beyond the block at hand."""
        self._canceller = canceller
        self._reference = reference
        self._waiting_s = waiting_s
        self._talker = Talker()
        self.alignment = Alignment()
        """How late and how loud the coach's voice comes back."""

    def clean(self, block: Sound) -> tuple[Sound, bool]:
        """What is left of a block (int16 mono 16 kHz) for a recogniser, and whether somebody talks in it."""
        food, talks = [np.zeros(0, np.int16)], False
        for microphone, reference in self._aligned(block):
            cleaned = self._canceller.cancel(microphone, reference)
            talks = self._talker.talks(cleaned.detector, microphone) or talks
            food.append(cleaned.food)
        return np.concatenate(food), talks

    def skip(self, block: Sound) -> None:
        """Take a block while the coach is silent: there is nothing to clean."""
        self._aligned(block)

    def _aligned(self, block: Sound) -> list[tuple[Sound, Sound]]:
        frames = self.alignment.feed(block, self._reference.drain(), self._waiting_s())
        if self.alignment.moved:
            self._canceller.reset()
        return frames
