"""Utterances as tensors: phones for words, padding, masking, batches of about the same length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scripts.train_model.fbank import BANDS
from scripts.train_model.features import Utterance
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.network import LEFT_CONTEXT, RIGHT_CONTEXT, SUBSAMPLING
from scripts.train_model.phones import PHONE_ID

GRAIN = 16
"""Output frames: lengths are rounded up to a multiple, since oneDNN compiles anew for each size that it meets."""
_WARP = 1 / 9
OTHER_PRONUNCIATION = 0.3  # how often one is drawn from all of a word's rather than the first taken


@dataclass(frozen=True, slots=True)
class Batch:
    """`frames` (batch, time, bands); `lengths` in output frames (batch); phone ids of each utterance."""

    frames: Tensor
    lengths: Tensor
    phones: list[list[int]]


def phones_of(text: str, lexicon: Lexicon, rng: np.random.Generator, *, usual: bool = False) -> list[int]:
    """Phone ids of a text with silence (0) before, between and after the words; silence alone for no text.

    `usual`: each word's first pronunciation, none drawn.
    """
    phones = [0]
    for word in text.split():
        ways = lexicon[word]
        other = not usual and rng.random() < OTHER_PRONUNCIATION
        way = ways[rng.integers(len(ways))] if other else ways[0]
        phones += [*(PHONE_ID[phone] for phone in way), 0]
    return phones


def long_enough(utterance: Utterance) -> bool:
    """Whether an output frame can be had for each phone and a few more; letters count for phones."""
    text, frames = utterance
    return len(frames) // SUBSAMPLING > 0.55 * len(text.replace(" ", "")) + 4


def make_batches(
    utterances: Sequence[Utterance], frames: int, rng: np.random.Generator
) -> Iterator[list[Utterance]]:
    """Shuffled batches of about `frames` output frames, each of utterances that are padded to the same length."""
    by_length = dict[int, list[int]]()
    for index in rng.permutation(len(utterances)):
        by_length.setdefault(_padded_outputs(utterances[index][1]), []).append(int(index))
    found = list[list[int]]()
    left = list[int]()
    for length, of_length in sorted(by_length.items()):
        # What fills no batch goes on to the next length: few sizes of batch there must be (see GRAIN).
        indices = [*left, *of_length]
        size = max(1, frames // length)
        whole = len(indices) // size * size
        found += [indices[start : start + size] for start in range(0, whole, size)]
        left = indices[whole:]
    if left:
        found.append(left)
    for index in rng.permutation(len(found)):
        yield [utterances[row] for row in found[index]]


def collate(utterances: Sequence[Utterance], lexicon: Lexicon, rng: np.random.Generator, masked: bool) -> Batch:
    """Pad to the longest, edges repeated; `masked` warps, tilts and stripes the spectra at random."""
    shifted = [feats[rng.integers(SUBSAMPLING) if masked else 0 :] for _, feats in utterances]
    lengths = [_outputs(feats) for feats in shifted]
    longest = max(_padded_outputs(feats) for _, feats in utterances)
    frames = np.stack([padded(feats, longest) for feats in shifted])
    if masked:
        for row in frames:
            row[:] = warped(row, rng)
            mask(row, rng)
    phones = [phones_of(text, lexicon, rng) for text, _ in utterances]
    return Batch(torch.from_numpy(frames), torch.tensor(lengths), phones)


def padded(feats: npt.NDArray[Any], outputs: int | None = None) -> npt.NDArray[np.float32]:
    """Edges of (frames, bands) repeated as far as the network reaches for `outputs` output frames."""
    outputs = outputs or _padded_outputs(feats)
    total = LEFT_CONTEXT + SUBSAMPLING * (outputs - 1) + 1 + RIGHT_CONTEXT
    whole = np.pad(feats, ((LEFT_CONTEXT, max(0, total - LEFT_CONTEXT - len(feats))), (0, 0)), "edge")
    return np.asarray(whole[:total], np.float32)


def _outputs(feats: npt.NDArray[Any]) -> int:
    """Output frames for so many input frames."""
    return (len(feats) + SUBSAMPLING - 1) // SUBSAMPLING


def _padded_outputs(feats: npt.NDArray[Any]) -> int:
    return -(-_outputs(feats) // GRAIN) * GRAIN


def warped(frames: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Frames (n, bands) as of a longer or shorter throat: bands stretched by up to a ninth, the pace kept."""
    places = np.clip(np.arange(BANDS) * rng.uniform(1 - _WARP, 1 + _WARP), 0, BANDS - 1)
    below = np.minimum(places.astype(np.int64), BANDS - 2)
    share = (places - below).astype(np.float32)
    return frames[:, below] * (1 - share) + frames[:, below + 1] * share


def mask(frames: np.ndarray[tuple[int, ...], np.dtype[np.float32]], rng: np.random.Generator) -> None:
    """SpecAugment, in place: up to two stripes of bands and two of time become the mean (0)."""
    for _ in range(2):
        if rng.random() < 0.6:
            width = rng.integers(1, 9)
            band = rng.integers(BANDS - width)
            frames[:, band : band + width] = 0
        if rng.random() < 0.3:
            width = rng.integers(1, 20)
            time = rng.integers(len(frames) - width)
            frames[time : time + width] = 0
    frames += rng.standard_normal(BANDS, np.float32) * np.float32(0.25)
