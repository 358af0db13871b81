"""Lattice-free MMI from a flat start (Povey et al. 2016, Hadian et al. 2018).

Both graphs are hidden Markov models over phones: a phone is entered with the `forward_output` of it and the class
of the phone before, and then held with its `loop_output`, a frame at a time. The numerator is the utterance's own
phones with optional silence between words; the denominator is any sequence of phones, weighted by a bigram. The
gradient is the difference of the two occupancies, so both are computed by hand rather than by autograd: five times
faster on a CPU.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scripts.train_model.phones import LEFT_CLASS, LEFT_CLASSES, PHONES, loop_output

_PHONES, _CLASSES = len(PHONES), len(LEFT_CLASSES)
_FORWARD = _CLASSES * _PHONES
_NEVER = -1e5  # as good as impossible, yet finite: differences of it stay numbers


def phone_bigram(sequences: Sequence[Sequence[int]]) -> npt.NDArray[np.float64]:
    """P(next | phone), (phones, phones), smoothed with the unigram; silence never follows silence."""
    counts = np.zeros((_PHONES, _PHONES))
    for sequence in sequences:
        np.add.at(counts, (np.asarray(sequence[:-1]), np.asarray(sequence[1:])), 1)
    counts[0, 0] = 0
    unigram = counts.sum(0) / counts.sum()
    smoothed = counts + 20 * unigram
    return np.asarray(smoothed / smoothed.sum(1, keepdims=True))


class Denominator:
    """The graph of everything that could have been said."""

    def __init__(self, bigram: npt.NDArray[np.float64]) -> None:
        self.log_bigram = torch.tensor(np.log(bigram + 1e-10), dtype=torch.float32)
        transitions = torch.zeros(_PHONES, _CLASSES, _PHONES)
        for phone in range(_PHONES):
            transitions[phone, LEFT_CLASS[phone]] = torch.tensor(bigram[phone], dtype=torch.float32)
        self._transitions = transitions.reshape(_PHONES, _FORWARD)

    def occupancy(self, outputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Log-likelihood (batch) and occupancies (batch, frames, outputs) of log-scores of the same shape."""
        batch, frames, _ = outputs.shape
        transitions = self._transitions
        peaks = outputs.amax(2, keepdim=True)
        # Times first: each step of the recursions then reads what lies together.
        scores = (outputs - peaks).exp_().clamp_(min=1e-20).transpose(0, 1).contiguous()
        forward, loop = scores[:, :, :_FORWARD], scores[:, :, _FORWARD:]
        # Training audio starts with silence: before the first frame there is nothing else.
        alpha = outputs.new_zeros(batch, _PHONES)
        alpha[:, 0] = forward[0, :, 0]
        norm = alpha.sum(1, keepdim=True)
        alpha = alpha / norm
        alphas, entered, norms = [alpha], [outputs.new_zeros(batch, _FORWARD)], [norm]
        entered[0][:, 0] = 1
        for score, hold in zip(forward.unbind(0)[1:], loop.unbind(0)[1:], strict=True):
            into = alpha @ transitions
            entered.append(into)
            alpha = torch.addcmul((into * score).view(batch, _CLASSES, _PHONES).sum(1), alpha, hold)
            norm = alpha.sum(1, keepdim=True)
            alpha = alpha / norm
            alphas.append(alpha)
            norms.append(norm)
        times = torch.arange(frames, device=outputs.device)
        inside = times[None] < lengths[:, None]
        likelihood = ((torch.cat(norms, 1).log() + peaks[:, :, 0]) * inside).sum(1)

        beta = outputs.new_ones(batch, _PHONES)
        betas = [beta]
        over = (lengths[None] - 1 <= times[:, None])[:, :, None].unbind(0)
        backward = transitions.T.contiguous()
        for frame in range(frames - 1, 0, -1):
            ahead = (forward[frame].view(batch, _CLASSES, _PHONES) * beta[:, None]).view(batch, _FORWARD)
            beta = torch.addcmul(ahead @ backward, loop[frame], beta)
            beta = torch.where(over[frame - 1], 1.0, beta / beta.amax(1, keepdim=True))
            betas.append(beta)
        beta = torch.stack(betas[::-1])  # (frames, batch, phones)
        entering = forward.unflatten(2, (_CLASSES, _PHONES)) * beta[:, :, None]
        entering *= torch.stack(entered).unflatten(2, (_CLASSES, _PHONES))
        held = torch.zeros_like(beta)
        torch.mul(loop[1:] * beta[1:], torch.stack(alphas[:-1]) if frames > 1 else held[1:], out=held[1:])
        occupancy = torch.cat([entering.flatten(2), held], 2)
        # Every frame is somewhere: the occupancies of a frame sum to one, which also undoes all scaling.
        occupancy /= occupancy.sum(2, keepdim=True)
        return likelihood, occupancy.transpose(0, 1) * inside[:, :, None]

    def to(self, device: str | torch.device) -> "Denominator":
        """Itself, moved."""
        self.log_bigram, self._transitions = self.log_bigram.to(device), self._transitions.to(device)
        return self


