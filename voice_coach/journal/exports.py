"""The calendar files that were written from the plan: remembered, so that forgetting takes them along.

A file of its own and not a table: an export may be made while the coach has the database to itself.
"""

import json
import os
from pathlib import Path

from voice_coach.errors import JournalError
from voice_coach.journal.folder import EXPORTS, prepare, told, touch

_CALENDAR = b"BEGIN:VCALENDAR"


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
    """The exports that are still there, and still calendars."""
    try:
        lines = (folder / EXPORTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = (Path(json.loads(line)) for line in lines if line.endswith('"'))
    return [path for path in dict.fromkeys(found) if _is_calendar(path)]


def remove(folder: Path) -> None:
    """Delete the exports. Raises JournalError naming one that cannot be deleted."""
    for path in remembered(folder):
        try:
            path.unlink()
        except OSError as error:
            raise JournalError(f"{path}: cannot be deleted: {error.strerror}") from None


def _is_calendar(path: Path) -> bool:
    """Somebody may have put another file in its place."""
    try:
        with path.open("rb") as file:
            return file.read(len(_CALENDAR)) == _CALENDAR
    except OSError:
        return False
