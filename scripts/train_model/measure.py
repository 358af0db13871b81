"""Models side by side on real recordings: `python -m scripts.train_model.measure MODEL...`.

coffee  drink orders, right only with every slot; clean and in kitchen noise; strict graph and plain phrase list
words   one-word answers right, and other words taken for one; strict graph and phrase list, both with [unk]
read    word error rate of sentences, open vocabulary

The noise is the part of the kitchen recording that no model is trained on (`noises.TRAINING_SHARE`); mixed as the
public intent benchmark does it.
"""

import argparse
import csv
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import vosk
import yaml
from hassil.intents import Intents
from rapidfuzz.distance import Levenshtein

from scripts.train_model.noises import TRAINING_SHARE
from scripts.train_model.strict import strict_view
from scripts.train_model.texts import in_words
from scripts.train_model.work import RATE, Floats, read_audio
from voice_coach.hearing.commands import Commands
from voice_coach.hearing.graph import Graph, build_graph

ANSWERS = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]
UNKNOWN = "[unk]"
NOISE_LEVELS = (None, 12, 6)  # dB of speech over noise
_LEAD, _TAIL = RATE // 3, int(0.8 * RATE)  # samples of silence round a clip
_MIX_FRAME = 2048  # samples


@dataclass(frozen=True, slots=True)
class Recording:
    """A clip of the dev sets: where, and its label (a text, or JSON of intent and slots)."""

    path: Path
    label: str


class Recogniser:
    """Vosk over one grammar; counts the processor time it takes."""

    def __init__(self, model: Path, phrases: Sequence[str] | None = None) -> None:
        self._model = vosk.Model(model_path=str(model))
        self._phrases = json.dumps(list(phrases)) if phrases else None
        self.busy = self.heard = 0.0  # seconds of processor time, and of audio

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def pieces(self, samples: Floats) -> list[str]:
        """What was said, a text for each utterance the endpointer found."""
        pcm = np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        started = time.process_time()
        recogniser = vosk.KaldiRecognizer(self._model, RATE, *([self._phrases] if self._phrases else []))
        texts = list[str]()
        for start in range(0, len(pcm), 6400):
            if recogniser.AcceptWaveform(pcm[start : start + 6400]):
                texts.append(json.loads(recogniser.Result())["text"])
        texts.append(json.loads(recogniser.FinalResult())["text"])
        self.busy += time.process_time() - started
        self.heard += len(samples) / RATE
        return [text for text in texts if text]


