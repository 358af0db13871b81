"""The template graph: what hassil's syntax means, near misses, phrase lists; no recognizer is loaded."""

import itertools
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hassil.intents import Intents
from hassil.sample import sample_intents

from scripts.bench.phrases import covering_phrases
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN, Matcher
from voice_coach.errors import PromptError

Write = Callable[[str], Path]

ORDERS = """
language: en
intents:
  order:
    data:
      - sentences: ["<want> (a|an) ([{size}];[{roast}];[{shots}]) {drink} [with {milk} [and {sugar}]]"]
expansion_rules:
  want: "(can i have|i want|give me)"
lists:
  size: {values: [small, large, eight ounce, twelve ounce]}
  roast: {values: [light roast, dark roast]}
  shots: {values: [single shot, double shot, triple shot]}
  drink: {values: [latte, mocha, espresso, house coffee, iced coffee]}
  milk: {values: [milk, some milk, a bit of skim milk, soy milk]}
  sugar: {values: [sugar, some sugar, a lot of brown sugar]}
"""
LIGHTS = """
language: en
skip_words: [please]
intents:
  lamp:
    data:
      - sentences: ["turn on [the] light[s] [in the {room}]", "light{n}"]
  note:
    data:
      - sentences: ["note {text}"]
  dim:
    data:
      - sentences: ["dim to {0..100,10:level} percent"]
      - sentences: ["dim a little"]
        slots: {level: 40}
lists:
  room: {values: [{in: "(bed|bath) room", out: sleeping}, {in: kitchen, out: 3}]}
  n: {range: {from: 1, to: 3, words: false}}
  text: {wildcard: true}
"""


@pytest.fixture
def orders(write: Write) -> Commands:
    return Commands.load(write(ORDERS))


@pytest.fixture
def lights(write: Write) -> Commands:
    return Commands.load(write(LIGHTS))


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("turn on light", "lamp", {}),
        ("turn on the lights", "lamp", {}),
        ("please turn on the lights in the bath room please", "lamp", {"room": "sleeping"}),
        ("turn on lights in the kitchen", "lamp", {"room": 3}),
        ("note buy some milk", "note", {"text": "buy some milk"}),
        ("dim to thirty percent", "dim", {"level": 30}),
        ("dim a little", "dim", {"level": 40}),
    ],
)
def test_hassils_syntax(lights: Commands, text: str, intent: str, slots: dict[str, object]) -> None:
    match = lights.match(text)
    assert match is not None
    assert match.exact
    assert (match.intent, match.slots) == (intent, slots)


def test_a_file_of_a_hundred_thousand_sentences_is_matched_with_its_slots(orders: Commands) -> None:
    match = orders.match("give me a dark roast large double shot iced coffee with some milk and sugar")
    assert match is not None
    assert match.slots == {
        "roast": "dark roast",
        "size": "large",
        "shots": "double shot",
        "drink": "iced coffee",
        "milk": "some milk",
        "sugar": "sugar",
    }


def test_a_near_miss_is_taken(orders: Commands) -> None:
    match = orders.match("can have a large dark roast latte with some milk and lot of brown sugar")
    assert match is not None
    assert not match.exact
    assert match.slots == {
        "size": "large",
        "roast": "dark roast",
        "drink": "latte",
        "milk": "some milk",
        "sugar": "a lot of brown sugar",
    }


def test_what_lies_between_two_meanings_is_not_guessed(orders: Commands) -> None:
    """Which shot was it? Something stood there, and each is about as near."""
    assert orders.match("i want a large [unk] shot latte with some milk and some sugar") is None


def test_of_several_hypotheses_the_one_that_obeys_the_templates_wins(orders: Commands) -> None:
    heard = ["i", "want", "a", "a", "ounce", "latte"]
    match = orders.match_hypotheses([(heard, 0.0), (["i", "want", "a", "eight", "ounce", "latte"], 1.0)])
    assert match is not None
    assert (match.slots, match.hypothesis) == ({"size": "eight ounce", "drink": "latte"}, 1)


def test_a_far_less_likely_reading_does_not_count(orders: Commands) -> None:
    assert orders.match_hypotheses([(["[unk]"], 0.0), (["i", "want", "a", "latte"], 30.0)]) is None


def test_whether_a_longer_command_may_follow(orders: Commands, lights: Commands) -> None:
    assert orders.may_go_on(("i", "want", "a", "latte"))
    assert not orders.may_go_on(("i", "want", "a", "latte", "with", "milk", "and", "sugar"))
    assert lights.may_go_on(("note", "this"))
    assert not lights.may_go_on(("turn", "off"))


