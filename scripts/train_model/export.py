"""Stage: the trained network as Kaldi files (`am/`, `conf/`) that stock Vosk loads."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scripts.train_model.fbank import BANDS, HIGH, LOW
from scripts.train_model.kaldi_io import Compression, Convolution, Layer, double_matrix, nnet3, transition_model
from scripts.train_model.network import BLOCKS, BYPASS, CONVOLUTIONS, HEIGHTS
from scripts.train_model.phones import (
    KALDI_PHONES,
    LEFT_CLASSES,
    forward_output,
    loop_output,
    plain_phone,
)
from scripts.train_model.work import RATE, Work

_BATCH_NORM_EPSILON = 1e-5  # PyTorch's
_COUNT = 10_000  # frames the global mean claims to come from; Kaldi scales it to 200

# Much dither: rooms as still as a noise gate leaves them are rare in training, and here they never get so still.
FBANK_CONF = f"""--num-mel-bins={BANDS}
--sample-frequency={RATE}
--low-freq={LOW:g}
--high-freq={HIGH - RATE / 2:g}
--dither=40
--use-energy=false
"""

# Silence phone 1. Commands end half a second after the last word, unclear ones a little later (seconds).
# The network is read from memory once for each piece of sound: 42 frames at once take two thirds of what 21 do.
MODEL_CONF = """--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=2.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--frames-per-chunk=42
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""
# In graphs of commands a wider search hears no better.
COMMANDS_CONF = MODEL_CONF.replace("--beam=12.0", "--beam=10.0")


def transition_states() -> list[tuple[int, int, int]]:
    """(Kaldi phone, forward output, loop output) of every phone after every left class, sorted."""
    return sorted(
        (phone, forward_output(left, plain_phone(phone)), loop_output(plain_phone(phone)))
        for phone in range(1, len(KALDI_PHONES))
        for left in range(len(LEFT_CLASSES))
    )


def folded_layers(state: dict[str, Tensor]) -> tuple[list[Convolution], list[Layer]]:
    """The layers of a `Network`'s state with each batch norm folded into what is before it."""

    def array(name: str) -> npt.NDArray[np.float64]:
        return np.asarray(state[name].double().numpy(), np.float64)

    def folded(before: str, norm: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        scale = array(f"{norm}.weight") / np.sqrt(array(f"{norm}.running_var") + _BATCH_NORM_EPSILON)
        shift = array(f"{norm}.bias") - array(f"{norm}.running_mean") * scale
        weights = array(f"{before}.weight")
        scales = scale.reshape(-1, *[1] * (weights.ndim - 1))
        return weights * scales, array(f"{before}.bias") * scale + shift

    convolutions = [
        Convolution(
            f"patches{number + 1}",
            layer.times,
            (HEIGHTS[number], HEIGHTS[number + 1]),
            *folded(f"front.convolutions.{number}", f"front.norms.{number}"),
        )
        for number, layer in enumerate(CONVOLUTIONS)
    ]
    layers = [Layer("first", [0], *folded("first", "norm"), rectified=True)]
    for number, reach in enumerate(BLOCKS):
        place = f"blocks.{number}"
        weights = array(f"{place}.narrow.weight")
        layers += [
            Layer(f"narrow{number + 1}", reach.narrow, weights, np.zeros(len(weights)), rectified=False),
            Layer(
                f"wide{number + 1}",
                reach.wide,
                *folded(f"{place}.wide", f"{place}.norm"),
                rectified=True,
                bypass=BYPASS,
            ),
        ]
    return convolutions, [*layers, Layer("out", [0], array("out.weight"), array("out.bias"), rectified=False)]


def export(work: Work, others: Sequence[Path] = (), compression: Compression = "CM3") -> None:
    """Write am/final.mdl, am/global_cmvn.stats and conf/ of the model directory from the best network.

    `others`: networks that it began from, to be averaged with it: what a last training in harder noise costs in
    quiet comes back that way (see models/README.md).
    """
    states = [torch.load(path, weights_only=True) for path in (work.network / "best.pt", *others)]
    state = {name: torch.stack([each[name].float() for each in states]).mean(0) for name in states[0]}
    mean = np.load(work.features / "mean.npy").astype(np.float64)
    for folder in ("am", "conf"):
        (work.model / folder).mkdir(parents=True, exist_ok=True)
    network = nnet3(*folded_layers(state), BANDS, compression)
    transitions = transition_model(range(1, len(KALDI_PHONES)), transition_states())
    (work.model / "am" / "final.mdl").write_bytes(b"\0B" + transitions + network)
    (work.model / "am" / "global_cmvn.stats").write_bytes(b"\0B" + double_matrix(cmvn_stats(mean)))
    (work.model / "conf" / "fbank.conf").write_text(FBANK_CONF, encoding="ascii")
    (work.model / "conf" / "model.conf").write_text(MODEL_CONF, encoding="ascii")
    (work.model / "conf" / "commands.conf").write_text(COMMANDS_CONF, encoding="ascii")


def cmvn_stats(mean: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Kaldi's statistics (2, bands + 1): sums and count, then sums of squares (not used: only the mean goes)."""
    stats = np.zeros((2, len(mean) + 1))
    stats[0, :-1], stats[0, -1] = mean * _COUNT, _COUNT
    stats[1, :-1] = (mean**2 + 16) * _COUNT
    return stats
