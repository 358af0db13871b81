"""The command file: hassil templates, loaded, checked, and made into what recogniser and matcher need."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from hassil.expression import TextChunk
from hassil.intents import Intents, TextSlotList, TextSlotValue
from hassil.numbers import get_rbnf_engine

from voice_coach.commands.command_file import UNCLEAR, read_command_file
from voice_coach.commands.matcher import (
    Limits,
    Match,
    best_ways,
    last_words,
    match_readings,
    may_be_the_opposite,
    may_change,
    may_go_on,
)
from voice_coach.commands.negation import negated, read_negation
from voice_coach.commands.short_forms import ShortForms
from voice_coach.commands.template_graph import FREE, INTENT, Graph
from voice_coach.commands.templates import build_graph
from voice_coach.names import is_heard, spoken_forms

_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u2032\u02bc\uff07\u00b4`]")
_BROKEN = re.compile(r"n[^\w'\s]t\b|n t\b")
_EXACT = Limits(cutoff=100, margin=0)
_LIKE = Limits(cutoff=55, margin=0)
_FREE = Limits(cutoff=100, margin=0.1)  # as exact, but words that are taken as they come cost a little


class Commands:
    """Compiled templates: what can be said and what it means."""

    def __init__(  # noqa: PLR0913 - all of them data
        self,
        intents: Intents,
        graph: Graph,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        *,
        address: frozenset[str] = frozenset(),
        hesitation: frozenset[str] = frozenset(),
        answers: frozenset[str] = frozenset(),
        forms: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        """`address`: words to skip that show to whom one speaks; `hesitation`: those behind which more is to come.

        `answers`: intents that answer a question. `forms`: the ways to write each value of the lists, of which a
        model need have only one.
        """
        self._intents = intents
        self._graphs = dict[str, Graph]()
        self._explicit = build_graph(intents, lambda _, data: bool((data.metadata or {}).get("explicit")))
        self._plain = frozenset(intent for intent, _ in self._explicit.beginnings())
        self._address = address
        self.language = intents.language
        self.intents = frozenset(intents.intents) - {UNCLEAR}
        self.skip = frozenset(word.lower() for word in intents.skip_words)
        self.fillers = self.skip - address
        self.hesitation = hesitation
        self.answers = answers
        self.graph = graph
        self._limits = limits
        self.negation = read_negation(self.language)
        self._forms = forms
        # The same partial results come again and again: every 60 ms while somebody speaks.
        self.exact = lru_cache(maxsize=4096)(self._exact)
        self.may_go_on = lru_cache(maxsize=4096)(self._may_go_on)
        self.may_change = lru_cache(maxsize=4096)(self._may_change)
        self.nearly_done = lru_cache(maxsize=4096)(self._nearly_done)
        # And the same readings twice: whether they are a short answer depends on whether they are anything else.
        self._nearest = lru_cache(maxsize=8)(self._match_readings)

    @classmethod
    def load(
        cls,
        path: Path,
        lists: Mapping[str, Sequence[str]] | None = None,
        known: Collection[str] | None = None,
    ) -> "Commands":
        """Read a file in hassil's YAML format; `lists` fills or overrides slot lists with values as they are said.

        `known`: the intents that there may be; None for any. Raises PromptError with the file, the place and what
        was expected.
        """
        values = lists or {}

        def fill(language: str, short: ShortForms) -> dict[str, TextSlotList]:
            return {
                name: _spoken_list(name, said, language, short if name in short.lists else None)
                for name, said in values.items()
            }

        file = read_command_file(path, fill, known)
        forms = tuple(_forms(value, file.intents.language) for some in values.values() for value in some)
        return cls(
            file.intents,
            file.graph,
            address=file.address,
            hesitation=file.hesitation,
            answers=file.answers,
            forms=forms,
        )

    def match(self, text: str) -> Match | None:
        """The meaning of a text, typed or heard: exact, else the nearest one if near enough and beyond doubt."""
        return self.match_readings([(self.words(text), 0.0)])

    def match_readings(self, readings: Sequence[tuple[Sequence[str], float]]) -> Match | None:
        """The meaning of an utterance from several readings: (words, how much likelier the first is, in nats)."""
        if readings and (exact := self.exact(tuple(readings[0][0]))):
            return None if may_be_the_opposite(readings, 0, self.negation) else exact
        return self._nearest(tuple((tuple(words), gap) for words, gap in readings))

    def free(self, readings: Sequence[tuple[Sequence[str], float]]) -> Match | None:
        """The same where a slot takes words as they come, and all others are exact."""
        match = match_readings(self.graph, readings, self.skip, _FREE, self.negation)
        return match if match and match.free else None

    def is_explicit(self, intent: str, text: str) -> bool:
        """Whether a text is, word for word, one of the sentences that mean the intent and nothing else.

        Those are the templates with `metadata: {explicit: true}`; only words of address may be added.
        """
        match = match_readings(self._explicit, [(self.words(text), 0.0)], self._address, _FREE)
        return match is not None and match.intent == intent

    def is_near(self, intent: str, text: str) -> bool:
        """Whether a text is like a sentence of the intent, or like much of one: less near than a near miss."""
        graph = self._graphs.get(intent)
        if graph is None:
            graph = self._graphs[intent] = build_graph(self._intents, lambda name, _: name == intent)
        return match_readings(graph, [(self.words(text), 0.0)], self.skip, _LIKE) is not None

    def free_answer(self, answers: frozenset[str]) -> tuple[str, str] | None:
        """The intent and the slot of words that are taken as they come, where a question asks for nothing else."""
        return next((found for found in self._free_intents if answers == {found[0]}), None)

    def words(self, text: str) -> tuple[str, ...]:
        """A text as a recogniser would write it: lower case, no punctuation, numbers in words."""
        spelling = self.negation.spelling
        return tuple(spelling.get(word, word) for word in _as_heard(text, self.language))

    def meanings(self, text: str) -> frozenset[str]:
        """The intents of all that exactly this text can mean."""
        ways = best_ways(self.graph, self.words(text), self.skip, 0.5)
        return frozenset(str(dict(labels)[INTENT]) for _, labels in ways)

    def said_for(self, slot: str) -> list[str]:
        """The values a slot can take in words."""
        labels = (arc.label for arcs in self.graph.silent for arc in arcs if arc.label)
        return list(dict.fromkeys(str(value) for name, value in labels if name == slot and value != ""))

    def single_words(self, known: Callable[[str], bool]) -> dict[str, Match]:
        """The commands of one word that is `known`, and what they mean."""
        words = sorted(filter(known, last_words(self.graph, (), self.skip)))
        found = {word: self.exact((word,)) for word in words}
        return {word: match for word, match in found.items() if match and not match.free}

    @cached_property
    def opposites(self) -> Graph:
        """The graph of the commands with one negation gained or lost."""
        return negated(self.graph, self.negation)

    @cached_property
    def _free_intents(self) -> tuple[tuple[str, str], ...]:
        found = dict.fromkeys(
            (intent, self.graph.free[node][0].removeprefix(FREE))
            for intent, first in self.graph.beginnings()
            for node in self.graph.reached(first)
            if node in self.graph.free
        )
        return tuple(found)

    @property
    def free_slots(self) -> frozenset[str]:
        """The slots that take words as they come."""
        return frozenset(name.removeprefix(FREE) for name, _ in self.graph.free.values())

    def missing(self, known: Callable[[str], bool]) -> tuple[str, ...]:
        """The words of the templates that are not known and have no other form, in alphabetical order."""
        spared = {
            word for forms in self._forms if is_heard(forms, known) for form in forms for word in form.split()
        }
        return tuple(sorted(w for w in self.graph.vocabulary() if w not in spared and not known(w)))

    def _match_readings(self, readings: tuple[tuple[tuple[str, ...], float], ...]) -> Match | None:
        match = _clear(match_readings(self.graph, readings, self.skip, self._limits, self.negation))
        # What consent and the end of a turn hang on is said in its own words, or not at all.
        return None if match and not match.exact and match.intent in self._plain else match

    def _exact(self, words: tuple[str, ...]) -> Match | None:
        return _clear(match_readings(self.graph, [(words, 0.0)], self.skip, _EXACT, self.negation))

    def _may_go_on(self, words: tuple[str, ...]) -> bool:
        return may_go_on(self.graph, words, self.skip)

    def _nearly_done(self, words: tuple[str, ...]) -> bool:
        """Whether one word more may complete a command that would then wait for no other word."""
        return any(not self.may_change((*words, last)) for last in last_words(self.graph, words, self.skip))

    def _may_change(self, words: tuple[str, ...]) -> bool:
        match = self.exact(words)
        if match is None or may_change(self.graph, words, self.skip, (match.intent, match.slots)):
            return True
        if self.negation.among(words):
            # "I don't want" ... "to start": what is denied is still to come.
            return may_go_on(self.opposites, words, self.skip)
        return words[-1] in self.negation.pairs  # "we can" ... "not"


def _clear(match: Match | None) -> Match | None:
    return None if match is None or match.intent == UNCLEAR else match


def _as_heard(text: str, language: str) -> tuple[str, ...]:
    def in_words(number: re.Match[str]) -> str:
        return f" {get_rbnf_engine(language).format_number(int(number.group())).text} "

    text = _BROKEN.sub("n't", _APOSTROPHES.sub("'", text.lower()))
    # A sign is a word of its own, and none that is known: "-30" is not thirty.
    text = re.sub(r"\d+", in_words, re.sub(r"(?<!\w)[-+](?=\d)", " [sign] ", text))
    return tuple(re.sub(r"[^\w'\[\]]+", " ", text).replace("_", " ").split())


def _forms(value: str, language: str) -> tuple[str, ...]:
    """The ways in which a model may write a value, with its numbers in words."""
    return spoken_forms(" ".join(_as_heard(value, language)))


def _spoken_list(name: str, values: Sequence[str], language: str, short: ShortForms | None) -> TextSlotList:
    """What is said is the value without its capitals and punctuation, as a model may write it, or a short form."""
    said = [(form, value) for value in values for form in _forms(value, language)]
    if short is not None:
        words = [_as_heard(value, language) for value in values]
        said += [(" ".join(piece), values[number]) for piece, number in short.pieces(words).items()]
    return TextSlotList(name, [TextSlotValue(TextChunk(form), value) for form, value in said])
