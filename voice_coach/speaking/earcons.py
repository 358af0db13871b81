"""Earcons: soft, short, synthesised chimes, told apart by their number of notes, direction and pitch."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples, factor

LEVEL_DBFS = -26.0
"""RMS over a whole chime: below the voice (-23), so that nobody starts."""

_EDGE_S = 0.015
_SOFT = ((1, 1.0), (2, 0.2), (3, 0.05))
_BELL = ((1, 1.0), (2.76, 0.3), (5.4, 0.08))
_WARM = ((1, 1.0), (2, 0.5), (3, 0.25), (4, 0.1))


def _note(pitch: float, seconds: float, partials: Sequence[tuple[float, float]], decay: float) -> Samples:
    """One note: partials as (multiple of `pitch` in Hz, amplitude), dying away by e in `decay` seconds."""
    t = np.arange(round(seconds * PLAYBACK_RATE)) / PLAYBACK_RATE
    tone = sum(a * np.sin(2 * np.pi * pitch * k * t) * np.exp(-t * k / decay) for k, a in partials)
    edge = round(_EDGE_S * PLAYBACK_RATE)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    shape = np.ones(t.size)
    shape[:edge] = rise
    shape[-edge:] = rise[::-1]
    return np.asarray(tone * shape, dtype=np.float32)


def _synthesise(kind: str) -> Samples:
    match kind:
        case "start":
            return np.concatenate([_note(523.25, 0.22, _SOFT, 0.25), _note(783.99, 0.38, _SOFT, 0.25)])
        case "one-minute":
            return _note(1046.5, 0.7, _BELL, 0.35)
        case "time":
            return np.concatenate([_note(783.99, 0.22, _SOFT, 0.25), _note(523.25, 0.5, _SOFT, 0.35)])
        case "pause":
            return _note(220.0, 0.8, _WARM, 0.8)
        case "reminder":
            return np.concatenate([_note(392.0, 0.5, _WARM, 0.5), _note(587.33, 0.9, _WARM, 0.6)])
        case "wake":
            return _note(1318.5, 0.2, _SOFT, 0.1)
    raise ValueError(f'there is no chime "{kind}"')


@cache
def earcon(kind: str) -> Samples:
    """The chime as float32 mono at 48 kHz, read-only. Kinds: start, one-minute, time, pause, reminder, wake."""
    chime = _synthesise(kind)
    rms = float(np.sqrt(np.mean(chime.astype(np.float64) ** 2)))
    chime = chime * np.float32(factor(LEVEL_DBFS) / rms)
    chime.flags.writeable = False
    return chime
