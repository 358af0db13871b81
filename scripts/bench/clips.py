"""The recordings of `shared/speech/dev` and sentences of synthetic voices, with what each of them means."""

import csv
import itertools
import json
import random
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from scripts.bench.phrases import covering_phrases
from scripts.bench.sounds import Floats, read
from voice_coach.commands.command_set import Commands
from voice_coach.guide import load_guide
from voice_coach.resources import prompts_dir
from voice_coach.settings import Settings
from voice_coach.table.assembly import own_commands

ANSWERS = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]
OUR_COMMANDS = prompts_dir() / "commands.yaml"
# Variants of espeak-ng that no model is trained on (scripts/train_model/synthesise.py).
VOICES = ["en-us+f3", "en-us+m4", "en-gb+linda", "en-us+adam", "en-us+steph2", "en-us+grandma", "en-gb+quincy"]

_T = TypeVar("_T")
Meaning = tuple[str, Mapping[str, Any]]
"""Intent and slots."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording: where, what is said in it, and what that means (None: nothing at all)."""

    path: Path
    text: str
    meaning: Meaning | None = None


def listed(folder: Path, every: int) -> list[Clip]:
    """Every `every`th clip of a dev set, with its text."""
    with (folder / "clips.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Clip(folder / row["file"], row["text"]) for row in rows[::every]]


def orders(folder: Path, every: int) -> list[Clip]:
    """Drink orders."""
    found = []
    for clip in listed(folder, every):
        label = json.loads(clip.text)
        found.append(Clip(clip.path, clip.text, (label["intent"], label["slots"])))
    return found


def answers(folder: Path, every: int) -> list[Clip]:
    """Single words: every `every`th of the ten answers, and all words that are none of them, as they are few."""
    found = listed(folder, 1)
    said = [Clip(clip.path, clip.text, (clip.text, {})) for clip in found if clip.text in ANSWERS]
    return [*said[::every], *(clip for clip in found if clip.text not in ANSWERS)]


def answer_commands(path: Path) -> Path:
    """Write a command file of the ten answers, an intent each."""
    intents = {word: {"data": [{"sentences": [word]}]} for word in ANSWERS}
    path.write_text(json.dumps({"language": "en", "intents": intents}), encoding="utf-8")
    return path


def our_lists() -> dict[str, Sequence[str]]:
    """What two people and the guide bring to our command file."""
    return dict(own_commands(Settings(names=("Anna", "Ben")), load_guide("reconnect"))[1])


def our_phrases(commands: Commands) -> Iterator[tuple[str, Meaning]]:
    """Phrases with every pair of neighbouring words of our commands, and what they mean; none with free words."""
    for phrase in covering_phrases(commands.graph):
        match = commands.exact(commands.words(phrase))
        if match and not match.free:
            yield phrase, (match.intent, match.slots)


def in_turn(by_intent: Mapping[str, list[_T]], rng: random.Random, count: int) -> list[tuple[str, _T]]:
    """A sample in which every intent has its turn, with the intent."""
    for said in by_intent.values():
        rng.shuffle(said)
    rounds = ((intent, said[i]) for i in range(count) for intent, said in by_intent.items() if i < len(said))
    return list(itertools.islice(rounds, count))


def our_sentences(count: int, seed: int) -> list[tuple[str, Meaning]]:
    """A sample of our commands of two words or more in which every intent has its turn, whatever is asked for."""
    by_intent = dict[str, list[tuple[str, Meaning]]]()
    commands = Commands.load(OUR_COMMANDS, our_lists())
    for phrase, meaning in our_phrases(commands):
        if len(phrase.split()) > 1 and meaning[0] not in commands.offered:
            by_intent.setdefault(meaning[0], []).append((phrase, meaning))
    return [sentence for _, sentence in in_turn(by_intent, random.Random(seed), count)]


def spoken(text: str, path: Path, rng: random.Random) -> Floats:
    """`text` by a held-out synthetic voice."""
    command = ["espeak-ng", "-v", rng.choice(VOICES), "-s", str(rng.randint(135, 185)), "-w", str(path), text]
    subprocess.run(command, check=True)
    return read(path)
