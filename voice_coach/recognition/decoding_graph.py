"""The decoding graph: the word sequences that may be recognised, as acceptors over a model's word numbers.

    background* [command background*]*      in open mode; cheaper what the open question asks for
    background* [wake phrase command ...]*  everywhere

    Beside each command stand its negated forms, so that a "can't" has to be told from a "can" by its sound.

The background is other speech: `[unk]`, which the model spells out in any phones, and common words of ordinary
talk as decoys, so that a command inside running talk has something to be told apart from. `graph_compiler_child`
determinises the commands and their negated forms, weighs their branches and joins all.
"""

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

    def single_words(self) -> set[int]:
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
        return {word for source, to, word in self.arcs if word and source in first and reached([to]) & ends}


@dataclass(frozen=True, slots=True)
class Section:
    """Commands and, in the same places and as likely, their negated forms.

    Costs in nats: to `begin` and to `end` one, and of a `branch` (see `Weights`).
    """

    commands: Acceptor
    opposites: Acceptor
    begin: float
    end: float
    branch: float


@dataclass(frozen=True, slots=True)
class Grammar:
    """A decoding graph to be compiled: everything `graph_compiler_child` needs, in word numbers."""

    uncalled: Sequence[Section]
    """The commands that count without the wake phrase."""
    called: Section
    """The commands behind the wake phrase."""
    wake: Sequence[int]
    unknown: int | None
    decoys: Sequence[int]
    skip: Sequence[int]
    inserted: Sequence[int]
    """Words that deny: not counted among the ways on, or they would make every other word dearer."""
    costs: GraphCosts

    def as_json(self) -> dict[str, Any]:
        """The request to the child, and what the graph is named by."""
        # Not `asdict` of all, which copies every arc; and nothing else: a graph is named by all that it is of.
        return {
            "uncalled": list(map(_plain, self.uncalled)),
            "called": _plain(self.called),
            **{name: getattr(self, name) for name in ("wake", "unknown", "decoys", "skip", "inserted")},
            "weights": asdict(self.costs),
        }


def _plain(section: Section) -> dict[str, Any]:
    parts = {name: getattr(section, name) for name in ("begin", "end", "branch")}
    acceptors = {"commands": section.commands, "opposites": section.opposites}
    return parts | {name: {"arcs": part.arcs, "ends": part.ends} for name, part in acceptors.items()}


def build_grammar(  # noqa: PLR0913, PLR0917 - all of them data
    commands: Commands,
    numbers: Mapping[str, int],
    wake: Sequence[str],
    attention: Attention,
    decoys: Sequence[str],
    weights: Weights,
) -> Grammar:
    """The grammar of commands under an attention; `numbers`: the model's words, others are left out."""

    def section(intents: frozenset[str], begin: float, end: float, branch: float) -> Section:
        accepted = _acceptor(commands.graph, numbers, intents)
        return Section(accepted, _acceptor(commands.opposites, numbers, intents), begin, end, branch)

    answers = attention.answers & commands.intents
    everything = commands.intents - (commands.offered - attention.expected) | {UNCLEAR}
    # Times and options are no commands without the wake phrase, unless the open question asks for them.
    unprompted = everything - ((commands.asked_only | commands.offered) - answers)
    # "Maybe" is no answer, but where one is asked for, it must be as cheap as those that it is not.
    asked = answers | {UNCLEAR} if answers else answers
    uncalled = list[Section]()
    if attention.mode is Mode.OPEN:
        # Single words too, whatever is asked for: one that is not known and refused is bent into a longer command.
        to_begin = weights.of_command(asked=bool(answers))
        uncalled = [
            section(unprompted - asked, to_begin, weights.complete, weights.branch),
            section(asked, weights.answer, 0.0, weights.answer_branch),
        ]
    # What may be an answer as it stands must not have to compete with itself.
    single = {word for part in uncalled for word in part.commands.single_words()}
    denying = {word for words in commands.negation.inserted for word in words.split()}
    return Grammar(
        uncalled=uncalled,
        called=section(everything, 0.0, 0.0, weights.branch),
        wake=[numbers[word] for word in wake],
        unknown=numbers.get(UNKNOWN),
        decoys=sorted({numbers[word] for word in decoys if word in numbers} - single),
        skip=sorted(numbers[word] for word in commands.skip if word in numbers),
        inserted=sorted(numbers[word] for word in denying if word in numbers),
        costs=weights.of_graph(wake, asked=bool(answers)),
    )


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