def test_whether_a_longer_command_would_mean_something_else(orders: Commands, lights: Commands) -> None:
    assert orders.may_change(("i", "want", "a", "latte"))
    assert not orders.may_change(("i", "want", "a", "latte", "with", "milk", "and", "sugar"))
    assert lights.may_change(("note", "this"))
    assert lights.awaits_free_words(("note",))
    assert not orders.awaits_free_words(("i", "want", "a", "latte"))


def test_whether_one_word_more_may_complete_a_command(commands: Commands) -> None:
    assert commands.nearly_done(("what's",))
    assert commands.nearly_done(())
    assert not commands.nearly_done(("go", "to", "step", "five"))
    assert not commands.may_change(("next",))
    assert commands.may_change(("start",))
    assert not commands.may_change(("go", "to", "step", "five"))


def test_the_phrases_hold_every_pair_of_words_and_are_few(orders: Commands, write: Write) -> None:
    phrases = tuple(covering_phrases(orders.graph))
    pairs = {pair for phrase in phrases for pair in itertools.pairwise(["", *phrase.split(), ""])}
    with write(ORDERS).open() as file:
        sentences = [text for _, text in sample_intents(Intents.from_yaml(file), max_sentences_per_intent=20_000)]
    for sentence in random.Random(1).sample(sentences, 2000):
        assert set(itertools.pairwise(["", *sentence.split(), ""])) <= pairs
    assert len(phrases) < 300
    assert all(match.exact for phrase in phrases if (match := orders.match(phrase)) or pytest.fail(phrase))


def test_phrases_with_a_word_the_model_lacks_are_left_out_and_the_word_is_named(orders: Commands) -> None:
    def knows(word: str) -> bool:
        return word not in {"skim", "espresso"}

    assert orders.missing(knows) == ("espresso", "skim")
    assert not {"skim", "espresso"} & {
        word for phrase in covering_phrases(orders.graph, knows) for word in phrase.split()
    }


def test_lists_can_be_filled_from_outside(write: Write) -> None:
    commands = Commands.load(write(ORDERS), {"drink": ["Café au lait", "Dr. Brown's"]})
    match = commands.match("i want a dr brown's")
    assert match is not None
    assert match.slots == {"drink": "Dr. Brown's"}
    assert commands.match("i want a latte") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("intents: [", ":1: expected valid YAML"),
        ("[]", "expected keys with values, found a list"),
        (
            "language: en\nintents: {go: {data: [{sentences: ['(go']}]}}",
            r":2: intents\.go\.data\.0\.sentences\.0: not a sentence template",
        ),
        ("language: en\nintents: {go: {data: [{sentences: ['<rule>']}]}}", ":2: missing rule <rule>"),
        ("language: en\nintents: {go: {data: [{sentences: ['{place}']}]}}", ":2: missing list {place}"),
        (
            "language: en\nintents: {go: {data: [{words: ['go']}]}}",
            r":2: intents\.go\.data\.0\.sentences: expected this",
        ),
        ("language: tlh\nintents: {go: {data: []}}", ":1: language: there are no words for numbers in 'tlh'"),
        ("language: en\nintents: {yes: {data: []}}", r':2: intents\.yes: put it in quotes: "yes"'),
        ("language: no\nintents: {}", ':1: language: put it in quotes: "no"'),
        ("language: en\nanswers: [on]\nintents: {}", ':2: answers.0: put it in quotes: "on"'),
        ("language: en\nintents: {go: {data: [{sentences: [12]}]}}", r'sentences\.0: put it in quotes: "12"'),
        (
            "language: en\nintents: {}\nlists: {a: {values: [{in: null}]}}",
            r'values\.0\.in: put it in quotes: "null"',
        ),
        ("language: en\nintents: {}\nskip_words: um", ":3: skip_words: expected a list, found 'um'"),
        ("language: en\nintents: {go: {data: []}, go: {data: []}}", "intents.go: expected each key once"),
        ("language: en\nintents: {}\nexpansion_rules: {a: '(b'}", "expansion_rules"),
        ("language: en\nanswers: [go, fly]\nintents: {go: {data: []}}", "answers: there is no intent fly"),
    ],
)
def test_a_broken_file_is_named_with_the_place(write: Write, text: str, told: str) -> None:
    path = write(text)
    with pytest.raises(PromptError, match=told) as raised:
        Commands.load(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_intent_that_there_may_not_be_is_named_with_the_nearest(write: Write) -> None:
    path = write("language: en\nintents:\n  go: {data: []}\n  nxet: {data: []}")
    with pytest.raises(PromptError, match=r":4: intents\.nxet: there is no such intent; did you mean next\?"):
        Commands.load(path, known={"go": (), "next": ()})
    assert Commands.load(path).intents == {"go", "nxet"}, "a file of one's own may have any"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("intents:\n  go: {data: []}", r"intents: expected the intent wait, found none"),
        (
            "intents:\n  wait: {data: []}\n  go:\n    data: [{sentences: [go], slots: {stpe: 1}}]",
            r":5: intents\.go\.data\.0\.slots\.stpe: this intent has no such slot",
        ),
    ],
)
def test_an_intent_or_slot_that_would_never_do_anything_is_refused(write: Write, text: str, told: str) -> None:
    with pytest.raises(PromptError, match=told):
        Commands.load(write(f"language: en\n{text}"), known={"go": {"step"}, "wait": ()})


