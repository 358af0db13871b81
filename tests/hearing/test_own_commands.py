"""The coach's own command file against the catalogue, the model, hassil, and itself."""

import random
from collections import defaultdict, deque

import pytest
import yaml
from hassil import recognize_all
from hassil.intents import Intents

from scripts.bench.phrases import covering_phrases
from voice_coach.commands.command_set import UNCLEAR, Commands
from voice_coach.commands.matcher import Limits, Match, Matcher
from voice_coach.commands.template_graph import START, Graph
from voice_coach.commands.templates import build_graph
from voice_coach.guide import Guide, list_guides
from voice_coach.recognition.model import Model
from voice_coach.resources import prompts_dir
from voice_coach.session.transitions import INTENTS


@pytest.fixture(scope="module")
def phrases(commands: Commands, model: Model) -> list[str]:
    return [p for p in covering_phrases(commands.graph, model.knows) if "[unk]" not in p]


def intents_by_node(graph: Graph) -> dict[int, str]:
    """The intent that each node belongs to: sentences part at the start and never meet again."""
    intents = {arc.to: str(arc.label[1]) for arc in graph.silent[START] if arc.label}
    todo = [*intents]
    while todo:
        node = todo.pop()
        for arc in (*graph.silent[node], *graph.words[node]):
            if arc.to not in intents:
                intents[arc.to] = intents[node]
                todo.append(arc.to)
    return intents


def closed(graph: Graph, nodes: set[int]) -> frozenset[int]:
    """The nodes, and those reached from them without a word."""
    return frozenset(to for node in nodes for to in graph.closure(node))


def clashes(graph: Graph) -> dict[str, set[str]]:
    """A text for each way in which one may have two intents: all texts are tried, many at a time."""
    intents, start = intents_by_node(graph), closed(graph, {START})
    texts, todo, found = {start: ""}, deque([start]), dict[str, set[str]]()
    while todo:
        places = todo.popleft()
        onward = defaultdict(set)
        for node in places:
            for arc in graph.words[node]:
                onward[arc.word].add(arc.to)
        for word, nodes in onward.items():
            if (then := closed(graph, nodes)) in texts:
                continue
            texts[then] = f"{texts[places]} {word}".lstrip()
            todo.append(then)
            if len(meant := {intents[node] for node in then & graph.ends}) > 1:
                found[texts[then]] = meant
    return found


@pytest.mark.parametrize("guide", list_guides(), ids=lambda guide: guide.id)
def test_no_text_has_two_intents(guide: Guide) -> None:
    lists = {"name": ("Anna", "Ben"), "choice": guide.choices(), "example": guide.examples()}
    assert clashes(Commands.load(prompts_dir() / "commands.yaml", lists).graph) == {}


def test_a_text_with_two_intents_would_be_found() -> None:
    intents = {"a": "x [y] (z|w)", "b": "[x] y z"}
    raw = {"language": "en", "intents": {k: {"data": [{"sentences": [v]}]} for k, v in intents.items()}}
    assert clashes(build_graph(Intents.from_dict(raw))) == {"x y z": {"a", "b"}}


@pytest.fixture(scope="module")
def meanings(commands: Commands, phrases: list[str]) -> dict[str, Match | None]:
    """What each phrase means, found once: exact ones need no search for near misses. Without what is unclear."""
    found = {phrase: commands.exact(commands.words(phrase)) for phrase in phrases}
    unclear = {phrase for phrase in phrases if found[phrase] is None}
    assert unclear
    exactly, matcher = Limits(cutoff=100, margin=0), Matcher(commands.graph, commands.skip)
    for phrase in unclear:
        match = matcher.match([(commands.words(phrase), 0.0)], exactly)
        assert match is not None and match.intent == UNCLEAR, phrase
    return {phrase: match for phrase, match in found.items() if phrase not in unclear}


def test_the_intents_are_those_of_the_catalogue(commands: Commands) -> None:
    assert commands.intents | commands.asked_only == INTENTS.keys()


def test_every_intent_can_be_said_and_brings_just_its_slots(
    commands: Commands, meanings: dict[str, Match | None]
) -> None:
    slots = defaultdict(set)
    for phrase, match in meanings.items():
        assert match, phrase
        slots[match.intent].add(frozenset(match.slots))
    spoken = {intent: names for intent, names in INTENTS.items() if intent not in commands.asked_only}
    slots["other"].add(frozenset(match_of(commands, "something else like a swim").slots))
    slots["note"].add(frozenset(match_of(commands, "note we argue a lot").slots))
    assert {intent: frozenset().union(*found) for intent, found in slots.items()} == spoken
    # Where a slot may be absent, it is a matter of how much was said, or in which units.
    some = {intent for intent, found in slots.items() if found != {INTENTS[intent]}}
    assert some == {"repeat", "more_time", "later", "rest_for"}
    units = {"minutes", "seconds"}
    assert slots["more_time"] == {frozenset({"minutes"}), frozenset({"seconds"}), frozenset(units)}


