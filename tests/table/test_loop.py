"""The step that live, keyboard and rehearsal share: real session and words, a mouth and ears of our making."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from voice_coach.attention import Attention
from voice_coach.audio.pcm import BLOCK, Pcm
from voice_coach.hearing import Heard, Ignored
from voice_coach.session import State
from voice_coach.settings import Settings
from voice_coach.table.assembly import TalkParts, assemble
from voice_coach.table.conductor import Conductor
from voice_coach.table.event_log import Entry
from voice_coach.table.loop import TableLoop
from voice_coach.table.protocols import EarsEvent, Overheard, SourceChange
from voice_coach.table.steady_mouth import SilentMouth
from voice_coach.table.typed_commands import TypedCommands

SOUND = np.zeros(BLOCK, np.int16)


class FakeMouth(SilentMouth):
    """Says nothing, and speaks as long as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.speaks = False
        self.tended: list[float] = []

    @property
    def speaking(self) -> bool:
        return self.speaks

    def tend(self, at: float) -> None:
        self.tended.append(at)


class FakeEars:
    """Hear what they are told to; remember when a block ended, and whether the coach spoke in it."""

    def __init__(self) -> None:
        self.wants_s = 0.06
        self.next: list[EarsEvent] = []
        self.heard: list[tuple[float, bool]] = []
        self.tended: list[float] = []

    def attend(self, attention: Attention) -> None:
        """Not of interest here."""

    def hear(self, _block: Pcm, at: float, *, speaking: bool) -> Sequence[EarsEvent]:
        self.heard.append((at, speaking))
        events, self.next = self.next, []
        return events

    def tend(self, at: float) -> None:
        self.tended.append(at)


class Table:
    """A loop on a clock that is set by hand."""

    def __init__(self, parts: TalkParts) -> None:
        self.mouth, self.ears = FakeMouth(), FakeEars()
        self.conductor = Conductor(parts.guide, parts.book, parts.options, self.mouth, self.ears, parts.is_private)
        self.log: list[Entry] = []
        self.conductor.observe(self.log.append)
        self.shown: list[tuple[State, float]] = []
        typed = TypedCommands(parts.commands, parts.options.wake)
        self.loop = TableLoop(
            self.conductor, self.mouth, self.ears, typed, lambda state, at: self.shown.append((state, at))
        )
        self.conductor.open(0.0)

    def heard(self) -> list[object]:
        return [entry["intent"] for entry in self.log if entry["kind"] == "heard"]

    def said(self) -> list[object]:
        return [entry["line"] for entry in self.log if entry["kind"] == "said"]


@pytest.fixture(scope="module")
def parts() -> TalkParts:
    return assemble(Settings(names=("Anna", "Ben")), seed=0)


@pytest.fixture
def table(parts: TalkParts) -> Table:
    return Table(parts)


def test_what_is_heard_is_answered_in_the_same_step(table: Table) -> None:
    table.ears.next = [Heard("help", {}, "help", 0.0, 0.5, 0.7)]
    table.loop.step(1.0, SOUND)
    assert table.heard() == ["help"]
    assert "help-idle" in table.said()


def test_without_sound_the_clocks_go_on(table: Table) -> None:
    table.loop.step(1.0)
    assert table.ears.heard == []
    assert not table.conductor.state.speaking, "what was said has been told to be over"
    assert table.conductor.state.now == 1.0
    assert (table.mouth.tended, table.ears.tended) == ([1.0], [1.0])
    assert [at for _, at in table.shown] == [1.0]
    assert table.shown[0][0] is table.conductor.state


def test_sound_that_waited_is_judged_by_the_time_it_is_of(table: Table) -> None:
    table.loop.step(1.0)
    table.mouth.speaks = True
    table.loop.step(2.0)
    table.mouth.speaks = False
    table.loop.step(3.0, SOUND, waiting_s=2.5)
    table.loop.step(3.1, SOUND, waiting_s=0.5)
    table.loop.step(3.2, SOUND)
    assert table.ears.heard == [(0.5, False), (pytest.approx(2.6), True), (3.2, False)]
    assert table.ears.tended[-3:] == [0.5, pytest.approx(2.6), 3.2]
    assert table.loop.spoke(2.0)
    assert not table.loop.spoke(3.2)


@pytest.mark.parametrize("change", list(SourceChange))
def test_a_change_of_the_microphone_is_announced(table: Table, change: SourceChange) -> None:
    table.loop.step(1.0)
    table.loop.step(2.0, change=change)
    assert table.said()[-1] == f"microphone-{change.name.lower()}"


def test_lines_may_be_typed_in_any_thread_and_are_answered_one_by_one(table: Table) -> None:
    def type_lines() -> None:
        for line in ("start", "hey coach, louder"):
            table.loop.inbox.put(line)

    thread = threading.Thread(target=type_lines)
    thread.start()
    thread.join()
    table.loop.step(1.0)
    assert table.heard() == ["start"]
    table.loop.step(2.0)
    table.loop.step(3.0)
    assert table.heard() == ["start", "louder"]


def test_what_is_understood_elsewhere_may_be_handed_in_as_an_event(table: Table) -> None:
    table.loop.inbox.put(Heard("start", {}, "start", 0.0, 0.5, 0.7))
    table.loop.step(1.0)
    assert table.heard() == ["start"]


def test_no_word_is_logged(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    table.ears.next = [
        Heard("note", {"text": "canary"}, "note canary", 0.0, 0.5, 0.7),
        Ignored("canary", 0.0, 0.5, 0.7, "no-match"),
        Overheard("canary"),
    ]
    for at, line in enumerate(("canary", "hey coach, note canary", "start")):
        table.loop.inbox.put(line)
        table.loop.step(float(at), SOUND)
    assert [entry for entry in table.log if "canary" in str(entry)], "it was heard"
    assert "canary" not in caplog.text


def test_it_is_over_after_the_goodbye(table: Table) -> None:
    for at, line in enumerate(("stop", "yes", "")):
        assert not table.loop.over
        if line:
            table.loop.inbox.put(line)
        table.loop.step(float(at))
    assert table.said()[-1] == "goodbye"
    assert table.loop.over
