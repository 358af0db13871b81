"""Calls and commands are verified, the words alone against all words; synthetic speech through real Vosk."""

from collections.abc import Callable

import numpy as np
import pytest

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.hearing.verification.phrase_verifier import (
    WAKE_THRESHOLD,
    PhraseVerifier,
    WakeThreshold,
    WakeVerifier,
)
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Word

Say = Callable[..., np.ndarray]
PHRASE = ("hey", "coach")
LEAD_S = 1.0
LEAD = WAKE_THRESHOLD.of(PHRASE)


def wake_verifier(model: Model) -> WakeVerifier:
    return WakeVerifier(PhraseVerifier(model, lambda: model), PHRASE, LEAD)


def verified(calls: WakeVerifier, audio: np.ndarray, until: float, *, at: float = 0.0) -> bool:
    """Whether the phrase is verified in all of the speech between a lead and `until`; audio begins at `at`."""
    middle = (LEAD_S + until) / 2
    called = (Word("hey", at + LEAD_S, at + middle), Word("coach", at + middle, at + until))
    return calls.agrees(called, (), audio, at + len(audio) / SAMPLE_RATE)


@pytest.mark.parametrize("voice", ["en-us", "en-gb", "en-us+f3", "en-gb+m4"])
def test_a_call_is_verified(model: Model, say: Say, voice: str) -> None:
    audio = say(LEAD_S, "hey coach", 0.5, voice=voice)
    assert verified(wake_verifier(model), audio, len(audio) / SAMPLE_RATE - 0.5)


@pytest.mark.parametrize("text", ["take a trip", "they catch up", "a good night", "acres of her course"])
@pytest.mark.parametrize("voice", ["en-us", "en-gb+f3"])
def test_other_words_are_no_call(model: Model, say: Say, text: str, voice: str) -> None:
    audio = say(LEAD_S, text, 0.5, voice=voice)
    assert not verified(wake_verifier(model), audio, len(audio) / SAMPLE_RATE - 0.5)


def test_times_are_of_the_stream(model: Model, say: Say) -> None:
    audio = say(LEAD_S, "hey coach", 0.5)
    assert verified(wake_verifier(model), audio, len(audio) / SAMPLE_RATE - 0.5, at=700.0)


def test_a_command_at_once_behind_it_does_not_count_against_it(model: Model, say: Say) -> None:
    call, both = say("hey coach"), say(LEAD_S, "hey coach", "what's next", 0.5)
    end = LEAD_S + len(call) / SAMPLE_RATE
    called = (Word("hey", LEAD_S, end - 0.4), Word("coach", end - 0.4, end))
    behind = (Word("what's", end, end + 0.3), Word("next", end + 0.3, end + 0.7))
    assert wake_verifier(model).agrees(called, behind, both, len(both) / SAMPLE_RATE)


def test_the_same_sound_is_decoded_once(model: Model, say: Say) -> None:
    verifier, audio = wake_verifier(model), say(LEAD_S, "hey coach", 0.5)
    until = len(audio) / SAMPLE_RATE - 0.5
    assert verified(verifier, audio, until, at=700.0)
    # Times are sums of many blocks, and come out a hair different.
    assert verified(verifier, np.zeros_like(audio), until, at=700.0 + 1e-9)


@pytest.mark.parametrize("voice", ["en-us", "en-gb+f3"])
@pytest.mark.parametrize("text", ["do you have advice", "leave this step out", "we'd rather not", "hold hands"])
def test_a_command_stands(model: Model, say: Say, text: str, voice: str) -> None:
    sound = say(0.25, text, 0.2, voice=voice)
    assert PhraseVerifier(model, lambda: model).is_command(tuple(text.split()), sound)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("do you have advice", "do you have a bathroom"),
        ("go slowly", "the house and started"),
        ("what is it good", "what else is there to do"),
    ],
)
@pytest.mark.parametrize("voice", ["en-us", "en-gb+f3"])
def test_other_words_are_no_command(model: Model, say: Say, command: str, text: str, voice: str) -> None:
    sound = say(0.25, text, 0.2, voice=voice)
    assert not PhraseVerifier(model, lambda: model).is_command(tuple(command.split()), sound)


def test_the_longer_a_wake_phrase_the_less_it_must_lead_by_down_to_a_limit() -> None:
    threshold = WakeThreshold(lead=20, lead_sound=8, least_lead=3)
    phrases = ["table", "hey coach", "jarvis", "view glass", "computer"]
    assert [threshold.of(phrase.split()) for phrase in phrases] == [28, 20, 12, 4, 3]
