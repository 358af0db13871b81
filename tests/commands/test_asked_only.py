"""Commands in a file of their own that count only while a question asks for them."""

from pathlib import Path

import pytest

from voice_coach.commands import Commands
from voice_coach.errors import PromptError

OWN = """
language: en
asked_only: hours.yaml
skip_words: [please]
intents:
  next: {data: [{sentences: ["next", "next step", "at once"]}]}
  number: {data: [{sentences: ["{n}", "{n} minutes"]}]}
lists:
  n: {range: {from: 1, to: 12, digits: false}}
"""
HOURS = """
language: en
answers: [hours]
spelling: {"p m": pm}
intents:
  hours: {data: [{sentences: ["[at] {n:hour} [pm]"]}]}
lists:
  n: {range: {from: 1, to: 12, digits: false}}
"""
ASKED = frozenset({"hours"})


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    (tmp_path / "commands.yaml").write_text(OWN)
    (tmp_path / "hours.yaml").write_text(HOURS)
    return Commands.load(tmp_path / "commands.yaml", known={"next": (), "number": ("n",), "hours": ("hour",)})


def test_they_are_not_there_until_they_are_asked_for(commands):
    assert commands.match("at seven pm") is None
    assert commands.exact(("seven",)).intent == "number"
    assert "hours" not in commands.intents | commands.answers
    assert "pm" not in commands.graph.vocabulary()
    for others in (frozenset(), frozenset({"number"})):
        assert commands.while_asked(others) is commands


def test_while_they_are_asked_for_they_come_before_all_others(commands):
    asked = commands.while_asked(ASKED)
    assert asked is commands.while_asked(ASKED | {"number"}) is asked.while_asked(ASKED)
    assert (asked.match("seven").intent, asked.match("seven").slots) == ("hours", {"hour": 7})
    assert (asked.match("seven minutes").intent, asked.match("next step").intent) == ("number", "next")
    assert asked.intents == {"next", "number", "hours"}
    assert asked.answers == ASKED


def test_they_are_exact_or_nothing_where_others_may_be_near(commands):
    asked = commands.while_asked(ASKED)
    assert asked.match("next stepp").intent == "next"
    assert asked.match("at elevenn pm") is None
    assert asked.match("at eleven pm please").intent == "hours"


def test_their_own_spelling_is_read(commands):
    assert commands.while_asked(ASKED).match("at 11 p.m.").intent == "hours"
    assert commands.while_asked(ASKED).words("p m") == ("pm",)
    assert commands.words("p m") == ("p", "m")


def test_the_graph_of_all_has_all_ways_and_leads_upwards(commands):
    asked = commands.while_asked(ASKED)
    assert asked.graph.vocabulary() == commands.graph.vocabulary() | {"at", "pm"}
    assert asked.may_go_on(("at",))
    assert asked.may_change(("at", "seven")) is False
    assert all(arc.to > node for node, arcs in enumerate(asked.graph.words) for arc in arcs)
    assert all(arc.to > node for node, arcs in enumerate(asked.graph.silent) for arc in arcs)
    assert asked.graph.words[: len(commands.graph.words)] == commands.graph.words


def test_the_words_that_a_model_lacks_are_told_of_both_files(commands):
    assert commands.missing(lambda word: word not in {"pm", "minutes"}) == ("minutes", "pm")


def test_a_file_that_is_not_there_or_wrong_is_told(tmp_path):
    (tmp_path / "commands.yaml").write_text(OWN)
    with pytest.raises(PromptError, match=r"hours\.yaml"):
        Commands.load(tmp_path / "commands.yaml")
    (tmp_path / "hours.yaml").write_text(HOURS.replace("{n:hour}", "{m:hour}"))
    with pytest.raises(PromptError, match=r"hours\.yaml:6: missing list"):
        Commands.load(tmp_path / "commands.yaml")
