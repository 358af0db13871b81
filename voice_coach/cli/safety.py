"""`voice-coach safety`: what to do where a talk is not safe, on standard output and nowhere else."""

from voice_coach.cli.terminal import show, tell
from voice_coach.errors import SettingsError
from voice_coach.settings import Settings, load_settings


def safety() -> None:
    """Print what to do when you do not feel safe, and your own local numbers.

    Nothing is written down of it. Numbers come from the setting `safety_numbers`.
    """
    from voice_coach.guide import Book, load_guide

    try:
        settings = load_settings()
    except SettingsError as error:
        # What the guide says must not hang on a comma in a file.
        tell(str(error))
        settings = Settings()
    guide = load_guide(settings.guide, settings.language)
    for line in (*Book.load(guide, settings.language).say("guide/safety", {}), *settings.safety_numbers):
        show(line)
