"""The book gives sentences with values in words, and those that can be rendered ahead of time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.errors import PromptError
from voice_coach.guide import Book, list_guides, load_guide
from voice_coach.guide.catalogue import LINES

GUIDE = load_guide("reconnect")
BOOK = Book.load(GUIDE)


def span(seconds: float) -> str:
    """The span as the book says it."""
    (sentence,) = BOOK.say("time-left", {"left_s": seconds})
    return sentence.removeprefix("You have ").removesuffix(" left.")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "no time"),
        (-3, "no time"),
        (0.4, "no time"),
        (1, "one second"),
        (20, "twenty seconds"),
        (59.4, "fifty-nine seconds"),
        (59.6, "one minute"),
        (61, "one minute"),
        (63, "one minute and five seconds"),
        (130.0, "two minutes and ten seconds"),
        (298, "five minutes"),
        (360, "six minutes"),
        (600.0, "ten minutes"),
        (3598, "one hour"),
        (3620, "one hour"),
        (5400, "one hour and thirty minutes"),
        (10800, "three hours"),
        (360000, "100 hours"),
    ],
)
def test_spans(seconds: float, said: str) -> None:
    assert span(seconds) == said


NUMBERS = {word: n for n, word in enumerate(BOOK._speech.numbers)}
UNITS = {"second": 1, "minute": 60, "hour": 3600}


@given(st.floats(min_value=-1e6, max_value=1e9))
def test_a_span_says_the_right_number(seconds: float) -> None:
    said = span(seconds)
    heard = 0
    for count, unit in re.findall(r"([\w-]+) (second|minute|hour)s?\b", said):
        heard += (NUMBERS[count] if count in NUMBERS else int(count)) * UNITS[unit]
    finest = 0.5 if seconds <= 60.5 else 2.5 if seconds <= 3600.5 else 30
    assert abs(heard - max(0.0, seconds)) <= finest + 0.5
    assert (said == "no time") == (heard == 0)


@given(st.integers(min_value=1, max_value=100))
def test_one_is_singular_and_others_are_not(minutes: int) -> None:
    said = span(minutes * 60)
    for count, unit in re.findall(r"([\w-]+) (seconds?|minutes?|hours?)", said):
        assert unit.endswith("s") == (count != "one")


def test_numbers_come_in_words() -> None:
    assert BOOK.say("step", {"number": 2, "count": 7, "title": "a walk"}) == ["Step two of seven: a walk."]
    assert (
        "from thirty seconds to seven minutes" in BOOK.say("turn-length-limits", {"least_s": 30, "most_s": 420})[0]
    )
    assert "between two hours and three hours" in BOOK.say("minutes-limits", {"least_s": 7200, "most_s": 10800})[0]


def test_lists_are_joined() -> None:
    assert BOOK.say("notes", {"notes": ("stress", "little sleep", "late trains")}) == [
        "You noted: stress, little sleep and late trains."
    ]
    assert BOOK.say("notes", {"notes": ("stress",)}) == ["You noted: stress."]


def test_values_are_said_as_they_are() -> None:
    assert BOOK.say("note-kept", {"text": "a {curly} thing, 50%", "count": 1}) == [
        "Noted: a {curly} thing, 50%. That makes one."
    ]


def test_values_that_a_line_does_not_use_are_ignored() -> None:
    assert BOOK.say("turn-finish", {"name": "Anna"}) == ["Finish your sentence."]


def test_texts_of_the_guide() -> None:
    assert BOOK.say("guide/closeness/hug/begin", {}) == ["Hold each other now."]
    assert BOOK.say("guide/opening/willing/ask", {"name": "Ben"})[0].startswith("Ben, would you")
    kept = BOOK.say("guide/rituals/nightly-ritual/kept", {"choice": "three good things", "minutes": 10})
    assert kept[0] == "Good, I have kept it: three good things, for ten minutes."


def test_a_question_is_asked_again_without_what_leads_up_to_it() -> None:
    values = {"turn_s": 360, "name_a": "Anna", "name_b": "Ben"}
    said = BOOK.say("turns-who", values)
    assert len(said) == 2
    assert BOOK.say("turns-who", values, brief=True) == said[1:]
    assert BOOK.say("guide/opening/phones/ask", {}, brief=True) == ["Are they out of the room? Say yes or no."]
    waiting = BOOK.say("waiting", {})
    assert BOOK.say("waiting", {}, brief=True) == waiting[-1:]


def test_stars_mark_what_people_may_say_and_are_not_spoken() -> None:
    assert BOOK.phrases("list-full", {"wake": "hey coach", "most": 5}) == [
        "hey coach, we are done",
        "hey coach, remove the last",
    ]
    assert BOOK.phrases("help-choice", {"options": ("tonight", "tomorrow")})[:2] == ["tonight", "tomorrow"]
    assert not [sentence for said in BOOK._sentences.values() for sentence in said if "*" in sentence]


@pytest.mark.parametrize("line", ["no-such-line", "guide/nowhere/say", ""])
def test_an_unknown_line(line: str) -> None:
    with pytest.raises(PromptError, match="expected a line"):
        BOOK.say(line, {})


def test_a_missing_value() -> None:
    with pytest.raises(PromptError, match=r"turns-drawn: expected a value for \{name\}, found none"):
        BOOK.say("turns-drawn", {})


def test_fixed_sentences_are_what_is_said() -> None:
    fixed = BOOK.fixed(("Anna", "Ben"), "hey coach")
    assert len(fixed) == len(set(fixed))
    assert not [sentence for sentence in fixed if re.search(r"[{}]", sentence)]
    greeting = {"name_a": "Anna", "name_b": "Ben", "title": GUIDE.title, "wake": "hey coach"}
    said = BOOK.say("greeting", greeting)
    assert fixed[: len(said)] == said, "first what is said first"
    said += BOOK.say("pause-ready", {"name": "Ben"}) + BOOK.say("pause-ready", {"name": "Anna"})
    said += BOOK.say("turn-change", {"name": "Ben", "other": "Anna"}) + BOOK.say("guide/causes/say", {})
    said += BOOK.say("next-turn-told", {"name": "Ben", "title": "looking for causes together"})
    assert set(said) <= set(fixed)
    assert not set(BOOK.say("guide/safety", {})) & set(fixed), "printed only"


def test_every_text_of_every_guide_can_be_said() -> None:
    values = {"name": "Anna", "choice": "tonight", "minutes": 30, "wake": "hey coach"}
    for guide in list_guides():
        book = Book.load(guide)
        for key in guide.texts():
            assert all(book.say(key, values)), key


def test_lines_are_all_the_session_can_ask_for() -> None:
    assert set(LINES) == {key for key in BOOK._sentences if not key.startswith("guide/")}
