"""An adaptive filter that learns how the coach's voice comes back from the room, and takes that out of the sound.

A Kalman filter for each frequency (Enzner and Vary, "Frequency-domain adaptive Kalman filter for acoustic echo
control in hands-free telephones", 2006), in partitions of a frame (Kuech, Mabande and Enzner, 2014). It knows how
sure it is of each part of the room's response, and how loud whatever else is in the microphone: so while somebody
talks it learns next to nothing.
"""

import numpy as np
import numpy.typing as npt

from voice_coach.audio.pcm import FULL_SCALE, Pcm

_Floats = npt.NDArray[np.float32]

PARTITIONS = 20
"""Number of partitions of one frame (10 ms) each: echoes up to 0.2 s are learnt."""
_START = 1.0
"""Prior echo gain: the power of the echo in the microphone over that of what is played."""
_DECAY = 0.8
"""Decay of a room's response per frame, as a factor of power: 1 dB, or a reverberation time (T60) of 0.6 s."""
_MEMORY = np.float32(0.998**2)
"""How much of the response (its power) holds from one frame to the next: people walk about."""
_UNFORESEEN = 1e-2
"""Share of the prior echo gain that is added as uncertainty all the time, so that it never stops learning."""
_SMOOTH = np.float32(0.8)
"""Smoothing of the estimated near-end power from frame to frame: it is followed within 50 ms."""
_FLOOR = np.float32(1e-6)


class EchoFilter:
    """A frequency-domain Kalman filter for frames (int16 mono, of one length) of microphone and reference."""

    def __init__(self, frame: int) -> None:
        """`frame`: samples in each frame."""
        bins = frame + 1
        prior = _DECAY ** np.arange(PARTITIONS, dtype=np.float32)[:, None]
        self._frame = frame
        self._unsure = np.repeat(np.float32(_START) * prior, bins, axis=1)
        self._added = (1 - _MEMORY) * np.float32(_UNFORESEEN) * prior
        self._response = np.zeros((PARTITIONS, bins), np.complex64)
        self._played = np.zeros((PARTITIONS, bins), np.complex64)
        self._last = np.zeros(frame, np.float32)
        self._near_end = np.zeros(bins, np.float32)
        self._silent = PARTITIONS

    def cancel(self, microphone: Pcm, reference: Pcm) -> Pcm:
        """The microphone's frame without the estimated echo of the reference."""
        self._silent = 0 if reference.any() else self._silent + 1
        if self._silent > PARTITIONS:
            return microphone  # nothing that was played can still be heard
        self._take(_floats(reference))
        echo = np.fft.irfft((self._response * self._played).sum(0))[self._frame :]
        left = _floats(microphone) - echo
        self._learn(left.astype(np.float32))
        return np.clip(np.rint(left * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)

    def _take(self, reference: _Floats) -> None:
        self._played[1:] = self._played[:-1]
        self._played[0] = np.fft.rfft(np.concatenate([self._last, reference]))
        self._last = reference

    def _learn(self, left: _Floats) -> None:
        spectrum = np.fft.rfft(np.concatenate([np.zeros(self._frame, np.float32), left])).astype(np.complex64)
        self._near_end = _SMOOTH * self._near_end + (1 - _SMOOTH) * _power(spectrum)
        loud = _power(self._played)
        gain = self._unsure / ((self._unsure * loud).sum(0) + self._near_end + _FLOOR)
        step = np.fft.irfft(gain * self._played.conj() * spectrum, axis=1)
        # A response that fits a frame: the rest is what the transform wraps around.
        step[:, self._frame :] = 0
        self._response += np.fft.rfft(step, axis=1)
        self._unsure *= _MEMORY * (1 - np.float32(0.5) * gain * loud)
        self._unsure += (1 - _MEMORY) * _power(self._response) + self._added


def _floats(samples: Pcm) -> _Floats:
    return samples.astype(np.float32) * np.float32(1 / FULL_SCALE)


def _power(spectrum: npt.NDArray[np.complex64]) -> _Floats:
    return spectrum.real**2 + spectrum.imag**2
