"""The store: what is kept when, before it is said, and a talk that goes on while nothing can be kept."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.memory import found

from voice_coach.errors import JournalBusyError
from voice_coach.guide import Book, load_guide
from voice_coach.hearing import Heard
from voice_coach.journal import Entry, Journal, read_only
from voice_coach.plan.types import Improvement, Kind, Occurrence, Outcome, Plan, Promise, Rule
from voice_coach.plan.types import Record as Outcomes
from voice_coach.session import Options, Phase, Record, Say, State
from voice_coach.session.state import Note, Place, Turns
from voice_coach.table.conductor import Conductor
from voice_coach.table.protocols import NoEars
from voice_coach.table.steady_mouth import SilentMouth
from voice_coach.table.store import JournalStore, NoStore, Store, open_store

NOW = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
TURN = Place(Phase.TURN, 2, 0, turns=Turns(0, 360.0))


class Kept:
    """A store over a real journal, the notices it gave, and what a reader finds in the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = Journal.open(folder)
        self.notices: list[tuple[str, str | None]] = []
        self.store = JournalStore(self.journal, lambda: NOW, lambda *told: self.notices.append(told))

    def state(self) -> State | None:
        reader = read_only(self.folder)
        assert reader is not None
        with reader:
            text = reader.load()
        return None if text is None else State.from_json(text)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "memory")
    yield kept
    kept.journal.close()


def _state(now: float = 0.0, **fields: Any) -> State:
    return State("reconnect", Options(("Anna", "Ben")), now=now, **fields)


def test_a_state_with_a_plan_is_the_same_after_the_journal(kept: Kept) -> None:
    rule = Rule(date(2026, 11, 27), (time(21),), weekdays=(0, 4), count=28)
    tea = Promise("tea-1", Kind.RITUAL, "a cup of tea", rule, "Europe/Berlin", 10, made=NOW)
    became = Outcomes(Occurrence("tea-1", rule.first, time(21)), Outcome.POSTPONED, NOW, NOW + timedelta(hours=1))
    plan = Plan((tea,), (became,), improvements=(Improvement(NOW, "we laughed", "Anna"),), began=NOW)
    state = _state(plan=plan, place=TURN, notes=(Note(3, "work"),), undo=_state())
    kept.store.save(state, ())
    assert kept.store.load() == kept.state() == state


def test_what_changed_is_kept_at_once_and_time_alone_once_a_second_where_a_clock_runs(kept: Kept) -> None:
    def saved(state: State) -> bool:
        kept.store.tend(state)
        return kept.state() == state

    kept.store.save(_state(0.0, place=TURN), ())
    assert kept.state() == _state(0.0, place=TURN)
    times = [n / 10 for n in range(1, 50)]
    turns = [_state(at, place=replace(TURN, turns=Turns(0, 360.0, used_s=(at, 0.0)))) for at in times]
    assert sum(map(saved, turns)) in {4, 5}
    kept.store.save(_state(5.0, place=TURN, speaking=True), ())
    assert kept.state() == _state(5.0, place=TURN, speaking=True)
    assert not saved(_state(9.0, place=TURN, speaking=True)), "no clock runs while the coach speaks"
    kept.store.save(_state(10.0, place=Place(Phase.WAITING, left_s=25.0)), ())
    assert not saved(_state(12.0, place=Place(Phase.WAITING, left_s=23.0))), "patience is no clock"
    assert saved(_state(14.0, place=Place(Phase.WAITING), alarm_s=1800.0)) is True
    kept.store.save(_state(20.0, place=Place(Phase.IDLE)), ())
    size = (kept.folder / "journal.db-wal").stat().st_size
    for days in range(1, 57):
        kept.store.save(_state(86400.0 * days, place=Place(Phase.IDLE)), ())
    assert (kept.folder / "journal.db-wal").stat().st_size <= size, "nothing was written"


def test_records_become_entries_and_what_was_removed_is_gone(kept: Kept) -> None:
    canary = "umbrellas in Lisbon"
    kept.store.save(_state(notes=(Note(3, canary),)), [Record("noted", {"text": canary})])
    assert kept.journal.entries() == [Entry(NOW, "noted", {"text": canary})]
    kept.store.save(_state(), [Record("removed", {"text": canary})])
    assert kept.journal.entries() == [Entry(NOW, "removed")]
    assert found(kept.folder, canary) == []


