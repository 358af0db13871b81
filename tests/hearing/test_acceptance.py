"""Which of several readings is meant, and whether it counts: words and times alone."""

import pytest
from support.attention import ASKED, GUARDED, OPEN, asked_for

from voice_coach.attention import Attention
from voice_coach.commands.command_set import Commands
from voice_coach.hearing.acceptance import Attending, Candidate, Meaning
from voice_coach.recognition.recognizer import Word

NOT_CALLED = -1.0


def said(text: str, gap: float = 0.0, *, wake: str = "", doubtful: bool = False) -> Candidate:
    """A word every half second from second 1 on, the wake phrase before it."""
    called, words = ([*map(_word, range(2, 2 + len(t)), t)] for t in (wake.split(), text.split()))
    return Candidate(tuple(called), tuple(words), gap, doubtful)


def _word(place: int, text: str) -> Word:
    return Word(text, place / 2, place / 2 + 0.4)


@pytest.fixture(scope="module")
def meaning(commands: Commands) -> Meaning:
    return Meaning(commands)


def test_what_takes_words_as_they_come_is_meant_however_unknown_they_are(meaning: Meaning) -> None:
    match = meaning.match([said("note [unk] [unk] [unk]")], Attending(OPEN, NOT_CALLED))
    assert match is not None
    assert (match.intent, match.free) == ("note", True)


@pytest.mark.parametrize(
    ("wake", "awake_until", "called"),
    [("", NOT_CALLED, False), ("hey coach", NOT_CALLED, True), ("", 1.5, True), ("", 0.5, False)],
)
def test_a_call_lasts(wake: str, awake_until: float, called: bool) -> None:
    assert Attending(OPEN, awake_until).is_called(said("pause", wake=wake)) == called


@pytest.mark.parametrize(
    ("texts", "intent"),
    [
        (["next step"], "next"),
        (["how much time do we have laughed", "how much time do we have left"], "time_left"),
        (["[unk] next step", "next step"], None),  # a third of it is likeliest none of the phrases
        (["now"], None),  # nearly "no"
        (["how much time we have left"], "time_left"),  # a near miss of many words
        (["something about the weather in may"], None),
    ],
)
def test_what_is_meant_where_nobody_called(meaning: Meaning, texts: list[str], intent: str | None) -> None:
    match = meaning.match([said(text, gap) for gap, text in enumerate(texts)], Attending(OPEN, NOT_CALLED))
    assert (match.intent if match else None) == intent


def test_behind_the_wake_phrase_more_may_be_unknown(meaning: Meaning) -> None:
    readings = [said(text, gap, wake="hey coach") for gap, text in enumerate(["[unk] next step", "next step"])]
    match = meaning.match(readings, Attending(GUARDED, NOT_CALLED))
    assert match is not None
    assert (match.intent, match.reading) == ("next", 1)


def test_what_was_heard_again_as_something_else_is_nothing(meaning: Meaning) -> None:
    assert meaning.match([said("yes", doubtful=True)], Attending(ASKED, NOT_CALLED)) is None


@pytest.mark.parametrize(
    ("text", "attention", "called", "refusal"),
    [
        ("next step", OPEN, False, None),
        ("next step", GUARDED, False, "no-wake"),
        ("next step", GUARDED, True, None),
        ("yes", OPEN, False, "single-word"),
        ("yes please", OPEN, False, None),  # somebody is addressed
        ("yes", ASKED, False, None),
        ("yes", asked_for("no"), False, "single-word"),
        ("note the weather in may", OPEN, False, "no-wake"),  # and then anything at all
    ],
)
def test_whether_it_counts(
    meaning: Meaning, text: str, attention: Attention, called: bool, refusal: str | None
) -> None:
    heard = said(text)
    match = meaning.match([heard], Attending(attention, NOT_CALLED))
    assert match is not None
    assert meaning.refusal(match, heard.texts, attention, called=called) == refusal


@pytest.mark.parametrize(
    ("text", "called", "answer"),
    [("of course", False, True), ("of course", True, False), ("next step", False, False)],
)
def test_what_is_an_answer(meaning: Meaning, text: str, called: bool, answer: bool) -> None:
    match = meaning.match([said(text)], Attending(OPEN, NOT_CALLED))
    assert match is not None
    assert meaning.is_answer(match, called=called) == answer


@pytest.mark.parametrize(("lasts", "hurried"), [(0.2, True), (0.6, False)])
def test_nobody_speaks_as_fast_as_pieces_of_other_words(meaning: Meaning, lasts: float, hurried: bool) -> None:
    words = (Word("it's", 1.0, 1.0 + lasts / 2), Word("good", 1.0 + lasts / 2, 1.0 + lasts))
    assert meaning.is_hurried(Candidate((), words, 0.0)) == hurried


def test_a_single_word_may_be_as_short_as_it_likes(meaning: Meaning) -> None:
    assert not meaning.is_hurried(Candidate((), (Word("yeah", 1.0, 1.1),), 0.0))
