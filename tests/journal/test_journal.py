"""Keeping and finding again: states, entries, one writer, and who may look."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.memory import NOW, child, entry

from voice_coach.errors import JournalBusyError, JournalError, SettingsError
from voice_coach.journal import Entry, Journal, journal_folder, read_only

HOLD = """
import sys
from pathlib import Path
from voice_coach.journal import Journal
journal = Journal.open(Path(sys.argv[1]))
journal.save('{"note": "first"}')
print("open", flush=True)
sys.stdin.read()
journal.close()
"""


def test_what_was_saved_is_there_after_it_is_opened_again(folder: Path) -> None:
    with Journal.open(folder) as journal:
        assert journal.load() is None
        assert journal.entries() == []
        journal.save('{"step": 1}', [entry("planned", promise="tea", times=("21:00", "22:00"), minutes=10)])
        journal.save('{"step": 2}', [entry("kept", promise="tea")])
        assert journal.notice is None
    with Journal.open(folder) as journal:
        assert journal.load() == '{"step": 2}'
        assert journal.entries() == [
            entry("planned", promise="tea", times=("21:00", "22:00"), minutes=10),
            entry("kept", promise="tea"),
        ]


def test_entries_are_found_by_their_time_in_any_zone(folder: Path) -> None:
    with Journal.open(folder) as journal:
        for days in range(3):
            journal.save("{}", [Entry(NOW + timedelta(days=days), "kept")])
        assert len(journal.entries(NOW + timedelta(days=1))) == 2
        assert len(journal.entries((NOW + timedelta(days=2)).astimezone())) == 1


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.text(max_size=5),
        st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.tuples(st.text()),
    ),
    st.datetimes(timezones=st.timezones()),
)
def test_an_entry_is_the_same_after_its_row(data: dict[str, str], at: object) -> None:
    before = Entry(at.replace(microsecond=0), "noted", data)  # type: ignore[attr-defined]
    after = Entry.from_row(*before.to_row())
    assert (after.kind, after.data) == (before.kind, before.data)
    assert abs(after.at - before.at) < timedelta(seconds=60), "zones had offsets with seconds once"


def test_a_second_writer_is_told_who_is_the_first(folder: Path) -> None:
    first = child(HOLD, folder)
    assert first.stdout and first.stdin
    assert first.stdout.readline() == "open\n"
    with pytest.raises(JournalBusyError, match=rf"^the coach is running already \(pid {first.pid}\)$"):
        Journal.open(folder)
    reader = read_only(folder)
    assert reader is not None
    with reader:
        assert reader.load() == '{"note": "first"}'
    first.stdin.close()
    assert first.wait() == 0
    Journal.open(folder).close()


def test_a_second_writer_in_the_same_process_is_refused_too(folder: Path) -> None:
    with Journal.open(folder), pytest.raises(JournalBusyError):
        Journal.open(folder)


def test_a_killed_writer_leaves_no_lock(folder: Path) -> None:
    first = child(HOLD, folder)
    assert first.stdout
    assert first.stdout.readline() == "open\n"
    first.kill()
    first.wait()
    with Journal.open(folder) as journal:
        assert journal.load() == '{"note": "first"}'
        assert journal.notice is None


def test_a_reader_sees_what_is_committed_while_the_writer_goes_on(folder: Path) -> None:
    assert read_only(folder) is None
    with Journal.open(folder) as journal:
        journal.save('{"n": 1}', [entry("planned")])
        reader = read_only(folder)
        assert reader is not None
        with reader:
            assert reader.load() == '{"n": 1}'
            journal.save('{"n": 2}', [entry("kept")])
            assert reader.load() == '{"n": 2}'
            assert [e.kind for e in reader.entries()] == ["planned", "kept"]
            assert reader.entries(NOW + timedelta(seconds=1)) == []


def test_files_and_folder_are_for_their_owner_alone(folder: Path) -> None:
    with Journal.open(folder) as journal:
        journal.save("{}")
        reader = read_only(folder)
        assert reader is not None
        with reader:
            reader.load()
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    assert {"journal.db", "journal.db-wal", "journal.db-shm", "journal.lock"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_loose_mode_is_tightened_but_not_that_of_a_folder_with_other_things(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    Journal.open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "journal.db").chmod(0o644)
    folder.chmod(0o755)
    (folder / "letter.txt").touch()
    Journal.open(folder).close()
    assert stat.S_IMODE((folder / "journal.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_the_same_evening_gives_the_same_bytes(tmp_path: Path) -> None:
    """Which goodbye it was can be told by what the session keeps alone."""
    for name in ("a", "b"):
        with Journal.open(tmp_path / name) as journal:
            journal.save(json.dumps({"phase": "turn", "notes": ["work hours"]}), [entry("noted", text="work")])
            journal.save(json.dumps({"phase": "ended"}), [entry("ended")])
            journal.tidy()
    files = [sorted(p.name for p in (tmp_path / name).iterdir()) for name in ("a", "b")]
    assert files[0] == files[1]
    assert (tmp_path / "a/journal.db").read_bytes() == (tmp_path / "b/journal.db").read_bytes()


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VOICE_COACH_HOME", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert journal_folder(None) == tmp_path / "voice-coach"
    assert journal_folder(tmp_path / "usb") == tmp_path / "usb"
    monkeypatch.setenv("VOICE_COACH_HOME", "~/kept")
    assert journal_folder(tmp_path / "usb") == Path.home() / "kept"
    monkeypatch.setenv("VOICE_COACH_HOME", "~nobody-of-this-name/kept")
    with pytest.raises(SettingsError, match=r"^VOICE_COACH_HOME: .*: there is no such home folder$"):
        journal_folder(None)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"file/memory: Not a directory$"):
        Journal.open(tmp_path / "file" / "memory")
