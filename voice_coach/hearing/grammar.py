"""The command graph: which word sequences the recogniser may hear, as acceptors over a model's word numbers.

    background* [command background*]*      in open mode and for answers
    background* [wake phrase command ...]*  everywhere

    Beside each command stand its negated forms, so that a "can't" has to be told from a "can" by its sound.

The background is other speech: `[unk]`, which the model spells out in any phones, and common words of ordinary
talk as decoys, so that a command inside running talk has something to be told apart from. Commands come as two
acceptors, `bare` and `called` (behind the wake phrase); `grammar_child` determinises them, weighs their branches
and joins all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from voice_coach.hearing.commands import Commands
from voice_coach.hearing.graph import START, Graph
from voice_coach.hearing.matcher import UNKNOWN
from voice_coach.hearing.types import Attention, Mode
from voice_coach.hearing.wake import sounds


class Situation(StrEnum):
    """What a graph is searched for; there is one for each."""

    OPEN = "open"
    """Commands, and no answer is asked for."""
    QUESTION = "question"
    """Commands, and single words may answer."""
    GUARDED = "guarded"
    """The wake phrase, and commands behind it."""

    @staticmethod
    def of(attention: Attention) -> "Situation":
        """Which of them it is."""
        if attention.mode is Mode.GUARDED:
            return Situation.GUARDED
        return Situation.QUESTION if attention.answers else Situation.OPEN


_IN_THE_GRAPH = ("unknown", "decoy", "command", "complete", "wake", "branch", "skip")
"""The weights that `grammar_child` needs; the others are for what is heard again, or have become one of these."""
_SHORT_WAKE = 5
"""Sounds of "hey coach"."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Costs in nats.

    Tuned with scripts/bench_hearing.py: what makes commands dearer loses some of them to the background or to
    silence; what makes the background dearer takes other speech for commands.
    """

    unknown: float
    """A word of other speech, besides what each of its phones costs in the model's graph."""
    decoy: float
    """A common word of ordinary talk."""
    command: float = 1.0
    """To begin a command without the wake phrase."""
    complete: float = 0.0
    """To end it. Not all at its beginning: there, the recogniser's beam would give it up."""
    wake: float = 1.5
    """To begin a wake phrase of five sounds ("hey coach")."""
    sound: float = 2.0
    """Less for each further sound of it: the longer, the less of it there is in other talk."""
    cheapest: float = -3.5
    """What the longest still costs."""
    branch: float = 0.5
    """At each place in a command, times the logarithm of the number of ways on."""
    decoys: int = 313
    """How many common words there are to be told apart from; more of them take more from the commands, too."""
    skip: float = 3.0
    """A word that may stand beside any command ("please")."""
    lead: float = 21.0
    """By how much a wake phrase of five sounds must lead all words, heard again, over all paces."""
    lead_sound: float = 9.0
    """Less for each further sound."""
    least_lead: float = 3.0
    """By how much the longest must lead."""

    def of_phrase(self, wake: Sequence[str]) -> float:
        """What it costs to begin a wake phrase of these words."""
        return max(self.cheapest, self.wake - self.sound * (sounds(wake) - _SHORT_WAKE))

    def lead_of_phrase(self, wake: Sequence[str]) -> float:
        """By how much a wake phrase of these words must lead."""
        return max(self.least_lead, self.lead - self.lead_sound * (sounds(wake) - _SHORT_WAKE))


WEIGHTS: Mapping[Situation, Weights] = {
    # In noise, commands are heard where nobody speaks, unless they are dear; and in talk.
    Situation.OPEN: Weights(unknown=3, decoy=5, command=2, complete=4),
    # A single word is short: it must not be dear, or it is heard as silence.
    Situation.QUESTION: Weights(unknown=4, decoy=6, command=0, branch=0.3),
    # Only the wake phrase is to be told from talk, which is to be heard as neither silence nor the wake phrase.
    Situation.GUARDED: Weights(unknown=0, decoy=4),
}


@dataclass(slots=True)
class Acceptor:
    """State 0 is the start; arcs are (from, to, word number), 0 for none; `ends` are final states."""

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
class Grammar:
    """Everything `grammar_child` needs, in word numbers."""

    bare: Acceptor
    called: Acceptor
    opposites: Acceptor
    """The negated forms of commands: wherever a command may be, and as likely."""
    inserted: Sequence[int]
    """Words that deny anywhere: not counted among the ways on, or they would make every other word dearer."""
    wake: Sequence[int]
    unknown: int | None
    decoys: Sequence[int]
    skip: Sequence[int]
    weights: Weights

    def as_json(self) -> dict[str, Any]:
        """For the child, and for naming what it makes."""
        # Not `asdict` for all: that copies every arc.
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        for name in ("bare", "called", "opposites"):
            parts[name] = {"arcs": parts[name].arcs, "ends": parts[name].ends}
        # Nothing else: a graph is kept under the name of all that it depends on.
        return {**parts, "weights": {name: getattr(self.weights, name) for name in _IN_THE_GRAPH}}


def build_grammar(  # noqa: PLR0913, PLR0917 - all of them data
    commands: Commands,
    numbers: Mapping[str, int],
    wake: Sequence[str],
    situation: Situation,
    decoys: Sequence[str],
    weights: Weights,
) -> Grammar:
    """The grammar of commands for one situation; words that the model lacks are left out of it."""
    called = _commands(commands.graph, numbers)
    # Single words too, whatever is asked for: one that is not known and refused is bent into a longer command.
    bare = Acceptor() if situation is Situation.GUARDED else called
    # What may be an answer as it stands must not have to compete with itself.
    decoy_numbers = {numbers[word] for word in decoys[: weights.decoys] if word in numbers} - bare.single_words()
    return Grammar(
        bare=bare,
        called=called,
        opposites=_commands(commands.opposites, numbers),
        inserted=sorted(numbers[word] for word in commands.negation.inserted if word in numbers),
        wake=[numbers[word] for word in wake],
        unknown=numbers.get(UNKNOWN),
        decoys=sorted(decoy_numbers),
        skip=sorted(numbers[word] for word in commands.skip if word in numbers),
        weights=replace(weights, wake=weights.of_phrase(wake)),
    )


def _commands(graph: Graph, numbers: Mapping[str, int]) -> Acceptor:
    """All sentences of the words that the model has."""
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
        found.arcs += [(source, state(silent.to), 0) for silent in graph.silent[node]]
        found.arcs += [
            (source, state(arc.to), numbers[arc.word]) for arc in graph.words[node] if arc.word in numbers
        ]
        if node in graph.free and UNKNOWN in numbers:
            found.arcs.append((source, state(graph.free[node][1]), numbers[UNKNOWN]))
    return found
