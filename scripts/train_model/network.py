"""The acoustic network: factored time-delay layers over filterbank frames, an output for every third frame."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from scripts.train_model.fbank import BANDS
from scripts.train_model.phones import OUTPUTS

SUBSAMPLING = 3  # Vosk takes an output frame for 30 ms
BYPASS = 0.66  # of a block's input is added to its output, as Kaldi's TDNN-F recipes have it
FIRST = [-4, -3, -2, -1, 0, 1, 2, 3, 4]
"""Frames (10 ms) that the first layer splices."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Frames (10 ms) a block's narrow and wide layers splice; back far, ahead little: what lies ahead is delay."""

    narrow: Sequence[int]
    wide: Sequence[int]


BLOCKS = [
    Reach([-3, 0], [0, 3]),
    Reach([-3, 0], [0, 3]),
    Reach([-3, 0], [0, 3]),
    Reach([-6, 0], [0, 3]),
    Reach([-6, 0], [0, 3]),
    Reach([-6, 0], [0]),
    Reach([-9, 0], [0]),
    Reach([-12, 0], [0]),
]
LEFT_CONTEXT = -FIRST[0] - sum(reach.narrow[0] for reach in BLOCKS)
RIGHT_CONTEXT = FIRST[-1] + sum(reach.wide[-1] for reach in BLOCKS)


class Block(nn.Module):
    """Linear down to `narrow`, affine up to `width`, batch norm, rectifier; its input is added in part."""

    def __init__(self, width: int, narrow: int, reach: Reach, dropout: float) -> None:
        super().__init__()
        self.reach, self.dropout = reach, dropout
        self.narrow = nn.Linear(width * len(reach.narrow), narrow, bias=False)
        self.wide = nn.Linear(narrow * len(reach.wide), width)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, hidden: Tensor) -> Tensor:
        """(batch, rows, width) -> the same, less the rows that the block reaches beyond; a row is 30 ms."""
        back, ahead = -self.reach.narrow[0] // SUBSAMPLING, self.reach.wide[-1] // SUBSAMPLING
        new = self.wide(_splice(self.narrow(_splice(hidden, self.reach.narrow)), self.reach.wide))
        new = _dropped(_rectified(new, self.norm), self.dropout if self.training else 0.0)
        return new + BYPASS * hidden[:, back : hidden.shape[1] - ahead]


class Network(nn.Module):
    """A splicing layer, then the blocks, then the scores."""

    def __init__(self, width: int = 704, narrow: int = 176, dropout: float = 0.1) -> None:
        super().__init__()
        self.first = nn.Linear(BANDS * len(FIRST), width)
        self.norm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(Block(width, narrow, reach, dropout) for reach in BLOCKS)
        self.out = nn.Linear(width, OUTPUTS)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, LEFT_CONTEXT + 3 * n - 2 + RIGHT_CONTEXT, bands) -> log-scores (batch, n, outputs), float32."""
        # 8 times as fast as float32 where the processor has bfloat16.
        with torch.autocast(frames.device.type, torch.bfloat16):
            windows = frames.unfold(1, len(FIRST), SUBSAMPLING).transpose(2, 3).flatten(2)
            hidden = _rectified(self.first(windows), self.norm)
            for block in self.blocks:
                hidden = block(hidden)
            scores: Tensor = self.out(hidden)
        return scores.float()


def _rectified(hidden: Tensor, norm: nn.Module) -> Tensor:
    return torch.relu(norm(hidden.flatten(0, 1)).view(hidden.shape))


def _dropped(hidden: Tensor, dropout: float) -> Tensor:
    if not dropout:
        return hidden
    # One draw for all times of an utterance: as good, and far cheaper.
    kept = hidden.new_full((len(hidden), 1, hidden.shape[2]), 1 - dropout).bernoulli()
    return hidden * (kept / (1 - dropout)).to(hidden.dtype)


def _splice(hidden: Tensor, offsets: Sequence[int]) -> Tensor:
    """Rows of 30 ms side by side."""
    places = [offset // SUBSAMPLING for offset in offsets]
    rows = hidden.shape[1] - (places[-1] - places[0])
    return torch.cat([hidden[:, place - places[0] :][:, :rows] for place in places], dim=2)
