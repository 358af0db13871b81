"""The log: what `-v` writes to standard error and `--log` to a file.

Only this package's own loggers are heard, so that no library can write down what somebody said; and no call of
theirs is given a word that was spoken or typed.
"""

import functools
import inspect
import logging
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from voice_coach.errors import CoachError

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_PACKAGE = logging.getLogger("voice_coach")
_LEVELS = (logging.INFO, logging.DEBUG)
"""The level that one `-v` shows, and that two or more show."""

Verbose = Annotated[
    int,
    typer.Option(
        "--verbose", "-v", count=True, show_default=False, help="Log to standard error; twice: more of it."
    ),
]
LogFile = Annotated[
    Path | None,
    typer.Option("--log", metavar="FILE", help="Append a full log to this file, for your eyes only."),
]

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def set_up_logging(verbose: int, log: Path | None) -> None:
    """Log as these options say, in addition to what was asked for before. Raises CoachError."""
    # A full disk under the log is no reason to print a traceback, or to end a talk.
    logging.raiseExceptions = False
    if verbose:
        handlers = [handler for handler in _PACKAGE.handlers if isinstance(handler, StderrHandler)]
        handler = handlers[0] if handlers else StderrHandler()
        handler.verbosity += verbose
        handler.setLevel(_LEVELS[min(handler.verbosity, len(_LEVELS)) - 1])
        _add(handler)
    if log is not None:
        _add(_file_handler(log))


def with_log_options(command: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """The same command for Typer, with `-v` and `--log` among its options."""

    @functools.wraps(command)
    def logged(*args: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        set_up_logging(options.pop("verbose"), options.pop("log"))  # type: ignore[arg-type]
        return command(*args, **options)

    added = {"verbose": (Verbose, 0), "log": (LogFile, None)}
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(name, keyword, default=default, annotation=annotation)
        for name, (annotation, default) in added.items()
    ]
    signature = inspect.signature(command)
    logged.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), *parameters]
    )
    logged.__annotations__ = command.__annotations__ | {name: kind for name, (kind, _) in added.items()}
    return logged


class OneLineFormatter(logging.Formatter):
    """A record as one line, whatever a device's name has in it."""

    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return "".join(c if c.isprintable() else " " for c in super().format(record))


class StderrHandler(logging.Handler):
    """Writes to standard error as it was at the start: later it is closed for moments, to silence PortAudio."""

    def __init__(self) -> None:
        super().__init__()
        self.verbosity = 0
        """How many times `-v` was given."""
        self._own = os.fdopen(os.dup(2), "w", 1, encoding=sys.stderr.encoding, errors=sys.stderr.errors)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; on a terminal above a live view, and in the place of a progress line."""
        try:
            if not self._own.isatty():
                self._own.write(f"{self.format(record)}\n")
                return
            # A live view stands in for standard error, and prints above itself.
            stream = sys.stderr if hasattr(sys.stderr, "rich_proxied_file") else self._own
            stream.write(f"\r\x1b[K{self.format(record)}\n")
        except Exception:  # as all of logging's own handlers do
            self.handleError(record)


def _file_handler(path: Path) -> logging.Handler:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    try:
        # Not to wait for a reader, where it is a pipe.
        descriptor = os.open(path, flags | os.O_NONBLOCK, 0o600)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.fchmod(descriptor, 0o600)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise CoachError(f"{path}: the log cannot be written: {error.strerror}") from None
    handler = logging.StreamHandler(os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace"))
    handler.setLevel(logging.DEBUG)
    return handler


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(OneLineFormatter(_FORMAT))
    _PACKAGE.addHandler(handler)
    # The null handler's level is 0.
    _PACKAGE.setLevel(min(one.level for one in _PACKAGE.handlers if one.level))
