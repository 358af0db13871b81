"""Text -> intent and slots: the cheapest way through the command graph, exact or near.

The cost of a way is counted in letters: rapidfuzz's distance between a heard word and the template's, the letters
of a word left out or put in. So "ratio" has rapidfuzz's meaning, but on words in their places, and it works on
graphs of millions of sentences. The two best ways of different meaning are kept, which is exact: both of the best
two overall go through some node as one of the best two there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from operator import itemgetter
from typing import TypeAlias

from rapidfuzz.distance import Indel

from voice_coach.attention import SlotValue
from voice_coach.commands.cost_bounds import UNKNOWN_LETTERS
from voice_coach.commands.negation import NO_NEGATION, Negation
from voice_coach.commands.template_graph import FREE, INTENT, START, Graph, Label

UNKNOWN = "[unk]"
"""How Vosk writes speech that is none of its phrases."""

_LEAST_LETTERS = 5
"""Of a near miss: shorter words lie too near to each other ("then" and "ten")."""
_TINY = 1e-3  # breaks ties: fewer skipped and free words are better
_DOUBT = 1.0
"""Nats by which a reading must be likelier than another that denies more."""
_EXACT = 0.1  # more than all ties of one utterance together, less than any letter

Meaning: TypeAlias = tuple[Label, ...]
_Ways: TypeAlias = list[tuple[float, Meaning]]
_MOST_WAYS = 2
_cost = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Match:
    """What was meant. `ratio` is 100 for an exact match; `free` when a slot took words as they came."""

    intent: str
    slots: Mapping[str, SlotValue]
    ratio: float
    free: bool = False
    reading: int = 0
    """Which of the readings given it comes from."""

    @property
    def exact(self) -> bool:
        """Nothing was left out, put in or changed."""
        return self.ratio >= 100


@dataclass(frozen=True, slots=True)
class Limits:
    """When a near miss counts.

    `cutoff`: its least ratio (0-100). `margin`: how many letters dearer the next other meaning must be at least.
    """

    cutoff: float = 80
    margin: float = 1.5


def match_readings(
    graph: Graph,
    readings: Sequence[tuple[Sequence[str], float]],
    skip: frozenset[str],
    limits: Limits,
    negation: Negation = NO_NEGATION,
) -> Match | None:
    """The meaning of an utterance, or None when none is near enough or two are about as near.

    `readings`: ways to hear its words, each with how much likelier the first is (in nats). One nat weighs as much
    as one letter, which did best of 0.2 to 4 on 301 recorded orders. No near miss gains, loses or changes a
    `negation`, and where readings about as likely differ in theirs, the meaning is in doubt.
    """
    letters = max((_letters(words, skip) for words, _ in readings), default=0)
    if not letters:
        return None
    if letters < _LEAST_LETTERS:
        limits = Limits(cutoff=100, margin=limits.margin)
    worst = 2 * letters * (1 - limits.cutoff / 100)
    found: list[tuple[float, str, dict[str, SlotValue], bool, int]] = []
    for index, (words, gap) in enumerate(readings):
        for cost, meaning in best_ways(graph, words, skip, worst + limits.margin - gap, negation):
            found.append((cost + gap, *read_meaning(meaning), index))
    if not found:
        return None
    distance, intent, slots, free, index = min(found, key=lambda way: way[0])
    exact = distance < _EXACT
    if free and not exact:
        return None  # a slot that takes anything would make near misses of everything
    if may_be_the_opposite(readings, index, negation):
        return None
    others = [way[0] for way in found if (way[1], way[2]) != (intent, slots)]
    # An exact match needs no margin: it is what was heard, however near a neighbour lies.
    if not exact and (
        distance > worst or min(others, default=distance + limits.margin) - distance < limits.margin
    ):
        return None
    return Match(intent, slots, 100.0 if exact else 100 * (1 - distance / (2 * letters)), free, index)


def may_be_the_opposite(readings: Sequence[tuple[Sequence[str], float]], chosen: int, negation: Negation) -> bool:
    """Whether a reading that is likelier than the chosen one, or hardly less likely, denies more than that."""
    words, gap = readings[chosen]
    denied = len(negation.among(words))
    return any(other - gap < _DOUBT and len(negation.among(said)) > denied for said, other in readings)


def _letters(words: Sequence[str], skip: frozenset[str]) -> int:
    """The letters of the words that matter; of all, when only words to skip were said (an "okay")."""
    said = [word for word in words if word != UNKNOWN]
    return sum(map(len, [word for word in said if word not in skip] or said))


def read_meaning(meaning: Meaning) -> tuple[str, dict[str, SlotValue], bool]:
    """Intent, slots, and whether a slot took words as they came."""
    intent, slots, free = "", dict[str, SlotValue](), False
    for name, value in meaning:
        if name == INTENT:
            intent = str(value)
        elif name.startswith(FREE):
            slot, free = name.removeprefix(FREE), True
            slots[slot] = f"{slots[slot]} {value}" if slot in slots else value
        else:
            slots[name] = value
    return intent, slots, free


def best_ways(
    graph: Graph, words: Sequence[str], skip: frozenset[str], limit: float, negation: Negation = NO_NEGATION
) -> _Ways:
    """At most two (cost, meaning), cheapest first, of different meaning, none dearer than `limit` letters."""
    here: dict[int, _Ways] = {START: [(0.0, ())]} if limit >= 0 else {}
    most = _most(graph, words, skip, limit)
    for number, word in enumerate(words):
        if not here:
            return []
        _without_words(graph, here, most, negation)
        there: dict[int, _Ways] = {}
        over = math.inf if negation.changes(word) else _overlooked(word, skip)
        most = _most(graph, words[number + 1 :], skip, limit)
        for node, ways in here.items():
            for cost, meaning in ways:
                if cost + over <= most[node]:
                    _offer(there, node, cost + over, meaning)
                for arc in graph.words[node]:
                    # Asked here and not in `_offer`: most words are too far from most others.
                    through = cost + _distance(word, arc.word, negation)
                    if through <= most[arc.to]:
                        _offer(there, arc.to, through, meaning)
                if node in graph.free:
                    name, to = graph.free[node]
                    if cost + _TINY <= most[to]:
                        _offer(there, to, cost + _TINY, (*meaning, (name, word)))
        here = there
    _without_words(graph, here, most, negation)
    ended: dict[int, _Ways] = {}
    for node in graph.ends & here.keys():
        for cost, meaning in here[node]:
            if cost <= limit:
                _offer(ended, START, cost, meaning)
    return ended.get(START, [])


def _most(graph: Graph, words: Sequence[str], skip: frozenset[str], limit: float) -> memoryview:
    """What a way may have cost at each node, with `words` still to come, to end within `limit`."""
    known = [word for word in words if word != UNKNOWN]
    telling = [word for word in known if word not in skip]
    return graph.outlook.most(telling, [w for w in known if w in skip], len(words) - len(known), limit)


def may_go_on(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> bool:
    """Whether a longer command begins with exactly these words ("next" -> "next step")."""
    return any(graph.words[node] or node in graph.free for node, _ in _places(graph, words, skip))


def last_words(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> set[str]:
    """The words any of which completes a command that begins with exactly these words."""
    arcs = (arc for node, _ in _places(graph, words, skip) for arc in graph.words[node])
    return {arc.word for arc in arcs if not graph.ends.isdisjoint(graph.closure(arc.to))}


def may_change(
    graph: Graph, words: Sequence[str], skip: frozenset[str], meant: tuple[str, Mapping[str, SlotValue]]
) -> bool:
    """Whether a longer command that begins with exactly these words means something else than `meant`.

    ("next" -> "next step please" means the same; "pause" -> "pause for five minutes" does not.)
    """
    for node, meaning in _places(graph, words, skip):
        if node in graph.free:
            return True
        intent, slots, _ = read_meaning(meaning)
        goes_on = [arc.to for arc in graph.words[node]]
        if goes_on and ((intent, slots) != meant or any(_tells(graph, to) for to in goes_on)):
            return True
    return False


def _places(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> set[tuple[int, Meaning]]:
    """Where exactly these words lead, and what they mean so far."""
    here = _closed(graph, {(START, ())})
    for word in words:
        there: set[tuple[int, Meaning]] = {
            (arc.to, meaning) for node, meaning in here for arc in graph.words[node] if arc.word == word
        }
        there |= {(graph.free[node][1], meaning) for node, meaning in here if node in graph.free}
        if word in skip:
            there |= here
        here = _closed(graph, there)
    return here


def _closed(graph: Graph, places: set[tuple[int, Meaning]]) -> set[tuple[int, Meaning]]:
    seen, todo = set(places), list(places)
    while todo:
        node, meaning = todo.pop()
        for arc in graph.silent[node]:
            place = arc.to, meaning if arc.label is None else (*meaning, arc.label)
            if place not in seen:
                seen.add(place)
                todo.append(place)
    return seen


def _tells(graph: Graph, node: int) -> bool:
    """Whether anything behind `node` adds to the meaning."""
    return any(at in graph.free or any(arc.label for arc in graph.silent[at]) for at in graph.reached(node))


def _without_words(graph: Graph, here: dict[int, _Ways], most: memoryview, negation: Negation) -> None:
    """Follow silent arcs, and leave template words out. Arcs lead upwards, so one pass in order is enough."""
    heap = sorted(here)
    queued = set(heap)
    while heap:
        node = heappop(heap)
        for to, price, label, word in graph.onward(node):
            if word and negation.changes(word):
                continue
            for cost, meaning in here[node]:
                if cost + price <= most[to]:
                    _offer(here, to, cost + price, meaning if label is None else (*meaning, label))
            if to not in queued and to in here:
                queued.add(to)
                heappush(heap, to)


def _offer(cells: dict[int, _Ways], node: int, cost: float, meaning: Meaning) -> None:
    """Keep the two cheapest ways of different meaning at a node."""
    ways = cells.get(node)
    if ways is None:
        cells[node] = [(cost, meaning)]
        return
    for index, (old, same) in enumerate(ways):
        if same == meaning:
            if cost < old:
                ways[index] = (cost, meaning)
                ways.sort(key=_cost)
            return
    if len(ways) < _MOST_WAYS or cost < ways[-1][0]:
        ways.append((cost, meaning))
        ways.sort(key=_cost)
        del ways[_MOST_WAYS:]


def _overlooked(word: str, skip: frozenset[str]) -> float:
    """What it costs that a heard word is none of the template's."""
    return _TINY if word in skip else float(UNKNOWN_LETTERS if word == UNKNOWN else len(word) + 1)


@lru_cache(maxsize=16384)
def _distance(heard: str, meant: str, negation: Negation) -> float:
    if heard == meant:
        return 0.0
    if negation.changes(heard) or negation.changes(meant):
        return math.inf
    if heard == UNKNOWN:
        return float(max(len(meant), UNKNOWN_LETTERS))
    return float(Indel.distance(heard, meant))
