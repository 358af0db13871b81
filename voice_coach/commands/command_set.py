"""The command set: a command file's templates, made into what recognizer and matcher need."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from hassil.intents import TextSlotList

from voice_coach.commands import continuations
from voice_coach.commands.command_file import UNCLEAR, CommandFile, read_command_file
from voice_coach.commands.matcher import Hypothesis, Limits, Match, Matcher, may_be_the_opposite
from voice_coach.commands.negation import negated, read_negation
from voice_coach.commands.short_forms import ShortForms
from voice_coach.commands.spelling import as_recognised, forms_of, spoken_list
from voice_coach.commands.template_graph import FREE, INTENT, Graph, joined
from voice_coach.commands.templates import build_graph
from voice_coach.names import is_heard

_EXACT = Limits(cutoff=100, margin=0)
_LIKE = Limits(cutoff=55, margin=0)
_FREE = Limits(cutoff=100, margin=0.1)  # as exact, but free words and words to skip cost a little


class Commands:
    """Compiled templates: what can be said and what it means."""

    def __init__(
        self,
        file: CommandFile,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        *,
        forms: tuple[tuple[str, ...], ...] = (),
        base: "Commands | None" = None,
    ) -> None:
        """`forms`: the ways to write each value of the lists, of which a model need have only one.

        `base`: the commands of the same file without those of `asked_only`; with it, these are added.
        """
        intents = file.intents
        self._file = file
        self._intents = intents
        self.language = intents.language
        self.intents = frozenset(intents.intents) - {UNCLEAR}
        self.skip = frozenset(word.lower() for word in intents.skip_words)
        self.fillers = self.skip - file.address
        self.hesitation = file.hesitation
        self.answers = file.answers
        self.graph = file.graph
        self.negation = read_negation(self.language)
        self._limits = limits
        self._forms = forms
        self._matcher: Matcher = base._matcher if base else Matcher(file.graph, self.skip, self.negation)
        self._first_matcher: Matcher | None = None
        """For what is asked for: it comes before all else, and is exact or nothing."""
        self._spelling: Mapping[str, str] = file.spelling
        self._base = base
        if base and (asked := file.asked_only):
            self.intents |= frozenset(asked.intents.intents)
            self.answers |= asked.answers
            self.graph = joined(file.graph, asked.graph)
            self._first_matcher = Matcher(asked.graph, self.skip)
            self._spelling = {**file.spelling, **asked.spelling}
        explicit = build_graph(intents, lambda _, data: bool((data.metadata or {}).get("explicit")))
        self._explicit = Matcher(explicit, file.address)
        self._explicit_intents = frozenset(intent for intent, _ in explicit.beginnings())
        self._by_intent = dict[str, Matcher]()
        # The same partial results come again and again: every 60 ms while somebody speaks.
        self.exact = lru_cache(maxsize=4096)(self._exact)
        self.may_go_on = lru_cache(maxsize=4096)(self._may_go_on)
        self.may_change = lru_cache(maxsize=4096)(self._may_change)
        self.awaits_free_words = lru_cache(maxsize=4096)(self._awaits_free_words)
        self.nearly_done = lru_cache(maxsize=4096)(self._nearly_done)
        # And an early result is judged again as it is, after more quiet.
        self._nearest = lru_cache(maxsize=8)(self._match_hypotheses)

    @classmethod
    def load(
        cls,
        path: Path,
        lists: Mapping[str, Sequence[str]] | None = None,
        known: Mapping[str, Collection[str]] | None = None,
    ) -> "Commands":
        """Read a file in hassil's YAML format; `lists` fills or overrides slot lists with values as they are said.

        `known`: the intents that there have to be, with their slots; None for any.

        Raises PromptError with the file, the place and what was expected.
        """
        values = lists or {}

        def fill(language: str, short: ShortForms) -> dict[str, TextSlotList]:
            return {
                name: spoken_list(name, texts, language, short if name in short.lists else None)
                for name, texts in values.items()
            }

        file = read_command_file(path, fill, known)
        forms = tuple(forms_of(value, file.intents.language) for some in values.values() for value in some)
        return cls(file, forms=forms)

    @property
    def asked_only(self) -> frozenset[str]:
        """The intents that count only while a question asks for them."""
        return frozenset(self._file.asked_only.intents.intents) if self._file.asked_only else frozenset()

    @property
    def offered(self) -> frozenset[str]:
        """The intents that name something on offer, and count only while a question offers it."""
        return self._file.offered

    @property
    def limited(self) -> frozenset[str]:
        """Times and options: no commands unless a question asks for them; then, behind the wake phrase too."""
        return self.asked_only | self.offered

    def while_asked(self, answers: frozenset[str]) -> "Commands":
        """The commands while a question asks for `answers`: these, and those that count only then."""
        return self._with_asked if answers & self.asked_only and not self._base else self

    @cached_property
    def _with_asked(self) -> "Commands":
        return Commands(self._file, self._limits, forms=self._forms, base=self)

    def match(self, text: str) -> Match | None:
        """The meaning of a text, typed or recognised: exact, else the nearest if near enough and beyond doubt."""
        return self.match_hypotheses([(self.words(text), 0.0)])

    def match_hypotheses(self, hypotheses: Sequence[Hypothesis]) -> Match | None:
        """The meaning of an utterance from its n-best hypotheses, likeliest first."""
        if hypotheses and (exact := self.exact(tuple(hypotheses[0][0]))):
            return None if may_be_the_opposite(hypotheses, 0, self.negation) else exact
        return self._nearest(tuple((tuple(words), gap) for words, gap in hypotheses))

    def match_free(self, hypotheses: Sequence[Hypothesis]) -> Match | None:
        """The meaning where a slot takes free words and all other words are exact."""
        match = self._matcher.match(hypotheses, _FREE)
        return match if match and match.free else None

    def is_explicit(self, intent: str, text: str) -> bool:
        """Whether a text is, word for word, one of the sentences that mean the intent and nothing else.

        Those are the templates with `metadata: {explicit: true}`; only words of address may be added.
        """
        match = self._explicit.match([(self.words(text), 0.0)], _FREE)
        return match is not None and match.intent == intent

    def is_near(self, intent: str, text: str) -> bool:
        """Whether a text is like a sentence of the intent, or like much of one: less near than a near miss."""
        matcher = self._by_intent.get(intent)
        if matcher is None:
            graph = build_graph(self._intents, lambda name, _: name == intent)
            matcher = self._by_intent[intent] = Matcher(graph, self.skip)
        return matcher.match([(self.words(text), 0.0)], _LIKE) is not None

    def free_answer(self, answers: frozenset[str]) -> tuple[str, str] | None:
        """The intent and the slot that take free words, where a question asks for nothing else."""
        return next((found for found in self._free_intents if answers == {found[0]}), None)

    def words(self, text: str) -> tuple[str, ...]:
        """A text as a recognizer would write it: lower case, no punctuation, numbers in words."""
        words = " ".join(as_recognised(text, self.language))
        for written, recognised in self._spelling.items():
            words = f" {words} ".replace(f" {written} ", f" {recognised} ").strip()
        spelling = self.negation.spelling
        return tuple(spelling.get(word, word) for word in words.split())

    def meanings(self, text: str) -> frozenset[str]:
        """The intents of all that exactly this text can mean."""
        ways = Matcher(self.graph, self.skip).best_ways(self.words(text), 0.5)
        return frozenset(str(dict(labels)[INTENT]) for _, labels in ways)

    def slot_values(self, slot: str) -> list[str]:
        """The values of a slot, in words."""
        labels = (arc.label for arcs in self.graph.silent for arc in arcs if arc.label)
        return list(dict.fromkeys(str(value) for name, value in labels if name == slot and value != ""))

    def single_words(self, known: Callable[[str], bool]) -> dict[str, Match]:
        """The commands of one word that is `known`, and what they mean."""
        words = sorted(filter(known, continuations.last_words(self.graph, (), self.skip)))
        found = {word: self.exact((word,)) for word in words}
        return {word: match for word, match in found.items() if match and not match.free}

    @cached_property
    def opposites(self) -> Graph:
        """The graph of the commands with one negation gained or lost."""
        if self._base and (asked := self._file.asked_only):
            return joined(self._base.opposites, negated(asked.graph, self.negation))
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
        """The slots that take free words."""
        return frozenset(name.removeprefix(FREE) for name, _ in self.graph.free.values())

    def missing(self, known: Callable[[str], bool]) -> tuple[str, ...]:
        """The words of the templates that are not known and have no other form, in alphabetical order."""
        spared = {
            word for forms in self._forms if is_heard(forms, known) for form in forms for word in form.split()
        }
        words = self.graph.vocabulary()
        if self._file.asked_only:
            words |= self._file.asked_only.graph.vocabulary()
        return tuple(sorted(w for w in words if w not in spared and not known(w)))

    def _match_hypotheses(self, hypotheses: tuple[tuple[tuple[str, ...], float], ...]) -> Match | None:
        match = _clear(self._matcher.match(hypotheses, self._limits))
        # What consent and the end of a turn hang on is said in its own words, or not at all.
        return None if match and not match.exact and match.intent in self._explicit_intents else match

    def _exact(self, words: tuple[str, ...]) -> Match | None:
        if self._first_matcher and (first := self._first_matcher.match([(words, 0.0)], _FREE)):
            return first
        return _clear(self._matcher.match([(words, 0.0)], _EXACT))

    def _may_go_on(self, words: tuple[str, ...]) -> bool:
        """Whether a longer command begins with exactly these words."""
        return continuations.may_go_on(self.graph, words, self.skip)

    def _awaits_free_words(self, words: tuple[str, ...]) -> bool:
        """See `continuations`."""
        return continuations.awaits_free_words(self.graph, words, self.skip)

    def _nearly_done(self, words: tuple[str, ...]) -> bool:
        """Whether one word more may complete a command that would then wait for no other word."""
        lasts = continuations.last_words(self.graph, words, self.skip)
        return any(not self.may_change((*words, last)) for last in lasts)

    def _may_change(self, words: tuple[str, ...]) -> bool:
        """Whether these words are no command yet, or a longer one that begins with them means something else."""
        match = self.exact(words)
        if match is None:
            return True
        if continuations.may_change(self.graph, words, self.skip, (match.intent, match.slots)):
            return True
        if self.negation.among(words):
            # "I don't want" ... "to start": what is denied is still to come.
            return continuations.may_go_on(self.opposites, words, self.skip)
        return words[-1] in self.negation.pairs  # "we can" ... "not"


def _clear(match: Match | None) -> Match | None:
    """The match, unless it is of words that mean nothing."""
    return None if match is None or match.intent == UNCLEAR else match
