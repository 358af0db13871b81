"""What the tables hold, as those who write and those who only read ask for it."""

import sqlite3
from datetime import datetime

from voice_coach.journal.entry import Entry, as_text


def state(db: sqlite3.Connection) -> str | None:
    """The newest state."""
    row = db.execute("SELECT json FROM state").fetchone()
    return None if row is None else str(row[0])


def entries(db: sqlite3.Connection, since: datetime | None) -> list[Entry]:
    """The entries in the order in which they were made, from `since` on."""
    bound = "" if since is None else as_text(since)
    rows = db.execute("SELECT at, kind, data FROM entry WHERE at >= ? ORDER BY id", (bound,))
    return [Entry.from_row(*row) for row in rows]