def match_of(commands: Commands, text: str) -> Match:
    match = commands.match(text)
    assert match is not None, text
    return match


def test_no_sentence_has_two_meanings(commands: Commands, meanings: dict[str, Match | None]) -> None:
    """Hassil is the judge: it lists all meanings of a sentence, and ours is the only one."""
    raw = yaml.safe_load((prompts_dir() / "commands.yaml").read_text(encoding="utf-8"))
    for name in ("name", "choice", "example"):
        raw["lists"][name]["values"] = [*commands.slot_values({"example": "text"}.get(name, name))]
    raw["skip_words"] = []
    intents = Intents.from_dict(raw)
    doubtful = {}
    for phrase in random.Random(1).sample(list(meanings), 400):
        found = {
            (r.intent.name, *sorted((e.name, str(e.value).strip()) for e in r.entities.values()))
            for r in recognize_all(phrase.replace("thirty five", "thirty-five"), intents)
            if not any(e.is_wildcard for e in r.entities.values())
        }
        ours = meanings[phrase]
        assert ours is not None, phrase
        if len({f[0] for f in found}) > 1 or (found and ours.intent not in {f[0] for f in found}):
            doubtful[phrase] = found
    assert doubtful == {}


def test_the_model_knows_the_words_but_for_two_numbers(commands: Commands, model: Model) -> None:
    assert set(commands.missing(model.knows)) <= {"seventeen", "nineteen"}


SAID = {
    "what's next": ("next", {}),
    "what comes next": ("next", {}),
    "next step please": ("next", {}),
    "let's go on": ("next", {}),
    "continue": ("next", {}),
    "go to step five": ("go_to", {"step": 5}),
    "back to the third step": ("go_to", {"step": 3}),
    "we need a break": ("pause", {}),
    "can we take a break": ("pause", {}),
    "i need a pause": ("pause", {}),
    "okay pause please": ("pause", {}),
    "seven more minutes": ("more_time", {"minutes": 7}),
    "can we have another twenty two minutes": ("more_time", {"minutes": 22}),
    "one more minute": ("more_time", {"minutes": 1}),
    "five minutes each": ("turn_length", {"minutes": 5}),
    "seven": ("number", {"n": 7}),
    "two hours": ("number", {"n": 120}),
    "how much time is left": ("time_left", {}),
    "who's turn": ("whose_turn", {}),
    "whose turn is it": ("whose_turn", {}),
    "not yet": ("not_yet", {}),
    "i am ready": ("ready", {}),
    "we're ready": ("ready", {}),
    "anna starts": ("person", {"name": "Anna"}),
    "a cup of tea together please": ("choose", {"choice": "a cup of tea together"}),
    "note long work hours": ("note", {"text": "long work hours"}),
    "note": ("note", {"text": ""}),
    "did you lock the back door": ("private_exit", {}),
    "no go back": ("undo", {}),
    "what can i say": ("help", {}),
    # as typed
    "Seven more minutes, please!": ("more_time", {"minutes": 7}),
    "7 more minutes": ("more_time", {"minutes": 7}),
    "Go to step 3.": ("go_to", {"step": 3}),
}


@pytest.mark.parametrize("text", SAID)
def test_what_people_say(commands: Commands, text: str) -> None:
    match = match_of(commands, text)
    assert (match.intent, match.slots) == SAID[text]


@pytest.mark.parametrize(
    "text",
    ["", "the weather is nice", "we went to the park on sunday", "i think you never listen to me", "[unk] [unk]"],
)
def test_talk_means_nothing(commands: Commands, text: str) -> None:
    assert commands.match(text) is None


def test_nothing_said_otherwise_comes_near_the_private_exit(
    commands: Commands, meanings: dict[str, Match | None]
) -> None:
    exits = [phrase for phrase, match in meanings.items() if match and match.intent == "private_exit"]
    assert exits
    for words in (phrase.split() for phrase in exits):
        for left_out in range(len(words)):
            near = commands.match(" ".join(words[:left_out] + words[left_out + 1 :]))
            assert near is None or near.intent == "private_exit"
