"""People interrupt the coach, live: its loudspeaker is heard in its microphone, as on a kitchen table.

One talk is led once for all tests of this file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest
from support.live_coach import LiveCoach, Traces
from support.sound_card import RATE, Recording, SoundCard

from voice_coach.duplex.barge_in import LONGEST_S

pytestmark = pytest.mark.alone

SETTINGS = """
names = ["Anna", "Ben"]
words_per_minute = 155
duplex = "echo-cancelling"
"""


@dataclass
class Talk(Traces):
    """What was seen and heard."""

    before_anybody_spoke: str = ""
    after_talk: list[npt.NDArray[np.int16]] = field(default_factory=list)
    understood_after_s: dict[str, float] = field(default_factory=dict)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    folder = tmp_path_factory.mktemp("interrupting")
    seen, log = Talk(), folder / "watched.log"
    with SoundCard(folder, echo=True) as card, LiveCoach(card, folder, SETTINGS, log) as coach:
        with card.record_loudspeaker() as recording:
            _interrupt(coach, recording, seen)
        seen.end(coach, log)
    yield seen


def _interrupt(coach: LiveCoach, recording: Recording, seen: Talk) -> None:
    greeted = coach.wait_for("say start", 60)
    # Longer than it pauses for what it takes for somebody: on a busy machine, its own voice may be that.
    coach.wait_until_silent(recording, greeted, quiet_s=LONGEST_S + 0.5)
    seen.before_anybody_spoke = coach.printed()
    coach.tell("let us start")
    reading = coach.wait_for("Before we begin", 30)
    recording.wait_for(4)
    began = recording.samples().size
    coach.tell("would you pass me the butter", "en-us+m1")
    recording.wait_for(4)
    seen.after_talk.append(recording.samples()[began:])
    for words, heard in (
        ("hey coach, what's next", "what's next"),
        ("hey coach, we need a break", "we need a break"),
    ):
        spoken = coach.tell(words)
        seen.understood_after_s[words] = coach.wait_for(f"heard  {heard}", 20, after=reading) - spoken
        recording.wait_for(3)
    coach.wait_for("Shall we pause", 20)


def quiet_s(samples: npt.NDArray[np.int16]) -> list[tuple[float, float]]:
    """Stretches of silence of more than 0.7 s: where they begin, and how long they are (seconds)."""
    frames = np.abs(samples[: samples.size // 480 * 480].reshape(-1, 480).astype(np.int32)).max(1) < 30
    edges = np.flatnonzero(np.diff(np.concatenate([[False], frames, [False]]).astype(int)))
    found = [(begin / 100, (end - begin) / 100) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
    return [(begin, length) for begin, length in found if length > 0.7]


def test_its_own_voice_moves_nothing(talk: Talk) -> None:
    assert "heard" not in talk.before_anybody_spoke
    assert talk.before_anybody_spoke.count("  coach  ") == 1, "it has greeted, and said nothing more"


def test_it_pauses_for_talk_and_goes_on(talk: Talk) -> None:
    pauses = quiet_s(talk.after_talk[0])
    print(f"silent from, for (s): {pauses}")  # noqa: T201
    assert len(pauses) >= 1
    begin, length = pauses[0]
    assert begin < 1.5
    assert 1.2 < length < 5
    assert np.abs(talk.after_talk[0][round((begin + length) * RATE) :]).max() > 300
    assert "butter" not in talk.printed


@pytest.mark.parametrize("words", ["hey coach, what's next", "hey coach, we need a break"])
def test_a_command_in_the_midst_of_what_it_reads_is_taken(talk: Talk, words: str) -> None:
    print(f"understood {talk.understood_after_s[words]:.2f} s after the last word")  # noqa: T201
    assert talk.understood_after_s[words] < 2.5


def test_it_leaves_when_told_to(talk: Talk) -> None:
    talk.assert_left_when_told()


def test_nothing_is_sent_and_nothing_is_written(talk: Talk) -> None:
    talk.assert_nothing_sent_or_written()
