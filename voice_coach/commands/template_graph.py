"""Command templates as one word graph: what can be said, and what each way through it means.

A graph can hold millions of sentences in a few hundred nodes, so nothing here ever lists them all.
Nodes are numbered so that every arc but a free word's leads to a higher number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from voice_coach.attention import SlotValue
from voice_coach.commands.cost_bounds import CostBounds

Label: TypeAlias = tuple[str, SlotValue]
"""What an arc adds to the meaning: (slot, value), or (INTENT, name)."""

INTENT = "\0intent"  # cannot be a slot's name
FREE = "\0free "
"""Before a slot's name: the label adds one word to what the slot took as it came."""
START = 0


@dataclass(frozen=True, slots=True)
class WordArc:
    """One word of a template."""

    word: str
    to: int


@dataclass(frozen=True, slots=True)
class SilentArc:
    """A step without a word; it may add to the meaning."""

    to: int
    label: Label | None = None


Step: TypeAlias = tuple[int, float, Label | None, str]
"""Where it leads, what it costs in letters (one more than a template's word that is left out), what it means, the
word that is left out."""


@dataclass(slots=True)
class Graph:
    """Arcs by node. `free` nodes take any one word, add it with a FREE label, and lead to the node given."""

    words: list[list[WordArc]] = field(default_factory=list)
    silent: list[list[SilentArc]] = field(default_factory=list)
    free: dict[int, tuple[str, int]] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    _onward: dict[int, tuple[Step, ...]] = field(default_factory=dict, repr=False, compare=False)
    _outlook: CostBounds | None = field(default=None, repr=False, compare=False)

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

    def onward(self, node: int) -> tuple[Step, ...]:
        """The steps from a node without a word heard; kept, so for a graph that is finished."""
        steps = self._onward.get(node)
        if steps is None:
            silent = ((arc.to, 0.0, arc.label, "") for arc in self.silent[node])
            left_out = ((arc.to, len(arc.word) + 1.0, None, arc.word) for arc in self.words[node])
            steps = self._onward[node] = (*silent, *left_out)
        return steps

    @property
    def outlook(self) -> CostBounds:
        """What ways must still cost at each node; kept, so for a graph that is finished."""
        if self._outlook is None:
            self._outlook = CostBounds(self)
        return self._outlook
