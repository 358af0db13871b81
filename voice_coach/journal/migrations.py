"""The tables, by version: `PRAGMA user_version` says how many of these steps a file has gone."""

import sqlite3

STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL)",
        "CREATE TABLE entry (id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL)",
        # A row while a writer has the file open: still there at the next start, it says that this one was cut off.
        "CREATE TABLE running (id INTEGER PRIMARY KEY CHECK (id = 1))",
    ),
)


def version(db: sqlite3.Connection) -> int:
    """How many steps this file has gone."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Go the steps that are missing, each in a transaction of its own. Raises sqlite3.Error."""
    for number in range(version(db), len(STEPS)):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in STEPS[number]:
                db.execute(statement)
            # A pragma takes no parameters.
            db.execute(f"PRAGMA user_version = {number + 1}")
            db.execute("COMMIT")
        except sqlite3.Error:
            db.execute("ROLLBACK")
            raise
