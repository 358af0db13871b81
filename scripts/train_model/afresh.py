"""Stage: train further on sounds that are made anew at every step; for a GPU, though none is needed.

The network kept is the mean over the last thousand steps or so: it hears new voices better than any one of them.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from scripts.train_model.batching import phones_of
from scripts.train_model.fbank import SHIFT
from scripts.train_model.going_on import load_network
from scripts.train_model.hearings import World, fbank, hear, masked, normalised, padded
from scripts.train_model.held_out import held_out
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.loss import Denominator, Numerator, cross_entropy, occupancies, padded_phones
from scripts.train_model.network import LEFT_CONTEXT, RIGHT_CONTEXT, SUBSAMPLING, Network
from scripts.train_model.noises import clatter, recorded_noises
from scripts.train_model.planning import Planner, Sounds, read_sounds
from scripts.train_model.train import SECOND_SCORES, SMALL_SCORES, Progress, Schedule, write
from scripts.train_model.work import RATE, Work, read_audio

_WARM_UP = 200  # steps
_MEASURE_EVERY = 60.0  # seconds
_REMEMBERED = 0.999  # of the mean network at each step
_CLATTERS, _CLATTER = 200, 6 * RATE  # how many, and samples of each
_WORKERS = 7
_SIZE = 80  # output frames: held-out utterances are padded to multiples of it

_Batch = dict[str, Tensor]
_Examples = list[tuple[Tensor, Tensor]]
"""Features and phones."""


class _Plans(IterableDataset[_Batch]):
    """Batches planned beforehand by worker processes."""

    def __init__(self, planner: Planner, seed: int) -> None:
        self._planner, self._seed = planner, seed

    def __iter__(self) -> Iterator[_Batch]:
        worker = get_worker_info()
        for plan in self._planner.batches(self._seed + (worker.id if worker else 0)):
            yield {name: torch.from_numpy(np.asarray(values)) for name, values in plan.items()}


@dataclass(slots=True)
class Scorer:
    """The loss, its slope and what was said; on a GPU as a graph for each size of batch: several times as fast."""

    denominator: Denominator
    _graphs: dict[tuple[int, ...], tuple[Sequence[Tensor], Sequence[Tensor], Any]] = field(default_factory=dict)

    def __call__(self, outputs: Tensor, phones: Tensor) -> Sequence[Tensor]:
        """Loss in nats (batch), its slope, and what was said, of log-scores (batch, frames, outputs).

        The latter two are shaped as the scores, all frames of which count.
        """
        if outputs.device.type != "cuda":
            return self._score(outputs, phones)
        key = (*outputs.shape, *phones.shape)
        if key not in self._graphs:
            self._graphs[key] = _captured(self._score, [outputs.clone(), phones.clone()])
        inputs, results, graph = self._graphs[key]
        inputs[0].copy_(outputs)
        inputs[1].copy_(phones)
        graph.replay()
        return results

    def _score(self, outputs: Tensor, phones: Tensor) -> Sequence[Tensor]:
        lengths = torch.full((len(outputs),), outputs.shape[1], device=outputs.device)
        numerator = Numerator(phones, self.denominator.log_bigram)
        return [each.nan_to_num() for each in occupancies(outputs, lengths, numerator, self.denominator)]


def _captured(
    function: Callable[..., Sequence[Tensor]], inputs: Sequence[Tensor]
) -> tuple[Sequence[Tensor], Sequence[Tensor], Any]:
    """Inputs to fill, results to read, and the graph in between."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        function(*inputs)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # workers' threads go on meanwhile
        results = function(*inputs)
    return inputs, results, graph


