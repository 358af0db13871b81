"""Text -> intent and slots: the cheapest way through a template graph, exact or near.

The cost of a way is counted in letters: rapidfuzz's distance between a recognised word and the template's, the
letters of a word left out or put in. So "ratio" has rapidfuzz's meaning, but on words in their places, and it
works on graphs of millions of sentences. The two best ways of different meaning are kept, which is exact: both of
the best two overall go through some node as one of the best two there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import heappop, heappush
from operator import itemgetter
from typing import TypeAlias

from rapidfuzz.distance import Indel

from voice_coach.attention import SlotValue
from voice_coach.commands.cost_bounds import UNKNOWN_LETTERS, CostBounds
from voice_coach.commands.negation import NO_NEGATION, Negation
from voice_coach.commands.template_graph import START, Graph, Labels, read_labels

UNKNOWN = "[unk]"
"""The word that Vosk writes for speech that is none of its phrases."""

Hypothesis: TypeAlias = tuple[Sequence[str], float]
"""The words of one hypothesis, and its score gap: how much likelier the best hypothesis is, in nats."""

_LEAST_LETTERS = 5
"""Fewer letters than this give no near miss: shorter words lie too near to each other ("then" and "ten")."""
_TINY = 1e-3  # breaks ties: fewer skipped and free words are better
_DOUBT = 1.0
"""The score gap, in nats, below which a hypothesis that denies more puts another one in doubt."""
_EXACT = 0.1  # more than all ties of one utterance together, less than any letter
_KEPT_DISTANCES = 16384
_MOST_WAYS = 2

_Ways: TypeAlias = list[tuple[float, Labels]]
_cost = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Match:
    """The meaning of an utterance. `ratio` is 100 for an exact match; `free` when a slot took free words."""

    intent: str
    slots: Mapping[str, SlotValue]
    ratio: float
    free: bool = False
    hypothesis: int = 0
    """The index of the hypothesis that it comes from."""

    @property
    def exact(self) -> bool:
        """Whether nothing was left out, put in or changed."""
        return self.ratio >= 100


@dataclass(frozen=True, slots=True)
class Limits:
    """The conditions for a near miss to count.

    `cutoff`: its least ratio (0-100). `margin`: how many letters dearer the next other meaning must be at least.
    """

    cutoff: float = 80
    margin: float = 1.5


class Matcher:
    """A search for the meaning of words in a finished graph, with the bounds and distances that it needs."""

    def __init__(self, graph: Graph, skip: frozenset[str], negation: Negation = NO_NEGATION) -> None:
        """`skip`: words that may stand beside any command. No near miss gains, loses or changes a `negation`."""
        self._graph = graph
        self._skip = skip
        self._negation = negation
        self._distance = lru_cache(maxsize=_KEPT_DISTANCES)(self._letters_between)

    @cached_property
    def _bounds(self) -> CostBounds:
        return CostBounds(self._graph)

    def match(self, hypotheses: Sequence[Hypothesis], limits: Limits) -> Match | None:
        """The meaning of an utterance, or None when none is near enough or two are about as near.

        One nat of score gap weighs as much as one letter, which did best of 0.2 to 4 on 301 recorded orders. Where
        hypotheses about as likely differ in their negations, the meaning is in doubt, and so None.
        """
        letters = max((_letters(words, self._skip) for words, _ in hypotheses), default=0)
        if not letters:
            return None
        if letters < _LEAST_LETTERS:
            limits = Limits(cutoff=100, margin=limits.margin)
        worst = 2 * letters * (1 - limits.cutoff / 100)
        found: list[tuple[float, str, dict[str, SlotValue], bool, int]] = []
        for index, (words, gap) in enumerate(hypotheses):
            for cost, labels in self.best_ways(words, worst + limits.margin - gap):
                found.append((cost + gap, *read_labels(labels), index))
        if not found:
            return None
        distance, intent, slots, free, index = min(found, key=lambda way: way[0])
        exact = distance < _EXACT
        if free and not exact:
            return None  # a slot that takes anything would make near misses of everything
        if may_be_the_opposite(hypotheses, index, self._negation):
            return None
        others = [way[0] for way in found if (way[1], way[2]) != (intent, slots)]
        # An exact match needs no margin: it is what was recognised, however near a neighbour lies.
        if not exact and (
            distance > worst or min(others, default=distance + limits.margin) - distance < limits.margin
        ):
            return None
        return Match(intent, slots, 100.0 if exact else 100 * (1 - distance / (2 * letters)), free, index)

    def best_ways(self, words: Sequence[str], limit: float) -> _Ways:
        """At most two (cost, labels), cheapest first, of different meaning, none dearer than `limit` letters."""
        graph, distance = self._graph, self._distance
        here: dict[int, _Ways] = {START: [(0.0, ())]} if limit >= 0 else {}
        most = self._most(words, limit)
        for number, word in enumerate(words):
            if not here:
                return []
            self._without_words(here, most)
            there: dict[int, _Ways] = {}
            over = math.inf if self._negation.changes(word) else _overlooked(word, self._skip)
            most = self._most(words[number + 1 :], limit)
            for node, ways in here.items():
                for cost, labels in ways:
                    if cost + over <= most[node]:
                        _offer(there, node, cost + over, labels)
                    for arc in graph.words[node]:
                        # Asked here and not in `_offer`: most words are too far from most others.
                        through = cost + distance(word, arc.word)
                        if through <= most[arc.to]:
                            _offer(there, arc.to, through, labels)
                    if node in graph.free:
                        name, to = graph.free[node]
                        if cost + _TINY <= most[to]:
                            _offer(there, to, cost + _TINY, (*labels, (name, word)))
            here = there
        self._without_words(here, most)
        ended: dict[int, _Ways] = {}
        for node in graph.ends & here.keys():
            for cost, labels in here[node]:
                if cost <= limit:
                    _offer(ended, START, cost, labels)
        return ended.get(START, [])

    def _most(self, words: Sequence[str], limit: float) -> memoryview:
        """The most that a way may have cost at each node, with `words` still to come, to end within `limit`."""
        known = [word for word in words if word != UNKNOWN]
        telling = [word for word in known if word not in self._skip]
        skipped = [word for word in known if word in self._skip]
        return self._bounds.most(telling, skipped, len(words) - len(known), limit)

    def _without_words(self, here: dict[int, _Ways], most: memoryview) -> None:
        """Follow silent arcs, and leave template words out. Arcs lead upwards, so one pass in order is enough."""
        graph, changes = self._graph, self._negation.changes
        heap = sorted(here)
        queued = set(heap)
        while heap:
            node = heappop(heap)
            for to, price, label, word in graph.steps(node):
                if word and changes(word):
                    continue
                for cost, labels in here[node]:
                    if cost + price <= most[to]:
                        _offer(here, to, cost + price, labels if label is None else (*labels, label))
                if to not in queued and to in here:
                    queued.add(to)
                    heappush(heap, to)

    def _letters_between(self, recognised: str, meant: str) -> float:
        """The cost of a recognised word for a template's word."""
        if recognised == meant:
            return 0.0
        if self._negation.changes(recognised) or self._negation.changes(meant):
            return math.inf
        if recognised == UNKNOWN:
            return float(max(len(meant), UNKNOWN_LETTERS))
        return float(Indel.distance(recognised, meant))


