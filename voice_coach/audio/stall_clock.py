"""Whether a device has stalled: one that is pulled out raises nothing, its callback just stops coming."""

import time
from collections.abc import Callable

STALLED_S = 1.5
"""Seconds without a callback after which a device has stalled: one that is pulled out is found within two."""
_LONGEST_STEP_S = 0.6
"""Longest time between two checks that counts: in more this program itself did not run, which proves nothing."""


class StallClock:
    """Counts the seconds without a callback in which this program was awake, as its checks show."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.restart()

    def restart(self) -> None:
        """The device has just been opened."""
        self._moved = False
        self._still_s = 0.0
        self._checked = self._clock()

    def move(self) -> None:
        """The device's callback has come (in its own thread)."""
        self._moved = True

    def stalled(self) -> bool:
        """Whether it has not come for a second and a half; to be asked at least twice a second."""
        now = self._clock()
        passed, self._checked = now - self._checked, now
        if self._moved:
            self._moved = False
            self._still_s = 0.0
        else:
            self._still_s += min(passed, _LONGEST_STEP_S)
        return self._still_s > STALLED_S