def recordings(folder: Path, every: int) -> list[Recording]:
    """Every `every`th clip of a dev set."""
    with (folder / "clips.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Recording(folder / row["file"], row["text"]) for row in rows[::every]]


def padded(samples: Floats) -> Floats:
    """With the silence before and after that judging asks for."""
    return np.pad(samples, (_LEAD, _TAIL))


def in_noise(samples: Floats, noise: Floats, decibels: float, seed: int) -> Floats:
    """Speech in a random stretch of noise, their loudest frames `decibels` apart, peak at half of full scale."""
    start = np.random.default_rng(seed).integers(len(noise) - len(samples) + 1)
    stretch = noise[start : start + len(samples)]
    mixed = samples + stretch * np.sqrt(_loudest(samples) / (_loudest(stretch) * 10 ** (decibels / 10)))
    return np.asarray(mixed * (0.5 / np.abs(mixed).max()), np.float32)


def _loudest(samples: Floats) -> float:
    frames = samples[: len(samples) // _MIX_FRAME * _MIX_FRAME].reshape(-1, _MIX_FRAME)
    return float(np.square(frames).sum(1).max())


def orders_right(
    recogniser: Recogniser, clips: Iterable[Recording], commands: Commands, noise: Floats, decibels: float | None
) -> float:
    """Percent of orders understood with intent and all slots."""
    right = list[bool]()
    for clip in clips:
        samples = padded(read_audio(clip.path))
        if decibels is not None:
            samples = in_noise(samples, noise, decibels, zlib.crc32(f"{clip.path.name} {decibels}".encode()))
        pieces = recogniser.pieces(samples)
        # The endpointer may cut inside an order.
        found = next(
            filter(None, (commands.exact(tuple(text.split())) for text in [*pieces, " ".join(pieces)])), None
        )
        label = json.loads(clip.label)
        right.append(found is not None and found.intent == label["intent"] and dict(found.slots) == label["slots"])
    return 100 * float(np.mean(right))


def answers_right(recogniser: Recogniser, clips: Iterable[Recording]) -> tuple[float, float]:
    """Percent of answers heard as themselves, and of other words heard as one of the answers."""
    right, taken = list[bool](), list[bool]()
    for clip in clips:
        heard = " ".join(recogniser.pieces(padded(read_audio(clip.path))))
        if clip.label in ANSWERS:
            right.append(heard == clip.label)
        else:
            taken.append(heard in ANSWERS)
    return 100 * float(np.mean(right)), 100 * float(np.mean(taken))


def word_errors(recogniser: Recogniser, clips: Iterable[Recording]) -> float:
    """Word error rate in percent."""
    errors = words = 0
    for clip in clips:
        said = in_words(clip.label)
        heard = " ".join(recogniser.pieces(padded(read_audio(clip.path)))).split()
        errors += Levenshtein.distance(said, heard)
        words += len(said)
    return 100 * errors / words


def word_graph(templates: dict[str, object]) -> Graph:
    """The graph of hassil templates as YAML has them."""
    return build_graph(Intents.from_dict(templates))


def measure(model: Path, shared: Path, every: int) -> dict[str, float]:
    """All figures of one model, by name."""
    vosk.SetLogLevel(-1)
    dev, figures = shared / "speech" / "dev", dict[str, float]()
    kitchen = read_audio(shared / "speech" / "noise" / "kitchen.flac")
    noise = kitchen[int(len(kitchen) * TRAINING_SHARE) :]
    templates = dev / "coffee" / "commands.yaml"
    commands = Commands.load(templates)
    answers: dict[str, object] = {
        "language": "en",
        "intents": {"answer": {"data": [{"sentences": [f"({'|'.join(ANSWERS)})"]}]}},
    }
    with tempfile.TemporaryDirectory() as scratch:
        orders_view, answers_view = Path(scratch) / "orders", Path(scratch) / "answers"
        strict_view(model, word_graph(yaml.safe_load(templates.read_text("utf-8"))), orders_view)
        strict_view(model, word_graph(answers), answers_view, extra=(UNKNOWN,))
        phrases = commands.phrases(Recogniser(model).knows)
        orders = recordings(dev / "coffee", every)
        for kind, recogniser in (
            ("strict", Recogniser(orders_view)),
            ("phrases", Recogniser(model, phrases)),
        ):
            for decibels in NOISE_LEVELS:
                name = f"coffee {kind} {'clean' if decibels is None else f'{decibels} dB'}"
                figures[name] = orders_right(recogniser, orders, commands, noise, decibels)
                _tell(f"{model.name}: {name} {figures[name]:.1f}")
            figures[f"CPU s per s, coffee {kind}"] = recogniser.busy / recogniser.heard
        clips = recordings(dev / "words", every)
        for kind, recogniser in (
            ("strict", Recogniser(answers_view)),
            ("phrases", Recogniser(model, [*ANSWERS, UNKNOWN])),
        ):
            right, taken = answers_right(recogniser, clips)
            figures |= {f"words {kind}, right": right, f"words {kind}, others taken for one": taken}
            _tell(f"{model.name}: words {kind} {right:.1f} / {taken:.1f}")
    recogniser = Recogniser(model)
    for name in ("read", "read-cv"):
        figures[f"{name}, word error rate"] = word_errors(recogniser, recordings(dev / name, 1))
        _tell(f"{model.name}: {name} {figures[f'{name}, word error rate']:.1f}")
    figures["CPU s per s, read"] = recogniser.busy / recogniser.heard
    size = sum(file.stat().st_size for file in model.rglob("*") if file.is_file())
    return figures | {"size in MB": size / 1e6}


def main() -> None:
    """Print a table with a column for each model, then a line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m scripts.train_model.measure", description=__doc__)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[3] / "shared")
    parser.add_argument("--every", type=int, default=1, help="take every Nth order and answer alone")
    parser.add_argument("--jobs", type=int, default=1, help="models to measure at the same time")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        runs = [pool.submit(measure, model, options.shared, options.every) for model in options.models]
        results = {str(model): run.result() for model, run in zip(options.models, runs, strict=True)}
    table = ["| | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    for name in next(iter(results.values())):
        table.append(f"| {name} | " + " | ".join(f"{figures[name]:.3g}" for figures in results.values()) + " |")
    sys.stdout.write("\n".join([*table, json.dumps(results)]) + "\n")


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
