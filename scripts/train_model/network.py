"""The acoustic network: time-delay layers over filterbank frames, one output vector for every third frame."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from scripts.train_model.fbank import BANDS
from scripts.train_model.phones import OUTPUTS

SUBSAMPLING = 3  # Vosk takes an output frame for 30 ms
# Frames (10 ms) each layer splices; further back than ahead, because what lies ahead is delay.
OFFSETS: list[list[int]] = [
    [-4, -3, -2, -1, 0, 1, 2, 3, 4],
    [-3, 0, 3],
    [-3, 0, 3],
    [-6, 0, 6],
    [-6, 0, 6],
    [-12, -6, 0],
]
LEFT_CONTEXT = -sum(offsets[0] for offsets in OFFSETS)
RIGHT_CONTEXT = sum(max(offsets) for offsets in OFFSETS)


class Network(nn.Module):
    """Affine over spliced frames, rectifier, batch norm without scale (so that it folds away), at each layer."""

    def __init__(self, width: int = 352, dropout: float = 0.1) -> None:
        super().__init__()
        inputs = [BANDS, *[width] * (len(OFFSETS) - 1)]
        self.affine = nn.ModuleList(
            nn.Linear(size * len(offsets), width) for size, offsets in zip(inputs, OFFSETS, strict=True)
        )
        self.norm = nn.ModuleList(nn.BatchNorm1d(width, affine=False) for _ in OFFSETS)
        self.dropout = dropout
        self.out = nn.Linear(width, OUTPUTS)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, LEFT_CONTEXT + 3 * n - 2 + RIGHT_CONTEXT, bands) -> log-scores (batch, n, outputs), float32."""
        # 8 times as fast as float32 where the processor has bfloat16.
        with torch.autocast("cpu", torch.bfloat16):
            hidden, step = frames, SUBSAMPLING
            for affine, norm, offsets in zip(self.affine, self.norm, OFFSETS, strict=True):
                hidden = torch.relu(affine(_splice(hidden, offsets, step)))
                hidden = norm(hidden.flatten(0, 1)).view(hidden.shape)
                if self.training:
                    # One draw for all times of an utterance: as good, and far cheaper.
                    kept = torch.full((len(hidden), 1, hidden.shape[2]), 1 - self.dropout).bernoulli()
                    hidden = hidden * (kept / (1 - self.dropout)).to(hidden.dtype)
                step = 1
            scores: Tensor = self.out(hidden)
        return scores.float()


def _splice(hidden: Tensor, offsets: Sequence[int], step: int) -> Tensor:
    """Frames side by side; after the first layer (step 3) a row is 30 ms and offsets count in thirds."""
    scale = 1 if step == SUBSAMPLING else SUBSAMPLING
    first = offsets[0] // scale
    reach = (offsets[-1] - offsets[0]) // scale
    rows = (hidden.shape[1] - reach - 1) // step + 1
    return torch.cat(
        [hidden[:, offset // scale - first :: step][:, :rows] for offset in offsets],
        dim=2,
    )
