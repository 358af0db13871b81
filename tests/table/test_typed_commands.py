"""Typed lines mean what the same words mean when they are spoken; the wake phrase may be left out."""

import pytest

from voice_coach.attention import Attention, Mode
from voice_coach.hearing import Heard, Ignored, Waiting
from voice_coach.settings import Settings
from voice_coach.table.assembly import assemble
from voice_coach.table.typed_commands import TypedCommands

ANY = Attention(Mode.GUARDED)


@pytest.fixture(scope="module")
def typed() -> TypedCommands:
    parts = assemble(Settings(names=("Anna", "Ben")), seed=0)
    return TypedCommands(parts.commands, parts.options.wake)


@pytest.mark.parametrize("line", ["go to step three", "Hey, coach: go to step three!"])
def test_a_command_is_understood_with_or_without_the_wake_phrase(typed: TypedCommands, line: str) -> None:
    event = typed.understand(line, ANY, 2.0)
    assert isinstance(event, Heard)
    assert (event.intent, event.slots, event.text) == ("go_to", {"step": 3}, line)


@pytest.mark.parametrize(("line", "explicit"), [("yes", True), ("okay", False)])
def test_whether_words_are_plain_enough_for_consent(typed: TypedCommands, line: str, explicit: bool) -> None:
    event = typed.understand(line, ANY, 2.0)
    assert isinstance(event, Heard)
    assert (event.intent, event.explicit) == ("yes", explicit)


def test_the_wake_phrase_alone_is_a_call(typed: TypedCommands) -> None:
    assert typed.understand("hey coach", ANY, 2.0) == Waiting(2.0, 2.0, 2.0)


def test_free_words_answer_where_they_are_asked_for(typed: TypedCommands) -> None:
    event = typed.understand("the Blue Car", Attention(Mode.OPEN, frozenset({"note"})), 2.0)
    assert isinstance(event, Heard)
    assert (event.intent, event.slots, event.explicit) == ("note", {"text": "the Blue Car"}, False)


@pytest.mark.parametrize(
    "line", ["hey coach, the Blue Car", "Hey, coach: the Blue Car", "um, hey coach the Blue Car"]
)
def test_the_wake_phrase_is_no_part_of_free_words(typed: TypedCommands, line: str) -> None:
    event = typed.understand(line, Attention(Mode.OPEN, frozenset({"note"})), 2.0)
    assert isinstance(event, Heard)
    assert (event.slots, event.text) == ({"text": "the Blue Car"}, line)


def test_all_else_was_meant_for_the_coach_and_is_not_understood(typed: TypedCommands) -> None:
    assert typed.understand("purple rain", ANY, 2.0) == Ignored("purple rain", 2.0, 2.0, 2.0, "no-match", True)
