"""Open ears on a virtual clock: a mouth and a hearing of our making, the table of barge-in as it is."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from support.attention import ASKED, GUARDED

from voice_coach.attention import Attention
from voice_coach.duplex import State
from voice_coach.duplex.barge_in import OVER_S
from voice_coach.hearing import Heard, HearingEvent, Ignored, Wake
from voice_coach.table.duplex_ears import DuplexEars
from voice_coach.table.protocols import EarsEvent, Overheard
from voice_coach.table.spoken_times import TAIL_S

BLOCK_S = 0.03
QUIET = np.zeros(480, np.int16)


@dataclass
class FakeMouth:
    """A mouth that can be held."""

    saying: tuple[str, ...] = ("Now you take turns, and the other listens.",)
    paused: bool = False
    done: list[str] = field(default_factory=list)

    def pause(self) -> None:
        self.paused = True
        self.done.append("pause")

    def resume(self) -> None:
        if self.paused:
            self.done.append("resume")
        self.paused = False


@dataclass
class FakeHearing:
    """A hearing that is told what it hears next."""

    attention: Attention = ASKED
    fed: int = 0
    resets: int = 0
    next: list[HearingEvent] = field(default_factory=list)
    graphs: list[Attention] = field(default_factory=list)

    @property
    def consumed(self) -> float:
        return self.fed / 16_000

    def attend(self, attention: Attention, *, at_once: bool = False) -> None:
        self.attention = attention
        if not at_once:
            self.graphs.append(attention)

    def feed(self, samples: np.ndarray) -> list[HearingEvent]:
        self.fed += len(samples)
        events, self.next = self.next, []
        return events

    def reset(self) -> None:
        self.resets += 1


class FakeCleaner:
    """Finds a talker when told to."""

    def __init__(self) -> None:
        self.talks = False

    def clean(self, block: np.ndarray) -> tuple[np.ndarray, bool]:
        return block, self.talks

    def skip(self, block: np.ndarray) -> None:
        """There is nothing to clean."""


class Kitchen:
    """All of it, in blocks of 30 ms."""

    def __init__(self) -> None:
        self.mouth, self.hearing, self.cleaner = FakeMouth(), FakeHearing(), FakeCleaner()
        self.ears = DuplexEars(self.hearing, self.mouth, self.cleaner, "hey coach")
        self.ears.attend(ASKED)
        self.at = 0.0

    def run(self, seconds: float, *, speaking: bool = True, talks: bool = False) -> list[EarsEvent]:
        self.cleaner.talks = talks
        events: list[EarsEvent] = []
        for _ in range(max(1, round(seconds / BLOCK_S))):
            self.at += BLOCK_S
            events += self.ears.hear(QUIET, self.at, speaking=speaking)
        return events

    def hear(self, event: HearingEvent) -> list[EarsEvent]:
        self.hearing.next = [event]
        return self.run(BLOCK_S)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


def heard(intent: str, text: str, start: float = 0.0) -> Heard:
    return Heard(intent, {}, text, start, start + 0.5, start + 0.7)


def test_while_it_speaks_nothing_is_recognised_and_then_all_is(kitchen: Kitchen) -> None:
    kitchen.run(1.0, speaking=False)
    assert kitchen.hearing.attention == ASKED
    fed = kitchen.hearing.fed
    kitchen.run(2.0)
    kitchen.run(TAIL_S - BLOCK_S, speaking=False)
    assert kitchen.hearing.fed == fed
    assert kitchen.hearing.attention == ASKED, "ready for the answer"
    kitchen.run(2 * BLOCK_S, speaking=False)
    assert kitchen.hearing.fed > fed
    assert kitchen.hearing.attention == ASKED
    assert kitchen.mouth.done == []


def test_a_talker_makes_it_pause_and_what_was_just_said_is_heard_too(kitchen: Kitchen) -> None:
    kitchen.run(2.0)
    fed = kitchen.hearing.fed
    kitchen.run(BLOCK_S, talks=True)
    assert kitchen.mouth.done == ["pause"]
    assert kitchen.hearing.fed - fed >= 0.6 * 16_000
    kitchen.run(1.6)
    assert kitchen.mouth.done == ["pause", "resume"]


def test_a_command_is_handed_on_and_the_rest_is_read_unless_something_else_is_said(kitchen: Kitchen) -> None:
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    assert kitchen.hear(Wake("hey coach", 0, 0.5, 0.6)) == [Wake("hey coach", 0, 0.5, 0.6)]
    kitchen.run(3.0)
    assert kitchen.mouth.done == ["pause"], "it waits for the command"
    assert kitchen.hear(heard("louder", "louder")) == [heard("louder", "louder")]
    assert kitchen.mouth.done == ["pause"]
    kitchen.run(BLOCK_S)
    assert kitchen.mouth.done == ["pause", "resume"]
    assert kitchen.ears.barge_in.state is State.READING


def test_after_a_command_that_changed_what_it_says_nothing_is_resumed(kitchen: Kitchen) -> None:
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    kitchen.hear(heard("skip", "skip"))
    kitchen.mouth.paused = False  # hushed, and something else is said
    kitchen.run(1.0)
    assert kitchen.mouth.done == ["pause"]
    assert kitchen.ears.barge_in.state is State.READING


def test_what_is_said_in_the_place_of_a_held_sentence_is_not_held(kitchen: Kitchen) -> None:
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    kitchen.mouth.paused = False
    kitchen.run(BLOCK_S)
    assert kitchen.ears.barge_in.state is State.READING


def test_its_own_words_are_no_command(kitchen: Kitchen) -> None:
    kitchen.mouth.saying = ("If it gets loud, say hey coach, we need a break.",)
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    assert kitchen.hear(heard("pause", "we need a break")) == [Overheard("we need a break")]
    kitchen.run(2.0)
    assert kitchen.mouth.done == ["pause", "resume"]


def test_it_does_not_ask_back_while_it_reads(kitchen: Kitchen) -> None:
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    assert kitchen.hear(Ignored("blue cheese", 0, 1, 1.2, "no-match")) == [Overheard("blue cheese")]


def test_who_begins_while_it_speaks_has_to_end_before_a_plain_answer_counts(kitchen: Kitchen) -> None:
    """Half a sentence, with the coach's last word in it, may be taken for anything."""
    kitchen.run(1.0)
    kitchen.run(0.1, talks=True)
    kitchen.mouth.paused = False
    kitchen.run(1.5, speaking=False, talks=True)
    assert kitchen.hearing.attention == GUARDED
    resets = kitchen.hearing.resets
    kitchen.run(0.8, speaking=False)
    assert kitchen.hearing.attention == ASKED
    assert kitchen.hearing.resets == resets + 1
    kitchen.hearing.next = [heard("no", "no")]
    assert kitchen.run(BLOCK_S, speaking=False) == [heard("no", "no")]


