"""The SQLite file: opened so that what is committed survives a power cut, and what is deleted is overwritten."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from voice_coach.errors import JournalBrokenError, JournalError, JournalNewerError
from voice_coach.journal import migrations
from voice_coach.journal.folder import BACKUP, DATABASE, set_aside, sync, told, touch

_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_READER_S = 2.0
"""How long a reader waits for another process."""
_WRITER_S = 0.2
"""How long the writer waits while it opens the file; later it does not wait, as people are listening."""


def open_for_writing(folder: Path) -> tuple[sqlite3.Connection, str | None]:
    """The database of a folder that is there, made where it is not; and what has to be told about it, if anything.

    What is broken is set aside. Raises JournalError, JournalNewerError.
    """
    path = folder / DATABASE
    with told(folder), explained(path):
        try:
            return _opened(path), None
        except sqlite3.DatabaseError as error:
            if not _is_broken(error):
                raise
        aside = set_aside(folder)
        notice = f"{path}: it is broken, and has been set aside as {aside.name}; nothing from before is remembered"
        return _opened(path), notice


def open_for_reading(path: Path) -> sqlite3.Connection:
    """The database as it is, while others may write to it. Raises JournalError, JournalNewerError."""
    with explained(path):
        try:
            db = _reading(path, "mode=ro")
        except sqlite3.OperationalError as error:
            # A folder that cannot be written has no room for a reader's files; nor does anybody write there.
            if _primary(error) not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY} or _has_wal(path):
                raise
            db = _reading(path, "immutable=1")
        return db


def checkpoint(db: sqlite3.Connection) -> bool:
    """Take everything over into the database and empty the write-ahead log; False while a reader is in the way."""
    return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and on disk when it is left. Raises sqlite3.Error."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # Some errors end a transaction by themselves.
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what SQLite says into a JournalError."""
    try:
        yield
    except sqlite3.Error as error:
        kind = JournalBrokenError if _is_broken(error) else JournalError
        raise kind(f"{path}: {_REASONS.get(_primary(error)) or error}") from None


_REASONS: dict[int | None, str] = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_BUSY: "another program has locked it",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_CORRUPT: "it is broken",
    sqlite3.SQLITE_NOTADB: "it is broken",
}
"""What is wrong with a file, by SQLite's primary result code."""


def _opened(path: Path) -> sqlite3.Connection:
    """Raises OSError, sqlite3.Error, JournalNewerError."""
    if path.exists():
        # Looked at first by a reader: whoever writes would change a newer file at once.
        _reading(path, "mode=ro").close()
    else:
        touch(path)
        sync(path.parent)
    for beside in (path, *path.parent.glob(f"{path.name}-*")):
        touch(beside)
    db = sqlite3.connect(path, timeout=_WRITER_S, isolation_level=None)
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            db.execute(f"PRAGMA {pragma}")
        _checked(db)
        if 0 < migrations.version(db) < len(migrations.STEPS):
            _back_up(db, path.parent / BACKUP)
        migrations.migrate(db)
        db.execute("INSERT OR IGNORE INTO running VALUES (1)")
        checkpoint(db)
        db.execute("PRAGMA busy_timeout = 0")
    except BaseException:
        db.close()
        raise
    return db


def _checked(db: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError where a file whose writer was cut off is broken."""
    if migrations.version(db) and db.execute("SELECT 1 FROM running").fetchone():
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            error = sqlite3.DatabaseError(found)
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error


def _reading(path: Path, mode: str) -> sqlite3.Connection:
    """Raises sqlite3.Error, JournalNewerError."""
    db = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}", uri=True, timeout=_READER_S, isolation_level=None
    )
    try:
        if migrations.version(db) > len(migrations.STEPS):
            raise JournalNewerError(
                f"{path}: a newer voice-coach has written it; update this one (until then nothing is kept)"
            )
    except BaseException:
        db.close()
        raise
    return db


def _back_up(db: sqlite3.Connection, path: Path) -> None:
    path.unlink(missing_ok=True)
    touch(path)
    with closing(sqlite3.connect(path)) as copy:
        db.backup(copy)
    sync(path.parent)


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _is_broken(error: sqlite3.Error) -> bool:
    return _primary(error) in _BROKEN


def _primary(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for an error of Python's module itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
