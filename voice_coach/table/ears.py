"""Half-duplex: while the coach speaks, and a moment longer, the microphone is not listened to."""

from collections import deque

import numpy as np
import numpy.typing as npt

from voice_coach.attention import Attention
from voice_coach.audio.microphone import KEEPS_S
from voice_coach.audio.pcm import BLOCK, SAMPLE_RATE
from voice_coach.hearing import Hearing, HearingEvent

# What a loudspeaker and a room add after the last sample.
TAIL_S = 0.25
_REMEMBERED_S = KEEPS_S + 1.0


def wants_s(hearing: Hearing) -> float:
    """How many seconds of sound are missing to the block in which a hearing takes them."""
    return (BLOCK - round(hearing.consumed * SAMPLE_RATE) % BLOCK) / SAMPLE_RATE


class SpokenTimes:
    """When the coach has spoken lately: sound may wait before it is heard, while something else is made."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, bool]] = deque()
        self._speaking = False

    def note(self, at: float, *, speaking: bool) -> None:
        """Whether it speaks now; if it did the last time, it counts as having spoken all the while."""
        self._seen.append((at, speaking or self._speaking))
        self._speaking = speaking
        while self._seen[0][0] < at - _REMEMBERED_S:
            self._seen.popleft()

    def spoke(self, at: float) -> bool:
        """Whether it spoke then; what is longer ago than can be told counts like the oldest."""
        spoke = self._speaking
        for seen, spoke_until in reversed(self._seen):
            if seen < at:
                break
            spoke = spoke_until
        return spoke


class Ears:
    """A hearing that is deaf to the coach's own voice and starts afresh after it."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._deaf_until: float | None = None

    def attend(self, attention: Attention) -> None:
        """Listen in this way from now on."""
        self._hearing.attend(attention)

    @property
    def wants_s(self) -> float:
        """How many seconds of sound it takes until anything can come of them."""
        return wants_s(self._hearing)

    def hear(self, block: npt.NDArray[np.int16], at: float, *, speaking: bool) -> list[HearingEvent]:
        """What a block (int16 mono 16 kHz) that ended `at` brings; `speaking`: whether the coach spoke in it."""
        if speaking:
            self._deaf_until = at + TAIL_S
        if self._deaf_until is not None:
            if at < self._deaf_until:
                return []
            self._deaf_until = None
            self._hearing.reset()
        return self._hearing.feed(block)

    def tend(self, _at: float) -> None:
        """Nothing is to be done without sound."""
