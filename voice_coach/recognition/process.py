"""What belongs to the whole process, and why two hearings in one process do not disturb each other by it:

    C's random numbers  Kaldi draws its dither from them: each hearing has a sequence of its own (`Dither`)
    Vosk's log level    set once, to silence
    `requests`          absent only while Vosk is imported, which happens once
    memory allocation   a hint to the C library that changes no result
    temporary folder    files in it are named by their content, so sharers find what they would have made

All else that is kept belongs to an object of its user.
"""

import ctypes
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

_ARENAS = -8  # glibc's M_ARENA_MAX
_NO_REQUESTS = ModuleType("requests")
_STATE_BYTES = 128
"""The size of the state of glibc's generator as a process begins with it; other sizes give other numbers."""
_SEED = 1
_dithering = threading.RLock()


class Dither:
    """A sequence of C's random numbers of its own, in force while it is entered as a context.

    Kaldi adds faint noise to all sound, drawn from C's `rand`, of which a process has one: without this, what one
    hearing takes in would change the noise, and by it the scores, of all others. All begin with the same
    numbers. Threads that enter at the same time wait for each other.
    """

    def __init__(self) -> None:
        self._state = ctypes.create_string_buffer(_STATE_BYTES)
        libc = _libc()
        with _dithering:
            _set_state(libc.initstate(_SEED, self._state, _STATE_BYTES))
        self._before: list[int] = []

    def __enter__(self) -> None:
        _dithering.acquire()
        self._before.append(_set_state(ctypes.addressof(self._state)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _set_state(self._before.pop())
        _dithering.release()


def _set_state(state: int) -> int:
    """Have C draw from the state at this address; the address of the one before."""
    return int(_libc().setstate(state))


@cache
def _libc() -> Any:
    libc = ctypes.CDLL(None)
    libc.initstate.argtypes = [ctypes.c_uint, ctypes.c_void_p, ctypes.c_size_t]
    libc.setstate.argtypes = [ctypes.c_void_p]
    libc.initstate.restype = libc.setstate.restype = ctypes.c_void_p
    return libc


def import_vosk() -> Any:
    """Vosk, silent, and without `requests`, which it imports to download models: 8 MB, and nothing is downloaded.

    Slow, and not needed to find a broken directory: so not imported at the top of any module.
    """
    absent = sys.modules.setdefault("requests", _NO_REQUESTS) is _NO_REQUESTS
    try:
        import vosk  # noqa: PLC0415
    finally:
        if absent:
            del sys.modules["requests"]  # others get the real one
    vosk.SetLogLevel(-2)  # no warnings: an early result in mid-word brings one
    return vosk


def keep_memory_together() -> None:
    """Have the C library take memory for all threads from one place, as hardly two of them ever work at once.

    Else each thread has its own, which it never gives back. Call it before they start.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENAS, 1)


def give_memory_back() -> None:
    """Have the C library return what is no longer used: 20 MB where one recognizer has taken over from another.

    C libraries other than glibc need not be asked.
    """
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


@cache
def temporary_folder() -> Path:
    """A folder that goes with the process. Raises OSError where none can be made."""
    return Path(_temporary().name)


@cache
def _temporary() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="voice-coach-")
