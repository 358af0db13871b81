"""The command graph: which word sequences the recogniser may hear, as acceptors over a model's word numbers.

    background* [command background*]*      in open mode; cheaper what the open question asks for
    background* [wake phrase command ...]*  everywhere

    Beside each command stand its negated forms, so that a "can't" has to be told from a "can" by its sound.

The background is other speech: `[unk]`, which the model spells out in any phones, and common words of ordinary
talk as decoys, so that a command inside running talk has something to be told apart from. `graph_compiler_child`
determinises the commands and their negated forms, weighs their branches and joins all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_file import UNCLEAR
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN
from voice_coach.commands.template_graph import INTENT, START, Graph, Label
from voice_coach.recognition.phonemes import count_phonemes

_IN_THE_GRAPH = ("unknown", "decoy", "wake", "skip", "deny")
"""The weights that the compiler child needs; the others are for what is verified, or have become one of these."""
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
    question: float = 1.0
    """What all but answers costs more while a question is open: a single word is short, and if dear, not heard."""
    answer: float = 1.0
    """To begin what the open question asks for: for less, one word more would be found in it."""
    deny: float = 4.0
    """For a command to be a negated one: they are rare, and the sound of a "not" says more than that."""
    answer_branch: float = 0.3
    """As `branch`, in an answer."""
    wake: float = 1.5
    """To begin a wake phrase of five phonemes ("hey coach")."""
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
    """By how much a wake phrase of five phonemes must lead all words, heard again, over all speeds."""
    lead_sound: float = 9.0
    """Less for each further sound."""
    least_lead: float = 3.0
    """By how much the longest must lead."""

    def of_phrase(self, wake: Sequence[str]) -> float:
        """What it costs to begin a wake phrase of these words."""
        return max(self.cheapest, self.wake - self.sound * (count_phonemes(wake) - _SHORT_WAKE))

    def lead_of_phrase(self, wake: Sequence[str]) -> float:
        """By how much a wake phrase of these words must lead."""
        return max(self.least_lead, self.lead - self.lead_sound * (count_phonemes(wake) - _SHORT_WAKE))


WEIGHTS: Mapping[Mode, Weights] = {
    # In noise, commands are heard where nobody speaks, unless they are dear; and in talk.
    Mode.OPEN: Weights(unknown=3, decoy=5, command=2, complete=4),
    # Only the wake phrase is to be told from talk, which is to be heard as neither silence nor the wake phrase.
    Mode.GUARDED: Weights(unknown=0, decoy=4),
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
class Section:
    """Commands and, in the same places and as likely, their negated forms. What they cost to begin and to end."""

    commands: Acceptor
    opposites: Acceptor
    begin: float
    end: float
    branch: float


@dataclass(frozen=True, slots=True)
class Grammar:
    """Everything `graph_compiler_child` needs, in word numbers."""

    uncalled: Sequence[Section]
    """What counts without the wake phrase."""
    called: Section
    wake: Sequence[int]
    unknown: int | None
    decoys: Sequence[int]
    skip: Sequence[int]
    inserted: Sequence[int]
    """Words that deny: not counted among the ways on, or they would make every other word dearer."""
    weights: Weights

    def as_json(self) -> dict[str, Any]:
        """For the child, and for naming what it makes."""
        # Not `asdict`, which copies every arc; and nothing else: a graph is kept under the name of all it is of.
        return {
            "uncalled": list(map(_plain, self.uncalled)),
            "called": _plain(self.called),
            **{name: getattr(self, name) for name in ("wake", "unknown", "decoys", "skip", "inserted")},
            "weights": {name: getattr(self.weights, name) for name in _IN_THE_GRAPH},
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
    """The grammar of commands under an attention; words that the model lacks are left out of it."""

    def section(intents: frozenset[str], begin: float, end: float, branch: float) -> Section:
        accepted = _acceptor(commands.graph, numbers, intents)
        return Section(accepted, _acceptor(commands.opposites, numbers, intents), begin, end, branch)

    answers = attention.answers & commands.intents
    everything = commands.intents | {UNCLEAR}
    # "Maybe" is no answer, but where one is asked for, it must be as cheap as those that it is not.
    asked = answers | {UNCLEAR} if answers else answers
    if answers:
        dearer = {name: getattr(weights, name) + weights.question for name in ("unknown", "decoy", "command")}
        weights = replace(weights, **dearer)
    uncalled = list[Section]()
    if attention.mode is Mode.OPEN:
        # Single words too, whatever is asked for: one that is not known and refused is bent into a longer command.
        uncalled = [
            section(everything - asked, weights.command, weights.complete, weights.branch),
            section(asked, weights.answer, 0.0, weights.answer_branch),
        ]
    # What may be an answer as it stands must not have to compete with itself.
    single = {word for part in uncalled for word in part.commands.single_words()}
    denying = {word for said in commands.negation.inserted for word in said.split()}
    return Grammar(
        uncalled=uncalled,
        called=section(everything, 0.0, 0.0, weights.branch),
        wake=[numbers[word] for word in wake],
        unknown=numbers.get(UNKNOWN),
        decoys=sorted({numbers[word] for word in decoys[: weights.decoys] if word in numbers} - single),
        skip=sorted(numbers[word] for word in commands.skip if word in numbers),
        inserted=sorted(numbers[word] for word in denying if word in numbers),
        weights=replace(weights, wake=weights.of_phrase(wake)),
    )


def _acceptor(graph: Graph, numbers: Mapping[str, int], intents: frozenset[str]) -> Acceptor:
    """All sentences of these intents, of the words that the model has."""
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
