"""Words cut out of what was said and heard once more."""

from collections.abc import Callable

import numpy as np
import pytest

from voice_coach.hearing import SAMPLE_RATE, Commands, Mode, Model
from voice_coach.hearing.grammar import WEIGHTS, Scope
from voice_coach.hearing.listeners import Listeners
from voice_coach.hearing.recogniser import Word
from voice_coach.hearing.second import SecondHearing

Say = Callable[..., np.ndarray]


@pytest.fixture(scope="module")
def second(model: Model, commands: Commands) -> SecondHearing:
    listeners = Listeners(model, commands, ("hey", "coach"), WEIGHTS)
    return SecondHearing(listeners.of(Scope(Mode.GUARDED))[1])


def test_a_call_is_a_call_without_what_follows(second: SecondHearing, say: Say) -> None:
    audio = say(0.6, "hey coach", 0.2, "the children want to go outside")
    length = len(say("hey coach")) / SAMPLE_RATE
    assert second.of([Word("hey coach", 0.6, 0.6 + length)], audio, len(audio) / SAMPLE_RATE) == "hey coach"


def test_talk_is_no_call_and_silence_is_nothing(second: SecondHearing, say: Say) -> None:
    audio = say(2.0, "the children want to go outside", 1.0)
    ends = len(audio) / SAMPLE_RATE
    assert "hey coach" not in second.of([Word("hey coach", 2.2, 3.0)], audio, ends)
    assert second.of([Word("hey coach", 0.6, 1.2)], audio, ends) == ""


def test_times_count_from_where_the_audio_begins(second: SecondHearing, say: Say) -> None:
    audio, length = say(1.0, "hey coach", 1.0), len(say("hey coach")) / SAMPLE_RATE
    assert (
        second.of([Word("hey coach", 101.0, 101.0 + length)], audio, 100 + len(audio) / SAMPLE_RATE) == "hey coach"
    )
