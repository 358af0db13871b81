"""The calendar files that were written from the plan: remembered, so that forgetting takes them along.

A file of its own and not a table: an export may be made while the coach has the database to itself.
"""

import json
import os
from pathlib import Path

from voice_coach.errors import JournalError
from voice_coach.journal.folder import EXPORTS, prepare, told, touch

PRODUCT = "-//Voice Coach//Plan//EN"
"""What our calendar files say of who made them (PRODID): by this they are told from everybody else's."""
_CALENDAR = b"BEGIN:VCALENDAR"
_HEAD = 1024
"""Bytes at the beginning of a calendar in which its PRODID stands."""


def remember(folder: Path, export: Path) -> None:
    """Note that this file is being written, by its absolute path. Raises JournalError."""
    prepare(folder)
    file = folder / EXPORTS
    with told(folder):
        touch(file)
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{json.dumps(str(export.absolute()))}\n")
            out.flush()
            os.fsync(out.fileno())


def remembered(folder: Path) -> list[Path]:
    """The exports that are still there, and still ours."""
    return [path for path in _paths(folder) if is_export(path)]


def replaced(folder: Path) -> list[Path]:
    """The files that lie where exports were written, and are none."""
    return [path for path in _paths(folder) if path.exists() and not is_export(path)]


def is_export(path: Path) -> bool:
    """Whether this file is a calendar of ours: somebody may have put another in its place."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return head.startswith(_CALENDAR) and f"PRODID:{PRODUCT}".encode() in head.splitlines()


def remove(folder: Path) -> None:
    """Delete the exports. Raises JournalError naming one that cannot be deleted."""
    for path in remembered(folder):
        try:
            path.unlink()
        except OSError as error:
            raise JournalError(f"{path}: cannot be deleted: {error.strerror}") from None


def _paths(folder: Path) -> list[Path]:
    """Where exports were written, each once."""
    try:
        lines = (folder / EXPORTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [*dict.fromkeys(Path(json.loads(line)) for line in lines if line.endswith('"'))]
