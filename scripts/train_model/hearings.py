"""Planned batches made sound, then features, in PyTorch: `augment` for a GPU, where every step hears anew."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import scipy.fft
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from scripts.train_model.augment import EQ_HZ
from scripts.train_model.fbank import BANDS, FFT, FILTERS, FRAME, GLOBAL, WINDOW_SHAPE
from scripts.train_model.fbank import WINDOW as CMN_WINDOW
from scripts.train_model.network import SUBSAMPLING
from scripts.train_model.planning import SWELLS
from scripts.train_model.work import RATE

_TAPS, _PHASES = 10, 128  # of the filter that changes speed

Plan = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class World:
    """All on the device: clips and noises (int16), room responses (rooms, samples), the features' global mean.

    `noises` are segments one after the other: the recorded ones first, then clatter; (starts, lengths).
    """

    samples: Tensor
    noises: Tensor
    segments: Tensor
    recorded: int
    rooms: Tensor
    mean: Tensor


def hear(plan: Plan, world: World) -> Tensor:
    """Normalised features (batch, 3 * outputs, bands) of a plan, without masks."""
    hop, frames = int(plan["hop"]), SUBSAMPLING * int(plan["outputs"])
    length = hop * (frames - 1) + FRAME
    sound = voices(plan, world, length)
    sound = _in_rooms(sound, plan, world)
    spoken = torch.where(plan["silent"], 1.0, _level(sound))
    coloured = _coloured(plan, length)
    noise = _background(plan, world, coloured, length)
    silent = plan["silent"]
    gains = torch.where(silent, 1.0, 10 ** (-plan["snr"] / 20)) * spoken
    sound = sound + noise * gains[:, None]
    sound = sound + coloured * (spoken * torch.where(silent, 0.0, 10 ** (-plan["floor"] / 20)))[:, None]
    sound = sound * (10 ** (-plan["level"] / 20) / (sound.abs().amax(1) + 1e-9))[:, None]
    clip = plan["clip"][:, None]
    sound = torch.where(clip > 0, (sound * clip).clamp(-1, 1), sound)
    sound = sound + torch.randn_like(sound) * (10 ** plan["hiss"] / 32768)[:, None]
    return normalised(fbank(sound, hop), world.mean)


def voices(plan: Plan, world: World, length: int) -> Tensor:
    """The clips at their speeds, silence around them."""
    speed = plan["speed"][:, None]
    device = speed.device
    place = (torch.arange(length, device=device, dtype=torch.float64) - plan["lead"][:, None]) * speed
    outside = (place < 0) | (place >= plan["length"][:, None])
    whole = place.floor()
    phase = ((place - whole) * _PHASES).long().clamp_(max=_PHASES - 1)
    # Nothing may come through that the new rate cannot hold.
    pass_ = (1 / speed).clamp(max=1).float()[:, :, None] * 0.97
    taps = torch.arange(1 - _TAPS // 2, _TAPS // 2 + 1, device=device)
    away = (torch.arange(_PHASES, device=device)[:, None] + 0.5) / _PHASES - taps
    weights = torch.sinc(away * pass_) * pass_ * torch.cos(away * (math.pi / (_TAPS + 2))).square()
    at = (plan["start"][:, None] + whole.long() - _TAPS // 2).clamp_(0, len(world.samples) - _TAPS - 1)
    row = (torch.arange(len(speed), device=device)[:, None] * _PHASES + phase) * _TAPS
    weights = weights.flatten()
    sound = torch.zeros(at.shape, device=device)
    for _ in range(_TAPS):
        at += 1
        sound.addcmul_(world.samples[at].float(), weights[row])
        row += 1
    return sound.masked_fill_(outside, 0) / 32768


def masked(features: Tensor, plan: Plan) -> Tensor:
    """Features warped as by another throat, with stripes of bands and time left out, and tilted at random."""
    places = (torch.arange(BANDS, device=features.device) * plan["warp"][:, None]).clamp(0, BANDS - 1)
    below = places.long().clamp(max=BANDS - 2)
    share = (places - below)[:, None]
    at = below[:, None].expand(-1, features.shape[1], -1)
    features = features.gather(2, at) * (1 - share) + features.gather(2, at + 1) * share
    hidden = _stripes(plan["bands"], BANDS)[:, None, :] | _stripes(plan["times"], features.shape[1])[:, :, None]
    features = features.masked_fill(hidden, 0)
    return features + torch.randn(len(features), 1, BANDS, device=features.device) * 0.25


def padded(features: Tensor, left: int, right: int) -> Tensor:
    """Edges repeated as far as a network reaches, which takes every third frame."""
    first, last = features[:, :1].expand(-1, left, -1), features[:, -1:].expand(-1, right, -1)
    return torch.cat([first, features, last], 1)[:, : left + features.shape[1] - SUBSAMPLING + 1 + right]


def fbank(sound: Tensor, hop: int) -> Tensor:
    """Log filterbank energies (batch, frames, bands) of sound (batch, samples), as `fbank.fbank`."""
    frames = (sound * 32768).unfold(1, FRAME, hop)
    frames = frames - frames.mean(2, keepdim=True)
    before = torch.cat([frames[:, :, :1], frames[:, :, :-1]], 2)
    frames = (frames - 0.97 * before) * torch.as_tensor(WINDOW_SHAPE, device=sound.device)
    spectrum = torch.fft.rfft(frames, FFT)
    power = spectrum.real.square() + spectrum.imag.square()
    energies = power @ torch.as_tensor(FILTERS, device=sound.device)
    return energies.clamp(min=torch.finfo(torch.float32).eps).log()


def normalised(features: Tensor, mean: Tensor) -> Tensor:
    """As `fbank.normalised`, for a batch."""
    frames = features.shape[1]
    sums = torch.nn.functional.pad(features.double().cumsum(1), (0, 0, 1, 0))
    end = torch.arange(1, frames + 1, device=features.device)
    start = (end - CMN_WINDOW).clamp(min=0)
    count = (end - start).double()[:, None]
    filled = (CMN_WINDOW - count).clamp(0, GLOBAL)
    return (features - (sums[:, end] - sums[:, start] + filled * mean) / (count + filled)).float()


def _in_rooms(sound: Tensor, plan: Plan, world: World) -> Tensor:
    """Through a room for some, and a microphone."""
    length = sound.shape[1]
    size = _even_fast_len(length + world.rooms.shape[1])
    response = torch.fft.rfft(world.rooms[plan["room"].clamp(min=0)].float(), size)
    response = torch.where(plan["room"][:, None] >= 0, response, torch.ones((), device=sound.device))
    response = response * _equaliser(plan["gains"], response.shape[1])
    frequency = torch.linspace(0, RATE / 2, response.shape[1], device=sound.device)
    response = torch.where(frequency > plan["cut"][:, None], response * 0.02, response)
    return torch.fft.irfft(torch.fft.rfft(sound, size) * response, size)[:, :length]


def _equaliser(gains: Tensor, bins: int) -> Tensor:
    """Factors (batch, bins) of gains in decibels at EQ_HZ."""
    frequency = torch.linspace(0, RATE / 2, bins, device=gains.device)
    points = torch.as_tensor(EQ_HZ, device=gains.device)
    right = torch.searchsorted(points, frequency).clamp(1, len(points) - 1)
    share = (frequency - points[right - 1]) / (points[right] - points[right - 1])
    return 10 ** ((gains[:, right - 1] * (1 - share) + gains[:, right] * share) / 20)


def _coloured(plan: Plan, length: int) -> Tensor:
    """Noise of a random smooth spectrum, at times swelling, level 1; as `noises.coloured`."""
    count = len(plan["slope"])
    device = plan["slope"].device
    size = _even_fast_len(length)
    spectrum = torch.fft.rfft(torch.randn(count, size, device=device))
    frequency = torch.linspace(0, 8, spectrum.shape[1], device=device)
    shape = (frequency + 0.05) ** (plan["slope"][:, None] / 2)
    for bump in (0, 1):
        centre, width, height = plan["bumps"][:, bump].unsqueeze(2).unbind(1)
        shape = shape * (1 + height * torch.exp(-(((frequency - centre) / width) ** 2)))
    noise = torch.fft.irfft(spectrum * shape, size)[:, :length]
    knots = max(2, min(SWELLS, length // 4000))
    noise = noise * interpolate(plan["swell"][:, None, :knots], length, mode="linear", align_corners=True)[:, 0]
    return noise / _level(noise)[:, None]


def _background(plan: Plan, world: World, coloured: Tensor, length: int) -> Tensor:
    """Noise of level 1 of each utterance's kind; as `noises.background`."""
    kind = plan["kind"][:, None]
    times = torch.arange(length, device=kind.device)
    recorded = kind == 0
    count = torch.where(recorded, world.recorded, len(world.segments) - world.recorded)
    chosen = (plan["place"][:, None] * count).long() + torch.where(recorded, 0, world.recorded)
    start, span = world.segments[chosen[:, 0]].unsqueeze(2).unbind(1)
    offset = (plan["place"][:, None] * 7919 % 1 * span).long()
    looped = world.noises[start + (offset + times) % span].float()
    size = _even_fast_len(length)
    spectrum = torch.fft.rfft(looped, size)
    looped = torch.fft.irfft(spectrum * _equaliser(plan["noise_gains"], spectrum.shape[1]), size)[:, :length]
    looped = looped / _level(looped)[:, None]
    other = coloured.roll(1, 0)  # the same noise is every utterance's own floor
    noise = torch.where((kind == 0) | (kind == 3), looped, other)
    noise = torch.where(kind == 2, other + looped * plan["place"][:, None].float(), noise)
    if len(plan["babble"]):
        places = (plan["voices"] * (len(world.samples) - length)).long()
        babble = torch.zeros(len(places), length, device=kind.device)
        for voice in range(places.shape[1]):
            talks = (plan["talkers"] > voice).float()[:, None]
            babble += world.samples[places[:, voice, None] + times] * talks
        noise = noise.index_copy(0, plan["babble"], babble)
    return noise / _level(noise)[:, None]


def _even_fast_len(length: int) -> int:
    size = scipy.fft.next_fast_len(length, real=True)
    return int(size + size % 2)


def _level(sound: Tensor) -> Tensor:
    return sound.square().mean(1).sqrt() + 1e-9


def _stripes(ranges: Tensor, size: int) -> Tensor:
    """(batch, size): whether inside any of (batch, n, [first, behind])."""
    place = torch.arange(size, device=ranges.device)
    return ((place >= ranges[:, :, :1]) & (place < ranges[:, :, 1:])).any(1)
