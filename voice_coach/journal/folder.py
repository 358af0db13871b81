"""Where the journal lies, and which files in its folder are ours."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from voice_coach.errors import JournalError, SettingsError

DATABASE = "journal.db"
BACKUP = "journal.backup.db"
LOCK = "journal.lock"
EXPORTS = "exports.jsonl"
EDITED = "plan-edit-"
"""How a folder begins that is there while the plan is edited."""
_BROKEN = "journal.broken-"
_VARIABLE = "VOICE_COACH_HOME"
_SIDE_FILES = ("", "-wal", "-shm", "-journal")
"""What SQLite puts beside a database, by the end of its name."""


def journal_folder(setting: Path | None) -> Path:
    """The journal's folder: $VOICE_COACH_HOME, else the one that is set, else the user's state folder.

    It need not exist. Raises SettingsError.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError:
            raise SettingsError(f"{_VARIABLE}: {named}: there is no such home folder") from None
    return setting or platformdirs.user_state_path("voice-coach")


def prepare(folder: Path) -> None:
    """Make the folder, for its owner alone. Raises JournalError.

    One that holds other things as well keeps its mode: it may be somebody's home.
    """
    with told(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid == os.geteuid() and not [p for p in folder.iterdir() if not _is_ours(p.name)]:
            folder.chmod(0o700)


def touch(path: Path) -> None:
    """Make the file where there is none; either way it is for its owner alone. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        # Not for somebody else's file, nor on a disk that cannot be written.
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o600:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def set_aside(folder: Path) -> Path:
    """Give the database another name, and whatever lies beside it too. Raises JournalError."""
    number = 1
    while (aside := folder / f"{_BROKEN}{number}.db").exists():
        number += 1
    with told(folder):
        for end in _SIDE_FILES:
            with suppress(FileNotFoundError):
                (folder / f"{DATABASE}{end}").rename(f"{aside}{end}")
        sync(folder)
    return aside


def remove_copies(folder: Path) -> None:
    """Delete the backup and what has been set aside. Raises JournalError."""
    _remove(folder, [p for p in _files(folder) if p.name.startswith((BACKUP, _BROKEN))])


def remove_all(folder: Path) -> None:
    """Delete every file of ours but the lock. Raises JournalError naming one that cannot be deleted."""
    _remove(folder, [p for p in _files(folder) if p.name != LOCK])


def sync(folder: Path) -> None:
    """See to it that the names in the folder are on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turns what the system says into a JournalError."""
    try:
        yield
    except OSError as error:
        raise JournalError(f"{error.filename or folder}: {error.strerror or error}") from None


def _files(folder: Path) -> list[Path]:
    with told(folder):
        return sorted(p for p in folder.iterdir() if _is_ours(p.name))


def _is_ours(name: str) -> bool:
    return name in {LOCK, EXPORTS} or name.startswith((DATABASE, BACKUP, _BROKEN, EDITED))


def _remove(folder: Path, files: list[Path]) -> None:
    with told(folder):
        for file in files:
            if file.is_dir() and not file.is_symlink():
                shutil.rmtree(file)
            else:
                file.unlink(missing_ok=True)
        if files:
            sync(folder)
