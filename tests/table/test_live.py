"""The live loop, really live: a process, a sound card without hardware, people who speak, a coach that answers.

One talk is led once for all tests of this file; each test looks at another side of what was recorded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pytest
import soxr
from rapidfuzz import fuzz
from support.live_coach import LiveCoach, Traces
from support.sound_card import RATE, Recording, SoundCard

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.models import embedded_model
from voice_coach.recognition.model import CompiledModels, load_model
from voice_coach.recognition.recognizer_pool import RecognizerPool
from voice_coach.recognition.weights import WEIGHTS
from voice_coach.speaking import earcon

pytestmark = pytest.mark.real_time

SETTINGS = """
names = ["Anna", "Ben"]
turn_minutes = 0.084
grace_seconds = 1
breath_seconds = 1
words_per_minute = 300
"""
TURN_S = 0.084 * 60


@dataclass
class Talk(Traces):
    """What was seen and heard."""

    recording: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    greeted_after_s: float = 0.0
    answered_after_s: float = 0.0
    list_left: str = ""
    list_running_s: float = 0.0


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    folder = tmp_path_factory.mktemp("live")
    seen = Talk()
    log = folder / "watched.log"
    with SoundCard(folder) as card, LiveCoach(card, folder, SETTINGS, log) as coach:
        with card.record_loudspeaker() as recording:
            _lead(coach, recording, seen)
            seen.recording = recording.samples()
        _vanish(coach, card, seen)
        seen.end(coach, log)
    yield seen


def _lead(coach: LiveCoach, recording: Recording, seen: Talk) -> None:
    def answer(after_line: str, words: str, *, voice: str = "en-us+f2", since: float = 0.0) -> float:
        at = coach.wait_for(after_line, 60, after=since)
        coach.wait_until_silent(recording, at)
        coach.tell(words, voice)
        return at

    seen.greeted_after_s = coach.wait_for("Hello Anna, hello Ben.", 30) - coach.started
    answer("say start", "go to step two")
    answer("Are they out of the room", "no, thanks")
    willing = answer("would you like to have this talk today", "yes")
    answer("would you like to have this talk today", "yes", voice="en-us+m1", since=willing + 0.1)
    answer("Who starts?", "Anna starts")
    coach.wait_for("chime  time", 60)
    change = coach.wait_for("Ben, you are next", 30)
    chime = coach.wait_for("chime  start", 30, after=change)
    coach.wait_until_silent(recording, chime)
    asked = coach.tell("hey coach, what's next", "en-us+m1")
    seen.answered_after_s = coach.wait_for("heard  what's next", 20) - asked
    done = coach.wait_for("Thank you both", 60)
    answer("say, what's next", "what's next", since=done)
    coach.wait_for("Step three of seven", 20)
    listing = coach.wait_for("When the list is right for you", 60)
    coach.wait_until_silent(recording, listing)


def _vanish(coach: LiveCoach, card: SoundCard, seen: Talk) -> None:
    """The sound card is pulled out while the two make their list, and put in again."""
    began = coach.lines[-1][0]
    card.unplug()
    coach.wait_for("the microphone", 20)
    coach.wait_for("the loudspeaker", 20)
    card.plug_in()
    back = coach.wait_for("I can hear you again", 30)
    with card.record_loudspeaker() as recording:
        coach.wait_until_silent(recording, back)
        asked = coach.tell("hey coach, how long is left")
        at = coach.wait_for("left.", 20, after=back)
        seen.list_left = next(line for when, line in coach.lines if when == at)
        seen.list_running_s = asked - began
        coach.wait_until_silent(recording, at)


@pytest.fixture(scope="module")
def recognised(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recording of the loudspeaker, heard back: whole sentences, since a phrase list mixes their words."""
    said = [
        "hello anna", "hello ben", "when you are both ready say start", "before we begin four things matter",
        "step two of seven", "now you take turns", "who starts", "you choose", "it is your turn",
        "finish your sentence", "thank you anna", "you are next", "take a breath", "after this comes",
        "thank you both", "step three of seven", "looking for causes together",
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("said") / "commands.yaml"
    intents = {"said": {"data": [{"sentences": said}]}}
    path.write_text(json.dumps({"language": "en", "intents": intents}), encoding="utf-8")
    # All of it is meant, and fast: a sentence costs nothing, and other words are dear.
    weights = {
        **WEIGHTS,
        Mode.OPEN: replace(WEIGHTS[Mode.OPEN], unknown=7, decoy=9, command=0, complete=0),
    }
    model, commands = load_model(embedded_model()), Commands.load(path)
    recogniser = RecognizerPool(model, commands, ("hey", "coach"), weights, CompiledModels()).of(
        Attention(Mode.OPEN)
    )
    samples = soxr.resample(talk.recording.astype(np.float32), RATE, 16_000).astype(np.int16)
    readings = []
    for at in range(0, samples.size, 4000):
        if recogniser.feed(samples[at : at + 4000]):
            readings += recogniser.final(more=True)[:1]
    readings += recogniser.final()[:1]
    return " ".join(reading.text for reading in readings)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("hello anna hello ben", id="greeted"),
        pytest.param("step two of seven", id="read-the-step"),
        pytest.param("finish your sentence", id="time-is-up"),
        pytest.param("thank you anna", id="handed-over"),
        pytest.param("you are next take a breath", id="announced-the-change"),
        pytest.param("after this comes looking for causes together", id="told-what-is-next"),
        pytest.param("step three of seven looking for causes together", id="went-on"),
    ],
)
def test_what_came_out_of_the_loudspeaker(recognised: str, said: str) -> None:
    assert fuzz.partial_ratio(said, recognised) >= 85, recognised