def test_no_other_graph_is_loaded_to_listen_for_a_call(kitchen: Kitchen) -> None:
    """That takes a tenth of a second, and the same again once the coach has finished."""
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    kitchen.mouth.paused = False
    kitchen.run(2.0, speaking=False)
    assert kitchen.mouth.done == ["pause"]
    assert set(kitchen.hearing.graphs) == {ASKED}


def test_a_voice_in_the_last_echo_of_its_own_is_not_waited_for(kitchen: Kitchen) -> None:
    kitchen.run(1.0)
    kitchen.run(TAIL_S + BLOCK_S, speaking=False, talks=True)
    assert kitchen.hearing.attention == ASKED
    assert kitchen.mouth.done == []


def test_in_a_turn_talk_does_not_stop_a_chime_but_a_call_does(kitchen: Kitchen) -> None:
    kitchen.ears.attend(GUARDED)
    kitchen.run(0.3)
    kitchen.run(0.6, talks=True)
    assert kitchen.mouth.done == []
    kitchen.hear(Wake("hey coach", 0, 0.5, 0.6))
    assert kitchen.mouth.done == ["pause"]


def test_a_command_over_talk_that_has_just_ended_is_in_step(kitchen: Kitchen) -> None:
    """The loop may come by between two blocks, and end the listening in the meantime."""
    kitchen.ears.attend(GUARDED)
    kitchen.run(1.0)
    kitchen.run(0.1, talks=True)
    assert kitchen.ears.barge_in.state is State.TALKED_OVER
    kitchen.run(OVER_S - 2 * BLOCK_S)
    assert kitchen.hear(heard("louder", "louder")) == [heard("louder", "louder")]
    kitchen.ears.tend(kitchen.at + 2 * BLOCK_S)
    kitchen.run(1.0)
    assert kitchen.ears.barge_in.state is State.READING


@pytest.mark.parametrize("speaking", [True, False])
def test_out_of_step_with_the_world_it_begins_anew_from_what_the_loudspeaker_does(
    kitchen: Kitchen, speaking: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    kitchen.hear(heard("louder", "louder"))
    kitchen.ears.barge_in.state = State.SILENT
    kitchen.run(1.0, speaking=speaking)
    assert kitchen.ears.barge_in.state is (State.READING if speaking else State.SILENT)
    assert not kitchen.mouth.paused
    assert kitchen.hearing.attention == ASKED
    assert "UNDERSTOOD while SILENT" in caplog.text
    assert "louder" not in caplog.text


def test_its_states_are_logged_and_no_word_is(kitchen: Kitchen, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    kitchen.run(1.0)
    kitchen.run(0.3, talks=True)
    kitchen.hear(Wake("hey coach", 0, 0.5, 0.6))
    kitchen.hear(Ignored("blue cheese", 0, 1, 1.2, "no-match"))
    kitchen.hear(heard("louder", "canary"))
    kitchen.run(8.0)
    assert [record.getMessage() for record in caplog.records] == [
        "barge-in: SILENT -> READING (STARTED)",
        "barge-in: READING -> HELD (VOICE)",
        "barge-in: HELD -> READING (UNDERSTOOD)",
    ]


def test_it_goes_on_even_when_the_microphone_is_gone(kitchen: Kitchen) -> None:
    kitchen.run(1.0)
    kitchen.run(BLOCK_S, talks=True)
    kitchen.ears.tend(kitchen.at + 1.0)
    assert kitchen.mouth.done == ["pause"]
    kitchen.ears.tend(kitchen.at + 1.6)
    assert kitchen.mouth.done == ["pause", "resume"]