@dataclass(slots=True)
class _Training:
    """A network, the mean of it over its last steps, and what trains it."""

    network: Network
    mean: Network
    optimiser: torch.optim.Optimizer
    score: Scorer
    world: World
    device: str
    steps: int = 0

    def step(self, batch: _Batch, rate: float) -> Tensor:
        """One update; returns the loss in nats per output frame, still on the device."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.network.train()
        plan = {
            name: values if values.dim() == 0 else values.to(self.device, non_blocking=True)
            for name, values in batch.items()
        }
        with torch.no_grad():
            features = masked(hear(plan, self.world), plan)
        outputs, second = self.network.scores(padded(features, LEFT_CONTEXT, RIGHT_CONTEXT))
        scores = outputs.detach()
        count = scores.shape[0] * scores.shape[1]
        with torch.no_grad():
            losses, slope, said = self.score(scores, plan["phones"])
            slope = (slope + scores * (SMALL_SCORES * 2 / scores.shape[2])) / count
        self.optimiser.zero_grad()
        more = cross_entropy(second, said) * (SECOND_SCORES / count)
        torch.autograd.backward([outputs, more], [slope, torch.ones_like(more)])
        if torch.isfinite(nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)):
            self.optimiser.step()
        self._remember()
        return losses.sum() / count

    def _remember(self) -> None:
        self.steps += 1
        kept = min(_REMEMBERED, self.steps / (self.steps + 10))
        with torch.no_grad():
            for old, new in zip(self.mean.state_dict().values(), self.network.state_dict().values(), strict=True):
                if old.is_floating_point():
                    old.lerp_(new, 1 - kept)

    def measure(self, examples: _Examples) -> float:
        """Loss of the mean network on held-out speech, in nats per output frame."""
        total = frames = 0.0
        with torch.no_grad():
            for features, phones in examples:
                outputs = self.mean(padded(features, LEFT_CONTEXT, RIGHT_CONTEXT))
                total += float(self.score(outputs, phones)[0].sum())
                frames += outputs.shape[0] * outputs.shape[1]
        return total / frames


def train_afresh(work: Work, schedule: Schedule, device: str, seed: int = 1) -> Iterator[Progress]:
    """Train on all sounds from `schedule.start` or nothing; leaves the mean network as `network/best.pt`.

    Needs what `rooms` and `first` leave. It does not go on where it was interrupted: on a GPU it takes minutes.
    """
    torch.manual_seed(seed)
    lexicon, sounds = Lexicon(), read_sounds(work)
    lexicon.guess(word for text in sounds.texts for word in text.split())
    world = load_world(work, sounds, device)
    examples = _held_out(work, world, lexicon, device)
    network = Network()
    if schedule.start:
        starts = [padded(features, LEFT_CONTEXT, RIGHT_CONTEXT).cpu() for features, _ in examples]
        network = load_network(schedule.start, starts)
    network.to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=1e-3)
    score = Scorer(Denominator(np.load(work.network / "bigram.npy")).to(device))
    training = _Training(network, deepcopy(network).eval(), optimiser, score, world, device)
    plans = _Plans(Planner(sounds, lexicon, schedule.frames, len(world.rooms)), seed * 1000)
    # Planning in this process too where there are few cores.
    workers = _WORKERS if device == "cuda" else 0
    recent, loss = deque[Tensor](maxlen=50), math.nan
    started = measured = time.monotonic()
    for batch in DataLoader(plans, batch_size=None, num_workers=workers):
        now = time.monotonic()
        done = min(1.0, (now - started) / 60 / schedule.minutes)
        held_out = None
        if done >= 1 or now - measured > _MEASURE_EVERY:
            held_out, measured = training.measure(examples), now
            write(work.network / "best.pt", {name: at.cpu() for name, at in training.mean.state_dict().items()})
            # Read here alone: the device would be waited for.
            loss = float(torch.stack(list(recent)).mean()) if recent else math.nan
        yield Progress(done, training.steps, loss, held_out)
        if done >= 1:
            return
        recent.append(training.step(batch, schedule.rate_at(done, training.steps, _WARM_UP)))


def load_world(work: Work, sounds: Sounds, device: str) -> World:
    """What the sounds are put into, on the device."""
    recorded = recorded_noises(work.shared)
    rng = np.random.default_rng(5)
    noises = [*recorded, *(clatter(rng, _CLATTER) for _ in range(_CLATTERS))]
    lengths = np.array([len(noise) for noise in noises])
    joined = np.concatenate([noise / np.abs(noise).max() * 16_000 for noise in noises]).astype(np.int16)
    return World(
        torch.from_numpy(sounds.samples).to(device),
        torch.from_numpy(joined).to(device),
        torch.from_numpy(np.stack([np.cumsum(lengths) - lengths, lengths], 1)).to(device),
        len(recorded),
        torch.from_numpy(np.load(work.root / "rooms.npy").astype(np.float32)).to(device),
        torch.from_numpy(np.load(work.features / "mean.npy")).to(device),
    )


def _held_out(work: Work, world: World, lexicon: Lexicon, device: str) -> _Examples:
    """The clips that only measure, as they are; those of about the same length together."""
    sizes = dict[int, list[tuple[Tensor, list[int]]]]()
    for path, clip in held_out(work):
        features = normalised(fbank(torch.from_numpy(read_audio(path))[None].to(device), SHIFT), world.mean)
        outputs = -(-features.shape[1] // SUBSAMPLING // _SIZE) * _SIZE
        phones = phones_of(clip.text, lexicon, np.random.default_rng(0), usual=True)
        missing = SUBSAMPLING * outputs - features.shape[1]
        whole = nn.functional.pad(features.transpose(1, 2), (0, missing), "replicate").transpose(1, 2)
        sizes.setdefault(outputs, []).append((whole, phones))
    return [
        (torch.cat([frames for frames, _ in rows]), padded_phones([phones for _, phones in rows]).to(device))
        for rows in sizes.values()
    ]
