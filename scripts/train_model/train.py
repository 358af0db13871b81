"""Stage: train the network; stops when its time is up and goes on where it was interrupted."""

import itertools
import json
import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from scripts.train_model.batching import collate, long_enough, make_batches, phones_of
from scripts.train_model.features import Utterance, read_features
from scripts.train_model.going_on import load_network
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.loss import (
    Denominator,
    Numerator,
    cross_entropy,
    mmi_loss,
    padded_phones,
    phone_bigram,
)
from scripts.train_model.network import Network
from scripts.train_model.work import Work

_WARM_UP = 150  # steps
_SAVE_EVERY = 60.0  # seconds
_MEASURE_EVERY = 600.0  # seconds
_NORM_MOMENTUM = 0.01
"""What batch norms keep is of about a hundred batches: one of single words is half silence, and like no other."""
_LONGEST_STEP = 30.0  # seconds
_EXAMPLES = 6  # batches
SMALL_SCORES = 2e-4
"""Weight of the mean square of the scores: Kaldi's l2 regularisation of the chain objective."""
SECOND_SCORES = 0.1
"""Weight of the second scores' cross-entropy: Kaldi's `xent-regularize`."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast: `minutes` of training in all, batches of `frames` output frames (30 ms).

    `start`: what to go on from (see `going_on`), None for a fresh network.
    """

    minutes: float
    rate: float = 2e-3
    frames: int = 4000
    start: Path | None = None

    def rate_at(self, done: float, steps: int, warm_up: int = _WARM_UP) -> float:
        """The next step's, `done` being the share of the time: up over some steps, then down a cosine."""
        warm = min(1.0, (steps + 1) / warm_up)
        return self.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` is the share of the time; losses are nats per output frame (training, held out)."""

    done: float
    steps: int
    loss: float
    held_out: float | None = None


@dataclass(slots=True)
class _Training:
    """What a training is made of, and how far it has come; `spent` in seconds."""

    folder: Path
    network: Network
    optimiser: torch.optim.Optimizer
    denominator: Denominator
    lexicon: Lexicon
    rng: np.random.Generator
    spent: float = 0.0
    steps: int = 0
    best: float = math.inf

    def restore(self) -> None:
        """Go on where an earlier run was interrupted, if there was one."""
        path = self.folder / "state.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.spent, self.steps, self.best = state["spent"], state["steps"], state["best"]

    def save(self) -> None:
        """Write all that `restore` needs, and a line for people."""
        counts = {"spent": self.spent, "steps": self.steps, "best": self.best}
        state = {"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict()}
        write(self.folder / "state.pt", {**state, **counts})
        (self.folder / "progress.json").write_text(json.dumps(counts), encoding="ascii")

    def step(self, batch: Sequence[Utterance], rate: float) -> float:
        """One update; returns the loss in nats per output frame."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        data = collate(batch, self.lexicon, self.rng, masked=True)
        outputs, second = self.network.scores(data.frames)
        numerator = Numerator(padded_phones(data.phones), self.denominator.log_bigram)
        frames = data.lengths.sum()
        losses, said = mmi_loss(outputs, data.lengths, numerator, self.denominator)
        loss = losses.sum() / frames
        self.optimiser.zero_grad()
        more = SMALL_SCORES * outputs.square().mean(2).sum() + SECOND_SCORES * cross_entropy(second, said)
        (loss + more / frames).backward()
        if torch.isfinite(nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)):
            self.optimiser.step()
        self.steps += 1
        return float(loss.detach())

    def measure(self, held_out: Sequence[Utterance]) -> float:
        """Loss on held-out speech in nats per output frame; the best network is kept, and a line of the curve."""
        self.network.eval()
        rng = np.random.default_rng(0)
        total = frames = 0.0
        with torch.no_grad():
            for batch in make_batches(held_out, 4000, rng):
                data = collate(batch, self.lexicon, rng, masked=False)
                numerator = Numerator(padded_phones(data.phones), self.denominator.log_bigram)
                outputs = self.network(data.frames)
                total += float(mmi_loss(outputs, data.lengths, numerator, self.denominator)[0].sum())
                frames += float(data.lengths.sum())
        if total / frames < self.best:
            self.best = total / frames
            write(self.folder / "best.pt", self.network.state_dict())
        with (self.folder / "curve.jsonl").open("a", encoding="ascii") as curve:
            point = {"minutes": self.spent / 60, "steps": self.steps, "held_out": total / frames}
            curve.write(json.dumps(point) + "\n")
        return total / frames


def train(work: Work, schedule: Schedule, seed: int = 3, *, until: float = 1.0) -> Iterator[Progress]:
    """Train on the copies of features there are, one by one; keeps the best network in `network/best.pt`.

    `until`: the share of the time after which it stops, to go on later.
    """
    work.network.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    lexicon = Lexicon()
    held_out, utterances = (usable(read_features(work.features / name)) for name in ("held-out", "copy0"))
    lexicon.guess(word for text, _ in (*held_out, *utterances) for word in text.split())
    network = Network()
    if schedule.start:
        batches = itertools.islice(make_batches(utterances, schedule.frames, rng), _EXAMPLES)
        network = load_network(schedule.start, [collate(batch, lexicon, rng, False).frames for batch in batches])
    for norm in network.modules():
        if isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
            norm.momentum = _NORM_MOMENTUM
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=1e-3)
    denominator = Denominator(_bigram(work, utterances, lexicon, rng))
    training = _Training(work.network, network, optimiser, denominator, lexicon, rng)
    training.restore()
    if schedule.start and not training.steps:
        # What an export can average the result with.
        write(work.network / "start.pt", network.state_dict())
        yield Progress(0.0, 0, math.nan, training.measure(held_out))
    saved = measured = last = time.monotonic()
    recent, epoch = deque[float](maxlen=50), 0
    done = training.spent / 60 / schedule.minutes
    while done < until:
        for batch in make_batches(utterances, schedule.frames, rng):
            recent.append(training.step(batch, schedule.rate_at(done, training.steps)))
            now = time.monotonic()
            # A process that was stopped for a while has not trained meanwhile.
            training.spent += min(now - last, _LONGEST_STEP)
            last, done = now, training.spent / 60 / schedule.minutes
            yield Progress(min(1.0, done), training.steps, float(np.mean(recent)))
            if done >= until:
                break
            if now - measured > _MEASURE_EVERY:
                yield Progress(min(1.0, done), training.steps, float(np.mean(recent)), training.measure(held_out))
                measured = last = time.monotonic()  # measuring is no training
            if now - saved > _SAVE_EVERY:
                training.save()
                saved = now
        if done >= until:
            break
        epoch += 1
        # The list of copies is read anew: they may still be in the making.
        copies = sorted(path for path in work.features.glob("copy*") if any(path.glob("*.json")))
        utterances = usable(read_features(copies[epoch % len(copies)]))
        lexicon.guess(word for text, _ in utterances for word in text.split())
    loss = training.measure(held_out)
    training.save()
    yield Progress(min(1.0, done), training.steps, float(np.mean(recent or [math.nan])), loss)


def usable(utterances: Sequence[Utterance]) -> list[Utterance]:
    """Those with enough frames for what they say."""
    return [utterance for utterance in utterances if long_enough(utterance)]


def _bigram(
    work: Work, utterances: Sequence[Utterance], lexicon: Lexicon, rng: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of the training texts, a pause at one word in seven; kept: a resumed training must have the same."""
    path = work.network / "bigram.npy"
    if not path.exists():
        sequences = list[list[int]]()
        for text, _ in utterances[:20_000]:
            phones = phones_of(text, lexicon, rng)
            inner = [phone for phone in phones[1:-1] if phone or rng.random() < 0.15]
            sequences.append([0, *inner, 0])
        np.save(path, phone_bigram(sequences))
    return np.asarray(np.load(path), np.float64)


def write(path: Path, state: dict[str, object]) -> None:
    """Save a state; an earlier one stays until the new one is whole."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)
