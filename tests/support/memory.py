"""Helpers for tests of the journal: entries, bytes on disk, and processes of their own."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from voice_coach.journal import Entry, exports
from voice_coach.journal.entry import Value

NOW = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)


CALENDAR = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{exports.PRODUCT}\r\n"
"""How a calendar file of ours begins."""


def entry(kind: str, **data: Value) -> Entry:
    """An entry of now."""
    return Entry(NOW, kind, data)


def found(folder: Path, text: str) -> list[str]:
    """The names of the files in a folder that have the bytes of this text."""
    return [p.name for p in sorted(folder.rglob("*")) if p.is_file() and text.encode() in p.read_bytes()]


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python process with this code."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
