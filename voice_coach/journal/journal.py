"""The journal of whoever writes to it: the newest state, an append-only list of entries, and forgetting."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from voice_coach.errors import JournalError
from voice_coach.journal import database, exports, rows
from voice_coach.journal import folder as files
from voice_coach.journal.entry import REMOVED, Entry
from voice_coach.journal.lock import Lock


class Journal:
    """One writer's journal; a context manager that closes it.

    After an error it is opened anew by the next call, so that it can be tried again. All calls raise JournalError.
    """

    def __init__(self, folder: Path, lock: Lock) -> None:
        self.folder = folder
        self.notice: str | None = None
        """What people have to be told about the file: that it was broken. None without."""
        self._lock = lock
        self._db: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None
        self._texts: frozenset[str] = frozenset()
        """All texts of the newest state."""
        self._remains = False
        """Whether texts that are no longer kept may still lie in the write-ahead log."""

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Make or open it. Raises JournalBusyError, JournalNewerError, JournalError."""
        files.prepare(folder)
        journal = cls(folder, Lock(folder))
        try:
            with journal._writing():
                pass
        except BaseException:
            journal.close()
            raise
        return journal

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self) -> str | None:
        """The newest state, None before the first."""
        with self._writing() as db:
            return rows.state(db)

    def entries(self, since: datetime | None = None) -> list[Entry]:
        """What happened, from `since` on, in the order in which it was kept."""
        with self._writing() as db:
            return rows.entries(db, since)

    def save(self, state: str, entries: Sequence[Entry] = ()) -> None:
        """Keep this state (JSON) in the place of the last, and these entries: all of it is on disk, or nothing.

        An entry of the kind REMOVED deletes the earlier ones that have all of its values, and copies of old files.
        """
        removed = any(entry.kind == REMOVED for entry in entries)
        texts = _texts(state)
        with self._writing() as db:
            with database.transaction(db):
                for entry in entries:
                    _append(db, entry)
                db.execute(
                    "INSERT INTO state VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json", (state,)
                )
            self._remains = self._remains or removed or not self._texts <= texts
            self._texts = texts
        if removed:
            files.remove_copies(self.folder)
            self.tidy()

    def tidy(self) -> bool:
        """Overwrite what is no longer kept; False while another reader is in the way: then try again."""
        if self._remains:
            with self._writing() as db:
                self._remains = not database.checkpoint(db)
        return not self._remains

    def forget(self) -> None:
        """Delete all of it, with every copy and export. Then it is a new, empty one."""
        self._disconnect()
        _remove_all(self.folder)
        self._texts, self._remains = frozenset(), False

    def set_aside(self) -> Path:
        """Give the file another name, under which it stays until something is forgotten; then it is a new one."""
        self._disconnect()
        return files.set_aside(self.folder)

    def close(self) -> None:
        """Leave it whole, and let others write."""
        if self._db is not None:
            # What cannot be written now is found, and checked, at the next start.
            with suppress(sqlite3.Error):
                self._db.execute("DELETE FROM running")
                database.checkpoint(self._db)
        self._disconnect()
        self._lock.release()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The connection, opened where it is not; closed again when anything fails."""
        if self._db is not None and self._found() != self._inode:
            self._disconnect()
            raise JournalError(f"{self.folder / files.DATABASE}: it has been taken away")
        if self._db is None:
            self._connect()
        assert self._db is not None
        try:
            with database.explained(self.folder / files.DATABASE):
                yield self._db
        except JournalError:
            self._disconnect()
            raise

    def _connect(self) -> None:
        if not self._lock.holds:
            lock = Lock(self.folder)
            self._lock.release()
            self._lock = lock
        self._db, notice = database.open_for_writing(self.folder)
        self.notice = notice or self.notice
        self._inode = self._found()
        with database.explained(self.folder / files.DATABASE):
            self._texts = _texts(rows.state(self._db) or "null")

    def _found(self) -> tuple[int, int] | None:
        """Which file lies there: one that somebody has deleted can still be written to, for nothing."""
        try:
            there = (self.folder / files.DATABASE).stat()
        except OSError:
            return None
        return there.st_dev, there.st_ino

    def _disconnect(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None


def forget(folder: Path) -> None:
    """Delete all that lies in this folder, whatever state it is in. Raises JournalBusyError, JournalError."""
    if not folder.is_dir():
        return
    lock = Lock(folder)
    try:
        _remove_all(folder)
    finally:
        lock.release()


def _remove_all(folder: Path) -> None:
    exports.remove(folder)
    files.remove_all(folder)


def _append(db: sqlite3.Connection, entry: Entry) -> None:
    if entry.kind == REMOVED:
        for number, *columns in db.execute("SELECT id, at, kind, data FROM entry").fetchall():
            if Entry.from_row(*columns).matches(entry.data):
                db.execute("DELETE FROM entry WHERE id = ?", (number,))
        entry = Entry(entry.at, entry.kind)
    db.execute("INSERT INTO entry (at, kind, data) VALUES (?, ?, ?)", entry.to_row())


def _texts(state: str) -> frozenset[str]:
    """All texts in this JSON but its keys; what is no JSON is one text."""
    try:
        return frozenset(_strings(json.loads(state)))
    except ValueError:
        return frozenset((state,))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
