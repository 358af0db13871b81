"""What hearing logs: reasons and numbers, and never a word that was said."""

import logging
import re

import pytest
from support.attention import ASKED, GUARDED, OPEN
from support.speech import Hear

from voice_coach.hearing import Heard
from voice_coach.hearing.verification.single_word_verifier import SingleWordVerifier

ROOMS = ("voice_coach.commands", "voice_coach.recognition", "voice_coach.hearing")
WORDS = {"elephant", "seven", "children", "outside", "neighbors", "coach", "kitchen", "morning", "anna"}


@pytest.mark.usefixtures("commands")
def test_refusals_and_scores_can_be_seen_and_no_word(
    hear: Hear, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    for attention in (OPEN, GUARDED, ASKED):
        hear(attention, "the children want to go outside", 1.2, "elephant")
        hear(attention, "good morning kitchen, note the neighbors", 1.5, "seven", wake="good morning kitchen")
        hear(attention, "anna starts", 1.2, "hey coach, go to step seven")
    monkeypatch.setattr(SingleWordVerifier, "best", lambda *_: None)
    hear(ASKED, "seven")
    messages = [record.getMessage() for record in caplog.records if record.name.startswith(ROOMS)]
    for part in ("wake phrase: lead of", "single word, one of", "ignored: no-wake", "answer refused"):
        assert any(part in message for message in messages), part
    assert not [message for message in messages if WORDS & set(message.lower().replace(",", " ").split())]


def test_no_command_is_named_and_the_private_exit_is_logged_like_any_goodbye(
    hear: Hear, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logged = []
    for said, intent in (("did you lock the back door", "private_exit"), ("goodbye", "stop")):
        for attention in (OPEN, GUARDED):
            caplog.clear()
            events = hear(attention, f"hey coach, {said}")
            assert [event.intent for event in events if isinstance(event, Heard)] == [intent]
            told = [record.getMessage() for record in caplog.records if record.name.startswith(ROOMS[2])]
            assert not any(intent in message for message in told)
            logged.append({re.sub(r"[\d.]+", "0", message) for message in told})
    assert logged[:2] == logged[2:]
