"""`voice-coach safety`: what to do where a talk is not safe, on standard output and nowhere else."""

from pathlib import Path
from typing import Annotated

import typer

from voice_coach.cli.terminal import show, tell
from voice_coach.errors import PromptError, SettingsError
from voice_coach.settings import Settings, load_settings


def safety(
    settings_file: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="Read this settings file instead of the user's own."),
    ] = None,
) -> None:
    """Print what to do when you do not feel safe, and your own local numbers.

    Nothing is written down of it. Numbers come from the setting `safety_numbers`.
    """
    # What there is to say must not hang on a comma in a file.
    try:
        settings = load_settings(settings_file)
    except SettingsError as error:
        tell(str(error))
        settings = Settings()
    try:
        lines = _lines(settings)
    except PromptError as error:
        tell(str(error))
        lines = _lines(Settings())
    for line in (*lines, *settings.safety_numbers):
        show(line)


def _lines(settings: Settings) -> list[str]:
    """What the guide says of safety. Raises PromptError."""
    from voice_coach.guide import Book, load_guide

    guide = load_guide(settings.guide, settings.language)
    return Book.load(guide, settings.language).say("guide/safety", {})
