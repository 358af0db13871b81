"""Levels: what counts as silent and as clipped, and whether a microphone is muted or far too loud."""

from enum import Enum, auto

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE

SILENT_S = 20.0
"""Silence from opening until the microphone counts as muted. Later, silence may be a noise filter's doing."""
CLIPPED_S = 0.5
"""Clipped speech per minute that is reported, in seconds."""
_MINUTE = 60 * SAMPLE_RATE
_FULL = 32_600
"""Least amplitude of a clipped sample: converters stop a little below full scale."""
CLIPPED_SHARE = 0.01
"""Least share of clipped samples in a block that clips: a cup set down hard has fewer."""
SILENCE_DBFS = -50.0
"""RMS of what counts as silence in the coach's own voice, and in what is played."""
SILENT_PEAK_DBFS = -60.0
"""Peak below which a microphone gives nothing that could be understood."""


def clipped_share(samples: np.ndarray) -> float:
    """The share of int16 samples that are cut off at full scale; 0 where there are no samples."""
    if not samples.size:
        return 0.0
    if samples.min() > -_FULL and samples.max() < _FULL:
        return 0.0  # nearly always, and sooner told
    return float(np.mean(np.abs(samples.astype(np.int32)) >= _FULL))


def clips(block: np.ndarray) -> bool:
    """Whether so much of a block of int16 samples is cut off that speech in it is damaged."""
    return clipped_share(block) >= CLIPPED_SHARE


class Fault(Enum):
    """What is wrong with a microphone's level."""

    SILENT = auto()
    CLIPPING = auto()


class Levels:
    """Watches int16 blocks at 16 kHz; each fault is told once until the microphone is opened anew."""

    def __init__(self) -> None:
        self._told = set[Fault]()
        self._samples = 0
        self._sounded = False
        self._clipped = 0

    def fault(self, block: np.ndarray) -> Fault | None:
        """Take a block; the fault that it reveals, if any."""
        self._sounded = self._sounded or bool(block.any())
        if clips(block):
            self._clipped += len(block)
        self._samples += len(block)
        if self._samples % _MINUTE < len(block):
            self._clipped = 0
        if not self._sounded and self._samples >= SILENT_S * SAMPLE_RATE:
            return self._once(Fault.SILENT)
        if self._clipped >= CLIPPED_S * SAMPLE_RATE:
            return self._once(Fault.CLIPPING)
        return None

    def _once(self, fault: Fault) -> Fault | None:
        if fault in self._told:
            return None
        self._told.add(fault)
        return fault
