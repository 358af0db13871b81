"""Kaldi's binary formats, written: matrices, the transition model and an nnet3 network of plain components."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Compression = Literal["FM", "CM2", "CM3"]
"""float32, or 16 or 8 bits an element between the matrix's least and greatest."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Affine over spliced frames: weights (out, offsets * in), bias (out), then a rectifier or not.

    `bypass`: the share of the last rectified layer's output (or sum) that is added behind the rectifier.
    """

    name: str
    offsets: Sequence[int]  # frames of 10 ms
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    rectified: bool
    bypass: float = 0.0


@dataclass(frozen=True, slots=True)
class Convolution:
    """Filters over frames and bands, then a rectifier.

    Weights (filters, filters in, times, 3 bands), bias (filters); `heights`: bands that come in and that go out. A
    band's filters lie side by side.
    """

    name: str
    times: Sequence[int]  # frames of 10 ms
    heights: tuple[int, int]
    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]


def token(text: str) -> bytes:
    """A token: its letters and a space."""
    return text.encode() + b" "


def int32(value: int) -> bytes:
    """A sized integer."""
    return b"\x04" + struct.pack("<i", value)


def float32(value: float) -> bytes:
    """A sized single."""
    return b"\x04" + struct.pack("<f", value)


def float64(value: float) -> bytes:
    """A sized double."""
    return b"\x08" + struct.pack("<d", value)


def int_vector(values: Sequence[int]) -> bytes:
    """std::vector<int32>."""
    return b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()


def vector(values: npt.ArrayLike) -> bytes:
    """Vector<float>."""
    array = np.asarray(values, "<f4")
    return token("FV") + int32(len(array)) + array.tobytes()


def matrix(values: npt.ArrayLike, compression: Compression = "FM") -> bytes:
    """Matrix<float> (rows, columns), as it is or compressed."""
    array = np.ascontiguousarray(values, "<f4")
    rows, columns = array.shape
    if compression == "FM":
        return token("FM") + int32(rows) + int32(columns) + array.tobytes()
    least = float(array.min())
    span = float(array.max()) - least or 1e-5
    steps, kind = (65535, "<u2") if compression == "CM2" else (255, "u1")
    header = token(compression) + struct.pack("<ffii", least, span, rows, columns)
    return header + np.rint((array - least) / span * steps).astype(kind).tobytes()


def double_matrix(values: npt.ArrayLike) -> bytes:
    """Matrix<double> (rows, columns)."""
    array = np.ascontiguousarray(values, "<f8")
    return token("DM") + int32(array.shape[0]) + int32(array.shape[1]) + array.tobytes()


def transition_model(phones: Sequence[int], states: Sequence[tuple[int, int, int]]) -> bytes:
    """The chain topology: each phone one emitting state with its own forward and loop outputs.

    `states` are (phone, forward output, loop output), sorted; number k of them has the transition ids 2k + 1
    (loop) and 2k + 2 (forward), every probability a half.
    """
    if list(states) != sorted(states):
        raise ValueError("transition states must be sorted")
    # Phone -> entry of the topology: one for all.
    entries = [0 if phone in set(phones) else -1 for phone in range(max(phones) + 1)]
    topology = [
        token("<Topology>") + int_vector(phones) + int_vector(entries),
        int32(-1) + int32(1),  # -1: forward and loop have different outputs; one entry
        int32(2),  # of two states
        int32(0) + int32(1) + int32(2) + int32(0) + float32(0.5) + int32(1) + float32(0.5),
        int32(-1) + int32(-1) + int32(0),  # the final one, which emits nothing
        token("</Topology>"),
    ]
    tuples = b"".join(int32(phone) + int32(0) + int32(forward) + int32(loop) for phone, forward, loop in states)
    log_probabilities = np.full(2 * len(states) + 1, np.log(0.5), np.float32)
    log_probabilities[0] = 0
    return b"".join(
        [
            token("<TransitionModel>"),
            *topology,
            token("<Tuples>") + int32(len(states)) + tuples + token("</Tuples>"),
            token("<LogProbs>") + vector(log_probabilities) + token("</LogProbs>"),
            token("</TransitionModel>"),
        ]
    )


def nnet3(
    convolutions: Sequence[Convolution], layers: Sequence[Layer], inputs: int, compression: Compression
) -> bytes:
    """An AmNnetSimple without priors: one layer after the other, `inputs` values a frame."""
    config = [f"input-node name=input dim={inputs}"]
    components, previous, trunk = list[bytes](), "input", ""

    def component(name: str, source: str, written: bytes) -> str:
        config.append(f"component-node name={name} component={name} input={source}")
        components.append(token("<ComponentName>") + token(name) + written)
        return name

    for convolution in convolutions:
        name, size = convolution.name, len(convolution.bias) * convolution.heights[1]
        previous = component(f"{name}.convolution", previous, _convolution(convolution, compression))
        previous = component(f"{name}.relu", previous, _rectifier(size))
    for layer in layers:
        spliced = [previous if offset == 0 else f"Offset({previous}, {offset})" for offset in layer.offsets]
        source = spliced[0] if len(spliced) == 1 else f"Append({', '.join(spliced)})"
        previous = component(f"{layer.name}.affine", source, _affine(layer, compression))
        if layer.rectified:
            rectifier = _rectifier(len(layer.bias))
            previous = component(f"{layer.name}.relu", previous, rectifier)
            if layer.bypass:
                # Nothing in the sum is below 0, so a rectifier passes it on as it is.
                source = f"Sum({previous}, Scale({layer.bypass:g}, {trunk}))"
                previous = component(f"{layer.name}.sum", source, rectifier)
            trunk = previous
    config.append(f"output-node name=output input={previous} objective=linear")
    return b"".join(
        [
            token("<Nnet3>") + b"\n" + ("\n".join(config) + "\n\n").encode(),
            token("<NumComponents>") + int32(len(components)),
            *components,
            token("</Nnet3>"),
            token("<LeftContext>") + int32(0) + token("<RightContext>") + int32(0),  # found from the network
            token("<Priors>") + vector([]),
        ]
    )


def _convolution(layer: Convolution, compression: Compression) -> bytes:
    filters, filters_in = layer.weights.shape[:2]
    height_in, height_out = layer.heights
    offsets = np.array([(time, band) for time in layer.times for band in (-1, 0, 1)], "<i4")
    sizes = [filters_in, filters, height_in, height_out, height_in // height_out]
    named = ["NumFiltersIn", "NumFiltersOut", "HeightIn", "HeightOut", "HeightSubsampleOut"]
    return b"".join(
        [
            token("<TimeHeightConvolutionComponent>") + token("<LearningRate>") + float32(0.001),
            token("<Model>") + token("<ConvolutionModel>"),
            *(token(f"<{name}>") + int32(size) for name, size in zip(named, sizes, strict=True)),
            token("<Offsets>") + b"\x04" + struct.pack("<i", len(offsets)) + offsets.tobytes(),
            token("<RequiredTimeOffsets>") + int_vector(layer.times) + token("</ConvolutionModel>"),
            token("<LinearParams>")
            + matrix(layer.weights.transpose(0, 2, 3, 1).reshape(filters, -1), compression),
            token("<BiasParams>") + vector(layer.bias),
            # What only Kaldi's own training reads.
            token("<MaxMemoryMb>") + float32(200) + token("<UseNaturalGradient>") + b"T",
            token("<NumMinibatchesHistory>") + float32(4) + token("<AlphaInOut>") + float32(4) + float32(4),
            token("<RankInOut>") + int32(20) + int32(80) + token("</TimeHeightConvolutionComponent>"),
        ]
    )


def _affine(layer: Layer, compression: Compression) -> bytes:
    return (
        token("<FixedAffineComponent>")
        + (token("<LinearParams>") + matrix(layer.weights, compression))
        + (token("<BiasParams>") + vector(layer.bias))
        + token("</FixedAffineComponent>")
    )


def _rectifier(size: int) -> bytes:
    nothing = vector([])
    return (
        token("<RectifiedLinearComponent>")
        + (token("<Dim>") + int32(size) + token("<ValueAvg>") + nothing + token("<DerivAvg>") + nothing)
        + (token("<Count>") + float64(0) + token("<NumDimsSelfRepaired>") + float64(0))
        + (token("<NumDimsProcessed>") + float64(0) + token("</RectifiedLinearComponent>"))
    )