@pytest.mark.parametrize(
    ("name", "vocabulary", "said"),
    [
        ("Zo\u00eb", "zoe", "zoe"),
        ("Zo\u00eb", "zo\u00eb", "zo\u00eb"),
        ("Jos\u00e9", "jose", "jose"),
        ("Anne-Marie", "anne marie", "anne marie"),
        ("O\u2019Brien", "o'brien", "o'brien"),
        ("D'Angelo", "d angelo", "d angelo"),
        ("O'Hara", "ohara", "ohara"),
        ("\u0141ukasz", "lukasz", "lukasz"),
        ("Bj\u00f8rn", "bjorn", "bjorn"),
    ],
)
def test_a_name_is_heard_by_the_words_that_the_model_has(
    write: Write, name: str, vocabulary: str, said: str
) -> None:
    text = "language: en\nintents: {person: {data: [{sentences: ['{name}']}]}}\nlists: {name: {values: []}}"
    commands = Commands.load(write(text), {"name": [name]})
    assert commands.missing(vocabulary.split().__contains__) == ()
    for typed in (said, name, name.upper()):
        match = commands.match(typed)
        assert match is not None, typed
        assert match.slots == {"name": name}
    assert commands.missing(lambda _: False), "a name without any known form is told"


def test_numbers_in_a_list_are_said_in_the_language_of_the_file(write: Write) -> None:
    text = "language: de\nintents: {person: {data: [{sentences: ['{name}']}]}}\nlists: {name: {values: []}}"
    assert Commands.load(write(text), {"name": ["Haus 7"]}).match("haus sieben") is not None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"absent\.yaml"):
        Commands.load(tmp_path / "absent.yaml")


def test_what_is_not_followed_could_not_have_come_within_the_limit(
    write: Write, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same ways are found where nothing is given up early, of sentences said wrongly at random."""
    rng = random.Random(3)
    asked = []
    for some in (Commands.load(write(LIGHTS)), Commands.load(write(ORDERS)), commands):
        vocabulary = sorted({arc.word for arcs in some.graph.words for arc in arcs})
        phrases = list(itertools.islice(covering_phrases(some.graph), 500))
        others = [*vocabulary, UNKNOWN, "hm", *sorted(some.skip)]
        for _ in range(60):
            words = rng.choice(phrases).split()
            for _ in range(rng.randrange(4)):
                at = rng.randrange(len(words) + 1)
                words[at : at + rng.randrange(2)] = rng.sample(others, rng.randrange(3))
            asked.append((Matcher(some.graph, some.skip), words[:8], rng.uniform(0, 15)))

    def ways() -> list[tuple[list[float], object]]:
        """What each costs, and what the cheapest means; of two that cost the same, either may be kept."""
        found = [matcher.best_ways(words, limit) for matcher, words, limit in asked]
        return [
            ([cost for cost, _ in two], None if len({cost for cost, _ in two}) < len(two) else two[:1])
            for two in found
        ]

    found = ways()

    def all_along(matcher: Matcher, _words: object, limit: float) -> list[float]:
        return [limit] * len(matcher._graph.words)

    monkeypatch.setattr(Matcher, "_most", all_along)
    assert found == ways()
    assert 50 < sum(bool(costs) for costs, _ in found) < len(found)


def test_text_becomes_intents_without_sound_and_vosk(write: Write) -> None:
    code = (
        "import sys; from pathlib import Path; from voice_coach.commands import Commands\n"
        f"assert Commands.load(Path({str(write(LIGHTS))!r})).match('turn on the lights').intent == 'lamp'\n"
        "rooms = ('vosk', 'sounddevice', 'soundfile', 'soxr', 'webrtcvad', 'kaldifst')\n"
        "inner = tuple(f'voice_coach.{name}' for name in ('audio', 'recognition', 'hearing'))\n"
        "print([name for name in sys.modules if name in rooms or name.startswith(inner)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
