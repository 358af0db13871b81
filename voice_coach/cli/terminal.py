"""The three standard streams: made safe for any text, any encoding, and for being closed or gone."""

import codecs
import os
import shutil
import sys
import textwrap
from contextlib import suppress
from typing import TextIO

from voice_coach.names import without_accents

_ERRORS = "voice-coach-readable"
_ASCII = {
    "\u00b7": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
}
"""What stands for signs; letters: see `without_accents`."""


def prepare_streams() -> None:
    """Whatever is printed can be encoded, whatever is typed decoded; descriptors that were closed lead nowhere.

    `sys.stdin` stays None where standard input was closed, so that who needs it can say so.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Else the next file to be opened would get this number, and with it all that a library prints.
            os.open(os.devnull, os.O_RDWR)
    codecs.register_error(_ERRORS, _readable)
    sys.stdout = _writable(sys.stdout, 1)
    sys.stderr = _writable(sys.stderr, 2)
    if sys.stdin is not None and hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")


def show(text: str) -> None:
    """A line of what was asked for, on standard output."""
    # Not Typer's `echo`: that writes UTF-8 to a terminal that says it wants ASCII.
    sys.stdout.write(f"{_fitted(text, sys.stdout)}\n")


def tell(message: str) -> None:
    """A line about what is amiss, on standard error."""
    line = f"voice-coach: {' '.join(message.split())}"
    with suppress(OSError):
        sys.stderr.write(f"{_fitted(line, sys.stderr)}\n")
        sys.stderr.flush()


def flush_output() -> None:
    """Write what is still buffered, while an error can be told."""
    sys.stdout.flush()
    sys.stderr.flush()


def abandon_output() -> None:
    """Nobody takes the output any more: what is left of it goes nowhere, so that leaving raises nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _fitted(text: str, stream: TextIO) -> str:
    """`text` broken between words on a terminal, and as it is for a program."""
    if not stream.isatty():
        return text
    width = shutil.get_terminal_size().columns
    return textwrap.fill(text, max(20, width - 1), break_long_words=False, break_on_hyphens=False)


def _writable(stream: TextIO | None, descriptor: int) -> TextIO:
    if stream is None:
        return open(descriptor, "w", encoding="utf-8", errors=_ERRORS, closefd=False)
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors=_ERRORS)
    return stream


def _readable(error: UnicodeError) -> tuple[str | bytes, int]:
    """Codec error handler: an accent is left out, a byte of a file's name stays itself, the rest is `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    if 0xDC80 <= ord(character) <= 0xDCFF:
        return bytes([ord(character) - 0xDC00]), error.start + 1
    plain = _ASCII.get(character) or without_accents(character)
    return "".join(c for c in plain if c.isascii()) or "?", error.start + 1
