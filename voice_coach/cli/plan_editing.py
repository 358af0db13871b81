"""`voice-coach plan edit`: the plan as a text in the editor that somebody is used to."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from voice_coach.cli.plan_forgetting import confirmed, unsaid
from voice_coach.cli.plan_journal import changing, present
from voice_coach.cli.terminal import show, tell
from voice_coach.errors import CoachError, InputError, PlanError
from voice_coach.journal import REMOVED, Entry
from voice_coach.journal.folder import EDITED, told
from voice_coach.plan.text_form import from_text, has_entries, notes_from_text, to_text
from voice_coach.session import State
from voice_coach.settings import Settings

_USUAL = ("nano", "vim", "vi")


def edit(settings: Settings) -> None:
    """Let somebody change the plan. Raises CoachError; what was written in vain is then printed."""
    editor = _editor()
    with changing(settings) as opened, _file(opened.journal.folder) as file:
        state = opened.state
        plan, notes = state.plan, [note.text for note in state.all_notes]
        before = to_text(plan, notes)
        file.write_text(before, encoding="utf-8")
        try:
            while True:
                _run(editor, file)
                try:
                    text = _written(file)
                    changed = from_text(text, plan, present(), notes=notes)
                    break
                except PlanError as error:
                    tell(str(error))
                    if not _again():
                        raise CoachError("the plan is as it was before") from None
        except CoachError:
            _give_back(file, before)
            raise
        if has_entries(before) and not has_entries(text):
            show("The text was empty, so nothing has been changed; `voice-coach plan forget` deletes things.")
            return
        kept = replace(state, plan=changed).with_notes(notes_from_text(text, plan, notes))
        if kept == state:
            show("Nothing has been changed.")
            return
        kept, entries = _without_old_words(state, kept)
        opened.keep_state(kept, *entries)
    show("The plan is changed; `voice-coach plan show` shows it.")


def _without_old_words(before: State, kept: State) -> tuple[State, list[Entry]]:
    """What is kept, without words that were noted and are so no longer; and the entries that take them away."""
    old, new = _words(before), _words(kept)
    gone = [text for text in dict.fromkeys(old) if text not in new]
    for text in gone:
        kept = unsaid(kept, text)
    now = present()
    return kept, [Entry(now, "edited"), *(Entry(now, REMOVED, {"text": text}) for text in gone)]


def _words(state: State) -> list[str]:
    """What was noted, as it stands in the journal."""
    return [*(better.text for better in state.plan.improvements), *(note.text for note in state.all_notes)]


def _again() -> bool:
    try:
        return confirmed("Edit it again?")
    except InputError:
        return False


def _editor() -> list[str]:
    """The command of $VISUAL or $EDITOR, or of a usual one. Raises CoachError."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    try:
        command = shlex.split(named) if named else [next(filter(shutil.which, _USUAL), "")]
    except ValueError as error:
        raise CoachError(f"$VISUAL or $EDITOR: {named}: {error}") from None
    if not command or not shutil.which(command[0]):
        raise CoachError(
            f"{named or 'an editor'}: there is no such program; name one in $EDITOR, as in EDITOR=nano"
        )
    return command


@contextmanager
def _file(folder: Path) -> Iterator[Path]:
    """A file for its owner alone, in a folder that goes with all that an editor leaves beside it."""
    with told(folder), tempfile.TemporaryDirectory(prefix=EDITED, dir=folder) as private:
        file = Path(private) / "plan.txt"
        file.touch(mode=0o600)
        yield file


def _run(editor: list[str], file: Path) -> None:
    status = subprocess.run([*editor, str(file)], check=False).returncode
    if status:
        raise CoachError(f"{editor[0]}: it ended with status {status}; the plan is as it was before")


def _written(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PlanError("expected text in UTF-8; save it so") from None


def _give_back(file: Path, before: str) -> None:
    """Print what was written in vain."""
    if file.exists() and (written := file.read_text(encoding="utf-8", errors="replace")) != before:
        sys.stdout.write(f"{written}\n")
