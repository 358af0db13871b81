"""Hassil's command templates -> one template graph."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hassil.errors import MissingListError, MissingRuleError
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.expression import Sentence as Template
from hassil.intents import IntentData, Intents, RangeSlotList, SlotList, TextSlotList, WildcardSlotList
from hassil.numbers import get_rbnf_engine

from voice_coach.attention import SlotValue
from voice_coach.commands.template_graph import FREE, INTENT, START, Graph, Label, SilentArc, WordArc

UNTOLD = "_"
"""The name of a slot that takes the values of a list without telling which: `{name:_}`."""

Frontier: TypeAlias = frozenset[tuple[int, str]]
"""The ends of a half-built template: nodes, each with the letters of a word not yet complete."""


def build_graph(intents: Intents, takes: Callable[[str, IntentData], bool] = lambda *_: True) -> Graph:
    """The graph of all sentences of all intents, or of those that `takes` accepts (an intent's name, its data).

    Raises hassil's errors (MissingListError, MissingRuleError) for missing lists and rules.
    """
    graph = Graph()
    graph.node()
    for intent in intents.intents.values():
        for data in (part for part in intent.data if takes(intent.name, part)):
            builder = _Builder(
                graph,
                {**intents.expansion_rules, **data.expansion_rules},
                {**intents.slot_lists, **data.slot_lists},
                intents.language,
            )
            fixed = [(INTENT, intent.name), *((name, plain(value)) for name, value in data.slots.items())]
            for sentence in data.sentences:
                at = START
                for label in fixed:
                    at = builder.step(at, label)
                builder.end(builder.walk(sentence.expression, frozenset({(at, "")})))
    return graph


def plain(value: object) -> SlotValue:
    """A slot value as an int where it is one, else as text."""
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class _Builder:
    graph: Graph
    rules: Mapping[str, Template]
    lists: Mapping[str, SlotList]
    language: str

    def step(self, at: int, label: Label | None) -> int:
        to = self.graph.node()
        self.graph.silent[at].append(SilentArc(to, label))
        return to

    def end(self, frontier: Frontier) -> None:
        for node, _ in sorted(self._words(frontier, " ")):
            self.graph.ends.add(node)

    def walk(self, expression: Expression, frontier: Frontier) -> Frontier:
        """The frontier after `expression`; empty when it cannot be said at all (an empty list)."""
        if isinstance(expression, TextChunk):
            return self._words(frontier, expression.text)
        if isinstance(expression, Alternative):
            return self._join(*(self.walk(item, frontier) for item in expression.items))
        if isinstance(expression, Permutation):
            return self._permute(expression.items, frontier)
        if isinstance(expression, Group):
            for item in expression.items:
                frontier = self.walk(item, frontier)
            return frontier
        if isinstance(expression, RuleReference):
            if expression.rule_name not in self.rules:
                raise MissingRuleError(f"missing rule <{expression.rule_name}>")
            return self.walk(self.rules[expression.rule_name].expression, frontier)
        if isinstance(expression, ListReference):
            return self._list(expression, frontier)
        raise TypeError(f"unknown expression {expression!r}")

    def _words(self, frontier: Frontier, text: str) -> Frontier:
        """Letters run on from chunk to chunk ("light" + "s"), so a word is made only at the next space."""
        ends = set()
        for node, letters in sorted(frontier):
            *whole, rest = (letters + text.lower()).replace("\n", " ").split(" ")
            at = node
            for word in filter(None, whole):
                to = self.graph.node()
                self.graph.words[at].append(WordArc(word, to))
                at = to
            ends.add((at, rest))
        return self._join(frozenset(ends))

    def _join(self, *frontiers: Frontier) -> Frontier:
        """One node for all places with the same letters pending: this is what keeps the graph small."""
        by_letters: dict[str, set[int]] = {}
        # Sorted, so that every run makes the same graph, and Vosk gives the same for the same phrases.
        for node, letters in sorted(set().union(*frontiers)):
            by_letters.setdefault(letters, set()).add(node)
        return frozenset((self._meet(nodes), letters) for letters, nodes in by_letters.items())

    def _meet(self, nodes: set[int]) -> int:
        if len(nodes) == 1:
            return next(iter(nodes))
        to = self.graph.node()
        for node in sorted(nodes):
            self.graph.silent[node].append(SilentArc(to))
        return to

    def _permute(self, items: Sequence[Expression], frontier: Frontier) -> Frontier:
        """All orders, sharing what follows the same set of items: 2^n places instead of n! paths."""
        places: dict[frozenset[int], Frontier] = {frozenset(): frontier}
        for _ in items:
            grown: dict[frozenset[int], list[Frontier]] = {}
            for used, place in places.items():
                for index in set(range(len(items))) - used:
                    grown.setdefault(used | {index}, []).append(self.walk(items[index], place))
            places = {used: self._join(*parts) for used, parts in grown.items()}
        return self._join(*places.values())

    def _list(self, reference: ListReference, frontier: Frontier) -> Frontier:
        slot = reference.slot_name
        inline = reference.get_inline_range()
        if inline is not None:
            slots: SlotList | None = RangeSlotList(None, *inline)
        else:
            slots = self.lists.get(reference.list_name)
        if slots is None:
            raise MissingListError(f"missing list {{{reference.list_name}}}")
        if isinstance(slots, WildcardSlotList):
            return self._free(slot, frontier)
        parts = []
        for value, spoken in _values(slots, self.language):
            label = None if slot == UNTOLD else (slot, value)
            labelled = frozenset((self.step(node, label), letters) for node, letters in sorted(frontier))
            parts.append(self.walk(spoken, labelled))
        return self._join(*parts)

    def _free(self, slot: str, frontier: Frontier) -> Frontier:
        """Any one word, and then any more."""
        starts = self._words(frontier, " ")
        if not starts:
            return starts
        begin, loop = self.graph.node(), self.graph.node()
        for node, _ in sorted(starts):
            self.graph.silent[node].append(SilentArc(begin))
        self.graph.free[begin] = self.graph.free[loop] = (FREE + slot, loop)
        after = self.graph.node()
        self.graph.silent[loop].append(SilentArc(after))
        return frozenset({(after, "")})


def _values(slots: SlotList, language: str) -> Iterator[tuple[SlotValue, Expression]]:
    """Each value of a list with what is said for it."""
    if isinstance(slots, TextSlotList):
        for value in slots.values:
            yield plain(value.value_out), value.text_in
    elif isinstance(slots, RangeSlotList):
        for number in slots.get_numbers():
            for text in dict.fromkeys(_spoken(slots, number, language)):
                yield plain(number), TextChunk(text)


def _spoken(slots: RangeSlotList, number: int | float, language: str) -> Iterable[str]:
    """A number as it is said: in digits, in words, or both."""
    if slots.digits:
        yield str(number)
    if slots.words:
        engine = get_rbnf_engine(slots.words_language or language)
        # A recognizer has no hyphens: "twenty-one" is recognised as two words.
        yield engine.format_number(number).text.replace("-", " ")