def may_be_the_opposite(hypotheses: Sequence[Hypothesis], chosen: int, negation: Negation) -> bool:
    """Whether a hypothesis that is likelier than the chosen one, or hardly less likely, denies more than that."""
    words, gap = hypotheses[chosen]
    denied = len(negation.among(words))
    return any(other - gap < _DOUBT and len(negation.among(texts)) > denied for texts, other in hypotheses)


def _letters(words: Sequence[str], skip: frozenset[str]) -> int:
    """The letters of the words that matter; of all, when there are only words to skip (an "okay")."""
    known = [word for word in words if word != UNKNOWN]
    return sum(map(len, [word for word in known if word not in skip] or known))


def _offer(cells: dict[int, _Ways], node: int, cost: float, labels: Labels) -> None:
    """Keep the two cheapest ways of different meaning at a node."""
    ways = cells.get(node)
    if ways is None:
        cells[node] = [(cost, labels)]
        return
    for index, (old, same) in enumerate(ways):
        if same == labels:
            if cost < old:
                ways[index] = (cost, labels)
                ways.sort(key=_cost)
            return
    if len(ways) < _MOST_WAYS or cost < ways[-1][0]:
        ways.append((cost, labels))
        ways.sort(key=_cost)
        del ways[_MOST_WAYS:]


def _overlooked(word: str, skip: frozenset[str]) -> float:
    """The cost of a recognised word that is none of the template's."""
    return _TINY if word in skip else float(UNKNOWN_LETTERS if word == UNKNOWN else len(word) + 1)
