"""Lines from standard input as they are typed, read without a thread."""

import os
import select
import sys

from voice_coach.errors import InputError

_LONGEST_BYTES = 1000
"""The longest line: nobody types more, and what comes from a file without line ends must not pile up."""


class TypedLines:
    """Standard input, line by line."""

    def __init__(self) -> None:
        """Raises InputError when standard input is closed."""
        if sys.stdin is None:
            raise InputError("standard input is closed, so nothing can be typed; leave out `<&-`")
        self._descriptor = sys.stdin.fileno()
        self._encoding = sys.stdin.encoding
        self._rest = b""
        self._ended = False

    def read(self, timeout_s: float) -> str | None:
        """The next line; empty when there is none within `timeout_s`, None when the input has ended.

        Raises InputError when it cannot be read.
        """
        if b"\n" not in self._rest and not self._ended and self._ready(timeout_s):
            self._take()
        if b"\n" in self._rest or len(self._rest) > _LONGEST_BYTES or (self._rest and self._ended):
            line, _, self._rest = self._rest.partition(b"\n")
            if len(line) > _LONGEST_BYTES:
                self._rest = line[_LONGEST_BYTES:] + b"\n" + self._rest
            return _printable(line[:_LONGEST_BYTES].decode(self._encoding, "replace"))
        return None if self._ended else ""

    def _ready(self, timeout_s: float) -> bool:
        return bool(select.select([self._descriptor], [], [], timeout_s)[0])

    def _take(self) -> None:
        try:
            more = os.read(self._descriptor, _LONGEST_BYTES)
        except OSError as error:
            if os.isatty(self._descriptor):
                more = b""  # the terminal has been closed
            else:
                raise InputError(f"standard input cannot be read: {error.strerror}") from None
        self._rest += more
        self._ended = not more


def _printable(line: str) -> str:
    """The line without characters that would move the cursor or change colours when it is shown."""
    return "".join(c if c.isprintable() else " " for c in line).strip()
