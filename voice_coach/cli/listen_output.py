"""How `voice-coach listen` prints what was understood: for programs, or for people."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voice_coach.cli.terminal import show, tell

_REFRESH_S = 0.2


def emit_json(result: Mapping[str, Any]) -> None:
    """One JSON object per line on standard output; what is amiss goes to standard error."""
    if not _amiss(result):
        # In ASCII, so that every encoding and every name of a file gives JSON that can be read again.
        sys.stdout.write(f"{json.dumps(result)}\n")


def emit_table(result: Mapping[str, Any]) -> None:
    """One line a result, in columns: from, to, decided (seconds), what, and the words."""
    if _amiss(result):
        return
    match result["kind"]:
        case "heard":
            slots = ", ".join(f"{name} {value}" for name, value in result["slots"].items())
            _line(result, f"{result['intent']}{f' ({slots})' if slots else ''}", result["text"])
        case "wake":
            _line(result, "wake", result["phrase"])
        case "summary":
            show(
                f"{result['audio_s']:.1f} s of audio in {result['cpu_s']:.2f} s of processor time; "
                f"loaded in {result['load_s']:.2f} s; {result['rss_mb']:.0f} MB"
            )


def _line(result: Mapping[str, Any], what: str, words: str) -> None:
    span = f"{result['start']:7.2f} {result['end']:7.2f} {result['decided']:7.2f}"
    show(f"{result['file']}  {span}  {what:<24} {words}")


def _amiss(result: Mapping[str, Any]) -> bool:
    match result["kind"]:
        case "error":
            tell(result["message"])
        case "missing":
            words = ", ".join(result["words"])
            tell(f"the model does not know, and so cannot hear: {words}")
        case _:
            return False
    return True


class Progress:
    """How far a recording has been heard, on a terminal's standard error; on anything else nothing."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._due = 0.0

    def __call__(self, path: Path, seconds: float) -> None:
        """Show that `seconds` of the file at `path` have been heard."""
        if self._shown and time.monotonic() >= self._due:
            self._due = time.monotonic() + _REFRESH_S
            minutes, rest = divmod(int(seconds), 60)
            sys.stderr.write(f"\r\x1b[K{path}: {minutes:02}:{rest:02} heard")
            sys.stderr.flush()

    def before(self, emit: Callable[[Mapping[str, Any]], None]) -> Callable[[Mapping[str, Any]], None]:
        """`emit` with the progress out of its way."""

        def cleared(result: Mapping[str, Any]) -> None:
            if self._shown:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
            emit(result)

        return cleared
