"""A single word is decoded several times: synthetic speech through real Vosk."""

from collections.abc import Callable

import numpy as np
import pytest
from support.attention import ASKED, GUARDED, OPEN

from voice_coach.attention import Attention
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Heard, HearingEvent, Ignored
from voice_coach.hearing.verification.single_word_verifier import SingleWordVerifier
from voice_coach.recognition.model import Model

Say = Callable[..., np.ndarray]
Hear = Callable[..., list[HearingEvent]]
ANSWERS = ["yes", "no", "stop", "go", "left"]
LEAD_S, TAIL_S = 1.0, 0.5


def best(verifier: SingleWordVerifier, audio: np.ndarray, answers: list[str], *, at: float = 0.0) -> str | None:
    """What the speech between a lead and a tail is taken for; the audio begins at `at`."""
    end = at + len(audio) / SAMPLE_RATE
    return verifier.best(answers, at + LEAD_S, end - TAIL_S, audio, end)


@pytest.fixture(scope="module")
def verifier(model: Model) -> SingleWordVerifier:
    return SingleWordVerifier(lambda: model)


@pytest.mark.parametrize("word", ANSWERS)
@pytest.mark.parametrize("voice", ["en-us", "en-gb+f3"])
def test_an_answer_is_told_from_the_others(verifier: SingleWordVerifier, say: Say, word: str, voice: str) -> None:
    assert best(verifier, say(LEAD_S, word, TAIL_S, voice=voice), ANSWERS) == word


@pytest.mark.parametrize("word", ["elephant", "marvin", "house", "six", "sheila"])
@pytest.mark.parametrize("voice", ["en-us", "en-gb+f3"])
def test_other_words_are_no_answer(verifier: SingleWordVerifier, say: Say, word: str, voice: str) -> None:
    assert best(verifier, say(LEAD_S, word, TAIL_S, voice=voice), ANSWERS) is None


def test_silence_is_no_answer(verifier: SingleWordVerifier, say: Say) -> None:
    assert best(verifier, say(LEAD_S + 0.3 + TAIL_S), ANSWERS) is None


def test_nothing_answers_where_no_word_does(verifier: SingleWordVerifier, say: Say) -> None:
    assert best(verifier, say(LEAD_S, "yes", TAIL_S), []) is None


def test_what_answers_may_change_from_question_to_question(verifier: SingleWordVerifier, say: Say) -> None:
    audio = say(LEAD_S, "left", TAIL_S)
    assert [best(verifier, audio, answers) for answers in (["yes", "no"], ["left", "right"])] == [None, "left"]


def test_times_are_of_the_stream(verifier: SingleWordVerifier, say: Say) -> None:
    assert best(verifier, say(LEAD_S, "stop", TAIL_S), ANSWERS, at=700.0) == "stop"


def test_the_same_sound_is_decoded_once(model: Model, say: Say) -> None:
    verifier, audio = SingleWordVerifier(lambda: model), say(LEAD_S, "yes", TAIL_S)
    assert best(verifier, audio, ANSWERS) == "yes"
    assert best(verifier, np.zeros_like(audio), ANSWERS) == "yes"


def test_words_that_answer(commands: Commands, model: Model) -> None:
    single = commands.single_words(model.knows)
    meant = [single[word].intent for word in ("yes", "no", "seven", "pause")]
    assert meant == ["yes", "no", "number", "pause"]
    assert "step" not in single
    assert {word: m.intent for word, m in commands.single_words({"yes"}.__contains__).items()} == {"yes": "yes"}


def test_a_refused_word_is_reported_as_it_was_recognised(hear: Hear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SingleWordVerifier, "best", lambda *_: None)
    events = hear(ASKED, "seven")
    assert [(e.text, e.reason) for e in events if isinstance(e, Ignored)] == [("seven", "no-match")]
    assert not any(isinstance(e, Heard) for e in events)


@pytest.mark.parametrize("text", ["next step", "seven more minutes"])
def test_longer_commands_are_left_alone(hear: Hear, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(SingleWordVerifier, "best", lambda *_: pytest.fail("decoded again"))
    assert [e.text for e in hear(ASKED, text) if isinstance(e, Heard)] == [text]


@pytest.mark.parametrize("attention", [OPEN, GUARDED])
def test_without_a_question_nothing_is_decoded_again(
    hear: Hear, monkeypatch: pytest.MonkeyPatch, attention: Attention
) -> None:
    monkeypatch.setattr(SingleWordVerifier, "best", lambda *_: pytest.fail("decoded again"))
    assert not any(isinstance(e, Heard) for e in hear(attention, "yes"))
