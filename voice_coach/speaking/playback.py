"""What the loudspeaker plays next: a queue of samples with a gain, a soft stop and a count. No device here."""

import threading
from collections import deque

import numpy as np

from voice_coach.speaking.sound import SAMPLE_RATE, Samples

FADE_S = 0.005
"""A stop within this time does not click."""


class Playback:
    """A queue of float32 mono samples at 48 kHz, filled by one thread and emptied by the sound callback.

    `queued` counts all samples ever queued and not dropped, `taken` those that were taken out of it.
    """

    def __init__(self) -> None:
        self._waiting: deque[Samples] = deque()
        self._lock = threading.Lock()
        self._gain = 1.0
        self.gain = 1.0
        """Factor of amplitude; a change is ramped over the next block."""
        self.queued = 0
        self.taken = 0

    def add(self, samples: Samples) -> int:
        """Queue samples; returns the position of their end."""
        with self._lock:
            if samples.size:
                self._waiting.append(samples)
                self.queued += samples.size
            return self.queued

    def drop(self) -> None:
        """Forget what waits, but for a fade of 5 ms."""
        with self._lock:
            fade = self._pull(round(FADE_S * SAMPLE_RATE))
            self._waiting.clear()
            if fade.size:
                self._waiting.append(fade * np.linspace(1.0, 0.0, fade.size, dtype=np.float32))
            self.queued = self.taken + fade.size

    def clear(self) -> None:
        """Forget all that waits, at once: for when the device has gone."""
        with self._lock:
            self._waiting.clear()
            self.queued = self.taken

    def take(self, count: int) -> tuple[Samples, int]:
        """The next `count` samples, filled up with silence, and how many of them came from the queue."""
        with self._lock:
            found = self._pull(count)
            self.taken += found.size
        out = np.zeros(count, np.float32)
        out[: found.size] = found
        gain = self.gain
        if gain == self._gain:
            out *= np.float32(gain)
        else:
            out *= np.linspace(self._gain, gain, count, dtype=np.float32)
            self._gain = gain
        return out, found.size

    def _pull(self, count: int) -> Samples:
        """Up to `count` samples from the front of the queue. The lock is held."""
        pieces: list[Samples] = []
        while count and self._waiting:
            first = self._waiting.popleft()
            pieces.append(first[:count])
            if first.size > count:
                self._waiting.appendleft(first[count:])
            count -= pieces[-1].size
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
