"""When the coach has spoken lately, for sound that is heard late."""

from collections import deque

from voice_coach.audio.microphone import KEEPS_S

TAIL_S = 0.25
"""What a loudspeaker and a room add after the last sample."""
_REMEMBERED_S = KEEPS_S + 1.0


class SpokenTimes:
    """A short history of when the coach spoke: sound may wait while the loop does something else."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, bool]] = deque()
        self._speaking = False

    def note(self, at: float, *, speaking: bool) -> None:
        """Add whether it speaks now; if it did the last time, it counts as having spoken all the while."""
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
