"""The decoding graph: the word sequences that may be recognised, as acceptors over a model's word numbers.

    background* [command background*]*      in open mode; cheaper what the open question asks for
    background* [wake phrase command ...]*  everywhere

    Beside each command stand its negated forms, so that a "can't" has to be told from a "can" by its sound.

The background is other speech: `[unk]`, which the model spells out in any phones, and common words of ordinary
talk as decoys, so that a command inside running talk has something to be told apart from. `graph_compiler_child`
determinises the commands and their negated forms, weighs their branches and joins all.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_file import UNCLEAR
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN
from voice_coach.commands.template_graph import INTENT, START, Graph, Label
from voice_coach.recognition.weights import GraphCosts, Weights


@dataclass(slots=True)
class Acceptor:
    """A finite-state acceptor: state 0 is the start; arcs are (from, to, word number or 0); `ends` are final."""

    arcs: list[tuple[int, int, int]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def single_words(self) -> frozenset[int]:
        """The words that are accepted alone."""
        silent: dict[int, list[int]] = {}
        for source, to, word in self.arcs:
            if not word:
                silent.setdefault(source, []).append(to)

        def reached(states: Iterable[int]) -> set[int]:
            found, todo = set(states), list(states)
            while todo:
                more = [to for to in silent.get(todo.pop(), ()) if to not in found]
                found.update(more)
                todo += more
            return found

        first, ends = reached([0]), set(self.ends)
        return frozenset(
            word for source, to, word in self.arcs if word and source in first and reached([to]) & ends
        )


@dataclass(frozen=True, slots=True)
class Section:
    """Commands and, in the same places and as likely, their negated forms.

    As text alone: there are tens of thousands of arcs, and only the compiler child needs them.
    """

    packed: bytes
    """The `request`, compressed: a talk has some ten MB of them."""
    name: str
    """The digest of that."""
    single_words: frozenset[int]
    """The words that are commands alone."""

    @property
    def request(self) -> str:
        """What the compiler child makes it of, as JSON: both acceptors, and costs in nats (see `Weights`)."""
        return zlib.decompress(self.packed).decode()


def section_of(
    commands: Acceptor, opposites: Acceptor, branch: float, deny: float, inserted: Sequence[int]
) -> Section:
    """The section of these. `inserted`: words that deny, which are not counted among the ways on, or they would
    make every other word dearer.
    """
    # Not `asdict` of all, which copies every arc.
    plain: dict[str, Any] = {"branch": branch, "deny": deny, "inserted": list(inserted)}
    for name, part in (("commands", commands), ("opposites", opposites)):
        plain[name] = {"arcs": part.arcs, "ends": part.ends}
    request = json.dumps(plain, sort_keys=True)
    return Section(zlib.compress(request.encode(), 1), digest(request), commands.single_words())


@dataclass(frozen=True, slots=True)
class Route:
    """A section, and what it costs to begin and to end it, in nats."""

    section: Section
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Grammar:
    """A decoding graph to be compiled: everything `graph_compiler_child` needs, in word numbers."""

    uncalled: Sequence[Route]
    """The commands that count without the wake phrase."""
    called: Sequence[Route]
    """The commands behind the wake phrase."""
    wake: Sequence[int]
    unknown: int | None
    decoys: Sequence[int]
    skip: Sequence[int]
    costs: GraphCosts

    @property
    def sections(self) -> Sequence[Section]:
        """All sections, each once."""
        return tuple({route.section.name: route.section for route in (*self.uncalled, *self.called)}.values())

    def as_json(self) -> dict[str, Any]:
        """What the graph is named by, and the request to the child, which knows sections by their names."""
        return {
            **{name: getattr(self, name) for name in ("wake", "unknown", "decoys", "skip")},
            "uncalled": list(map(_plain, self.uncalled)),
            "called": list(map(_plain, self.called)),
            "weights": asdict(self.costs),
        }


def digest(text: str) -> str:
    """The name of what is made of a text."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:32]


def _plain(route: Route) -> dict[str, Any]:
    return {"section": route.section.name, "begin": route.begin, "end": route.end}


