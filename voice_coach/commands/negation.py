"""Negation: the words that deny in a language, and the negated forms of a template graph.

"Can" and "can't" are nearly one word in writing and nearly one sound in speech, so no distance tells a command
from its opposite: what denies is compared by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from voice_coach.commands.template_graph import START, Graph, SilentArc, WordArc
from voice_coach.documents import Document
from voice_coach.resources import prompts_dir

_STEM = 4
"""How many letters must follow a beginning that denies: "until" and "into" deny nothing."""


class Negation(BaseModel):
    """The words and parts of words that deny in a language (`negations.yaml` in prompts/); by default none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: frozenset[str] = frozenset()
    doubts: frozenset[str] = frozenset()
    """Words that leave open what stands beside them ("if", "half"): no near miss may gain or lose one either."""
    endings: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    pairs: Mapping[str, str] = Field(default_factory=dict)
    """Words, each with the word or words that say the opposite."""
    inserted: tuple[str, ...] = ()
    """Words that deny a command before its first word, or behind such as are in `pairs` or `followed`."""
    followed: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    """Words before which nobody says any of these."""

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    def denies(self, word: str) -> bool:
        """Whether a word denies by itself, by its ending or by its beginning."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = (
                word in self.words
                or word.endswith(self.endings)
                or (word.startswith(self.beginnings) and any(self._has_stem(word)))
            )
        return found

    def _has_stem(self, word: str) -> Iterable[bool]:
        return (len(word) - len(beginning) >= _STEM for beginning in self.beginnings if word.startswith(beginning))

    def changes(self, word: str) -> bool:
        """Whether a word may turn a meaning into another one: it denies, or leaves in doubt."""
        return word in self.doubts or self.denies(word)

    def among(self, words: Iterable[str]) -> tuple[str, ...]:
        """The words that deny, in order."""
        return tuple(filter(self.denies, words))

    @cached_property
    def spelling(self) -> Mapping[str, str]:
        """Words as some people type them ("cant", "can", "t") to what they mean ("can't")."""
        deny = [word for words in self.pairs.values() for word in words.split() if word.endswith(self.endings)]
        broken = {word.replace("'", ""): word for word in deny}
        # Cut off behind the "n", as where the apostrophe was lost: but "can" and "don" are words of their own.
        cut = {word.split("'")[0]: word for word in deny if word.split("'")[0] not in self.pairs}
        return cut | broken

    def opposites(self, word: str) -> list[tuple[str, ...]]:
        """The words that say the opposite in a word's place: one, several, or, for a plain "not", none."""
        found = [tuple(self.pairs[word].split())] if word in self.pairs else []
        found += [(plain,) for plain, denied in self.pairs.items() if denied == word]
        if not found and word in self.inserted:
            found.append(())
        if len(word) >= _STEM:
            found += [(beginning + word,) for beginning in self.beginnings]
            found += [(word.removeprefix(b),) for b in self.beginnings if word.startswith(b) and self.denies(word)]
        return found


NO_NEGATION = Negation()


def read_negation(language: str) -> Negation:
    """The negation of a language, none where it has no such file. Raises PromptError when it cannot be read."""
    path = prompts_dir(language) / "negations.yaml"
    return load_negation(path) if path.exists() else NO_NEGATION


def load_negation(path: Path) -> Negation:
    """The negation in a file. Raises PromptError: file, line, key, and what was expected."""
    document = Document(path)
    document.reject_unquoted(frozenset())
    return document.parse(Negation)


def negated(graph: Graph, negation: Negation) -> Graph:
    """The sentences of a graph with one negation gained or lost, for the recognizer to tell them from commands.

    It has two layers: ways lead from the first, the graph as it was, through a negation to the second.
    """
    layers = Graph()
    count = len(graph.words)
    for _ in range(2 * count):
        layers.node()
    for node in range(count):
        for layer in (0, count):
            layers.words[layer + node] += [WordArc(arc.word, layer + arc.to) for arc in graph.words[node]]
            layers.silent[layer + node] += [SilentArc(layer + arc.to, arc.label) for arc in graph.silent[node]]
            if node in graph.free:
                name, to = graph.free[node]
                layers.free[layer + node] = name, layer + to
        for arc in graph.words[node]:
            if arc.word in negation.pairs or arc.word in negation.followed:
                _insert(layers, graph, arc.to, negation)
            for words in negation.opposites(arc.word):
                _lead(layers, node, words, count + arc.to)
    for beginning in graph.silent[START]:
        _insert(layers, graph, beginning.to, negation)
    layers.ends |= {count + node for node in graph.ends}
    return layers


def _insert(layers: Graph, graph: Graph, at: int, negation: Negation) -> None:
    """Add ways through words that deny, from a node of the first layer to what follows there in the second."""
    onward = graph.closure(at)
    behind = layers.node()
    layers.words[behind] = [
        WordArc(arc.word, len(graph.words) + arc.to)
        for node in onward
        for arc in graph.words[node]
        if arc.word not in negation.alone
    ]
    if not graph.ends.isdisjoint(onward):
        layers.ends.add(behind)
    for words in negation.inserted:
        _lead(layers, at, words.split(), behind)


def _lead(graph: Graph, at: int, words: Sequence[str], to: int) -> None:
    """Add a way from node to node through these words."""
    if not words:
        graph.silent[at].append(SilentArc(to))
        return
    for word in words[:-1]:
        between = graph.node()
        graph.words[at].append(WordArc(word, between))
        at = between
    graph.words[at].append(WordArc(words[-1], to))
