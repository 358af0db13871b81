"""The reference of echo cancellation: what the loudspeaker plays, as a stream without gaps."""

import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np
import soxr

from voice_coach.audio.pcm import PLAYBACK_RATE, SAMPLE_RATE, Pcm, Samples, to_int16

_RATIO = PLAYBACK_RATE // SAMPLE_RATE
_FLUSHED = PLAYBACK_RATE // 10  # samples of silence
_SETTLES_S = 0.25
"""How long a restored loudspeaker takes to ask for sound in its usual rhythm."""
_LEARNS = 0.05
"""Smoothing of the reference's lead over the clock."""


class Reference:
    """The loudspeaker's tap: takes float32 at 48 kHz in the sound thread, gives int16 at 16 kHz in another.

    While the loudspeaker is suspended, silence is given in its stead, as much as time has passed. When it plays
    again it first fills its buffer at one go; a moment later what it takes is put where it would be without the
    suspension.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        # The longest that anybody may be busy elsewhere; what is older could not be matched any more.
        self._blocks: deque[Samples] = deque(maxlen=500)
        self._resample = soxr.ResampleStream(PLAYBACK_RATE, SAMPLE_RATE, 1)
        self._lock = threading.Lock()
        self._clock = clock
        self._upto: float | None = None
        self._suspended = False
        self._owed = self._end = self._silent = 0
        self._settles_at = 0.0
        self._ahead: float | None = None
        self._was_suspended = False

    def take(self, samples: Samples) -> None:
        """The tap (see `Loudspeaker`): the samples must not be changed any more."""
        now = self._clock()
        with self._lock:
            if self._upto is None or self._suspended:
                self._owe(now, less=len(samples) // _RATIO)
                self._settles_at = now + _SETTLES_S
                self._was_suspended |= self._suspended
                self._suspended = False
            self._upto = now
            self._end += len(samples) // _RATIO
            self._blocks.append(samples)
            self._keep_step(now)

    def _keep_step(self, now: float) -> None:
        """Learn how many samples what is taken is ahead of the clock, or return to that. The lock is held."""
        ahead = self._end - now * SAMPLE_RATE
        if now < self._settles_at:
            return
        if self._settles_at and self._ahead is not None:
            missing = round(self._ahead - ahead)
            self._owed += missing
            self._end += missing
        else:
            self._ahead = ahead if self._ahead is None else self._ahead + _LEARNS * (ahead - self._ahead)
        self._settles_at = 0.0

    def suspend(self) -> None:
        """From now on the loudspeaker takes nothing, until it does again."""
        with self._lock:
            self._suspended = self._upto is not None

    def drain(self) -> Pcm:
        """What was played since this was last asked."""
        with self._lock:
            blocks = list(self._blocks)
            self._blocks.clear()
            if self._suspended:
                self._owe(self._clock())
            owed, self._owed = self._owed, 0
        played = self._resampled(np.concatenate(blocks)) if blocks else np.zeros(0, np.int16)
        if owed > 0:
            # It was suspended after what it had played before, if anything, and that was silence.
            return np.concatenate([np.zeros(owed, np.int16), played])
        with self._lock:
            self._owed += min(0, owed + len(played))
        return played[-owed:] if owed else played

    def was_suspended(self) -> bool:
        """Whether the loudspeaker was suspended since this was last asked, and plays again."""
        with self._lock:
            was, self._was_suspended = self._was_suspended, False
            return was

    def _owe(self, now: float, less: int = 0) -> None:
        """Silence for the time since something was taken, or owed. The lock is held."""
        if self._upto is not None:
            count = round((now - self._upto) * SAMPLE_RATE)
            self._upto += count / SAMPLE_RATE
            self._owed += count - less
            self._end += count - less

    def _resampled(self, played: Samples) -> Pcm:
        self._silent = 0 if played.any() else self._silent + len(played)
        if self._silent > len(played) + _FLUSHED and len(played) % _RATIO == 0:
            # The resampler has nothing but silence in it, and would give just that.
            return np.zeros(len(played) // _RATIO, np.int16)
        return to_int16(self._resample.resample_chunk(played))
