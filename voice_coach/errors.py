"""Errors that a user can act on: each message is one line that says what, where, and what to do."""

import difflib
from collections.abc import Sequence


class CoachError(Exception):
    """Something the user can mend. The command line prints it as one line, never as a traceback."""


class SettingsError(CoachError):
    """A setting is unknown or has a value that cannot be used."""


class PromptError(CoachError):
    """A file in prompts/ is missing, malformed, or lacks a line that the coach must be able to say."""


class ModelError(CoachError):
    """A Vosk model is missing, incomplete or cannot be loaded or fetched."""


class DeviceError(CoachError):
    """A microphone or loudspeaker is missing, refused to open, or went away."""


class NoDeviceError(DeviceError):
    """There is no microphone, or no loudspeaker, or no library to reach them, on this machine at all."""


class AudioFileError(CoachError):
    """A recording cannot be read as audio."""


class InputError(CoachError):
    """Standard input is closed or cannot be read."""


class RenderError(CoachError):
    """The speech renderer hung, died or could not be started."""


class ScriptError(CoachError):
    """A rehearsal script cannot be read."""


class PlanError(CoachError):
    """The plan, as somebody edited it, has a line that cannot be understood."""


class DuplexError(CoachError):
    """Listening while speaking is not possible here."""


class JournalError(CoachError):
    """The journal cannot be read or written."""


class JournalBusyError(JournalError):
    """Another process writes to the journal."""


class JournalBrokenError(JournalError):
    """The journal's file is damaged."""


class JournalNewerError(JournalError):
    """The journal was written by a newer voice-coach."""


def nearest(name: str, names: Sequence[str]) -> str:
    """The end of a message about a name that there is not: the one that may be meant, or all that there are."""
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
