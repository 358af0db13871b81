"""Talk and the guide's own sentences, by many voices, pass without effect: `talk.txt` tells how it grows."""

import os
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from support import talk

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Heard, Hearing, Wake
from voice_coach.recognition.model import Model

pytestmark = pytest.mark.long

Say = Callable[..., np.ndarray]


@pytest.fixture(scope="module")
def spoken() -> list[talk.Spoken]:
    return [*talk.talk(), *talk.guide_lines()]


@pytest.fixture(scope="module")
def fails(spoken: list[talk.Spoken], model: Model, commands: Commands, say: Say) -> set[str]:
    """The renderings with an effect."""

    def has_effect(what: talk.Spoken) -> bool:
        hearing = Hearing(model, commands, wake=talk.WAKE, attention=Attention(what.mode))
        events = hearing.feed(say(0.3, what.text, 0.7, voice=what.voice, speed=what.speed)) + hearing.finish()
        forbidden = (Heard, Wake) if what.mode is Mode.GUARDED else Heard
        return any(isinstance(event, forbidden) for event in events)

    return {str(what) for what in spoken if has_effect(what)}


def test_the_list_is_long_and_of_many_voices(spoken: list[talk.Spoken]) -> None:
    written = talk.talk()
    assert len({what.text for what in written}) >= 150
    assert max(Counter(str(what) for what in spoken).values()) == 1
    assert len({what.voice for what in spoken}) >= 15
    assert sum(what.mode is Mode.OPEN for what in written) >= 40
    assert len(spoken) - len(written) >= 30


def test_it_has_no_effect_but_what_is_known(spoken: list[talk.Spoken], fails: set[str]) -> None:
    known = set(talk.known_to_fail())
    if update := os.environ.get("UPDATE_TALK"):
        assert len(fails) <= len(known) or update == "longer", (
            f"{len(fails)} fail, {len(known)} were known: {sorted(fails - known)}"
        )
        talk.write_known(fails, len(spoken))
        return
    assert sorted(fails - known) == [], "has an effect; if the sentence is new, see the top of talk.txt"
    assert sorted(known - fails) == [], "is better than known (or gone): UPDATE_TALK=yes takes it off the list"
