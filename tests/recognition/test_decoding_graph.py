"""The decoding graph: what it accepts, that it is made once and whole; words of models without a word list."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from support.attention import GUARDED, OPEN, asked_for

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.errors import ModelError
from voice_coach.recognition import graph_cache, process
from voice_coach.recognition.decoding_graph import Acceptor, Grammar, GrammarBuilder
from voice_coach.recognition.graph_cache import compiled_model
from voice_coach.recognition.model import Model
from voice_coach.recognition.vocabulary import read_vocabulary
from voice_coach.recognition.weights import WEIGHTS, GraphCosts, Weights

WORDS = ["next", "what's", "step", "seven", "please", "note", "stop", "hey", "coach", "yes", "no", "[unk]"]
NUMBERS = {word: number for number, word in enumerate(WORDS, 1)}
TEMPLATES = """
language: en
skip_words: [please]
intents:
  next: {data: [{sentences: ["[what's] next"]}]}
  go_to: {data: [{sentences: ["step {n}"]}]}
  note: {data: [{sentences: ["note {text}"]}]}
  stop: {data: [{sentences: ["stop", "stop now"]}]}
lists:
  n: {range: {from: 7, to: 7, digits: false}}
  text: {wildcard: true}
"""


@pytest.fixture
def small(tmp_path: Path) -> Commands:
    """A few commands; the words below know all of them but "now"."""
    path = tmp_path / "commands.yaml"
    path.write_text(TEMPLATES, encoding="utf-8")
    return Commands.load(path)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "voice-coach" / "graphs"


def grammar(commands: Commands, attention: Attention) -> Grammar:
    return GrammarBuilder(commands, NUMBERS, ("hey", "coach"), ("yes", "oh", "stop")).build(
        attention, WEIGHTS[Mode.OPEN]
    )


def whole_grammar(commands: Commands, model: Model, wake: tuple[str, ...] = ("hey", "coach")) -> Grammar:
    return GrammarBuilder(commands, model.numbers, wake, ()).build(ALL, WEIGHTS[Mode.OPEN])


def behind_wake(grammar: Grammar) -> Acceptor:
    (route,) = grammar.called
    sent = json.loads(route.section.request)["commands"]
    return Acceptor([(source, to, word) for source, to, word in sent["arcs"]], sent["ends"])


def accepts(acceptor: Acceptor, text: str) -> bool:
    def without_words(states: Iterable[int]) -> set[int]:
        found = set(states)
        while more := {to for source, to, word in acceptor.arcs if source in found and not word} - found:
            found |= more
        return found

    here = without_words({0})
    for word in text.split():
        here = without_words(to for source, to, n in acceptor.arcs if source in here and n == NUMBERS[word])
    return bool(here & set(acceptor.ends))


ALL = OPEN


@pytest.mark.parametrize("text", ["next", "what's next", "step seven", "stop", "note [unk]", "note [unk] [unk]"])
def test_what_the_templates_say_is_accepted(small: Commands, text: str) -> None:
    made = grammar(small, ALL)
    assert accepts(behind_wake(made), text)


@pytest.mark.parametrize("text", ["", "step", "what's", "note", "seven step", "next next", "yes"])
def test_nothing_else_is(small: Commands, text: str) -> None:
    assert not accepts(behind_wake(grammar(small, ALL)), text)


def test_a_word_that_the_model_lacks_takes_only_its_sentences_along(small: Commands) -> None:
    assert accepts(behind_wake(grammar(small, ALL)), "stop")  # "stop now" cannot be recognised


def test_single_words_are_known_where_they_have_no_effect(small: Commands) -> None:
    made = grammar(small, OPEN)
    assert all(accepts(behind_wake(made), text) for text in ("stop", "next", "what's next"))


def test_in_a_turn_nothing_counts_without_the_wake_phrase(small: Commands) -> None:
    made = grammar(small, GUARDED)
    assert made.uncalled == []
    assert accepts(behind_wake(made), "next")


def test_background_and_wake_phrase_are_in_the_models_numbers(small: Commands) -> None:
    made = grammar(small, ALL)
    assert made.unknown == NUMBERS["[unk]"]
    assert list(made.wake) == [NUMBERS["hey"], NUMBERS["coach"]]
    assert list(made.decoys) == [NUMBERS["yes"]]  # the model lacks the other, and a third is a command
    assert list(made.skip) == [NUMBERS["please"]]


@pytest.mark.parametrize(("wake", "cost"), [("hey coach", 1.0), ("computer", 0.4), ("smart mirror", 0.0)])
def test_a_longer_wake_phrase_is_cheaper(small: Commands, wake: str, cost: float) -> None:
    numbers = {**NUMBERS, **{word: 100 + at for at, word in enumerate(("computer", "smart", "mirror"))}}
    weights = Weights(unknown=1, decoy=2, wake=1.0, sound=0.2)
    made = GrammarBuilder(small, numbers, wake.split(), ()).build(ALL, weights)
    assert made.costs.wake == pytest.approx(cost)


def test_a_compiled_model_links_the_model_and_brings_a_grammar_of_its_own(
    model: Model, commands: Commands, own_cache: Path
) -> None:
    made = whole_grammar(commands, model)
    compiled = compiled_model(model.path, made)
    assert compiled.parent == own_cache
    assert (compiled / "am").resolve() == (model.path / "am").resolve()
    own = compiled / "graph" / "Gr.fst"
    assert own.is_file()
    assert not own.is_symlink()
    assert {path.name for path in (compiled / "graph").iterdir()} == {
        p.name for p in (model.path / "graph").iterdir()
    }
    # The names of two people are in it.
    assert stat.S_IMODE(own_cache.stat().st_mode) == 0o700

    when = own.stat().st_mtime_ns
    assert compiled_model(model.path, made) == compiled
    assert own.stat().st_mtime_ns == when
    other = whole_grammar(commands, model, ("hey", "anna"))
    assert compiled_model(model.path, other) != compiled


@pytest.mark.usefixtures("own_cache")
def test_a_compiled_model_is_searched_as_the_model_says_for_commands(
    small: Commands, model: Model, tmp_path: Path
) -> None:
    conf = compiled_model(model.path, grammar(small, ALL)) / "conf"
    assert "--beam=10.0" in (conf / "model.conf").read_text(encoding="utf-8").splitlines()
    assert {path.name for path in conf.iterdir()} == {"model.conf", "fbank.conf"}
    # Official models bring one configuration for all.
    copy = tmp_path / "model"
    shutil.copytree(model.path, copy)
    (copy / "conf" / "commands.conf").unlink()
    compiled = compiled_model(copy, grammar(small, ALL))
    assert (compiled / "conf" / "model.conf").resolve() == copy / "conf" / "model.conf"


def test_the_same_grammar_gives_the_same_bytes(model: Model, commands: Commands, own_cache: Path) -> None:
    made = whole_grammar(commands, model)
    first = (compiled_model(model.path, made) / "graph" / "Gr.fst").read_bytes()
    (own_cache.rename(own_cache.with_name("old")))
    assert (compiled_model(model.path, made) / "graph" / "Gr.fst").read_bytes() == first


def test_a_graph_that_cannot_be_compiled_is_said_and_leaves_nothing(
    model: Model, commands: Commands, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = whole_grammar(commands, model)
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit('no automata today')", encoding="utf-8")
    monkeypatch.setattr(graph_cache, "_CHILD", broken)
    with pytest.raises(ModelError, match="no automata today"):
        compiled_model(model.path, made)
    assert list(own_cache.iterdir()) == []


@pytest.mark.usefixtures("own_cache")
def test_without_a_cache_a_folder_of_this_process_will_do(model: Model, small: Commands, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    compiled = compiled_model(model.path, grammar(small, ALL))
    assert (compiled / "graph" / "Gr.fst").is_file()
    assert stat.S_IMODE(compiled.parent.stat().st_mode) == 0o700
    assert compiled_model(model.path, grammar(small, ALL)) == compiled


def test_a_folder_of_this_process_goes_with_it(tmp_path: Path) -> None:
    code = "from voice_coach.recognition.cache_folder import cache_folder; print(cache_folder('graphs'))"
    env = {**os.environ, "XDG_CACHE_HOME": "/dev/null", "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert done.stdout.startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_neither_a_cache_nor_a_temporary_folder(
    model: Model, small: Commands, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    process.temporary_folder.cache_clear()
    process._temporary.cache_clear()
    monkeypatch.setattr("tempfile.tempdir", "/dev/null")
    with pytest.raises(ModelError, match=f"{own_cache}: neither it nor a temporary folder can be written"):
        compiled_model(model.path, grammar(small, ALL))


@pytest.mark.usefixtures("own_cache")
def test_a_graph_that_a_power_cut_left_short_is_compiled_again(model: Model, small: Commands) -> None:
    made = compiled_model(model.path, grammar(small, ALL)) / "graph" / "Gr.fst"
    whole = made.read_bytes()
    made.write_bytes(whole[:100])
    assert compiled_model(model.path, grammar(small, ALL)) / "graph" / "Gr.fst" == made
    assert made.read_bytes() == whole


def test_what_grammars_share_is_made_once(small: Commands, model: Model, own_cache: Path) -> None:
    sections = own_cache.with_name("sections")
    compiled_model(model.path, grammar(small, GUARDED))
    first = {path.name: path.stat().st_ino for path in sections.iterdir()}
    assert len(first) == 1
    compiled_model(model.path, grammar(small, asked_for("next")))
    both = {path.name: path.stat().st_ino for path in sections.iterdir()}
    assert len(both) == 2  # and the answers
    assert first.items() <= both.items()


@pytest.mark.parametrize("left", [b"", b"half of an automaton"])
def test_a_section_that_is_broken_is_made_anew(
    small: Commands, model: Model, own_cache: Path, left: bytes
) -> None:
    whole = (compiled_model(model.path, grammar(small, GUARDED)) / "graph" / "Gr.fst").read_bytes()
    shutil.rmtree(own_cache)
    (section,) = own_cache.with_name("sections").iterdir()
    section.write_bytes(left)
    assert (compiled_model(model.path, grammar(small, GUARDED)) / "graph" / "Gr.fst").read_bytes() == whole
    assert section.read_bytes() != left


def test_old_compiled_models_go(
    small: Commands, model: Model, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_cache, "_KEPT", 2)
    for decoy in (1, 2, 3):
        last = compiled_model(model.path, replace(grammar(small, ALL), decoys=[decoy]))
    assert len(list(own_cache.iterdir())) == 2
    assert last in own_cache.iterdir()


def test_words_come_from_the_grammar_where_there_is_no_list(tmp_path: Path) -> None:
    """As official models have it; made with the binding in a process of its own."""
    code = (
        "import json, sys, kaldifst\n"
        "fst, table = kaldifst.StdVectorFst(), kaldifst.SymbolTable()\n"
        "fst.start = fst.add_state()\n"
        "for word, number in json.loads(sys.argv[2]).items(): table.add_symbol(word, number)\n"
        "fst.input_symbols = fst.output_symbols = table\n"
        "fst.write(sys.argv[1])\n"
    )
    numbers = {"<eps>": 0, "yes": 7, "stra\u00dfe": 12}
    subprocess.run([sys.executable, "-c", code, tmp_path / "Gr.fst", json.dumps(numbers)], check=True)
    assert read_vocabulary(tmp_path) == numbers
    (tmp_path / "Gr.fst").write_bytes(b"no automaton")
    with pytest.raises(ModelError, match="word list cannot be read"):
        read_vocabulary(tmp_path)


def test_the_longer_a_wake_phrase_the_less_it_costs_down_to_a_limit() -> None:
    weights = Weights(unknown=0, decoy=0, wake=1.5, sound=2.0, cheapest=-3.5)
    phrases = ["table", "hey coach", "okay coach", "view glass", "computer", "good morning kitchen"]
    assert [weights.of_wake(phrase.split()) for phrase in phrases] == [3.5, 1.5, -0.5, -2.5, -3.5, -3.5]


def test_while_a_question_is_open_all_else_is_dearer(small: Commands) -> None:
    weights = Weights(unknown=1, decoy=2, command=3, question=0.5, answer=0.25)
    made = GrammarBuilder(small, NUMBERS, ("hey", "coach"), ()).build(asked_for("next"), weights)
    assert (made.costs.unknown, made.costs.decoy) == (1.5, 2.5)
    assert [section.begin for section in made.uncalled] == [3.5, 0.25]


def test_all_costs_of_a_graph_reach_the_compiler_and_name_it(small: Commands) -> None:
    sent = grammar(small, ALL).as_json()["weights"]
    assert sent.keys() == {field.name for field in fields(GraphCosts)}
