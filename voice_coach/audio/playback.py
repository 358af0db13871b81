"""What the loudspeaker plays next: a queue of samples with a gain, a soft stop and a count. No device here."""

import threading
from collections import deque

import numpy as np

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples

FADE_S = 0.005
"""Length of the fade of a stop: a shorter one clicks."""

REWIND_S = 1.0
"""Longest rewind after a hold, to go on between two words."""
_LEAST_REWIND_S = 0.15
"""Shortest rewind: near-end speech covered what was played last before the hold."""
_FRAME_S = 0.02


def between_words(samples: Samples) -> int:
    """How many of the last samples (mono 48 kHz) to play again, to begin at the last gap between words."""
    frame = round(_FRAME_S * PLAYBACK_RATE)
    count = samples.size // frame
    least = round(_LEAST_REWIND_S / _FRAME_S)
    if count <= least:
        return samples.size
    frames = samples[samples.size - count * frame :].reshape(count, frame).astype(np.float64)
    loud = np.sqrt(np.mean(frames**2, axis=1))[: count - least]
    # The latest of those that are about as quiet as it gets.
    quiet = np.flatnonzero(loud <= max(2 * loud.min(), 0.1 * loud.max()))
    return (count - int(quiet[-1])) * frame


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
        self._held = False
        self._fading = False
        self._played: deque[Samples] = deque()
        self._remembered = 0

    def add(self, samples: Samples) -> int:
        """Queue samples; returns the position of their end."""
        with self._lock:
            if samples.size:
                self._waiting.append(samples)
                self.queued += samples.size
            return self.queued

    def drop(self) -> None:
        """Forget what waits, but for a fade of 5 ms; nothing is held any longer."""
        with self._lock:
            silent = self._held and not self._fading
            fade = self._pull(0 if silent else round(FADE_S * PLAYBACK_RATE))
            self._waiting.clear()
            self._let_go()
            if fade.size:
                self._waiting.append(fade * np.linspace(1.0, 0.0, fade.size, dtype=np.float32))
            self.queued = self.taken + fade.size

    def clear(self) -> None:
        """Forget all that waits, at once: for when the device has gone."""
        with self._lock:
            self._waiting.clear()
            self._let_go()
            self.queued = self.taken

    def hold(self) -> None:
        """Fade out within 5 ms and give silence until `release`; what waits is kept. Harmless when held."""
        with self._lock:
            if not self._held:
                self._held = self._fading = True

    def release(self) -> None:
        """Go on after `hold` with what was taken last, from the gap between words (at most 1 s) on; or nothing."""
        with self._lock:
            if not self._held:
                return
            last = np.concatenate(self._played) if self._played else np.zeros(0, np.float32)
            again = last[last.size - between_words(last) :].copy()
            self._let_go()
            # What had been played to its end when it was held is not begun anew.
            if again.size and self._waiting:
                edge = min(round(FADE_S * PLAYBACK_RATE), again.size)
                again[:edge] *= np.linspace(0.0, 1.0, edge, dtype=np.float32)
                self._waiting.appendleft(again)
                self.taken -= again.size

    @property
    def held(self) -> bool:
        """Whether `hold` is in force."""
        return self._held

    @property
    def idle(self) -> bool:
        """Whether `take` would give nothing but silence, and change nothing."""
        with self._lock:  # in the midst of a `drop` nothing waits, and then its fade does
            return not self._waiting and self.gain == self._gain and not self._fading

    def take(self, count: int) -> tuple[Samples, int]:
        """The next `count` samples, filled up with silence, and how many of them came from the queue."""
        with self._lock:
            found = self._next(count)
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

    def _next(self, count: int) -> Samples:
        """What is played now, and remembered for a while. The lock is held."""
        if not self._held:
            found = self._pull(count)
            self._remember(found)
            return found
        if not self._fading:
            return np.zeros(0, np.float32)
        self._fading = False
        fade = self._pull(min(count, round(FADE_S * PLAYBACK_RATE)))
        self._remember(fade)
        return fade * np.linspace(1.0, 0.0, fade.size, dtype=np.float32)

    def _remember(self, samples: Samples) -> None:
        if samples.size:
            self._played.append(samples)
            self._remembered += samples.size
        while self._played and self._remembered - self._played[0].size >= REWIND_S * PLAYBACK_RATE:
            self._remembered -= self._played.popleft().size

    def _let_go(self) -> None:
        self._held = self._fading = False
        self._played.clear()
        self._remembered = 0

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
