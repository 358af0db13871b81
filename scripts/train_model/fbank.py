"""Kaldi's filterbank features and online mean normalisation in numpy (as `conf/fbank.conf` and Vosk have them)."""

import numpy as np
import numpy.typing as npt

from scripts.train_model.work import RATE, Floats

BANDS = 40
FRAME, SHIFT, FFT = 400, 160, 512  # samples: 25 ms every 10 ms
LOW, HIGH = 20.0, RATE / 2 - 400  # Hz
WINDOW, GLOBAL = 600, 200  # frames of Kaldi's OnlineCmvn: what it looks back, and how far the global mean counts

WINDOW_SHAPE = ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1))) ** 0.85).astype(np.float32)


def _mel(frequency: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(1127 * np.log(1 + np.asarray(frequency) / 700))


def _filters() -> Floats:
    edges = np.linspace(_mel(LOW), _mel(HIGH), BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    bins = _mel(np.arange(FFT // 2) * RATE / FFT)[:, None]
    rise, fall = (bins - low) / (middle - low), (high - bins) / (high - middle)
    # Kaldi leaves the bin at half the rate out.
    return np.vstack([np.clip(np.minimum(rise, fall), 0, None), np.zeros((1, BANDS))]).astype(np.float32)


FILTERS = _filters()


def fbank(samples: Floats) -> Floats:
    """Log filterbank energies (frames, BANDS) of 16 kHz samples (+-1), without dither."""
    scaled = np.asarray(samples * np.float32(32768), np.float32)
    if len(scaled) < FRAME:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(scaled, FRAME)[::SHIFT].copy()
    frames -= frames.mean(1, keepdims=True)
    frames[:, 1:] -= np.float32(0.97) * frames[:, :-1].copy()
    frames[:, 0] *= np.float32(1 - 0.97)
    frames *= WINDOW_SHAPE
    spectrum = np.fft.rfft(frames, FFT, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.log(np.maximum(power @ FILTERS, np.finfo(np.float32).eps))


def normalised(features: Floats, mean: npt.NDArray[np.float64]) -> Floats:
    """Less the mean of the last WINDOW frames, filled up with up to GLOBAL frames of the global `mean` (BANDS)."""
    sums = np.concatenate([np.zeros((1, features.shape[1])), np.cumsum(features, 0, dtype=np.float64)])
    end = np.arange(1, len(features) + 1)
    start = np.maximum(0, end - WINDOW)
    count = (end - start).astype(np.float64)[:, None]
    filled = np.clip(WINDOW - count, 0, GLOBAL)
    return np.asarray(features - (sums[end] - sums[start] + filled * mean) / (count + filled), np.float32)
