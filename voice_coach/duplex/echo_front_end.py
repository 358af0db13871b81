"""The echo front end: microphone and playback aligned, the echo cancelled, near-end speech detected."""

from collections.abc import Callable

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE, Pcm
from voice_coach.duplex.alignment import Alignment
from voice_coach.duplex.canceller import Canceller
from voice_coach.duplex.near_end import NearEndDetector
from voice_coach.duplex.reference import Reference

_LEARNING_S = 1.0
"""Convergence time of the canceller after a change of the delay: what it lets through then proves nothing."""
_MOST_S = 16.0
"""Upper limit of the convergence time, which doubles under repeated changes, as on a machine that is too slow."""
_COMES_IN_S = 0.25
"""Convergence time after a gap, in which the delay was not known and the canceller got no sound."""


class EchoFrontEnd:
    """Takes every block of the microphone, and cancels the echo in those that the coach's voice may be in."""

    def __init__(
        self, canceller: Canceller, reference: Reference, waiting_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        """`waiting_s`: how many seconds the microphone has ready beyond the block at hand."""
        self._canceller = canceller
        self._reference = reference
        self._waiting_s = waiting_s
        self._near_end = NearEndDetector()
        self._learning = self._calm = 0
        self._patience_s = _LEARNING_S
        self.alignment = Alignment()
        """How late and how loud the coach's voice comes back."""

    def clean(self, block: Pcm) -> tuple[Pcm, bool]:
        """What is left of a block (int16 mono 16 kHz) for a recogniser, and whether somebody talks in it."""
        for_asr, near_end_speech = [np.zeros(0, np.int16)], False
        frames = self.alignment.feed(*self._streams(block))
        self._notice(block)
        if self.alignment.in_doubt:
            # The cancellers come in in the middle of a word, then.
            self._learning = max(self._learning, round(_COMES_IN_S * SAMPLE_RATE))
            return block, False
        for microphone, reference in frames:
            cleaned = self._canceller.cancel(microphone, reference)
            speech = self._near_end.talks(cleaned.for_vad, microphone)
            near_end_speech |= speech and not self._learning
            self._learning = max(0, self._learning - len(microphone))
            for_asr.append(cleaned.for_asr)
        return np.concatenate(for_asr), near_end_speech

    def skip(self, block: Pcm) -> None:
        """Take a block while the coach is silent: there is no echo in it to cancel."""
        self.alignment.skip(*self._streams(block))
        self._notice(block)

    def _streams(self, block: Pcm) -> tuple[Pcm, Pcm, float]:
        if self._reference.was_suspended():
            self.alignment.doubt()
        return block, self._reference.drain(), self._waiting_s()

    def _notice(self, block: Pcm) -> None:
        """Reset the canceller where the delay has changed."""
        self._calm += len(block)
        if self.alignment.moved:
            self._canceller.reset()
            again = self._calm < 2 * self._patience_s * SAMPLE_RATE
            self._patience_s = min(_MOST_S, 2 * self._patience_s) if again else _LEARNING_S
            self._learning, self._calm = round(self._patience_s * SAMPLE_RATE), 0
