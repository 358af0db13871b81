"""An option is named by what tells it from the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voice_coach.commands.command_set import Commands
from voice_coach.commands.short_forms import ShortForms
from voice_coach.errors import PromptError
from voice_coach.guide import load_guide
from voice_coach.resources import prompts_dir

SHORT = ShortForms(
    stop_words=frozenset({"a", "of", "in", "the", "together", "take", "each"}),
    not_alone=frozenset({"two", "long"}),
)


def pieces(*options: str) -> dict[str, str]:
    return {
        " ".join(piece): options[number]
        for piece, number in SHORT.pieces([tuple(option.split()) for option in options]).items()
    }


def test_a_piece_is_named_but_not_broken_off() -> None:
    assert set(pieces("a cup of tea")) == {"cup", "cup of tea", "tea"}
    assert set(pieces("check in", "take a class")) == {"check", "class"}
    assert set(pieces("an evening check in")) >= {"check in", "evening check in"}


def test_what_two_options_have_names_neither() -> None:
    assert set(pieces("an evening walk", "an evening off")) >= {"walk", "evening walk", "evening off"}
    assert "evening" not in pieces("an evening walk", "an evening off")
    assert "week" not in pieces("a week", "two weeks")


def test_an_option_is_no_short_form_of_another() -> None:
    assert set(pieces("tea", "tea in the park")) == {"park"}


def test_some_words_need_company() -> None:
    assert set(pieces("in two days", "a long letter")) == {"two days", "days", "long letter", "letter"}


@pytest.mark.parametrize(
    ("guide", "text", "choice"),
    [
        ("reconnect", "the museum", "visit a museum"),
        ("reconnect", "dance", "take a dance class"),
        ("reconnect", "a dance class please", "take a dance class"),
        ("reconnect", "the river", "a walk along the river"),
        ("reconnect", "let's go along the river", "a walk along the river"),
        ("reconnect", "now", "right now"),
        ("reconnect", "on another day", "another day"),
        ("reconnect", "a cup of tea", "a cup of tea together"),
        ("reconnect", "we'd like to go to a concert", "go to a concert"),
        ("reconnect", "after", None),
        ("reconnect", "in the evening", None),
        ("apologise-partner", "the walk", "an evening walk"),
        ("apologise-partner", "the evening", None),
        ("apologise-friend", "the party", "a late party"),
        ("apologise-friend", "a letter", "a long letter"),
        ("coparent-duties", "two days", "two days before"),
    ],
)
def test_options_of_the_guides(guide: str, text: str, choice: str | None) -> None:
    commands = Commands.load(prompts_dir() / "commands.yaml", {"choice": load_guide(guide).choices()})
    match = commands.match(text)
    assert (match and dict(match.slots)) == (choice and {"choice": choice})


def test_what_is_not_read_aloud_is_said_in_full() -> None:
    guide = load_guide("reconnect")
    lists = {"choice": guide.offered(), "more": guide.unread()}
    commands = Commands.load(prompts_dir() / "commands.yaml", lists)
    for choice in guide.choices():
        match = commands.match(choice)
        assert match is not None and dict(match.slots) == {"choice": choice}
    assert commands.match("a call") is None
    tea = commands.match("tea")
    assert tea is not None and dict(tea.slots) == {"choice": "a cup of tea together"}


def test_a_word_that_yaml_reads_as_no_word_is_named(write: Callable[[str], Path]) -> None:
    path = write("language: en\nintents: {}\nshort_forms: {lists: [choice], stop_words: [in, on]}\n")
    with pytest.raises(PromptError, match=r"short_forms.stop_words.1: put it in quotes"):
        Commands.load(path)
