"""Lower bounds on the cost from each node to an end, to prune the matcher's search (as A* would).

Costs are counted in letters (see `matcher`): a word left out or overlooked costs its length + 1. No bound here is
more than a way turns out to cost, so the matcher finds the same with and without them.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel

from voice_coach.commands.template_graph import Graph

Floats: TypeAlias = npt.NDArray[np.float64]
Letters: TypeAlias = npt.NDArray[np.int32]

UNKNOWN_LETTERS = 5
"""The least cost of an unknown word, in letters."""
_ROUNDING = 1e-6
_KEPT_WORDS = 4096
"""How many words' distances are kept: a kilobyte each with three hundred templates."""


class CostBounds:
    """Cost bounds for a graph that will not change any more, with its nodes numbered template by template."""

    def __init__(self, graph: Graph) -> None:
        self._least, self._most = _costs_to_an_end(graph)
        starts = [0, *(arc.to for arc in graph.silent[0])]
        self._nodes = np.diff([*starts, len(graph.words)])
        """The number of nodes of each template; the first entry is for the start, which belongs to none."""
        self._vocabulary = sorted({arc.word for arcs in graph.words for arc in arcs})
        number = {word: at for at, word in enumerate(self._vocabulary)}
        nothing = len(self._vocabulary)
        words, firsts = list[int](), list[int]()
        for start, count in zip(starts, self._nodes, strict=True):
            firsts.append(len(words))
            arcs = graph.words[start : start + count]
            words += sorted({number[arc.word] for arcs_of_one in arcs for arc in arcs_of_one}) or [nothing]
        self._words, self._firsts = np.array(words), np.array(firsts)
        self._distances = dict[str, Letters]()

    def most(self, telling: Sequence[str], skipped: Sequence[str], unknown: int, limit: float) -> memoryview:
        """The most that a way may have cost at each node, in letters, to end within `limit`.

        Still to come are the words `telling`, others that may be `skipped`, and a number of `unknown` ones. A word
        is worth its length + 1. Either it is overlooked, or something of the template is made of it: no distance
        is less than the difference of what they are worth, nor than that to the nearest word of the template.
        Where free words may come, nothing is bounded.
        """
        to_overlook = sum(len(word) + 1 for word in telling)
        to_fill = to_overlook + sum(len(word) + 1 for word in skipped) + unknown
        to_turn = np.repeat(sum(map(self._to_nearest, telling), np.zeros(len(self._nodes))), self._nodes)
        too_long = UNKNOWN_LETTERS * unknown + np.maximum(to_turn, to_overlook - self._most)
        too_long[np.isinf(self._most)] = 0
        left: Floats = limit + _ROUNDING - np.maximum(self._least - to_fill, too_long)
        return left.data  # read one by one, which an array is slow at

    def _to_nearest(self, word: str) -> Letters:
        """The least cost of the word in each template, in letters."""
        found = self._distances.get(word)
        if found is None:
            to_overlook = len(word) + 1
            letters = np.array([*(Indel.distance(word, other) for other in self._vocabulary), to_overlook])
            found = np.minimum.reduceat(letters[self._words], self._firsts)
            found = np.minimum(found, to_overlook).astype(np.int32)
            found[0] = 0
            if len(self._distances) < _KEPT_WORDS:
                self._distances[word] = found
        return found


def _costs_to_an_end(graph: Graph) -> tuple[Floats, Floats]:
    """The least and the most that the words from each node to an end are worth: length + 1 each.

    Infinite where no end is reached, and the most where free words may come.
    """
    least, most = np.full(len(graph.words), np.inf), np.full(len(graph.words), -np.inf)
    for node in reversed(range(len(graph.words))):
        if node in graph.ends:
            least[node] = most[node] = 0
        for to, price, _, _ in graph.steps(node):
            least[node] = min(least[node], least[to] + price)
            most[node] = max(most[node], most[to] + price)
        if node in graph.free:
            least[node], most[node] = min(least[node], least[graph.free[node][1]]), np.inf
    return least, most
