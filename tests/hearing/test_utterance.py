"""When an utterance is decoded, and when decoding is suspended: real Vosk on synthetic speech."""

from collections.abc import Callable

import numpy as np
import pytest
from support.attention import ASKED, OPEN

from voice_coach.attention import Attention
from voice_coach.audio.pcm import BLOCK
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Hearing
from voice_coach.hearing.utterance import Utterance, without_noise
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Recognizer, Word

Say = Callable[..., np.ndarray]
PHRASES = ["what's next", "please"]


@pytest.fixture
def recognizer(model: Model) -> Recognizer:
    return Recognizer(model, PHRASES)


def feed(utterance: Utterance, sound: np.ndarray) -> None:
    for at in range(0, len(sound) - BLOCK + 1, BLOCK):
        utterance.feed(sound[at : at + BLOCK])


def text(hypotheses: list[Hypothesis]) -> str:
    return hypotheses[0].text


@pytest.fixture
def suspended(recognizer: Recognizer, say: Say) -> Utterance:
    """Suspended for half a second after an early result, "what's next", in the quiet behind it."""
    utterance = Utterance(recognizer)
    feed(utterance, say(0.3, "what's next", 0.3))
    assert text(utterance.early_result()) == "what's next"
    utterance.suspend(utterance.consumed + 0.5)
    return utterance


def test_after_an_early_result_quiet_is_not_decoded(
    suspended: Utterance, recognizer: Recognizer, say: Say
) -> None:
    fed, seen = recognizer.fed, suspended.early_result()
    feed(suspended, say(0.36))
    assert recognizer.fed == fed
    assert suspended.early_result() is seen


def test_it_is_suspended_no_longer_than_wanted(suspended: Utterance, recognizer: Recognizer, say: Say) -> None:
    fed = recognizer.fed
    feed(suspended, say(0.72))
    assert recognizer.fed - fed == len(suspended.audio())
    assert text(suspended.early_result()) == "what's next"


def test_who_goes_on_is_decoded_from_the_beginning(suspended: Utterance, recognizer: Recognizer, say: Say) -> None:
    fed = recognizer.fed
    feed(suspended, say(0.18, "please", 0.3))
    assert recognizer.fed - fed == len(suspended.audio())
    first, *_, last = suspended.early_result()[0].words
    assert (first.text, last.text) == ("what's", "please")
    assert first.start == pytest.approx(0.3, abs=0.15)


def test_what_is_suspended_is_decoded_at_its_end(suspended: Utterance, say: Say) -> None:
    feed(suspended, say(0.18))
    assert text(suspended.final()) == "what's next"


def test_another_recognizer_is_not_suspended(suspended: Utterance, model: Model, say: Say) -> None:
    other = Recognizer(model, PHRASES)
    suspended.hand_to(other)
    feed(suspended, say(0.06))
    assert other.fed == len(suspended.audio())


def test_where_no_word_was_found_more_quiet_is_not_decoded(recognizer: Recognizer, say: Say) -> None:
    utterance = Utterance(recognizer)
    feed(utterance, say(0.6))
    assert text(utterance.early_result()) == ""
    utterance.suspend(utterance.consumed + 0.3)
    fed = recognizer.fed
    feed(utterance, say(1.2))
    assert recognizer.fed == fed


def test_a_click_does_not_resume_it(suspended: Utterance, recognizer: Recognizer, say: Say) -> None:
    fed, click = recognizer.fed, say(0.06)
    click[400:500] = 20_000
    feed(suspended, np.concatenate([say(0.12), click, say(0.12)]))
    assert recognizer.fed == fed


@pytest.mark.parametrize(("attention", "blocks", "results"), [(OPEN, 8, 0), (ASKED, 1, 0), (ASKED, 4, 1)])
def test_what_cannot_be_a_command_of_one_word_gets_no_early_result(
    model: Model, commands: Commands, attention: Attention, blocks: int, results: int
) -> None:
    sound = np.random.default_rng(2).integers(-9000, 9000, blocks * BLOCK).astype(np.int16)
    hearing = Hearing(model, commands, attention=attention)
    times = early_results(hearing)
    hearing.feed(np.concatenate([np.zeros(20 * BLOCK, np.int16), sound, np.zeros(7 * BLOCK, np.int16)]))
    assert len(times) == results


def early_results(hearing: Hearing) -> list[float]:
    """The times at which an early result is asked for from now on."""
    times, early_result = list[float](), hearing._utterance.early_result

    def counted() -> list[Hypothesis]:
        times.append(hearing.consumed)
        return early_result()

    hearing._utterance.early_result = counted  # type: ignore[method-assign]
    return times


def test_what_is_found_behind_a_gap_where_nothing_is_loud_is_noise():
    def words(*spans: tuple[float, float]) -> tuple[Word, ...]:
        return tuple(Word("thursday", start, end) for start, end in spans)

    said = words((0.4, 0.9), (1.2, 1.4), (1.4, 1.6))
    assert without_noise(said, noise_from=0.95) == said[:1]
    assert without_noise(said, noise_from=1.3) == said
    assert without_noise(words((0.4, 0.9), (0.95, 1.4)), noise_from=0.92) == words((0.4, 0.9), (0.95, 1.4))
    assert without_noise((), noise_from=0.0) == ()
