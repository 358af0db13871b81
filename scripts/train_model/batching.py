"""Utterances as tensors: phones for words, padding, masking, batches of about the same length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from scripts.train_model.fbank import BANDS
from scripts.train_model.features import Utterance
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.network import LEFT_CONTEXT, RIGHT_CONTEXT, SUBSAMPLING
from scripts.train_model.phones import PHONE_ID

OTHER_PRONUNCIATION = 0.3  # how often one is drawn from all of a word's rather than the first taken


@dataclass(frozen=True, slots=True)
class Batch:
    """`frames` (batch, time, bands); `lengths` in output frames (batch); phone ids of each utterance."""

    frames: Tensor
    lengths: Tensor
    phones: list[list[int]]


def phones_of(text: str, lexicon: Lexicon, rng: np.random.Generator) -> list[int]:
    """Phone ids of a text with silence (0) before, between and after the words; silence alone for no text."""
    phones = [0]
    for word in text.split():
        ways = lexicon[word]
        way = ways[rng.integers(len(ways))] if rng.random() < OTHER_PRONUNCIATION else ways[0]
        phones += [*(PHONE_ID[phone] for phone in way), 0]
    return phones


def long_enough(utterance: Utterance) -> bool:
    """Whether an output frame can be had for each phone and a few more; letters count for phones."""
    text, frames = utterance
    return len(frames) // SUBSAMPLING > 0.55 * len(text.replace(" ", "")) + 4


def make_batches(
    utterances: Sequence[Utterance], frames: int, rng: np.random.Generator
) -> Iterator[list[Utterance]]:
    """Shuffled batches of similar lengths, each of at most `frames` output frames."""
    jitter = rng.uniform(0, 20, len(utterances))
    order = np.argsort([len(feats) + jitter[row] for row, (_, feats) in enumerate(utterances)])
    found, batch = list[list[Utterance]](), list[Utterance]()
    for index in order:
        utterance = utterances[index]
        if batch and (len(utterance[1]) // SUBSAMPLING + 8) * (len(batch) + 1) > frames:
            found.append(batch)
            batch = []
        batch.append(utterance)
    found.append(batch)
    for index in rng.permutation(len(found)):
        yield found[index]


def collate(utterances: Sequence[Utterance], lexicon: Lexicon, rng: np.random.Generator, masked: bool) -> Batch:
    """Pad to the longest, edges repeated; `masked` hides random bands and times and tilts the spectrum."""
    shifted = [feats[rng.integers(SUBSAMPLING) if masked else 0 :] for _, feats in utterances]
    lengths = [(len(feats) + SUBSAMPLING - 1) // SUBSAMPLING for feats in shifted]
    total = LEFT_CONTEXT + SUBSAMPLING * (max(lengths) - 1) + 1 + RIGHT_CONTEXT
    frames = np.empty((len(shifted), total, BANDS), np.float32)
    for row, feats in zip(frames, shifted, strict=True):
        end = min(total, LEFT_CONTEXT + len(feats))
        row[:LEFT_CONTEXT] = feats[0]
        row[LEFT_CONTEXT:end] = feats[: end - LEFT_CONTEXT]
        row[end:] = feats[-1]
        if masked:
            mask(row, rng)
    phones = [phones_of(text, lexicon, rng) for text, _ in utterances]
    return Batch(torch.from_numpy(frames), torch.tensor(lengths), phones)


def mask(frames: np.ndarray[tuple[int, ...], np.dtype[np.float32]], rng: np.random.Generator) -> None:
    """SpecAugment, mildly, in place: up to two stripes of bands and one of time become the mean (0)."""
    for _ in range(2):
        if rng.random() < 0.5:
            width = rng.integers(1, 7)
            band = rng.integers(BANDS - width)
            frames[:, band : band + width] = 0
    if rng.random() < 0.3:
        width = rng.integers(1, 20)
        time = rng.integers(len(frames) - width)
        frames[time : time + width] = 0
    frames += rng.standard_normal(BANDS, np.float32) * np.float32(0.25)
