"""What the batches hold whose sounds are made anew at every step: drawn here in numbers, made in `hearings`."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scripts.train_model.augment import EQ_HZ
from scripts.train_model.batching import phones_of
from scripts.train_model.fbank import BANDS
from scripts.train_model.features import SILENT, groups
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.network import SUBSAMPLING
from scripts.train_model.work import RATE, Clip, Work, read_audio

HOPS = [144, 160, 180]
"""Samples from frame to frame: speech gets slower, stays as it is, gets faster, and keeps its pitch."""
_HOP_SHARES = [0.25, 0.45, 0.3]
SWELLS = 24
LONGEST = 608  # output frames
_WARP = 0.13
_DRAWN = 512  # clips at once

# Parts of the time: people read slowly where they learn the language, and those who don't are few.
SHARES = {
    "real": 2.5,
    "real:libri": 0.4,
    "real:vctk": 0.8,
    "real:kathleen": 0.7,
    "real:dctts": 0.3,
    "real:an4": 0.15,
    "real:lj": 0.1,
    "real:cv1": 3.0,
    "real:cv-delta": 0.8,
    "real:libri5": 0.6,
    "real:speech-commands": 1.2,
    "real:arctic": 0.3,
    "real:vctk-more": 0.15,
    "parts": 2.0,
    "cut": 1.2,
    "neural": 2.5,
    "synthetic": 2.5,
}

Array = npt.NDArray[np.generic]
Plan = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Sounds:
    """All clips, one after the other: where each starts in `samples`, its length, text and chance to be drawn."""

    samples: npt.NDArray[np.int16]
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    texts: list[str]
    chances: npt.NDArray[np.float64]


def read_sounds(work: Work, shares: Mapping[str, float] = SHARES) -> Sounds:
    """Every clip but those held out; `shares`: of the time, for a folder, or for one corpus of it."""
    clips = [clip for group in groups(work) for clip in group]
    with ThreadPoolExecutor() as pool:
        sounds = list(pool.map(lambda clip: (read_audio(clip[0]) * 32767).astype(np.int16), clips))
    lengths = np.array([len(sound) for sound in sounds], np.int64)
    names = [_group(path.parent.name, clip, shares) for path, clip in clips]
    total = dict[str, int]()
    for name, length in zip(names, lengths.tolist(), strict=True):
        total[name] = total.get(name, 0) + length
    chances = np.array([shares[name] / total[name] for name in names])
    texts = [clip.text for _, clip in clips]
    return Sounds(np.concatenate(sounds), np.cumsum(lengths) - lengths, lengths, texts, chances / chances.sum())


def _group(folder: str, clip: Clip, shares: Mapping[str, float]) -> str:
    corpus = f"{folder}:{clip.speaker.split(':')[0]}"
    return corpus if corpus in shares else folder


class Planner:
    """An endless row of batches; all utterances of one last the same number of output frames."""

    def __init__(self, sounds: Sounds, lexicon: Lexicon, frames: int, rooms: int) -> None:
        """`frames`: output frames of a batch; `rooms`: how many room responses there are."""
        self._sounds, self._lexicon, self._frames, self._rooms = sounds, lexicon, frames, rooms
        self._upto = np.cumsum(sounds.chances)

    def batches(self, seed: int) -> Iterator[Plan]:
        """Plans as arrays, an utterance a row (see `hearings.hear`); "phones" are padded with -1."""
        rng = np.random.default_rng(seed)
        waiting = dict[tuple[int, int], list[tuple[int, float, int]]]()
        while True:
            hop = int(rng.choice(HOPS, p=_HOP_SHARES))
            drawn = np.searchsorted(self._upto, rng.random(_DRAWN) * self._upto[-1])
            # Speed, pitch and formants together: other throats, children among them.
            speeds = rng.uniform(0.84, 1.2, _DRAWN)
            for clip, speed in zip(drawn.tolist(), speeds.tolist(), strict=True):
                lead, tail = _silence(rng), _silence(rng)
                samples = lead + tail + self._sounds.lengths[clip] / speed
                outputs = padded_outputs(int(samples / hop / SUBSAMPLING) + 1)
                if outputs > LONGEST:
                    continue
                rows = waiting.setdefault((hop, outputs), [])
                rows.append((clip, speed, lead))
                if len(rows) >= self._frames // outputs:
                    yield self._plan(rows, hop, outputs, rng)
                    rows.clear()

    def _plan(self, rows: list[tuple[int, float, int]], hop: int, outputs: int, rng: np.random.Generator) -> Plan:
        count = len(rows)
        clips = np.array([clip for clip, _, _ in rows])
        silent = rng.random(count) < SILENT
        phones = self._phones(clips, silent, outputs, rng)

        def chance(share: float) -> npt.NDArray[np.bool_]:
            return rng.random(count) < share

        return {
            "hop": np.array(hop),
            "outputs": np.array(outputs),
            "phones": phones,
            "start": self._sounds.starts[clips],
            "length": self._sounds.lengths[clips] * ~silent,
            "speed": np.array([speed for _, speed, _ in rows]),
            "lead": np.array([lead for _, _, lead in rows]),
            "silent": silent,
            "room": np.where(chance(0.5), rng.integers(self._rooms, size=count), -1),
            **_microphone(chance(0.6), rng),
            **_noise(count, rng),
            "level": np.where(silent, rng.uniform(0, 60, count), rng.uniform(0, 28, count)).astype(np.float32),
            "clip": np.where(chance(0.08), rng.uniform(1, 4, count), 0).astype(np.float32),
            "hiss": rng.uniform(-0.5, 2, count).astype(np.float32),
            "warp": rng.uniform(1 - _WARP, 1 + _WARP, count).astype(np.float32),
            "bands": _stripes(count, BANDS, 9, 0.6, rng),
            "times": _stripes(count, SUBSAMPLING * outputs, 22, 0.4, rng),
        }

    def _phones(
        self, clips: Array, silent: npt.NDArray[np.bool_], outputs: int, rng: np.random.Generator
    ) -> Array:
        """Of each utterance; one that is too fast to be followed becomes a silent one."""
        phones = np.full((len(clips), most_places(outputs)), -1, np.int64)
        for row, clip in enumerate(clips.tolist()):
            said = phones_of("" if silent[row] else self._sounds.texts[clip], self._lexicon, rng)
            if len(said) > phones.shape[1]:
                silent[row], said = True, [0]
            phones[row, : len(said)] = said
        return phones


def padded_outputs(outputs: int) -> int:
    """Output frames rounded up to few sizes: a GPU's graph is made for each."""
    grain = 16 if outputs <= 128 else 32
    return max(32, -(-outputs // grain) * grain)


def most_places(outputs: int) -> int:
    """The most phones and silences that an utterance of so many output frames may have."""
    return -(-int(0.6 * outputs + 8) // 16) * 16


def _silence(rng: np.random.Generator) -> int:
    # At times long, or noise that goes on after speech is taken for more of it.
    seconds = rng.uniform(0.12, 0.7) if rng.random() < 0.75 else rng.uniform(0.5, 3)
    return int(seconds * RATE)


def _microphone(heard: npt.NDArray[np.bool_], rng: np.random.Generator) -> Plan:
    """An equaliser's gains in decibels, and above how many Hz a dull one passes little; for those `heard`."""
    count = len(heard)
    gains = _gains(count, rng)
    gains[:, 0] -= rng.uniform(0, 15, count)
    dull = heard & (rng.random(count) < 0.15)
    return {
        "gains": np.where(heard[:, None], gains, 0).astype(np.float32),
        "cut": np.where(dull, rng.uniform(3600, 7000, count), RATE).astype(np.float32),
    }


def _noise(count: int, rng: np.random.Generator) -> Plan:
    """Its kind (recorded, coloured, coloured with clatter, clatter, babble), loudness and shape."""
    kind = np.searchsorted([0.6, 0.75, 0.83, 0.9], rng.random(count), side="right")
    loud, coloured, swelling = rng.random((3, count)) < np.array([[0.8], [0.3], [0.4]])
    bumps = rng.uniform([[0.1, 0.1, 0]], [[6, 1, 6]], (count, 2, 3))
    bumps[:, :, 2] *= rng.random((count, 1)) * 3 > np.arange(1, 3)  # none, one or two
    babble = np.flatnonzero(kind == 4)
    return {
        "kind": kind,
        "place": rng.random(count),
        "snr": np.where(loud, rng.uniform(-4, 25, count), 200).astype(np.float32),
        "floor": rng.uniform(35, 80, count).astype(np.float32),
        "noise_gains": np.where(coloured[:, None], _gains(count, rng), 0).astype(np.float32),
        "slope": rng.uniform(-2.2, 0.2, count).astype(np.float32),
        "bumps": bumps.astype(np.float32),
        "swell": np.where(swelling[:, None], rng.uniform(0.2, 1.8, (count, SWELLS)), 1).astype(np.float32),
        "babble": babble,
        "voices": rng.random((len(babble), 6)),
        "talkers": rng.integers(2, 7, len(babble)),
    }


def _gains(count: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.asarray(rng.standard_normal((count, len(EQ_HZ))) * rng.uniform(1, 5, (count, 1)))


def _stripes(count: int, size: int, widest: int, share: float, rng: np.random.Generator) -> Array:
    """Two stripes for each, (count, 2, [first, behind]); empty for those beyond `share`."""
    widths = rng.integers(1, widest, (count, 2)) * (rng.random((count, 2)) < share)
    first = (rng.random((count, 2)) * (size - widths)).astype(np.int64)
    return np.stack([first, first + widths], 2)