def _chimes(recording: npt.NDArray[np.int16], kind: str) -> list[float]:
    """Where (seconds) this chime begins in the recording, to the sample: it is played as it is."""
    chime = earcon(kind)
    sound = recording.astype(np.float32) / 32768
    size = 1 << (sound.size + chime.size).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(chime, size))
    likeness = np.fft.irfft(spectrum, size)[: sound.size - chime.size]
    energy = np.cumsum(sound.astype(np.float64) ** 2)
    likeness /= np.sqrt(np.maximum(energy[chime.size :] - energy[: -chime.size], 1e-4) * np.sum(chime**2))
    found: list[float] = []
    for at in np.flatnonzero(likeness > 0.9):
        if not found or at / RATE - found[-1] > 0.5:
            found.append(float(at) / RATE)
    return found


def test_the_end_of_a_turn_is_announced_on_time(talk: Talk) -> None:
    starts, times = _chimes(talk.recording, "start"), _chimes(talk.recording, "time")
    assert len(starts) >= 2
    assert len(times) >= 2
    began = starts[0] + earcon("start").size / RATE
    late = times[0] - began - TURN_S
    print(f"the end of the turn was announced {late * 1000:.0f} ms late")  # noqa: T201
    assert -0.05 < late < 0.5


def test_it_listens_soon_after_the_start(talk: Talk) -> None:
    print(f"greeted after {talk.greeted_after_s:.2f} s")  # noqa: T201
    assert talk.greeted_after_s < 15


def test_a_command_in_a_turn_is_answered_soon(talk: Talk) -> None:
    print(f"understood {talk.answered_after_s:.2f} s after the last word")  # noqa: T201
    assert talk.answered_after_s < 2.5


def test_a_device_that_vanishes_is_said_once_and_the_clock_goes_on(talk: Talk) -> None:
    assert talk.printed.count("the microphone") == 1 + talk.printed.count("look after the microphone")
    assert talk.printed.count("(trying again)") == 1
    left = 20 * 60 - talk.list_running_s
    minutes = {17: "seventeen", 18: "eighteen", 19: "nineteen"}[int(left // 60)]
    assert f"{minutes} minutes" in talk.list_left, (talk.list_left, left)


def test_it_leaves_when_told_to(talk: Talk) -> None:
    talk.assert_left_when_told()


def test_nothing_is_sent_and_nothing_is_written(talk: Talk) -> None:
    talk.assert_nothing_sent_or_written()
