"""The utterance buffer: blocks of the current utterance with their levels, and an adaptive speech threshold."""

import math
from typing import NamedTuple

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE

_LOUDEST_BLOCKS = 3
"""The loudest level is that of so many blocks."""
_NOISE_SHARE = 8
"""At least 1 of so many blocks has nothing but noise: before the first word there is a second of that."""
_OVER_NOISE = 1.4  # 3 dB
_STILL_LOUD = 0.3  # of the loudest: 10 dB less, where words fade out and rooms ring
_SOFT = 0.1  # of the loudest: 20 dB less, as somebody far away beside somebody near
_NO_CLICK = 4
"""Of so many blocks, two are loud where somebody speaks."""


class _Block(NamedTuple):
    """Sound as it was fed, and its level (root mean square of int16, never 0)."""

    samples: np.ndarray
    level: float


class UtteranceBuffer:
    """Blocks of int16 mono at 16 kHz, one behind the other; the last ends now."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._loudest = self._noise = 0.0
        self.samples = 0
        """The number of samples in all blocks."""

    def take(self, samples: np.ndarray) -> None:
        """Add a block."""
        sound = samples.astype(np.float32)
        self._blocks.append(_Block(samples, math.sqrt(np.dot(sound, sound) / max(1, len(sound))) + 1))
        self.samples += len(samples)
        self._compare()

    def keep_last(self, seconds: float) -> None:
        """Drop the oldest blocks, so that at least `seconds` stay, where there are as many."""
        before = self.samples
        while self._blocks and self.samples - len(self._blocks[0].samples) >= seconds * SAMPLE_RATE:
            self.samples -= len(self._blocks.pop(0).samples)
        if self.samples != before:
            self._compare()

    def keep_at_most(self, seconds: float) -> None:
        """Drop the oldest blocks, so that no more than `seconds` stay."""
        while self._blocks and self.samples > seconds * SAMPLE_RATE:
            self.samples -= len(self._blocks.pop(0).samples)
        self._compare()

    @property
    def audio(self) -> np.ndarray:
        """All samples, joined (int16)."""
        return np.concatenate([block.samples for block in self._blocks] or [np.zeros(0, np.int16)])

    def goes_on(self, *, softly: bool = False) -> bool:
        """Whether the last block is loud, and no mere click: so was another just before.

        `softly`: or as loud as somebody far away, behind somebody near.
        """
        threshold = self._soft_level if softly else self._loud_level
        loud = [block.level > threshold for block in self._blocks[-_NO_CLICK:]]
        return loud.count(True) > 1 and loud[-1]

    def quiet_s(self, *, least: float = 0.0) -> float:
        """Seconds for which it has been much quieter than the speech before, or about as quiet as it gets here.

        Infinite where there is no audio yet. `least`: what share of the loudest level is quiet in any case.
        """
        if not self._blocks:
            return math.inf
        quiet, threshold = 0, max(self._loud_level, least * self._loudest)
        for block in reversed(self._blocks):
            if block.level > threshold:
                break
            quiet += len(block.samples)
        return quiet / SAMPLE_RATE

    def loud_s(self) -> float:
        """Seconds of it that are not quiet."""
        return sum(len(block.samples) for block in self._blocks if block.level > self._loud_level) / SAMPLE_RATE

    @property
    def _loud_level(self) -> float:
        """The level over which sound is not quiet."""
        return max(_STILL_LOUD * self._loudest, _OVER_NOISE * self._noise)

    @property
    def _soft_level(self) -> float:
        """The level over which sound may be speech all the same."""
        return max(_SOFT * self._loudest, _OVER_NOISE * self._noise)

    def _compare(self) -> None:
        ranked = sorted(block.level for block in self._blocks) or [math.inf]
        self._loudest, self._noise = ranked[-_LOUDEST_BLOCKS:][0], ranked[len(ranked) // _NOISE_SHARE]
