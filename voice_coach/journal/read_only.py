"""The journal for those who only look: also while the coach writes to it."""

import sqlite3
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from voice_coach.journal import rows
from voice_coach.journal.database import explained, open_for_reading
from voice_coach.journal.entry import Entry
from voice_coach.journal.folder import DATABASE, told


class ReadOnlyJournal:
    """What has been committed, at each call anew. A context manager that closes it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def load(self) -> str | None:
        """The newest state, None before the first. Raises JournalError."""
        with explained(self._path):
            return rows.state(self._db)

    def entries(self, since: datetime | None = None) -> list[Entry]:
        """What happened, from `since` on, the oldest first. Raises JournalError."""
        with explained(self._path):
            return rows.entries(self._db, since)


def read_only(folder: Path) -> ReadOnlyJournal | None:
    """The journal of this folder; None where nothing has been kept. Raises JournalError, JournalNewerError."""
    path = folder / DATABASE
    with told(folder):
        # `exists` hides a folder that may not be entered.
        try:
            if not path.stat().st_size:
                return None
        except FileNotFoundError:
            return None
    return ReadOnlyJournal(path, open_for_reading(path))
