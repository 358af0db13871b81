"""Which of several hypotheses is meant, and whether it counts: words and times alone."""

import pytest
from support.attention import ASKED, GUARDED, OPEN, asked_for

from voice_coach.attention import Attention
from voice_coach.commands.command_set import Commands
from voice_coach.hearing.acceptance import AcceptancePolicy, CallState, Candidate, Interpretation
from voice_coach.recognition.recognizer import Word

NOT_CALLED = -1.0


def said(text: str, gap: float = 0.0, *, wake: str = "", doubtful: bool = False) -> Candidate:
    """A word every half second from second 1 on, the wake phrase before it."""
    called, words = ([*map(_word, range(2, 2 + len(t)), t)] for t in (wake.split(), text.split()))
    return Candidate(tuple(called), tuple(words), gap, doubtful)


def _word(place: int, text: str) -> Word:
    return Word(text, place / 2, place / 2 + 0.4)


@pytest.fixture(scope="module")
def policy(commands: Commands) -> AcceptancePolicy:
    return AcceptancePolicy(commands)


def test_free_words_are_taken_however_unknown_they_are(policy: AcceptancePolicy) -> None:
    match = policy.match([said("note [unk] [unk] [unk]")], CallState(OPEN, NOT_CALLED))
    assert match is not None
    assert (match.intent, match.free) == ("note", True)


@pytest.mark.parametrize(
    ("wake", "awake_until", "called"),
    [("", NOT_CALLED, False), ("hey coach", NOT_CALLED, True), ("", 1.5, True), ("", 0.5, False)],
)
def test_a_call_lasts(wake: str, awake_until: float, called: bool) -> None:
    assert CallState(OPEN, awake_until).is_called(said("pause", wake=wake)) == called


@pytest.mark.parametrize(
    ("texts", "intent"),
    [
        (["next step"], "next"),
        (["how much time do we have laughed", "how much time do we have left"], "time_left"),
        (["[unk] next step", "next step"], None),  # a third of it is most likely none of the phrases
        (["now"], None),  # nearly "no"
        (["how much time we have left"], "time_left"),  # a near miss of many words
        (["something about the weather in may"], None),
    ],
)
def test_what_is_meant_where_nobody_called(policy: AcceptancePolicy, texts: list[str], intent: str | None) -> None:
    match = policy.match([said(text, gap) for gap, text in enumerate(texts)], CallState(OPEN, NOT_CALLED))
    assert (match.intent if match else None) == intent


def test_behind_the_wake_phrase_more_may_be_unknown(policy: AcceptancePolicy) -> None:
    candidates = [said(text, gap, wake="hey coach") for gap, text in enumerate(["[unk] next step", "next step"])]
    match = policy.match(candidates, CallState(GUARDED, NOT_CALLED))
    assert match is not None
    assert (match.intent, match.hypothesis) == ("next", 1)


def test_what_was_decoded_again_as_something_else_is_nothing(policy: AcceptancePolicy) -> None:
    assert policy.match([said("yes", doubtful=True)], CallState(ASKED, NOT_CALLED)) is None


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
    policy: AcceptancePolicy, text: str, attention: Attention, called: bool, refusal: str | None
) -> None:
    candidate = said(text)
    match = policy.match([candidate], CallState(attention, NOT_CALLED))
    assert match is not None
    assert policy.refusal(match, candidate.texts, attention, called=called) == refusal


@pytest.mark.parametrize(
    ("text", "called", "answer"),
    [("of course", False, True), ("of course", True, False), ("next step", False, False)],
)
def test_what_is_an_answer(policy: AcceptancePolicy, text: str, called: bool, answer: bool) -> None:
    match = policy.match([said(text)], CallState(OPEN, NOT_CALLED))
    assert match is not None
    assert policy.is_answer(match, called=called) == answer


@pytest.mark.parametrize(("lasts", "hurried"), [(0.2, True), (0.6, False)])
def test_nobody_speaks_as_fast_as_pieces_of_other_words(
    policy: AcceptancePolicy, lasts: float, hurried: bool
) -> None:
    words = (Word("it's", 1.0, 1.0 + lasts / 2), Word("good", 1.0 + lasts / 2, 1.0 + lasts))
    assert policy.is_hurried(Candidate((), words, 0.0)) == hurried


def test_a_single_word_may_be_as_short_as_it_likes(policy: AcceptancePolicy) -> None:
    assert not policy.is_hurried(Candidate((), (Word("yeah", 1.0, 1.1),), 0.0))


def test_a_match_is_sought_once(policy: AcceptancePolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Interpretation([said("next step")], CallState(OPEN, NOT_CALLED), policy)
    assert found.match is not None
    monkeypatch.setattr(AcceptancePolicy, "match", lambda *_: pytest.fail("sought again"))
    assert found.match.intent == "next"


@pytest.mark.parametrize(
    ("text", "lasts", "noise"), [("[unk]", 0.3, True), ("[unk]", 0.5, False), ("next", 0.3, False)]
)
def test_short_unknown_sound_is_noise(text: str, lasts: float, noise: bool) -> None:
    assert Candidate((), (Word(text, 1.0, 1.0 + lasts),), 0.0).is_noise is noise
