"""`voice-coach plan export`: the plan as a calendar file, remembered so that forgetting takes it along."""

from pathlib import Path

from voice_coach.calendar_file.export import Texts, export
from voice_coach.cli.plan_journal import kept_state, present
from voice_coach.cli.terminal import show
from voice_coach.errors import CoachError
from voice_coach.guide import Book, load_guide
from voice_coach.journal import exports, journal_folder
from voice_coach.settings import Settings


def write(settings: Settings, file: Path, *, full: bool) -> None:
    """Write the calendar file. Raises CoachError."""
    state = kept_state(settings)
    if state is None or not state.plan.promises:
        raise CoachError("nothing is planned yet, so there is nothing to export")
    book = Book.load(load_guide(settings.guide, settings.language), settings.language)
    calendar = export(state.plan, present(), full=full, texts=Texts(book.label("calendar")))
    # Known before it is there: nothing that can be interrupted leaves one behind that nobody knows of.
    exports.remember(journal_folder(settings.memory), file)
    try:
        file.write_bytes(calendar)
    except OSError as error:
        raise CoachError(f"{file}: cannot be written: {error.strerror}") from None
    show(
        f"{file}: {len(state.plan.promises)} promises. The coach reminds you; whether a calendar does is up to it."
    )
