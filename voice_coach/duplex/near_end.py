"""Detection of near-end speech: whether somebody talks, once the coach's own voice has been cancelled."""

from collections import deque

import numpy as np
import webrtcvad

from voice_coach.audio.levels import CLIPPED_SHARE, clipped_share
from voice_coach.audio.pcm import SAMPLE_RATE, Pcm

_STRICT = 3  # WebRTC's modes go from 0, which takes most for a voice, to 3
_VOICED, _OF = 4, 5
"""Frames of 10 ms: more than a click, less than a syllable."""
_LEAST_SHARE = 1e-3
"""Of the microphone's energy: 30 dB below it is what the canceller left of an echo, however much like a voice."""
_MOST_CLIPPED = 2 * CLIPPED_SHARE
"""The share of a frame that may clip: what is cut off cannot be cancelled, but a frame is short for one peak."""


class NearEndDetector:
    """A voice activity detector (WebRTC) that is fed with all cleaned sound, 10 ms at a time."""

    def __init__(self) -> None:
        self._detector = webrtcvad.Vad(_STRICT)
        self._voiced: deque[bool] = deque(maxlen=_OF)

    def talks(self, cleaned: Pcm, microphone: Pcm) -> bool:
        """Whether four of the last five frames are a voice (int16 mono 16 kHz). Clipped sound proves nothing."""
        # The detector sees every frame: it learns from each what silence is like here.
        voiced = bool(self._detector.is_speech(cleaned.tobytes(), SAMPLE_RATE))
        loud = _energy(cleaned) >= _LEAST_SHARE * _energy(microphone)
        self._voiced.append(voiced and loud and clipped_share(microphone) <= _MOST_CLIPPED)
        return sum(self._voiced) >= _VOICED


def _energy(frame: Pcm) -> float:
    samples = frame.astype(np.float64)
    return float(samples @ samples)
