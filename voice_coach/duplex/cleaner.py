"""The microphone's sound on its way to the hearing: set beside what is played, cleaned, searched for a talker."""

from collections.abc import Callable

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.duplex.alignment import Alignment, Reference
from voice_coach.duplex.canceller import Canceller
from voice_coach.duplex.echo_filter import Sound
from voice_coach.duplex.near_end import NearEndDetector

_LEARNING_S = 1.0
"""Of sound after a change of the delay, in which what the canceller lets through proves nothing."""
_MOST_S = 16.0
"""The same where it changes all the time, as on a machine too busy for sound: as good as half-duplex."""
_COMES_IN_S = 0.25
"""The same after it was kept from the sound until the delay was known again."""


class EchoFrontEnd:
    """Takes every block of the microphone; cleans those that the coach's voice may be in."""

    def __init__(
        self, canceller: Canceller, reference: Reference, waiting_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        """`waiting_s`: how many seconds the microphone has ready beyond the block at hand."""
        self._canceller = canceller
        self._reference = reference
        self._waiting_s = waiting_s
        self._talker = NearEndDetector()
        self._learning = self._calm = 0
        self._patience_s = _LEARNING_S
        self.alignment = Alignment()
        """How late and how loud the coach's voice comes back."""

    def clean(self, block: Sound) -> tuple[Sound, bool]:
        """What is left of a block (int16 mono 16 kHz) for a recogniser, and whether somebody talks in it."""
        food, talks = [np.zeros(0, np.int16)], False
        frames = self.alignment.feed(*self._heard(block))
        self._notice(block)
        if self.alignment.in_doubt:
            # The cancellers come in in the middle of a word, then.
            self._learning = max(self._learning, round(_COMES_IN_S * SAMPLE_RATE))
            return block, False
        for microphone, reference in frames:
            cleaned = self._canceller.cancel(microphone, reference)
            talks = (self._talker.talks(cleaned.detector, microphone) and not self._learning) or talks
            self._learning = max(0, self._learning - len(microphone))
            food.append(cleaned.food)
        return np.concatenate(food), talks

    def skip(self, block: Sound) -> None:
        """Take a block while the coach is silent: there is nothing to clean."""
        self.alignment.skip(*self._heard(block))
        self._notice(block)

    def _heard(self, block: Sound) -> tuple[Sound, Sound, float]:
        if self._reference.has_rested():
            self.alignment.doubt()
        return block, self._reference.drain(), self._waiting_s()

    def _notice(self, block: Sound) -> None:
        """Begin anew where the delay has changed."""
        self._calm += len(block)
        if self.alignment.moved:
            self._canceller.reset()
            again = self._calm < 2 * self._patience_s * SAMPLE_RATE
            self._patience_s = min(_MOST_S, 2 * self._patience_s) if again else _LEARNING_S
            self._learning, self._calm = round(self._patience_s * SAMPLE_RATE), 0
