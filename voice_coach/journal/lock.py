"""One writer: a lock on a file beside the database, which goes with its process however that ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from voice_coach.errors import JournalBusyError, JournalError
from voice_coach.journal.folder import LOCK, told, touch


class Lock:
    """The lock of a folder, held until `release`."""

    def __init__(self, folder: Path) -> None:
        """Take it. Raises JournalBusyError where another process has it, JournalError where there can be none."""
        self._path = folder / LOCK
        with told(folder):
            touch(self._path)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._descriptor, 20, 0).decode().strip()
            os.close(self._descriptor)
            raise JournalBusyError(f"the coach is running already{f' (pid {holder})' if holder else ''}") from None
        except OSError as error:
            os.close(self._descriptor)
            raise JournalError(f"{self._path}: cannot be locked: {error.strerror}") from None
        # On a full disk it is locked all the same; who holds it is only for a message.
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    @property
    def holds(self) -> bool:
        """Whether the file that is locked is still the one in the folder."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except OSError:
            return False

    def release(self) -> None:
        """Let others have it."""
        os.close(self._descriptor)
