"""The acoustic network: convolutions over time and bands, then factored time-delay layers; an output for every
third frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from scripts.train_model.fbank import BANDS
from scripts.train_model.phones import OUTPUTS

SUBSAMPLING = 3  # Vosk takes an output frame for 30 ms
BYPASS = 0.66  # of a block's input is added to its output, as Kaldi's TDNN-F recipes have it


@dataclass(frozen=True, slots=True)
class Patches:
    """A convolution: filters over the frames `times` (offsets of 10 ms) and over a band and its two neighbours.

    Kept are one frame in `frame_step` and one band in `band_step`.
    """

    filters: int
    times: Sequence[int]
    frame_step: int
    band_step: int


CONVOLUTIONS = [
    Patches(32, [-1, 0, 1], 1, 1),
    Patches(64, [-1, 0, 1], SUBSAMPLING, 2),
    Patches(96, [-3, 0, 3], 1, 2),
    Patches(128, [-3, 0], 1, 2),
]
HEIGHTS = [BANDS, 40, 20, 10, 5]
"""Bands before the first convolution and after each."""


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
LEFT_CONTEXT = -sum(layer.times[0] for layer in CONVOLUTIONS) - sum(reach.narrow[0] for reach in BLOCKS)
RIGHT_CONTEXT = sum(layer.times[-1] for layer in CONVOLUTIONS) + sum(reach.wide[-1] for reach in BLOCKS)


class Front(nn.Module):
    """The convolutions: the same filters at every band, so that a shorter throat is no other speaker."""

    def __init__(self) -> None:
        super().__init__()
        inputs = [1, *(layer.filters for layer in CONVOLUTIONS)]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(
                size, layer.filters, (len(layer.times), 3), (layer.frame_step, layer.band_step), padding=(0, 1)
            )
            for size, layer in zip(inputs, CONVOLUTIONS, strict=False)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(layer.filters) for layer in CONVOLUTIONS)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, frames, BANDS) -> (batch, rows, bands * filters): a band's filters side by side, a row 30 ms."""
        hidden = frames[:, None]
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            hidden = torch.relu(norm(convolution(hidden)))
        return hidden.permute(0, 2, 3, 1).flatten(2)


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
    """The convolutions, an affine layer, the blocks, then the scores.

    In training alone there are second scores, for the cross-entropy with what the first ones say was said: it
    keeps what the blocks make of a frame about that frame (Povey et al. 2016).
    """

    def __init__(self, width: int = 704, narrow: int = 176, dropout: float = 0.2) -> None:
        super().__init__()
        self.front = Front()
        self.first = nn.Linear(HEIGHTS[-1] * CONVOLUTIONS[-1].filters, width)
        self.norm = nn.BatchNorm1d(width)
        self.blocks = nn.ModuleList(Block(width, narrow, reach, dropout) for reach in BLOCKS)
        self.out, self.second = nn.Linear(width, OUTPUTS), nn.Linear(width, OUTPUTS)
        for scores in (self.out, self.second):
            nn.init.zeros_(scores.weight)
            nn.init.zeros_(scores.bias)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, LEFT_CONTEXT + 3 * n - 2 + RIGHT_CONTEXT, BANDS) -> log-scores (batch, n, OUTPUTS), float32."""
        return self.scores(frames)[0]

    def scores(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """As `forward`, and the second scores."""
        # 8 times as fast as float32 where the processor has bfloat16.
        with torch.autocast(frames.device.type, torch.bfloat16):
            hidden = _rectified(self.first(self.front(frames)), self.norm)
            for block in self.blocks:
                hidden = block(hidden)
            return self.out(hidden).float(), self.second(hidden).float()


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
