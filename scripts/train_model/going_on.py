"""A network to go on from: a training's own (`best.pt`), or what was made of it, a model directory."""

import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from scripts.train_model.fbank import BANDS
from scripts.train_model.network import Network

_WRITTEN = rb"<ComponentName> %s .{0,600}?<LinearParams> CM3 "


def load_network(start: Path, examples: Sequence[Tensor]) -> Network:
    """The network of `best.pt`, widened if it is narrower than what is trained now, or of a model directory with
    8-bit matrices that `export` wrote.

    There, the batch norms are gone into the affines before them; those of the network returned pass `examples`
    (each (batch, time, bands)) on unchanged. Raises ValueError for a directory with another network.
    """
    network = Network()
    if start.is_file():
        network.load_state_dict(widened(torch.load(start, weights_only=True), network))
        return network
    written = (start / "am" / "final.mdl").read_bytes()
    layers: dict[str, nn.Linear | nn.Conv2d] = {"first.affine": network.first, "out.affine": network.out}
    for number, block in enumerate(network.blocks):
        layers[f"narrow{number + 1}.affine"] = block.narrow  # type: ignore[assignment]
        layers[f"wide{number + 1}.affine"] = block.wide  # type: ignore[assignment]
    for number, convolution in enumerate(network.front.convolutions):
        layers[f"patches{number + 1}.convolution"] = convolution  # type: ignore[assignment]
    with torch.no_grad():
        for name, layer in layers.items():
            weights, bias = _read(written, name)
            if weights.size != layer.weight.numel():
                raise ValueError(f"{start}: {name} is {weights.shape}, not {tuple(layer.weight.shape)}")
            values = torch.from_numpy(weights)
            if isinstance(layer, nn.Conv2d):
                filters, filters_in, times, bands = layer.weight.shape
                values = values.reshape(filters, times, bands, filters_in).permute(0, 3, 1, 2)
            layer.weight.copy_(values)
            if layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(bias))
    _make_transparent(network, examples)
    return network


def keep_mean(start: Path, path: Path) -> None:
    """Write the global mean that the network of a model directory was trained with to `path`, if it has one."""
    file = start / "am" / "global_cmvn.stats"
    if file.exists() and not path.exists():
        stats = np.frombuffer(file.read_bytes()[-2 * (BANDS + 1) * 8 :], "<f8").reshape(2, BANDS + 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, stats[0, :-1] / stats[0, -1])


def widened(state: Mapping[str, Tensor], into: Network, seed: int = 7) -> dict[str, Tensor]:
    """A state as `into` needs it; new units are like old ones, with noise, and what comes of all is as before.

    After Chen, Goodfellow and Shlens, Net2Net (2016), but that nothing is made of a new unit at first. A state
    from before there were convolutions gets those of `into`, and its affine behind them.
    """
    draw = torch.Generator().manual_seed(seed)
    target = into.state_dict()
    (width, narrow), (wider, less_narrow) = (
        (len(of["first.bias"]), len(of["blocks.0.narrow.weight"])) for of in (state, target)
    )
    like = torch.randperm(min(width, narrow), generator=draw)
    found = dict[str, Tensor]()
    spliced = "front.norms.0.weight" not in state
    for name, wanted in target.items():
        if name not in state or (spliced and name == "first.weight"):
            found[name] = wanted
            continue
        values = state[name]
        if values.dim() == 2 and values.shape[1] != wanted.shape[1]:
            inputs, more = (narrow, less_narrow - narrow) if ".wide." in name else (width, wider - width)
            values = torch.cat([nn.functional.pad(part, (0, more)) for part in values.split(inputs, 1)], 1)
        missing = len(wanted) - len(values) if wanted.dim() else 0
        if missing:
            new = values[like.repeat(-(-missing // len(like)))[:missing]]
            if new.dim() == 2:
                new = new + torch.randn(new.shape, generator=draw) * new.std() / 2
            values = torch.cat([values, new])
        found[name] = values
    return found


def _read(written: bytes, name: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    found = re.search(_WRITTEN % name.encode(), written, re.DOTALL)
    if found is None:
        raise ValueError(f"no 8-bit matrix of {name} in the model")
    least, span, rows, columns = struct.unpack_from("<ffii", written, found.end())
    at = found.end() + 16
    steps = np.frombuffer(written, "u1", rows * columns, at).reshape(rows, columns)
    at += rows * columns + len(b"<BiasParams> FV \x04....")
    bias = np.frombuffer(written, "<f4", rows, at)
    return (steps * np.float32(span / 255) + np.float32(least)).astype(np.float32), bias.copy()


def _make_transparent(network: Network, examples: Sequence[Tensor]) -> None:
    """Give each batch norm the mean and spread of what comes in, and the same to put back."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    for norm in norms:
        norm.running_var.fill_(1 - norm.eps)  # type: ignore[union-attr, operator]
    seen = dict[nn.Module, list[Tensor]]()

    def see(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        rows = inputs[0].float().transpose(1, -1).flatten(0, -2)  # features last
        seen.setdefault(norm, []).append(torch.stack([rows.mean(0), rows.square().mean(0)]))

    hooks = [norm.register_forward_pre_hook(see) for norm in norms]
    network.eval()
    with torch.no_grad():
        for frames in examples:
            network(frames)
        for norm in norms:
            mean, square = torch.stack(seen[norm]).mean(0)
            variance = (square - mean.square()).clamp(min=1e-4)
            norm.running_mean.copy_(mean)  # type: ignore[union-attr, operator]
            norm.running_var.copy_(variance)  # type: ignore[union-attr, operator]
            norm.weight.copy_((variance + norm.eps).sqrt())
            norm.bias.copy_(mean)
    for hook in hooks:
        hook.remove()
