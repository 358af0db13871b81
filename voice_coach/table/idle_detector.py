"""Whether nothing goes on at the table: then the program is woken less often, and the loudspeaker is closed.

Nothing is decided by it: who speaks up is heard from the first sound, and the coach speaks when it has to.
"""

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE, Pcm

IDLE_AFTER_S = 3.0
"""Time without any sound before the table counts as idle."""
AHEAD_S = 1.5
"""How long before the coach may have to speak by the clock the table is idle no more: devices wake up slowly."""
_OVER_NOISE = 2.0
"""Factor over the noise floor, 6 dB: less is hardly ever understood."""
_LEAST = 20.0
"""Root mean square of int16 samples, -64 dBFS: less is never speech."""
_RISE_S = 10.0
"""Time in which the noise floor may double: what rises faster is a sound."""


class IdleDetector:
    """Finds idle times from the level of the sound and from the coach's own speech.

    Times are seconds on a clock that never runs backwards.
    """

    def __init__(self, at: float) -> None:
        self._idle_from = at + IDLE_AFTER_S
        self._noise = float("inf")

    def feed(self, block: Pcm, at: float) -> None:
        """A block of the microphone that ended `at`."""
        if not block.size:
            return
        samples = block.astype(np.float32)
        level = float(np.sqrt(samples @ samples / samples.size))
        if level > max(_LEAST, _OVER_NOISE * self._noise):
            self.speech(at)
        # Not from nothing at all: that would never rise.
        risen = max(self._noise, 1.0) * 2 ** (samples.size / SAMPLE_RATE / _RISE_S)
        self._noise = min(level, risen)

    def speech(self, at: float) -> None:
        """The coach or somebody else speaks."""
        self._idle_from = at + IDLE_AFTER_S

    def is_idle(self, at: float, due: float | None) -> bool:
        """Whether nothing goes on. `due`: when the coach may have to speak by the clock; None when it will not."""
        return at >= self._idle_from and (due is None or due > at + AHEAD_S)
