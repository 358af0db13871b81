"""In open mode a command of a few words is decoded again at other speeds: synthetic speech through real Vosk."""

from collections.abc import Callable

import numpy as np
import pytest
from support.attention import ASKED, GUARDED, OPEN

from voice_coach.attention import Attention
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.hearing import Heard, HearingEvent, Ignored
from voice_coach.hearing.utterance import Utterance
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Recognizer

Say = Callable[..., np.ndarray]
Hear = Callable[..., list[HearingEvent]]
PHRASES = ["next step", "back to work", "[unk]"]
BLOCK = SAMPLE_RATE * 60 // 1000


@pytest.fixture
def never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """At other speeds, nothing is recognised."""
    monkeypatch.setattr(Utterance, "decode_again", lambda *_: [])


def utterance_of(model: Model, audio: np.ndarray) -> Utterance:
    utterance = Utterance(Recognizer(model, PHRASES))
    for at in range(0, len(audio), BLOCK):
        utterance.feed(audio[at : at + BLOCK])
    return utterance


@pytest.mark.parametrize("speed", [0.92, 1.0, 1.08])
def test_it_is_decoded_again_at_another_speed(model: Model, say: Say, speed: float) -> None:
    utterance = utterance_of(model, say(0.5, "next step", 0.4))
    (first, *_), now = utterance.early_result(), utterance.consumed
    again = utterance.decode_again(utterance.audio(), speed)[0]
    assert (first.text, again.text) == ("next step", "next step")
    # It ends now, at its own speed.
    assert now - again.words[0].start == pytest.approx((now - first.words[0].start) / speed, abs=0.1)


def test_the_utterance_goes_on_as_if_it_had_not_been(model: Model, say: Say) -> None:
    utterance = utterance_of(model, say(0.5, "next step", 0.2))
    utterance.early_result()
    utterance.decode_again(utterance.audio(), 1.08)
    more = say("back to work", 0.4)
    for at in range(0, len(more), BLOCK):
        utterance.feed(more[at : at + BLOCK])
    (hypothesis, *_) = utterance.final()
    assert hypothesis.text == "next step back to work"
    assert hypothesis.words[0].start == pytest.approx(0.5, abs=0.15)


@pytest.mark.usefixtures("never_again")
def test_what_is_not_found_again_is_no_command(hear: Hear) -> None:
    events = hear(OPEN, "next step")
    assert [(e.text, e.reason) for e in events if isinstance(e, Ignored)] == [("next step", "no-match")]
    assert not any(isinstance(e, Heard) for e in events)


@pytest.mark.usefixtures("never_again")
@pytest.mark.parametrize(
    ("attention", "text", "intent"),
    [
        (OPEN, "hey coach next step", "next"),
        (GUARDED, "hey coach next step", "next"),
        (ASKED, "next step", "next"),
        (OPEN, "how much time do we have left", "time_left"),
    ],
)
def test_who_calls_answers_or_says_more_is_believed_at_once(
    hear: Hear, attention: Attention, text: str, intent: str
) -> None:
    assert [e.intent for e in hear(attention, text) if isinstance(e, Heard)] == [intent]
