"""The conductor between the real session, the real words and a mouth on a virtual clock."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest

from voice_coach.attention import Attention, Mode
from voice_coach.guide import Book, load_guide
from voice_coach.hearing import Heard, Ignored, Waiting, Wake
from voice_coach.rehearsal.virtual_devices import TABLE_RATE, TICKS_PER_S, VirtualMouth
from voice_coach.session import Options, Record, State
from voice_coach.table.conductor import Conductor
from voice_coach.table.event_log import Entry
from voice_coach.table.protocols import NoEars, Overheard
from voice_coach.table.store import NoStore, Store

ONE_SECOND = np.full(TABLE_RATE, 0.1, np.float32)


class Listened(NoEars):
    """Ears that only remember what they were told."""

    def __init__(self) -> None:
        self.attentions: list[Attention] = []

    def attend(self, attention: Attention) -> None:
        self.attentions.append(attention)


class Table:
    """A conductor with a mouth that takes a second for every sentence and chime."""

    def __init__(self, store: Store | None = None) -> None:
        guide = load_guide("reconnect")
        self.mouth = VirtualMouth(lambda _text, _rate: ONE_SECOND, lambda _kind: ONE_SECOND)
        self.ears = Listened()
        options = Options(names=("Anna", "Ben"), turn_s=60.0)
        private = {"did you lock the back yard"}
        book = Book.load(guide)
        self.conductor = Conductor(guide, book, options, self.mouth, self.ears, private.__contains__, store)
        self.log: list[Entry] = []
        self.conductor.observe(self.log.append)
        self.at = 100.0
        self.conductor.open(self.at)

    def wait(self, seconds: float) -> None:
        """In steps of 10 ms, as a loop would."""
        for _ in range(round(seconds * 100)):
            left = self.mouth.left
            self.mouth.play(TICKS_PER_S // 100 if left is None else min(left, TICKS_PER_S // 100))
            self.at += 0.01
            self.conductor.advance(self.at)

    def until_silent(self) -> None:
        for _ in range(3000):
            if not self.mouth.speaking:
                return
            self.wait(0.1)
        raise AssertionError("the coach never stops talking")

    def hear(self, intent: str, **slots: str | int) -> None:
        self.conductor.hear(Heard(intent, slots, intent, 0.0, 0.0, 0.0, explicit=True), self.at)

    def miss(self, text: str, reason: Literal["no-match", "single-word"], *, called: bool = False) -> None:
        self.conductor.hear(Ignored(text, 0.0, 0.0, 0.0, reason, called), self.at)

    def lines(self) -> list[object]:
        return [entry["line"] for entry in self.log if entry["kind"] == "said"]


@pytest.fixture
def table() -> Table:
    return Table()


def test_it_greets_and_listens(table: Table) -> None:
    assert table.log[0]["t"] == 0.0
    assert table.log[0]["line"] == "greeting"
    assert "Anna" in str(table.log[0]["text"])
    assert "start" in table.ears.attentions[-1].answers


def test_a_line_is_logged_when_it_is_begun_and_not_before(table: Table) -> None:
    table.until_silent()
    table.hear("start")
    table.until_silent()
    table.hear("yes")
    answer = [e for e in table.log if e.get("line") == "guide/opening/phones/yes"]
    assert len(answer) == 1
    assert "guide/opening/willing/ask" not in table.lines()
    table.until_silent()
    question = next(e for e in table.log if e.get("line") == "guide/opening/willing/ask")
    sentences = len(table.conductor.book.say("guide/opening/phones/yes", {}))
    # A second each, 0.35 s between two sentences; the poll is at most 0.01 s late.
    expected = sentences + (sentences - 1) * 0.35
    assert float(str(question["t"])) - float(str(answer[0]["t"])) == pytest.approx(expected, abs=0.03)


def test_what_is_hushed_is_never_logged(table: Table) -> None:
    table.until_silent()
    table.hear("start")
    table.until_silent()
    table.hear("yes")
    table.wait(0.5)
    table.hear("help")
    table.until_silent()
    after = table.lines()[table.lines().index("guide/opening/phones/yes") + 1 :]
    assert after[0] == "help-consent"


def test_a_command_is_logged_with_its_words_before_what_it_leads_to(table: Table) -> None:
    table.until_silent()
    table.hear("go_to", step=3)
    kinds = [entry["kind"] for entry in table.log]
    entry = table.log[kinds.index("heard")]
    assert entry["intent"] == "go_to"
    assert entry["slots"] == {"step": 3}
    assert kinds.index("heard") < kinds.index("said", 1)


def test_the_wake_phrase_alone_leaves_no_trace(table: Table) -> None:
    before = len(table.log)
    table.conductor.hear(Wake("hey coach", 0.0, 0.5, 0.6), table.at)
    assert len(table.log) == before


def _in_a_turn(table: Table) -> None:
    table.until_silent()
    table.hear("go_to", step=2)
    for intent in ("no", "yes", "yes"):
        table.until_silent()
        table.hear(intent)
    table.until_silent()
    table.hear("person", name="Anna")
    table.until_silent()


def test_unknown_words_are_asked_back_in_open_attention_only(table: Table) -> None:
    table.until_silent()
    table.miss("purple rain", "no-match")
    assert table.lines()[-1] == "sorry"
    _in_a_turn(table)
    said = len(table.lines())
    table.miss("purple rain", "no-match")
    table.wait(1.0)
    assert len(table.lines()) == said
    assert table.log[-1] == {"t": pytest.approx(table.at - 101.0, abs=0.01), "kind": "ignored"} | {
        "text": "purple rain",
        "reason": "no-match",
    }


def test_single_words_and_talk_without_the_wake_phrase_are_never_asked_back(table: Table) -> None:
    table.until_silent()
    reasons: tuple[Literal["single-word", "no-wake"], ...] = ("single-word", "no-wake")
    for reason in reasons:
        table.conductor.hear(Ignored("next", 0.0, 0.0, 0.0, reason), table.at)
        assert table.log[-1]["reason"] == reason
        assert table.lines() == ["greeting"]


def test_who_calls_in_a_turn_is_answered(table: Table) -> None:
    _in_a_turn(table)
    table.miss("purple rain", "no-match", called=True)
    table.until_silent()
    table.wait(0.1)
    assert table.lines()[-2:] == ["sorry", "help-turn"]


def test_a_single_word_that_is_no_answer_is_asked_back_while_a_question_is_open(table: Table) -> None:
    table.until_silent()
    table.hear("start")
    table.until_silent()
    table.miss("skip", "single-word")
    assert table.lines()[-1] == "sorry"


def test_talk_over_the_coach_is_never_asked_back(table: Table) -> None:
    table.conductor.hear(Overheard("purple rain"), table.at)
    assert table.log[-1] == {"t": 0.0, "kind": "ignored", "text": "purple rain", "reason": "no-wake"}
    table.until_silent()
    assert table.lines() == ["greeting"]


def test_words_near_the_private_exit_leave_no_trace(table: Table) -> None:
    table.until_silent()
    before = len(table.log)
    for called in (True, False):
        table.miss("did you lock the back yard", "no-match", called=called)
    table.conductor.hear(Overheard("did you lock the back yard"), table.at)
    table.until_silent()
    assert table.log[before:] == []


def test_a_talk_begun_during_the_goodbye_is_not_cut_off(table: Table) -> None:
    table.until_silent()
    table.hear("private_exit")
    table.wait(0.5)
    table.hear("start")
    table.until_silent()
    table.wait(1.0)
    assert not table.conductor.over


def test_clocks_run_by_themselves(table: Table) -> None:
    _in_a_turn(table)
    due = table.conductor.deadline
    assert due == pytest.approx(table.at + 60, abs=0.12)
    assert table.ears.attentions[-1].mode is Mode.GUARDED
    table.wait(due - table.at - 0.05)
    assert "turn-finish" not in table.lines()
    table.wait(1.5)
    time_up = next(e for e in table.log if e["kind"] == "turn" and e["what"] == "time")
    assert float(str(time_up["t"])) == pytest.approx(due - 100, abs=0.03)
    assert "turn-finish" in table.lines()


def test_it_is_over_when_the_goodbye_has_been_heard(table: Table) -> None:
    table.until_silent()
    table.hear("stop")
    table.until_silent()
    table.hear("yes")
    assert table.lines()[-1] == "goodbye"
    assert not table.conductor.over
    table.until_silent()
    table.conductor.advance(table.at)
    assert table.conductor.over


def test_an_announcement_changes_nothing_in_the_session(table: Table) -> None:
    _in_a_turn(table)
    before = table.conductor.state
    table.conductor.announce("microphone-lost", table.at)
    assert table.lines()[-1] == "microphone-lost"
    table.until_silent()
    assert table.conductor.state.place.phase == before.place.phase
    assert table.conductor.deadline == pytest.approx(table.at + 60 - (table.at - before.now), abs=0.02)


def test_the_session_goes_on_when_its_own_line_is_over_and_not_before(table: Table) -> None:
    """Each sound is known by a token of its own: the announcement waits behind the greeting."""
    table.conductor.announce("microphone-lost", table.at)
    assert table.lines() == ["greeting"]
    while table.lines() == ["greeting"]:
        assert table.conductor.state.speaking
        table.wait(0.1)
    assert not table.conductor.state.speaking
    assert table.mouth.speaking


def test_it_is_not_over_while_an_announcement_is_heard(table: Table) -> None:
    table.until_silent()
    table.hear("private_exit")
    table.conductor.announce("microphone-lost", table.at)
    while table.lines()[-1] == "goodbye":
        table.wait(0.1)
    assert table.mouth.speaking
    assert not table.conductor.over
    table.until_silent()
    table.wait(0.1)
    assert table.conductor.over


def test_every_new_state_is_given_to_the_store() -> None:
    class Kept(NoStore):
        def __init__(self) -> None:
            self.states: list[State] = []

        def save(self, state: State, records: Sequence[Record]) -> None:  # noqa: ARG002
            self.states.append(state)

    store = Kept()
    table = Table(store)
    assert store.states == [table.conductor.state]
    table.until_silent()
    table.hear("start")
    table.until_silent()
    assert store.states[-1] == table.conductor.state
    assert all(one != other for one, other in pairwise(store.states))
    saved = len(store.states)
    table.conductor.announce("microphone-lost", table.at)
    assert len(store.states) == saved, "the session knows nothing of it"


def test_who_called_and_says_nothing_more_hears_a_chime(table: Table) -> None:
    _in_a_turn(table)
    before = table.conductor.state
    table.conductor.hear(Waiting(0.0, 0.8, 0.8), table.at)
    assert table.log[-1] == {"t": table.log[-1]["t"], "kind": "chime", "sound": "wake"}
    assert table.mouth.speaking
    table.until_silent()
    assert table.conductor.state.place.phase == before.place.phase


def test_what_is_printed_is_not_said(table: Table) -> None:
    table.until_silent()
    table.hear("safety")
    printed = [entry for entry in table.log if "printed" in entry]
    assert len(printed) == 1
    assert "emergency" in str(printed[0]["printed"])
    assert not [e for e in table.log if e["kind"] == "said" and "emergency" in str(e["text"])]


def test_the_private_exit_leaves_only_an_ordinary_goodbye(table: Table) -> None:
    table.until_silent()
    before = len(table.log)
    table.hear("private_exit")
    table.until_silent()
    table.wait(0.1)
    assert [entry["kind"] for entry in table.log[before:]] == ["said", "end"]
    assert table.lines()[-1] == "goodbye"
    assert table.conductor.over
