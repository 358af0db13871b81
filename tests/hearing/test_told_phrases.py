"""What the coach tells people to say works, in each phase in which it can be said, through the hearing itself."""

from itertools import groupby

import pytest
from support.speech import Say
from support.told_phrases import Told, told_phrases
from support.walk import NAMES

from voice_coach.attention import WAKE_WINDOW_S
from voice_coach.commands.command_set import Commands
from voice_coach.guide import load_guide
from voice_coach.hearing import Heard, Hearing
from voice_coach.recognition.model import Model
from voice_coach.settings import Settings
from voice_coach.table.assembly import own_commands


def test_what_a_line_names_is_understood(model: Model, say: Say, subtests: pytest.Subtests) -> None:
    guide = load_guide("reconnect")
    commands = Commands.load(*own_commands(Settings(names=NAMES), guide))
    # Each once that is listened to in the same way, whatever the phase and the line.
    different = {(told.attend, told.text): told for told in told_phrases(guide, commands)}
    assert different
    for attend, group in groupby(sorted(different.values(), key=_order), key=lambda told: told.attend):
        hearing = Hearing(model, commands, attention=attend)
        for told in group:
            with subtests.test(phase=told.phase, line=told.line, text=told.text):
                # First a while: a call must not reach from one to the next.
                events = hearing.feed(say(WAKE_WINDOW_S, told.text, 1.5)) + hearing.finish()
                heard = [event for event in events if isinstance(event, Heard)]
                assert [event.intent for event in heard] == [told.intent]
                if told.intent in told.attend.explicit:
                    assert heard[0].explicit, "not plain enough"


def _order(told: Told) -> str:
    attend = told.attend
    return repr((attend.mode, *map(sorted, (attend.answers, attend.explicit, attend.values, attend.called))))
