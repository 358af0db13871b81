"""Parts of an utterance's audio, and the same at another speed, for decoding it again."""

import numpy as np
import soxr

from voice_coach.audio.pcm import SAMPLE_RATE


def excerpt(audio: np.ndarray, now: float, start: float, end: float) -> np.ndarray:
    """What `audio` (int16), which ends at `now`, has from `start` to `end`; all in seconds of the stream."""
    begins = now - len(audio) / SAMPLE_RATE
    first, last = (max(0, int((at - begins) * SAMPLE_RATE)) for at in (start, end))
    return audio[first:last]


def at_speed(audio: np.ndarray, pace: float) -> np.ndarray:
    """`audio` (int16 at SAMPLE_RATE) resampled to play `pace` times as fast; its pitch rises with it."""
    return audio if pace == 1 else soxr.resample(audio, pace * SAMPLE_RATE, SAMPLE_RATE)
