"""Words for the ear, in every guide and line: short, without figures, answerable with what the model hears."""

import re
from collections.abc import Iterator
from datetime import date, time
from itertools import combinations

import pytest
from rapidfuzz.distance import Levenshtein

from voice_coach.guide import Book, Guide, list_guides
from voice_coach.guide.catalogue import LINES, Value
from voice_coach.guide.templates import phrases
from voice_coach.guide.types import Amend, Ask, Choose, Consent, Keep, Turns, When
from voice_coach.plan.types import Rule

GUIDES = list_guides()
WORDS_PER_MINUTE = 160
LONGEST_SAY_S = 35.0
LONGEST_SENTENCE = 25
ALIKE = 0.85
"""How much two answers may share of their letters."""

SAMPLES: dict[str, Value] = {
    **{name: 130.0 for names in LINES.values() for name in names if name.endswith("_s")},
    **{"name": "Anna", "other": "Ben", "name_a": "Anna", "name_b": "Ben", "wake": "hey coach"},
    **{"number": 2, "count": 7, "least": 5.0, "most": 7.0, "minutes": 10, "title": "a calm check-in"},
    **{"part": "your speaking turns", "text": "long work hours", "what": "reading to each other"},
    "notes": ("long work hours", "too much stress", "no time for us"),
    "options": ("a cup of tea together", "three good things"),
    "option": "three good things",
    "missed": ("a cup of tea together", "a walk in the park"),
    "when": Rule(date(2026, 11, 27), (time(21),), count=28),
    "clock": Rule(date(2026, 11, 27), (time(21),), count=1),
    "days": (Rule(date(2026, 12, 11), count=1), Rule(date(2026, 12, 25), count=1)),
}
IDS = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)


def every_text(guide: Guide) -> Iterator[tuple[str, str]]:
    """All sentences heard, with their keys."""
    book = Book.load(guide)
    values = {**SAMPLES, "choice": "tonight"}
    for key in (*guide.texts(), *LINES):
        for sentence in book.say(key, values):
            yield key, sentence


def split(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.?!:])\s+", text) if s]


@pytest.mark.parametrize("line", LINES)
def test_every_line_renders(line: str) -> None:
    book = Book.load(GUIDES[0])
    sentences = book.say(line, {name: SAMPLES[name] for name in LINES[line]})
    assert sentences
    assert all(sentence and not re.search(r"[{}]", sentence) for sentence in sentences)
    assert all(sentence[0].isupper() or sentence.startswith(str(SAMPLES["what"])) for sentence in sentences)


@IDS
def test_sentences_are_short_and_plain(guide: Guide) -> None:
    for key, text in every_text(guide):
        assert text.rstrip('"')[-1] in ".?!:", (key, text)
        assert not re.search(r"[\d()\[\];/&%]|\be\.g\b|\bi\.e\b|\betc\b", text), (key, text)
        for sentence in split(text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, (key, sentence)


@IDS
def test_sentences_are_mostly_very_short(guide: Guide) -> None:
    lengths = sorted(len(sentence.split()) for _, text in every_text(guide) for sentence in split(text))
    assert lengths[int(len(lengths) * 0.95)] <= 16


@IDS
def test_nothing_is_read_for_too_long(guide: Guide) -> None:
    for key, sentences in guide.texts().items():
        if key.endswith("/say"):
            seconds = len(" ".join(sentences).split()) / WORDS_PER_MINUTE * 60
            assert seconds <= LONGEST_SAY_S, (key, seconds)


@IDS
def test_every_question_names_its_answers(guide: Guide) -> None:
    asked = [
        sentences
        for part in guide.all_parts
        for activity in part.activities
        if isinstance(activity, Amend | Ask | Choose | Consent | Keep | When)
        for field, sentences in activity.spoken().items()
        if field.startswith("ask") and sentences
    ]
    assert asked
    for sentences in asked:
        assert phrases(sentences[-1]), sentences


@IDS
def test_every_option_is_offered_by_name(guide: Guide) -> None:
    for part in guide.all_parts:
        for activity in part.activities:
            if isinstance(activity, Choose):
                asked = " ".join(activity.ask).lower()
                assert set(activity.options) == {o for o in activity.options if f"*{o}*" in asked}, activity.id


@IDS
def test_options_and_examples_can_be_heard(guide: Guide, vocabulary: frozenset[str]) -> None:
    options = [o for p in guide.parts for a in p.activities if isinstance(a, Choose) for o in a.answers]
    assert len(options) == len(set(options))
    assert not set(guide.choices()) & set(guide.examples())
    for phrase in (*guide.choices(), *guide.examples()):
        assert [word for word in phrase.split() if word not in vocabulary] == [], phrase
        assert 2 <= len(phrase.split()) <= 6 or phrase in {"housework"}, phrase


@IDS
def test_the_answers_to_a_question_can_be_told_apart(guide: Guide) -> None:
    """By more than the article, or the one letter that tells one thing from several."""
    for part in guide.all_parts:
        for activity in part.activities:
            if isinstance(activity, Choose):
                for one, other in combinations(map(_bare, activity.answers), 2):
                    assert Levenshtein.normalized_similarity(one, other) < ALIKE, (activity.id, one, other)


def _bare(phrase: str) -> str:
    return " ".join(word.removesuffix("s") for word in phrase.split() if word not in {"a", "an", "the"})


@IDS
def test_times_are_asked_for_with_an_example(guide: Guide) -> None:
    for part in guide.all_parts:
        for activity in part.activities:
            if isinstance(activity, Choose) and activity.promise:
                assert activity.promise.ask_when[-1].startswith("Say, for example, *"), activity.id


@IDS
def test_titles_end_next_comes(guide: Guide) -> None:
    titles = [guide.title, *(t for p in guide.all_parts for t in (p.title, *(a.title for a in p.activities)))]
    for title in titles:
        assert title[0].islower() and title[-1].isalpha(), title


@IDS
def test_the_shape_that_all_guides_share(guide: Guide) -> None:
    opening = " ".join(guide.opening.say).lower()
    assert "safety" in opening and "takes time" in opening and "professional" in opening
    assert isinstance(guide.opening.activities[-1], Consent)
    assert any(isinstance(a, Turns) for step in guide.steps for a in step.activities)
    helped = [a for a in guide.closing.activities if isinstance(a, Ask)]
    assert [a.id for a in helped] == ["helped"]
    promises = [a.id for p in guide.parts for a in p.activities if isinstance(a, Choose)]
    assert len(promises) == len(set(promises)), "a promise is kept under its id"
    assert len(guide.tips) >= 7


@IDS
def test_no_words_that_betray_or_accuse(guide: Guide) -> None:
    for key, text in every_text(guide):
        assert not re.search(r"your fault|you failed|guarantee|i promise|safe ?word|private exit", text.lower()), (
            key
        )
        if "wake" not in LINES.get(key, ()) and "{wake}" not in " ".join(guide.texts().get(key, ())):
            assert "hey coach" not in text.lower(), key


def test_there_are_four_guides() -> None:
    assert [guide.id for guide in GUIDES] == [
        "apologise-friend",
        "apologise-partner",
        "coparent-duties",
        "reconnect",
    ]
