"""Whether anything goes on at the table. Else the program is woken less often, and the loudspeaker rests.

Nothing is decided by it: who speaks up is heard from the first sound, and the coach speaks when it has to.
"""

import numpy as np
import numpy.typing as npt

from voice_coach.audio.pcm import SAMPLE_RATE

CALM_S = 3.0
"""Without any sound before it counts as quiet."""
AHEAD_S = 1.5
"""So long before the coach may have to speak by the clock, it is quiet no more: devices wake up slowly."""
_OVER_NOISE = 2.0  # 6 dB: less is hardly ever understood
_LEAST = 20.0  # root mean square of int16: -64 dBFS
_RISE_S = 10.0
"""The noise may double in this time before it counts as a sound."""


class Quiet:
    """Told of all that happens. Times are seconds on a clock that never runs backwards."""

    def __init__(self, at: float) -> None:
        self._until = at + CALM_S
        self._noise = float("inf")

    def hear(self, block: npt.NDArray[np.int16], at: float) -> None:
        """A block of the microphone (int16 mono 16 kHz) that ended `at`."""
        if not block.size:
            return
        samples = block.astype(np.float32)
        level = float(np.sqrt(samples @ samples / samples.size))
        if level > max(_LEAST, _OVER_NOISE * self._noise):
            self.stir(at)
        # Not from nothing at all: that would never rise.
        risen = max(self._noise, 1.0) * 2 ** (samples.size / SAMPLE_RATE / _RISE_S)
        self._noise = min(level, risen)

    def stir(self, at: float) -> None:
        """Something goes on: the coach speaks, or somebody does."""
        self._until = at + CALM_S

    def lasts(self, at: float, due: float | None) -> bool:
        """Whether it is quiet. `due`: when the coach may have to speak by the clock; None when it will not."""
        return at >= self._until and (due is None or due > at + AHEAD_S)
