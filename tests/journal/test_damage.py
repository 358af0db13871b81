"""What can happen to files: broken, newer, older, taken away, a full or a read-only disk."""

import os
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.memory import child, entry

from voice_coach.errors import JournalError, JournalNewerError
from voice_coach.journal import Journal, migrations, read_only

NOBODY = 65534


def _kept(folder: Path, state: str = '{"note": "kept"}') -> Path:
    with Journal.open(folder) as journal:
        journal.save(state, [entry("planned", what="tea")])
    return folder / "journal.db"


def _cut_off(path: Path) -> None:
    """As after a power cut: the row that says a writer is running is still there."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO running VALUES (1)")
        db.commit()


@pytest.mark.parametrize("damage", ["text", "zeros", "short", "page"])
def test_a_broken_file_is_set_aside_and_told_and_a_new_one_begun(folder: Path, damage: str) -> None:
    path = _kept(folder, '{"note": "' + 20_000 * "x" + '"}')
    _cut_off(path)
    whole = path.read_bytes()
    broken = {
        "text": b"this is no database" * 100,
        "zeros": bytes(len(whole)),
        "short": whole[: len(whole) // 2],
        "page": whole[:4096] + os.urandom(8192) + whole[12288:],
    }[damage]
    path.write_bytes(broken)
    with Journal.open(folder) as journal:
        assert journal.load() is None
        assert journal.notice is not None
        assert "it is broken, and has been set aside as journal.broken-1.db" in journal.notice
        journal.save('{"note": "new"}')
    assert (folder / "journal.broken-1.db").read_bytes()[:4096] == broken[:4096]
    with Journal.open(folder) as journal:
        assert journal.load() == '{"note": "new"}'
        assert journal.notice is None


def test_several_broken_files_do_not_replace_each_other(folder: Path) -> None:
    for _ in range(2):
        _kept(folder).write_bytes(b"no database" * 500)
        Journal.open(folder).close()
    assert {p.name for p in folder.glob("*broken*")} == {"journal.broken-1.db", "journal.broken-2.db"}


def test_an_empty_file_is_a_new_journal(folder: Path) -> None:
    path = _kept(folder)
    path.write_bytes(b"")
    assert read_only(folder) is None
    with Journal.open(folder) as journal:
        assert journal.load() is None
        assert journal.notice is None


def test_a_newer_file_is_not_touched(folder: Path) -> None:
    path = _kept(folder)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    for look in (Journal.open, read_only):
        with pytest.raises(JournalNewerError, match=r"^.*journal.db: a newer voice-coach has written it; update"):
            look(folder)
    assert path.read_bytes() == before


def test_an_older_file_goes_the_steps_that_are_missing_and_leaves_a_backup(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept(folder)
    step = ("ALTER TABLE entry ADD COLUMN mood TEXT", "UPDATE entry SET mood = 'calm'")
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, step))
    with Journal.open(folder) as journal:
        assert journal.load() == '{"note": "kept"}'
        assert journal.entries() == [entry("planned", what="tea")]
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        assert db.execute("SELECT mood FROM entry").fetchall() == [("calm",)]
        assert migrations.version(db) == 2
    backup = folder / "journal.backup.db"
    assert backup.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(backup)) as db:
        assert migrations.version(db) == 1
        assert db.execute("SELECT json FROM state").fetchall() == [('{"note": "kept"}',)]
    assert sorted(p.name for p in folder.iterdir()) == ["journal.backup.db", "journal.db", "journal.lock"]


def test_a_step_that_fails_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _kept(folder)
    with monkeypatch.context() as patch:
        step = ("ALTER TABLE entry ADD COLUMN mood TEXT", "UPDATE elsewhere SET mood = 'calm'")
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, step))
        with pytest.raises(JournalError, match="no such table"):
            Journal.open(folder)
    with Journal.open(folder) as journal:
        assert journal.load() == '{"note": "kept"}'
    with closing(sqlite3.connect(path)) as db:
        assert migrations.version(db) == 1


def test_a_folder_taken_away_is_told_and_what_comes_after_it_is_back_is_kept(folder: Path, tmp_path: Path) -> None:
    with Journal.open(folder) as journal:
        journal.save('{"n": 1}')
        folder.rename(tmp_path / "elsewhere")
        with pytest.raises(JournalError, match="it has been taken away"):
            journal.save('{"n": 2}')
        with pytest.raises(JournalError, match="No such file"):
            journal.save('{"n": 2}')
        (tmp_path / "elsewhere").rename(folder)
        journal.save('{"n": 3}')
        assert journal.load() == '{"n": 3}'


def test_a_locked_database_is_told_at_once(folder: Path) -> None:
    with Journal.open(folder) as journal:
        with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(JournalError, match="another program has locked it"):
                journal.save('{"n": 1}')
            other.execute("ROLLBACK")
        journal.save('{"n": 2}')
        assert journal.load() == '{"n": 2}'


def test_a_full_disk_loses_nothing_that_was_kept(folder: Path) -> None:
    """The limit of a file's size stands in for the size of a disk."""
    with Journal.open(folder) as journal:
        journal.save('{"n": 1}', [entry("planned")])
        size = (folder / "journal.db-wal").stat().st_size
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, before[1]))
        try:
            with pytest.raises(JournalError, match=r"journal.db: (the disk|it cannot)"):
                journal.save('{"n": "' + 100_000 * "x" + '"}', [entry("kept")])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert journal.load() == '{"n": 1}'
        journal.save('{"n": 2}', [entry("kept")])
        assert [e.kind for e in journal.entries()] == ["planned", "kept"]


LOOK = """
import os
import sys
from pathlib import Path
from voice_coach.errors import JournalError
from voice_coach.journal import Journal, read_only
if os.geteuid() == 0:
    os.setuid(int(sys.argv[2]))
try:
    reader = read_only(Path(sys.argv[1]))
    print(reader and reader.load())
    Journal.open(Path(sys.argv[1]))
except JournalError as error:
    print(error)
"""


@pytest.fixture
def others(folder: Path) -> Iterator[Path]:
    """A journal of somebody without rights, where the tests are run by root; else of who runs them."""
    if os.geteuid() != 0:
        _kept(folder)
        yield folder
        folder.chmod(0o700)
        return
    # Nobody else may enter the folders that pytest makes.
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "memory"
        _kept(folder)
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        yield folder


def test_what_may_not_be_written_can_be_read(others: Path) -> None:
    for path in (*others.iterdir(), others):
        path.chmod(0o500 if path.is_dir() else 0o400)
    looked, said = child(LOOK, others, NOBODY).communicate()
    assert looked.splitlines() == ['{"note": "kept"}', f"{others}/journal.lock: Permission denied"], said


def test_what_may_not_be_read_is_one_line(others: Path) -> None:
    (others / "journal.db").chmod(0)
    looked, said = child(LOOK, others, NOBODY).communicate()
    assert looked == f"{others}/journal.db: it cannot be opened\n", said
