"""What is forgotten is gone: its bytes are searched for in every file of the folder."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.memory import CALENDAR, NOW, child, entry, found

from voice_coach.errors import JournalBusyError, JournalError
from voice_coach.journal import Entry, Journal, exports, forget, migrations, read_only

CANARY = "the blue umbrella of Lisbon"


def _state(*notes: str) -> str:
    return json.dumps({"notes": notes, "padding": 3000 * "x"})


def test_a_removed_entry_and_what_the_state_no_longer_says_leave_no_bytes(folder: Path) -> None:
    with Journal.open(folder) as journal:
        journal.save(_state("tea"), [entry("noted", text="tea"), entry("noted", text=CANARY, part=3)])
        journal.save(_state("tea", CANARY), [entry("planned", promise="p1")])
        assert found(folder, CANARY)
        journal.save(_state("tea"), [Entry(NOW, "removed", {"text": CANARY})])
        assert found(folder, CANARY) == []
        assert journal.entries() == [entry("noted", text="tea"), entry("planned", promise="p1"), entry("removed")]
        assert found(folder, "tea")


def test_a_text_that_the_state_drops_goes_when_it_is_tidied(folder: Path) -> None:
    with Journal.open(folder) as journal:
        journal.save(_state(CANARY))
        journal.save(_state())
        assert found(folder, CANARY) == ["journal.db-wal"]
        assert journal.tidy()
        assert found(folder, CANARY) == []


def test_a_text_that_was_dropped_just_before_the_power_went_goes_at_the_next_start(folder: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from voice_coach.journal import Journal
journal = Journal.open(Path(sys.argv[1]))
journal.save(sys.argv[2])
journal.save("{}")
os.kill(os.getpid(), 9)
"""
    assert child(code, folder, _state(CANARY)).wait() == -9
    assert found(folder, CANARY)
    with Journal.open(folder) as journal:
        assert found(folder, CANARY) == []
        assert journal.load() == "{}"


def test_a_reader_in_the_way_is_waited_for(folder: Path) -> None:
    with Journal.open(folder) as journal:
        journal.save(_state(CANARY))
        reader = read_only(folder)
        assert reader is not None
        with reader:
            reader._db.execute("BEGIN")
            assert reader.load() == _state(CANARY)
            journal.save(_state(), [entry("removed", text=CANARY)])
            assert not journal.tidy()
            assert found(folder, CANARY)
        assert journal.tidy()
        assert found(folder, CANARY) == []


def test_removing_takes_backups_and_broken_files_along(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.open(folder) as journal:
        journal.save(_state(CANARY))
    step = ("ALTER TABLE entry ADD COLUMN mood TEXT",)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, step))
    (folder / "journal.broken-1.db").write_text(CANARY)
    with Journal.open(folder) as journal:
        assert len(found(folder, CANARY)) == 3
        journal.save(_state(), [entry("removed", text=CANARY)])
        assert found(folder, CANARY) == []


def test_forgetting_all_leaves_nothing_but_a_lock_and_begins_anew(folder: Path, tmp_path: Path) -> None:
    calendar, letter = tmp_path / "ours.ics", tmp_path / "letter.txt"
    theirs = tmp_path / "theirs.ics"
    calendar.write_text(f"{CALENDAR}SUMMARY:{CANARY}")
    letter.write_text("somebody else put this in the place of an export")
    theirs.write_text("BEGIN:VCALENDAR\r\nPRODID:-//Somebody//Some//EN\r\nSUMMARY:not ours")
    with Journal.open(folder) as journal:
        journal.save(_state(CANARY), [entry("noted", text=CANARY)])
        exports.remember(folder, calendar)
        exports.remember(folder, letter)
        exports.remember(folder, theirs)
        exports.remember(folder, tmp_path / "gone.ics")
        assert exports.remembered(folder) == [calendar]
        assert exports.replaced(folder) == [letter, theirs]
        (folder / "journal.broken-1.db-wal").write_text(CANARY)
        (folder / "plan-edit-abc").mkdir()
        (folder / "plan-edit-abc" / "plan.txt").write_text(CANARY)
        journal.forget()
        assert [p.name for p in folder.iterdir()] == ["journal.lock"]
        assert found(tmp_path, CANARY) == []
        assert letter.exists()
        assert theirs.exists()
        assert journal.load() is None
        journal.save(_state("tea"))
    with Journal.open(folder) as journal:
        assert journal.load() == _state("tea")


def test_all_is_forgotten_whatever_state_it_is_in_but_not_under_a_running_coach(folder: Path) -> None:
    forget(folder)
    with Journal.open(folder) as journal:
        journal.save(_state(CANARY))
        with pytest.raises(JournalBusyError):
            forget(folder)
    (folder / "journal.db").write_bytes(b"broken " + CANARY.encode())
    forget(folder)
    assert found(folder, CANARY) == []


def test_an_export_that_cannot_be_deleted_is_named_and_nothing_is_forgotten(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "ours.ics"
    export.write_text(CALENDAR)
    with Journal.open(folder) as journal:
        journal.save(_state("tea"))
        exports.remember(folder, export)
        with (
            pytest.MonkeyPatch.context() as patch,
            pytest.raises(JournalError, match=r"ours.ics: cannot be"),
        ):
            patch.setattr(type(export), "unlink", _refused)
            journal.forget()
        assert journal.load() == _state("tea")


def _refused(*_: object, **__: object) -> None:
    raise PermissionError(1, "Operation not permitted")


_NOTE = st.integers(0, 9)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["note", "drop", "open"]), _NOTE), max_size=25))
def test_after_any_evening_only_what_is_still_kept_is_on_disk(
    tmp_path_factory: pytest.TempPathFactory, evening: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("memory")
    journal, notes = Journal.open(folder), dict[int, str]()
    for what, number in evening:
        text = f"note number {number} of them all, and {number * 300 * 'x'}"
        if what == "note" and number not in notes:
            notes[number] = text
            journal.save(json.dumps([*notes.values()]), [entry("noted", text=text)])
        elif what == "drop" and notes.pop(number, None):
            journal.save(json.dumps([*notes.values()]), [entry("removed", text=text)])
        elif what == "open":
            journal.close()
            journal = Journal.open(folder)
        for other in range(10):
            assert bool(found(folder, f"note number {other} of")) == (other in notes)
    journal.close()