@pytest.mark.parametrize("place", [TURN, Place(Phase.IDLE)])
def test_a_text_that_went_by_another_way_is_gone_a_second_later(kept: Kept, place: Place) -> None:
    canary = "umbrellas in Lisbon"
    kept.store.save(_state(undo=_state(notes=(Note(3, canary),)), place=place), ())
    kept.store.save(_state(1.0, token=1, place=place), ())
    kept.store.tend(_state(2.1, token=1, place=place))
    assert found(kept.folder, canary) == []


def test_while_nothing_can_be_kept_it_is_told_once_tried_again_and_nothing_is_lost(kept: Kept) -> None:
    kept.store.save(_state(0.0), ())
    with closing(sqlite3.connect(kept.folder / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for at in range(1, 30):
            kept.store.save(_state(at, token=at), [Record("noted", {"n": at})] if at < 4 else ())
            kept.store.tend(_state(at + 0.5, token=at))
        assert [about for about, _ in kept.notices] == ["memory"]
        assert "another program has locked it; nothing can be kept" in str(kept.notices[0][1])
        other.execute("ROLLBACK")
    kept.store.tend(_state(50.0, token=29))
    assert kept.notices[1:] == [("memory", None)]
    assert kept.state() == _state(50.0, token=29)
    assert [entry.data["n"] for entry in kept.journal.entries()] == [1, 2, 3]


def test_a_folder_that_goes_and_comes_back(kept: Kept, tmp_path: Path) -> None:
    kept.store.save(_state(0.0), ())
    kept.folder.rename(tmp_path / "unplugged")
    kept.store.save(_state(1.0, token=1), ())
    (tmp_path / "unplugged").rename(kept.folder)
    kept.store.tend(_state(30.0, token=1))
    assert kept.state() == _state(30.0, token=1)
    assert len(kept.notices) == 2


def test_a_file_that_is_broken_while_it_runs_is_set_aside_and_told(kept: Kept) -> None:
    kept.store.save(_state(0.0), ())
    (kept.folder / "broken").write_bytes(b"no database" * 500)
    (kept.folder / "broken").rename(kept.folder / "journal.db")
    kept.store.save(_state(1.0, token=1), ())
    kept.store.save(_state(20.0, token=2), [Record("noted", {"n": 1})])
    assert ["taken away" in str(kept.notices[0][1]), kept.notices[1][1]] == [True, None]
    assert "set aside as journal.broken-1.db" in str(kept.notices[2][1])
    assert kept.state() == _state(20.0, token=2)
    assert len(kept.journal.entries()) == 1


def test_a_state_that_cannot_be_read_is_set_aside_and_told(kept: Kept) -> None:
    kept.journal.save('{"guide": 7}')
    assert kept.store.load() is None
    assert "it is in" in str(kept.notices[0][1])
    assert (kept.folder / "journal.broken-1.db").exists()
    kept.store.save(_state(), ())
    assert kept.store.load() == _state()


def test_a_broken_or_newer_journal_is_told_and_the_talk_goes_on(kept: Kept, tmp_path: Path) -> None:
    told: list[str | None] = []

    def opened(folder: Path) -> Store:
        with open_store(folder, lambda: NOW, lambda _about, text: told.append(text)) as store:
            store.save(_state(), ())
            return store

    broken, newer = tmp_path / "broken", tmp_path / "newer"
    Journal.open(broken).close()
    (broken / "journal.db").write_bytes(b"no database" * 500)
    assert isinstance(opened(broken), JournalStore)
    Journal.open(newer).close()
    with closing(sqlite3.connect(newer / "journal.db")) as db:
        db.execute("PRAGMA user_version = 99")
    assert isinstance(opened(newer), NoStore)
    assert ["set aside" in str(told[0]), "newer voice-coach" in str(told[1])] == [True, True]
    with pytest.raises(JournalBusyError):
        opened(kept.folder)


def _talk(store: Store, said: Callable[[str], None], **options: Any) -> Conductor:
    class Mouth(SilentMouth):
        def say(self, sentences: Sequence[str], token: int) -> None:
            said(" ".join(sentences))
            super().say(sentences, token)

    guide = load_guide("reconnect")
    names = Options(names=("Anna", "Ben"), **options)
    return Conductor(guide, Book.load(guide), names, Mouth(), NoEars(), lambda _: False, store)


def test_what_is_said_to_be_kept_is_in_the_file_before_it_is_said(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of the session that records something and then says so, through the real conductor."""

    def step(_guide: object, state: State, _event: object) -> tuple[State, tuple[object, ...]]:
        after = replace(state, token=state.token + 1, notes=(Note(3, "work hours"),))
        return after, (Say("goodbye", after.token, {"name_a": "A", "name_b": "B"}), Record("noted", {"n": 1}))

    on_disk: list[tuple[object, int]] = []

    def look(_: str) -> None:
        state, reader = kept.state(), read_only(kept.folder)
        assert state is not None and reader is not None
        with reader:
            on_disk.append((state.notes, len(reader.entries())))

    monkeypatch.setattr("voice_coach.session.step", step)
    _talk(kept.store, look).open(0.0)
    assert on_disk == [((Note(3, "work hours"),), 1)]


LOST, BACK = "I cannot keep anything at the moment", "I can keep everything again."


class Talk:
    """A talk over a store, and what is said in it."""

    def __init__(self, store: Store, **options: Any) -> None:
        self.said: list[str] = []
        self.conductor = _talk(store, self.said.append, **options)
        self.at = 100.0

    def heard_after(self, seconds: float = 30.0) -> list[str]:
        """What has been said once the time is over; then it is said no more."""
        for _ in range(round(seconds * 10)):
            self.at += 0.1
            self.conductor.advance(self.at)
        said, self.said[:] = [*self.said], []
        return said

    def open(self) -> list[str]:
        self.conductor.open(self.at)
        return self.heard_after()

    def hear(self, intent: str, **slots: str) -> list[str]:
        self.conductor.hear(Heard(intent, slots, intent, self.at, self.at, self.at, explicit=True), self.at)
        return self.heard_after()


def test_where_no_journal_can_be_it_is_said_once_after_the_greeting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with open_store(tmp_path / "file", lambda: NOW, lambda *_: None) as store:
        talk = Talk(store)
        greeting, lost = talk.open()
        assert greeting.startswith("Hello Anna") and lost.startswith(LOST)
        assert not [line for line in talk.hear("start") if line.startswith(LOST)]


def test_what_was_cut_off_is_said_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with open_store(tmp_path / "file", lambda: NOW, lambda *_: None) as store:
        talk = Talk(store)
        talk.conductor.open(talk.at)
        assert [line for line in talk.hear("where") if line.startswith(LOST)][1:] != []
        assert not [line for line in talk.hear("where") if line.startswith(LOST)]


def test_when_nothing_can_be_kept_any_more_it_is_said_once_and_once_when_it_can_again(kept: Kept) -> None:
    talk = Talk(kept.store)
    assert not [line for line in talk.open() if line.startswith(LOST)]
    with closing(sqlite3.connect(kept.folder / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [line.startswith(LOST) for line in talk.hear("start")].count(True) == 1
        said = [line for intent in ("yes", "yes", "yes") for line in talk.hear(intent)]
        assert said and not [line for line in said if line.startswith((LOST, BACK))]
        other.execute("ROLLBACK")
    assert [line for line in talk.heard_after() if line.startswith((LOST, BACK))] == [BACK]


def test_in_a_turn_it_is_said_with_what_is_said_anyway(kept: Kept) -> None:
    kept.store.save(_state(place=TURN), ())
    talk = Talk(kept.store)
    talk.open()
    for intent in ("resume", "yes", "yes"):
        talk.hear(intent)
    assert talk.conductor.state.place.phase is Phase.TURN
    with closing(sqlite3.connect(kept.folder / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert talk.heard_after() == [] and not kept.store.keeps
        assert [line.startswith(LOST) for line in talk.hear("time_left")] == [False, True]
        other.execute("ROLLBACK")


def test_a_store_that_need_not_keep_anything_says_nothing_of_it() -> None:
    assert len(Talk(NoStore()).open()) == 1


def test_the_private_exit_leaves_what_any_goodbye_leaves(tmp_path: Path) -> None:
    left = []
    for intents in (("stop", "yes"), ("private_exit",)):
        kept = Kept(tmp_path / intents[0])
        talk = _talk(kept.store, lambda _: None)
        talk.open(100.0)
        at = 100.0
        for intent in intents:
            talk.hear(Heard(intent, {}, intent, at, at, at, explicit=True), at)
        while not talk.over and at < 1000.0:
            at += 0.1
            talk.advance(at)
        assert talk.over
        kept.journal.close()
        with Journal.open(kept.folder) as journal:
            state = State.from_json(journal.load() or "")
            entries = journal.entries()
        assert state.place.phase is Phase.ENDED
        # How much had been said before the end tells nothing of how it ended.
        files = {path.name: path.stat().st_size for path in kept.folder.iterdir() if path.suffix == ".db"}
        left.append((replace(state, token=0), entries, files))
    assert left[0] == left[1]
