"""What the commands of `voice-coach plan` ask of the journal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from voice_coach.cli.terminal import tell
from voice_coach.errors import JournalBrokenError, JournalBusyError, JournalError
from voice_coach.journal import Entry, Journal, journal_folder, read_only
from voice_coach.plan.types import Plan
from voice_coach.session import Options, State
from voice_coach.settings import Settings

_PATIENCE_S = 3.0
"""How long to wait for another reader, so that what is forgotten can be overwritten."""


@dataclass(slots=True)
class OpenJournal:
    """A journal that a command may change, and the state in it."""

    journal: Journal
    state: State

    def keep(self, plan: Plan, *entries: Entry) -> None:
        """Put this plan in the place of the other. Raises JournalError."""
        self.keep_state(replace(self.state, plan=plan), *entries)

    def keep_state(self, state: State, *entries: Entry) -> None:
        """Put this state in the place of the other; "undo" does not bring that back. Raises JournalError."""
        self.state = replace(state, undo=None)
        self.journal.save(self.state.to_json(), entries)
        end = time.monotonic() + _PATIENCE_S
        while not self.journal.tidy():
            if time.monotonic() > end:
                tell(
                    "another program is reading the journal: what has gone is overwritten when the coach runs next"
                )
                return
            time.sleep(0.05)


def kept_state(settings: Settings) -> State | None:
    """What was kept last, also while the coach runs; None where nothing was. Raises JournalError."""
    folder = journal_folder(settings.memory)
    try:
        reader = read_only(folder)
        if reader is None:
            return None
        with reader:
            return _state(folder, reader.load())
    except JournalBrokenError as error:
        raise JournalBrokenError(f"{error}; `voice-coach run` sets it aside and begins a new one") from None


@contextmanager
def changing(settings: Settings) -> Iterator[OpenJournal]:
    """The journal, to change what is in it. Raises JournalBusyError where the coach has it, JournalError."""
    folder = journal_folder(settings.memory)
    try:
        journal = Journal.open(folder)
    except JournalBusyError as error:
        raise JournalBusyError(f"{error}, and it keeps the plan itself; end it first, or tell it aloud") from None
    with journal:
        if journal.notice:
            tell(journal.notice)
        state = _state(folder, journal.load())
        yield OpenJournal(journal, state or State(settings.guide, Options(settings.names)))


def present() -> datetime:
    """The present, in UTC and to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _state(folder: Path, text: str | None) -> State | None:
    try:
        return None if text is None else State.from_json(text)
    except ValueError:
        raise JournalError(
            f"{folder}: what is kept there cannot be read; `voice-coach run` sets it aside"
        ) from None
