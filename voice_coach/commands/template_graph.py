"""The template graph: all sentences of a command file as one word graph, with what each way through it means.

A graph can hold millions of sentences in a few hundred nodes, so nothing here ever lists them all.
Nodes are numbered so that every arc but a free word's leads to a higher number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from voice_coach.attention import SlotValue

Label: TypeAlias = tuple[str, SlotValue]
"""What an arc adds to the meaning: (slot, value), or (INTENT, name)."""
Labels: TypeAlias = tuple[Label, ...]
"""The labels of a way through the graph, in order."""

INTENT = "\0intent"
"""The name in a label that gives the intent; it cannot be a slot's name."""
FREE = "\0free "
"""The prefix of a slot's name in a label that adds one free word to the slot's value."""
START = 0
"""The node where every sentence begins."""


@dataclass(frozen=True, slots=True)
class WordArc:
    """One word of a template."""

    word: str
    to: int


@dataclass(frozen=True, slots=True)
class SilentArc:
    """A step without a word; its label, if any, is added to the meaning."""

    to: int
    label: Label | None = None


Step: TypeAlias = tuple[int, float, Label | None, str]
"""A step without a recognised word: (target, cost in letters, label, word left out). Skipping a template word
costs its length + 1, a silent arc nothing."""


@dataclass(slots=True)
class Graph:
    """Arcs by node. `free` nodes take any one word, add it with a FREE label, and lead to the node given."""

    words: list[list[WordArc]] = field(default_factory=list)
    silent: list[list[SilentArc]] = field(default_factory=list)
    free: dict[int, tuple[str, int]] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    _steps: dict[int, tuple[Step, ...]] = field(default_factory=dict, repr=False, compare=False)

    def node(self) -> int:
        """A new node."""
        self.words.append([])
        self.silent.append([])
        return len(self.words) - 1

    def beginnings(self) -> Iterator[tuple[str, int]]:
        """The intent of each template, and the node where its words begin."""
        for arc in self.silent[START]:
            if arc.label and arc.label[0] == INTENT:
                yield str(arc.label[1]), arc.to

    def closure(self, node: int) -> list[int]:
        """The nodes reached from `node` without a word, itself included."""
        seen, todo = {node}, [node]
        while todo:
            for arc in self.silent[todo.pop()]:
                if arc.to not in seen:
                    seen.add(arc.to)
                    todo.append(arc.to)
        return sorted(seen)

    def reached(self, node: int) -> set[int]:
        """The nodes reached from `node` with any words, itself included."""
        seen, todo = {node}, [node]
        while todo:
            at = todo.pop()
            onward = {arc.to for arc in self.silent[at]} | {arc.to for arc in self.words[at]}
            todo += onward - seen
            seen |= onward
        return seen

    def vocabulary(self) -> set[str]:
        """The words of all templates."""
        return {arc.word for arcs in self.words for arc in arcs}

    def steps(self, node: int) -> tuple[Step, ...]:
        """The steps from a node without a recognised word. They are kept, so the graph must be finished."""
        steps = self._steps.get(node)
        if steps is None:
            silent = ((arc.to, 0.0, arc.label, "") for arc in self.silent[node])
            left_out = ((arc.to, len(arc.word) + 1.0, None, arc.word) for arc in self.words[node])
            steps = self._steps[node] = (*silent, *left_out)
        return steps


def joined(first: Graph, second: Graph) -> Graph:
    """A graph of the sentences of both, which share their start and nothing else."""
    shift = len(first.words) - 1

    def moved(node: int) -> int:
        return START if node == START else node + shift

    both = Graph([*first.words], [*first.silent], dict(first.free), set(first.ends))
    for node, (words, silent) in enumerate(zip(second.words, second.silent, strict=True)):
        more_words = [WordArc(arc.word, moved(arc.to)) for arc in words]
        more_silent = [SilentArc(moved(arc.to), arc.label) for arc in silent]
        if node == START:
            both.words[START] = both.words[START] + more_words
            both.silent[START] = both.silent[START] + more_silent
        else:
            both.words.append(more_words)
            both.silent.append(more_silent)
    both.free |= {moved(node): (slot, moved(to)) for node, (slot, to) in second.free.items()}
    both.ends |= {moved(node) for node in second.ends}
    return both


def read_labels(labels: Iterable[Label]) -> tuple[str, dict[str, SlotValue], bool]:
    """The meaning of labels: the intent, the slots, and whether a slot took free words."""
    intent, slots, free = "", dict[str, SlotValue](), False
    for name, value in labels:
        if name == INTENT:
            intent = str(value)
        elif name.startswith(FREE):
            slot, free = name.removeprefix(FREE), True
            slots[slot] = f"{slots[slot]} {value}" if slot in slots else value
        else:
            slots[name] = value
    return intent, slots, free
