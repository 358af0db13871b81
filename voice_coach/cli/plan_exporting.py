"""`voice-coach plan export`: the plan as a calendar file, remembered so that forgetting takes it along."""

import os
import stat
from pathlib import Path

from voice_coach.calendar_file.export import Texts, export
from voice_coach.cli.plan_journal import kept_state, present
from voice_coach.cli.terminal import show
from voice_coach.errors import CoachError
from voice_coach.guide import Book, load_guide
from voice_coach.journal import exports, journal_folder
from voice_coach.settings import Settings


def write(settings: Settings, file: Path, *, full: bool, force: bool) -> None:
    """Write the calendar file, over an earlier one of ours, or any where `force`. Raises CoachError."""
    state = kept_state(settings)
    if state is None or not state.plan.promises:
        raise CoachError("nothing is planned yet, so there is nothing to export")
    book = Book.load(load_guide(settings.guide, settings.language), settings.language)
    calendar = export(state.plan, present(), full=full, texts=Texts(book.label("calendar"), exports.PRODUCT))
    if file.is_file() and not exports.is_export(file) and not force:
        raise CoachError(f"{file}: there is another file of this name; name a new one, or replace it with --force")
    # Known before it is there: nothing that can be interrupted leaves one behind that nobody knows of.
    exports.remember(journal_folder(settings.memory), file)
    try:
        _put(file, calendar)
    except OSError as error:
        raise CoachError(f"{file}: cannot be written: {error.strerror}") from None
    show(
        f"{file}: {len(state.plan.promises)} promises. The coach reminds you; whether a calendar does is up to it."
    )


def _put(file: Path, calendar: bytes) -> None:
    """Raises OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)
        out.write(calendar)
