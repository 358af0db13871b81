"""Voice activity detection: what is surely silence need not be recognised."""

import numpy as np
import webrtcvad

from voice_coach.audio.pcm import FRAME, SAMPLE_RATE

HELD_S = 1.0
"""Hangover: how long the gate stays open after the last voice, as words are recognised some tenths late."""
_LENIENT = 0  # WebRTC's modes go from 0, which takes most for a voice, to 3


class VoiceActivityGate:
    """A gate that is fed with all sound, a block at a time; closed where nobody has spoken for HELD_S."""

    def __init__(self) -> None:
        self._detector = webrtcvad.Vad(_LENIENT)
        self._quiet_s = 0.0

    def is_open(self, block: np.ndarray) -> bool:
        """Take int16 mono samples at 16 kHz."""
        if self._has_voice(block):
            self._quiet_s = 0.0
        else:
            self._quiet_s += len(block) / SAMPLE_RATE
        return self._quiet_s < HELD_S

    def _has_voice(self, block: np.ndarray) -> bool:
        whole = len(block) // FRAME * FRAME
        frames = (block[at : at + FRAME] for at in range(0, whole, FRAME))
        # All of them: the detector learns from each what silence is like here.
        return any(list(map(self._speaks, frames)))

    def _speaks(self, frame: np.ndarray) -> bool:
        return bool(self._detector.is_speech(frame.tobytes(), SAMPLE_RATE))
