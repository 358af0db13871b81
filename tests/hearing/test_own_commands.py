"""The coach's own command file against the catalogue, the model, hassil, and itself."""

import random
from collections import defaultdict

import pytest
import yaml
from hassil import recognize_all
from hassil.intents import Intents

from voice_coach.guide.catalogue import INTENTS
from voice_coach.hearing import Commands, Match, Model
from voice_coach.resources import prompts_dir


@pytest.fixture(scope="module")
def phrases(commands: Commands, model: Model) -> list[str]:
    return [p for p in commands.phrases(model.knows) if "[unk]" not in p]


@pytest.fixture(scope="module")
def meanings(commands: Commands, phrases: list[str]) -> dict[str, Match | None]:
    """What each phrase means, found once: exact ones need no search for near misses."""
    return {phrase: commands.exact(commands.words(phrase)) for phrase in phrases}


def test_the_intents_are_those_of_the_catalogue(commands: Commands) -> None:
    assert commands.intents == INTENTS.keys()


def test_every_intent_can_be_said_and_brings_just_its_slots(
    commands: Commands, meanings: dict[str, Match | None]
) -> None:
    slots = defaultdict(set)
    for phrase, match in meanings.items():
        assert match, phrase
        slots[match.intent].add(frozenset(match.slots))
    slots["note"].add(frozenset(match_of(commands, "note we argue a lot").slots))
    optional = {"more_time", "repeat"}  # one of two units; a pace or none
    assert {intent: frozenset.union(*found) for intent, found in slots.items()} == INTENTS
    assert {intent for intent, found in slots.items() if len(found) > 1} == optional


def match_of(commands: Commands, text: str) -> Match:
    match = commands.match(text)
    assert match is not None, text
    return match


def test_no_sentence_has_two_meanings(commands: Commands, meanings: dict[str, Match | None]) -> None:
    """Hassil is the judge: it lists all meanings of a sentence, and ours is the only one."""
    raw = yaml.safe_load((prompts_dir() / "commands.yaml").read_text(encoding="utf-8"))
    for name in ("name", "choice", "example"):
        raw["lists"][name]["values"] = [*commands.said_for({"example": "text"}.get(name, name))]
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
