"""What holds for the whole process while devices are in use: SIGTERM, and standard error."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_TERMINATED = 143


@contextmanager
def libraries_silent() -> Iterator[None]:
    """Standard error for our own messages only.

    ALSA and PortAudio write straight to it, into the view; their errors reach us otherwise.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    before = sys.stderr
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with open(kept, "w", buffering=1, encoding="utf-8", closefd=False) as ours:
            os.dup2(nowhere, 2)
            sys.stderr = ours
            yield
    finally:
        sys.stderr = before
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM leaves like Ctrl-C: through all the `finally`s."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