class Numerator:
    """The graph of what was said: one batch of phone sequences (0 is silence, first and last)."""

    def __init__(self, phones: Tensor, costs: Tensor) -> None:
        """`phones`: ids (batch, places), -1 behind the last (see `padded_phones`); `costs`: `log_bigram` there."""
        classes = _left_classes(phones.device)
        self.ends = (phones >= 0).sum(1) - 1
        here, left, before = phones, _moved(phones, 1), _moved(phones, 2)
        known = here.clamp(min=0)
        self.loop = loop_output(0) + known
        self.enter, self.skip = (classes[of.clamp(min=0)] * _PHONES + known for of in (left, before))
        entered, skipped = (costs[of.clamp(min=0), known] for of in (left, before))
        self.enter_cost = entered.masked_fill((here < 0) | (left < 0), _NEVER)
        # The silence between two words may be missing.
        self.skip_cost = skipped.masked_fill((here < 0) | (before < 0) | (left != 0), _NEVER)

    def occupancy(self, outputs: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """As `Denominator.occupancy`; an utterance too short for its phones has a likelihood below -1e4."""
        batch, frames, _ = outputs.shape
        places = self.loop.shape[1]

        def scores(of: Tensor) -> Tensor:
            return outputs.gather(2, of[:, None].expand(batch, frames, places)).transpose(0, 1).contiguous()

        loop = scores(self.loop)
        enter = scores(self.enter) + self.enter_cost
        skip = scores(self.skip) + self.skip_cost
        alpha = outputs.new_full((frames, batch, places + 2), _NEVER)  # two places of nothing in front
        alpha[0, :, 2] = outputs[:, 0, 0]
        for frame in range(1, frames):
            now, then = alpha[frame, :, 2:], alpha[frame - 1]
            torch.logaddexp(then[:, 2:] + loop[frame], then[:, 1:-1] + enter[frame], out=now)
            torch.logaddexp(now, then[:, :-2] + skip[frame], out=now)
        rows = torch.arange(batch, device=outputs.device)
        likelihood = alpha[lengths - 1, rows, self.ends + 2]

        final = outputs.new_full((batch, places), _NEVER).scatter_(1, self.ends[:, None], 0.0)
        times = torch.arange(frames, device=outputs.device)
        ending = (lengths[None] - 1 == times[:, None])[:, :, None].unbind(0)
        beta = outputs.new_full((frames, batch, places + 2), _NEVER)  # two places of nothing behind
        beta[-1, :, :-2] = torch.where(ending[-1], final, _NEVER)
        for frame in range(frames - 1, 0, -1):
            here, before = beta[frame, :, :-2], beta[frame - 1]
            entering, skipping = enter[frame] + here, skip[frame] + here
            torch.add(loop[frame], here, out=before[:, :-2])
            torch.logaddexp(before[:, :-3], entering[:, 1:], out=before[:, :-3])
            torch.logaddexp(before[:, :-4], skipping[:, 2:], out=before[:, :-4])
            torch.where(ending[frame - 1], final, before[:, :-2], out=before[:, :-2])
        here = beta[1:, :, :-2] - likelihood[None, :, None]
        then = alpha[:-1]
        occupancy = outputs.new_zeros(frames, batch, outputs.shape[2])
        for index, share in (
            (self.loop, then[:, :, 2:] + loop[1:]),
            (self.enter, then[:, :, 1:-1] + enter[1:]),
            (self.skip, then[:, :, :-2] + skip[1:]),
        ):
            occupancy[1:].scatter_add_(2, index.expand(frames - 1, -1, -1), (share + here).clamp_(max=0).exp_())
        occupancy[0, :, 0] = 1
        inside = times[None] < lengths[:, None]
        return likelihood, occupancy.transpose(0, 1) * inside[:, :, None]


def padded_phones(sequences: Sequence[Sequence[int]]) -> Tensor:
    """Phone ids (batch, places), -1 behind each sequence's last."""
    longest = max(map(len, sequences))
    return torch.tensor([[*sequence, *[-1] * (longest - len(sequence))] for sequence in sequences])


@cache
def _left_classes(device: torch.device) -> Tensor:
    return torch.tensor(LEFT_CLASS, device=device)


def _moved(phones: Tensor, places: int) -> Tensor:
    """What is `places` before each; -1 where nothing is."""
    return torch.nn.functional.pad(phones, (places, 0), value=-1)[:, : phones.shape[1]]


def occupancies(
    outputs: Tensor, lengths: Tensor, numerator: Numerator, denominator: Denominator
) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of each utterance, its slope, and the occupancies of what was said, the latter two as `outputs`.

    All are 0 where an utterance's audio is too short for its phones (see `mmi_loss`).
    """
    said, said_at = numerator.occupancy(outputs, lengths)
    any_, any_at = denominator.occupancy(outputs, lengths)
    possible = (said > -1e4) & torch.isfinite(any_)
    said_at = said_at * possible[:, None, None]
    return (any_ - said) * possible, any_at * possible[:, None, None] - said_at, said_at


class _Mmi(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, outputs: Tensor, lengths: Tensor, numerator: Numerator, denominator: Denominator
    ) -> tuple[Tensor, Tensor]:
        losses, slope, said = occupancies(outputs, lengths, numerator, denominator)
        ctx.save_for_backward(slope)
        ctx.mark_non_differentiable(said)
        return losses, said

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        (difference,) = ctx.saved_tensors
        return difference * gradients[0][:, None, None], None, None, None


def mmi_loss(
    outputs: Tensor, lengths: Tensor, numerator: Numerator, denominator: Denominator
) -> tuple[Tensor, Tensor]:
    """The loss of each utterance in nats, (batch), and the occupancies of what was said, shaped as `outputs`.

    Both are 0 where an utterance's audio is too short for its phones. `outputs` are log-scores (batch, frames,
    outputs), float32; `lengths` the frames that count, (batch).
    """
    return cast(
        tuple[Tensor, Tensor],
        _Mmi.apply(outputs, lengths, numerator, denominator),  # type: ignore[no-untyped-call]
    )


def cross_entropy(scores: Tensor, said: Tensor) -> Tensor:
    """Of the softmax of `scores` with the occupancies `said` (both batch, frames, outputs): nats in all."""
    return -(said * scores.log_softmax(2)).sum()