class GrammarBuilder:
    """The grammars of one set of commands behind one wake phrase; sections are made once and shared by them."""

    def __init__(
        self, commands: Commands, numbers: Mapping[str, int], wake: Sequence[str], decoys: Sequence[str]
    ) -> None:
        """`numbers`: the model's words, others are left out. `wake`: the words of the wake phrase."""
        self._commands = commands
        self._numbers = numbers
        self._wake = wake
        self._decoys = decoys
        self._sections = dict[tuple[bool, frozenset[str], float, float], Section]()

    def build(self, attention: Attention, weights: Weights) -> Grammar:
        """The grammar under an attention."""
        asking, always = self._commands.while_asked(attention.expected), self._always(weights)
        answers = attention.answers & asking.intents
        called = [Route(always, 0.0, 0.0)]
        if expected := attention.expected & asking.intents & asking.limited:
            called.append(Route(self._section(asking, expected, weights.deny, weights.branch), 0.0, 0.0))
        uncalled = list[Route]()
        if attention.mode is Mode.OPEN:
            uncalled.append(Route(always, weights.of_command(asked=bool(answers)), weights.complete))
            if answers:
                # "Maybe" is no answer, but where one is asked for, it must be as cheap as those that it is not.
                asked = self._section(asking, answers | {UNCLEAR}, weights.deny, weights.answer_branch)
                uncalled.append(Route(asked, weights.answer, 0.0))
        # What may be an answer as it stands must not have to compete with itself.
        single = {word for route in uncalled for word in route.section.single_words}
        numbers = self._numbers
        return Grammar(
            uncalled=uncalled,
            called=called,
            wake=[numbers[word] for word in self._wake],
            unknown=numbers.get(UNKNOWN),
            decoys=sorted({numbers[word] for word in self._decoys if word in numbers} - single),
            skip=sorted(numbers[word] for word in self._commands.skip if word in numbers),
            costs=weights.of_graph(self._wake, asked=bool(answers)),
        )

    def _always(self, weights: Weights) -> Section:
        """The commands that there are whatever is asked for.

        With single words: one that is not known and refused is bent into a longer command.
        """
        intents = self._commands.intents - self._commands.limited | {UNCLEAR}
        return self._section(self._commands, intents, weights.deny, weights.branch)

    def _section(self, commands: Commands, intents: frozenset[str], deny: float, branch: float) -> Section:
        key = commands is self._commands, intents, deny, branch
        if key not in self._sections:
            numbers = self._numbers
            denying = {word for words in commands.negation.inserted for word in words.split()}
            self._sections[key] = section_of(
                commands=_acceptor(commands.graph, numbers, intents),
                opposites=_acceptor(commands.opposites, numbers, intents),
                branch=branch,
                deny=deny,
                inserted=sorted(numbers[word] for word in denying if word in numbers),
            )
        return self._sections[key]


def _acceptor(graph: Graph, numbers: Mapping[str, int], intents: frozenset[str]) -> Acceptor:
    """The acceptor of all sentences of these intents, of the words that the model has."""
    found = Acceptor()
    states: dict[int, int] = {}
    todo: list[int] = []

    def state(node: int) -> int:
        if node not in states:
            states[node] = len(states)
            todo.append(node)
        return states[node]

    state(START)
    while todo:
        node = todo.pop()
        source = states[node]
        if node in graph.ends:
            found.ends.append(source)
        found.arcs += [
            (source, state(silent.to), 0) for silent in graph.silent[node] if _leads_to(silent.label, intents)
        ]
        found.arcs += [
            (source, state(arc.to), numbers[arc.word]) for arc in graph.words[node] if arc.word in numbers
        ]
        if node in graph.free and UNKNOWN in numbers:
            found.arcs.append((source, state(graph.free[node][1]), numbers[UNKNOWN]))
    return found


def _leads_to(label: Label | None, intents: frozenset[str]) -> bool:
    """Whether an arc belongs to one of these intents: those from the start say to which."""
    return label is None or label[0] != INTENT or label[1] in intents
