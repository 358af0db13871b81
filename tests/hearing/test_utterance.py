"""When the recogniser hears an utterance, and when it rests: real Vosk on synthetic speech."""

from collections.abc import Callable

import numpy as np
import pytest
from support.attention import ASKED, OPEN

from voice_coach.attention import Attention
from voice_coach.audio.pcm import BLOCK
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Hearing
from voice_coach.hearing.utterance import Utterance
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Recognizer

Say = Callable[..., np.ndarray]
PHRASES = ["what's next", "please"]


@pytest.fixture
def recogniser(model: Model) -> Recognizer:
    return Recognizer(model, PHRASES)


def feed(utterance: Utterance, sound: np.ndarray) -> None:
    for at in range(0, len(sound) - BLOCK + 1, BLOCK):
        utterance.feed(sound[at : at + BLOCK])


def texts(readings: list[Hypothesis]) -> str:
    return readings[0].text


@pytest.fixture
def looked_at(recogniser: Recognizer, say: Say) -> Utterance:
    """After a look at "what's next" in the quiet behind it, resting for half a second."""
    utterance = Utterance(recogniser)
    feed(utterance, say(0.3, "what's next", 0.3))
    assert texts(utterance.look()) == "what's next"
    utterance.rest(utterance.consumed + 0.5)
    return utterance


def test_after_a_look_nothing_is_heard_of_quiet(looked_at: Utterance, recogniser: Recognizer, say: Say) -> None:
    fed, seen = recogniser.fed, looked_at.look()
    feed(looked_at, say(0.36))
    assert recogniser.fed == fed
    assert looked_at.look() is seen


def test_it_rests_no_longer_than_was_said(looked_at: Utterance, recogniser: Recognizer, say: Say) -> None:
    fed = recogniser.fed
    feed(looked_at, say(0.72))
    assert recogniser.fed - fed == len(looked_at.audio())
    assert texts(looked_at.look()) == "what's next"


def test_who_goes_on_is_heard_from_the_beginning(looked_at: Utterance, recogniser: Recognizer, say: Say) -> None:
    fed = recogniser.fed
    feed(looked_at, say(0.18, "please", 0.3))
    assert recogniser.fed - fed == len(looked_at.audio())
    first, *_, last = looked_at.look()[0].words
    assert (first.text, last.text) == ("what's", "please")
    assert first.start == pytest.approx(0.3, abs=0.15)


def test_what_rests_is_heard_at_its_end(looked_at: Utterance, say: Say) -> None:
    feed(looked_at, say(0.18))
    assert texts(looked_at.final()) == "what's next"


def test_another_recogniser_does_not_rest(looked_at: Utterance, model: Model, say: Say) -> None:
    other = Recognizer(model, PHRASES)
    looked_at.hand_to(other)
    feed(looked_at, say(0.06))
    assert other.fed == len(looked_at.audio())


def test_where_no_word_was_found_more_quiet_is_not_heard(recogniser: Recognizer, say: Say) -> None:
    utterance = Utterance(recogniser)
    feed(utterance, say(0.6))
    assert texts(utterance.look()) == ""
    utterance.rest(utterance.consumed + 0.3)
    fed = recogniser.fed
    feed(utterance, say(1.2))
    assert recogniser.fed == fed


def test_a_click_does_not_wake_it(looked_at: Utterance, recogniser: Recognizer, say: Say) -> None:
    fed, click = recogniser.fed, say(0.06)
    click[400:500] = 20_000
    feed(looked_at, np.concatenate([say(0.12), click, say(0.12)]))
    assert recogniser.fed == fed


@pytest.mark.parametrize(("attention", "blocks", "looks"), [(OPEN, 8, 0), (ASKED, 1, 0), (ASKED, 4, 1)])
def test_what_cannot_be_a_command_of_one_word_gets_no_look(
    model: Model, commands: Commands, attention: Attention, blocks: int, looks: int
) -> None:
    sound = np.random.default_rng(2).integers(-9000, 9000, blocks * BLOCK).astype(np.int16)
    hearing = Hearing(model, commands, attention=attention)
    looked = patch_looks(hearing)
    hearing.feed(np.concatenate([np.zeros(20 * BLOCK, np.int16), sound, np.zeros(7 * BLOCK, np.int16)]))
    assert len(looked) == looks


def patch_looks(hearing: Hearing) -> list[float]:
    """When the utterance is looked at from now on."""
    looked, look = list[float](), hearing._utterance.look

    def counted() -> list[Hypothesis]:
        looked.append(hearing.consumed)
        return look()

    hearing._utterance.look = counted  # type: ignore[method-assign]
    return looked
