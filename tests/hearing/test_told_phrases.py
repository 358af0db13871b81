"""What the coach tells people to say works, in each phase in which it can be said, through the hearing itself."""

import pytest
from support.speech import Say
from support.told_phrases import Told, told_phrases
from support.walk import NAMES

from voice_coach.commands.command_set import Commands
from voice_coach.guide import load_guide
from voice_coach.hearing import Heard, Hearing
from voice_coach.recognition.model import Model
from voice_coach.settings import Settings
from voice_coach.table.assembly import own_commands

GUIDE = load_guide("reconnect")
COMMANDS = Commands.load(*own_commands(Settings(names=NAMES), GUIDE))
TOLD = {(told.attend, told.text): told for told in told_phrases(GUIDE, COMMANDS)}
"""Each once that is listened to in the same way, whatever the phase and the line."""


@pytest.mark.parametrize("told", TOLD.values(), ids=[f"{told.phase}, {told.text}" for told in TOLD.values()])
def test_what_a_line_names_is_understood(model: Model, say: Say, told: Told) -> None:
    hearing = Hearing(model, COMMANDS, attention=told.attend)
    events = hearing.feed(say(0.5, told.text, 1.5)) + hearing.finish()
    heard = [event for event in events if isinstance(event, Heard)]
    assert [event.intent for event in heard] == [told.intent], f"named by {told.line}"
    if told.intent in told.attend.explicit:
        assert heard[0].explicit, f"not plain enough, though named by {told.line}"
