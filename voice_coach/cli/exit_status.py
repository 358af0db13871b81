"""How the command leaves: every error becomes one line on standard error and a documented exit status."""

import logging
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

from voice_coach.cli.terminal import abandon_output, flush_output, prepare_streams, tell
from voice_coach.errors import CoachError

EXIT_USER = 2
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_NO_READER = 141
"""As the shell shows a program that SIGPIPE has ended."""

DEBUG = "VOICE_COACH_DEBUG"
_RICH_BROKEN_PIPE = 1
"""What Rich leaves with where the reader has gone; no command of ours raises SystemExit with it."""

_LOGGER = logging.getLogger(__name__)


def leave_with(app: Callable[..., Any]) -> None:
    """Run the Typer `app` and exit: no traceback reaches a user unless asked for."""
    prepare_streams()
    status = _status(app)
    _LOGGER.info("leaving with status %d", status)
    if status == EXIT_INTERRUPTED:
        tell("goodbye")
    abandon_output()
    sys.exit(status)


def _status(app: Callable[..., Any]) -> int:
    try:
        status = app(standalone_mode=False)
        # A full disk, or a reader that has gone, may show only now.
        flush_output()
        return int(status or 0)
    except CoachError as error:
        _log_origin(error)
        tell(str(error))
        return EXIT_USER
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SystemExit as leaving:
        if leaving.code == _RICH_BROKEN_PIPE:
            return EXIT_NO_READER
        _LOGGER.info("leaving with status %s", leaving.code)
        raise
    except BrokenPipeError:
        return EXIT_NO_READER
    except OSError as error:
        _log_origin(error)
        # Whoever reads or writes a file names it in an error of its own; this is for what nobody foresaw.
        if os.environ.get(DEBUG):
            raise
        tell(f"{error.filename or 'the output cannot be written'}: {error.strerror or error}")
        return EXIT_USER
    except Exception as error:
        if (usage := _usage(error)) is not None:
            if usage:
                tell(usage)
            return EXIT_USER
        _log_origin(error)
        if os.environ.get(DEBUG):
            raise
        tell(f"this should not happen: {type(error).__name__}: {error}; `--debug` shows where")
        return EXIT_BUG


def _log_origin(error: Exception) -> None:
    """Where an error came from; not its message, which may quote what somebody said."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    _LOGGER.error("%s in %s, row %s of %s", type(error).__name__, at.name, at.lineno, at.filename)


def _usage(error: Exception) -> str | None:
    """The line for an option or argument that cannot be used; None for any other error.

    Empty where there were no arguments at all, and the manual has been printed instead.
    Typer has its own copy of Click in some versions and not in others, so its class of errors has no one name.
    """
    if not hasattr(error, "format_message"):
        return None
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "voice-coach"
    said = " ".join(error.format_message().split()).rstrip(".")
    return said and f"{said}; see `{path} --help`"
