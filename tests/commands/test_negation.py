"""A negation is never lost: not in writing, not between hypotheses, and not by ear."""

from pathlib import Path

import pytest
from support.attention import ASKED, GUARDED, asked_for
from support.speech import Hear

from scripts.bench import negations
from voice_coach.commands.command_set import Commands
from voice_coach.commands.negation import NO_NEGATION, load_negation, negated, read_negation
from voice_coach.errors import PromptError
from voice_coach.hearing import Heard, HearingEvent

pytestmark = pytest.mark.long

NEGATION = read_negation("en")
CONSENT = asked_for("yes", "no")


def intents(events: list[HearingEvent]) -> list[str]:
    return [event.intent for event in events if isinstance(event, Heard)]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I disagree", "no"),
        ("we can't", "no"),
        ("we cant", "no"),
        ("I can\u2019t", "no"),
        ("we cannot", "no"),
        ("that isn't right", "no"),
        ("that isn't fine", "no"),
        ("I haven't finished", "not_yet"),
        ("you can't begin", None),
        ("I can hear you", None),
        ("I can't hear you", "louder"),
        ("I do like it", "yes"),
        ("don't start", None),
        ("dont stop", None),
        ("never pause", None),
        ("I'm not done", "not_yet"),
        ("nothing louder", None),
        ("let's skip this rather than that", None),
    ],
)
def test_a_negation_is_neither_gained_nor_lost(commands: Commands, text: str, intent: str | None) -> None:
    match = commands.match(text)
    assert (match and match.intent) in {intent, None}, "heard as something else, or asked back"
    assert match is None or match.intent == intent


def test_no_opposite_of_any_command_is_taken_for_it(commands: Commands) -> None:
    """What rules of English make of the templates, typed: of every intent in its turn."""
    said = list(negations.samples(3_000, 1))
    assert len(said) > 1000
    assert negations.typed(commands, said) == []


@pytest.mark.parametrize(
    ("hypotheses", "intent"),
    [
        ([("we do", 0.0)], "yes"),
        ([("we do", 0.0), ("we don't", 0.5)], None),
        ([("we don't", 0.0), ("we do", 0.1)], "no"),  # what denies less would do harm alone
        ([("we do", 0.0), ("we don't", 9.0)], "yes"),
        ([("[unk] do", 0.0), ("we don't", 0.5), ("we do", 0.6)], None),
    ],
)
def test_where_hypotheses_differ_in_a_negation_the_meaning_is_in_doubt(
    commands: Commands, hypotheses: list[tuple[str, float]], intent: str | None
) -> None:
    match = commands.match_hypotheses([(text.split(), gap) for text, gap in hypotheses])
    assert (match and match.intent) == intent


@pytest.mark.parametrize(
    ("word", "denies"),
    [
        ("not", True), ("won't", True), ("unhappy", True), ("disagree", True), ("incorrect", True),
        ("until", False), ("into", False), ("under", False), ("note", False), ("now", False),
    ],
)  # fmt: skip
def test_what_denies(word: str, denies: bool) -> None:
    assert NEGATION.denies(word) == denies
    assert not NO_NEGATION.denies(word)


def says(commands: Commands, text: str) -> bool:
    """Whether the graph of opposites has a sentence."""
    graph, here = commands.opposites, set(commands.opposites.closure(0))
    for word in text.split():
        there = {arc.to for node in here for arc in graph.words[node] if arc.word == word}
        here = {node for to in there for node in graph.closure(to)}
    return bool(here & graph.ends)


@pytest.mark.parametrize(
    "text",
    ["i disagree", "i haven't finished", "don't start", "do not skip this", "we can hear you", "that isn't all",
     "let's not go on", "we don't need a break", "i'm not done", "can you not repeat that"],
)  # fmt: skip
def test_the_recognizer_knows_the_opposites(commands: Commands, text: str) -> None:
    assert says(commands, text)


@pytest.mark.parametrize("text", ["what's next", "we need a break", "start don't"])
def test_and_what_is_no_opposite_is_not_among_them(commands: Commands, text: str) -> None:
    assert not says(commands, text)


def test_without_rules_there_are_no_opposites(commands: Commands) -> None:
    graph = negated(commands.graph, NO_NEGATION)
    assert graph.reached(0).isdisjoint(graph.ends)


@pytest.mark.parametrize("voice", ["en-us", "en-us+f3", "en-gb"])
@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("we can't", "yes"), ("I disagree", "yes"), ("that isn't right", "yes"), ("of course not", "yes"),
        ("let's not", "start"), ("I don't agree", "yes"), ("that's not fine", "yes"),
    ],
)  # fmt: skip
def test_no_refusal_is_heard_as_consent(hear: Hear, voice: str, text: str, opposite: str) -> None:
    events = hear(CONSENT, text, voice=voice)
    assert opposite not in intents(events)
    assert not any(event.explicit for event in events if isinstance(event, Heard))


@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("hey coach, I haven't finished", "done"),
        ("hey coach, I'm not done", "done"),
        ("hey coach, don't skip", "skip"),
    ],
)
def test_behind_the_wake_phrase_neither(hear: Hear, text: str, opposite: str) -> None:
    assert opposite not in intents(hear(GUARDED, text))


def test_what_is_denied_is_waited_for(hear: Hear) -> None:
    """To say that one does not want is a no of its own: the rest must not become a command either."""
    assert "review" not in intents(hear(ASKED, "I don't want to start the review"))


@pytest.mark.parametrize(
    ("intent", "text", "explicit"),
    [
        ("yes", "yes", True),
        ("yes", "Yes, please!", True),
        ("yes", "yes please coach", True),
        ("yes", "I agree", True),
        ("yes", "yes but not now", False),
        ("yes", "um yes", False),
        ("yes", "sure", False),
        ("yes", "okay", False),
        ("yes", "we can", False),
        ("yes", "yess", False),
        ("yes", "I agre", False),
        ("no", "yes", False),
        ("done", "I'm done", True),
        ("done", "I'm not done", False),
        ("done", "that's it", False),
    ],
)
def test_consent_takes_words_that_say_yes_and_no_others(
    commands: Commands, intent: str, text: str, explicit: bool
) -> None:
    assert commands.is_explicit(intent, text) == explicit


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "negations.yaml"
    for content, told in (("words: [no]", "words"), ("wrods: [not]", "wrods"), ("[", "YAML")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(PromptError, match=told):
            load_negation(path)
