"""`voice-coach guides`: the guides that there are, and whether one of your own is right."""

from pathlib import Path
from typing import Annotated

import typer

from voice_coach.cli.exit_status import EXIT_USER
from voice_coach.cli.logging_setup import with_log_options
from voice_coach.cli.terminal import show, tell
from voice_coach.errors import PromptError
from voice_coach.guide import Guide
from voice_coach.settings import load_settings

guides = typer.Typer(help="List the guides, or check one of your own.")

Language = Annotated[str, typer.Option("--language", metavar="CODE", help="Language of the guides.")]


@guides.callback(invoke_without_command=True)
@with_log_options
def list_(context: typer.Context, language: Language = "en") -> None:
    """List the guides; `voice-coach run --guide ID` follows one."""
    if context.invoked_subcommand is not None:
        return
    from voice_coach.guide import list_guides

    for guide in list_guides(language):
        show(f"{guide.id:<18} {guide.title[0].upper()}{guide.title[1:]}. {guide.about}")


@guides.command()
@with_log_options
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", readable=False, help="Guides, wherever.")],
    language: Language = "en",
) -> None:
    """Read guides, and say what they have or, with line and key, what is wrong.

    Sentences that are long for the ear, and words that the recogniser's model does not know, are named as well;
    with those a guide can be followed. `prompts/README.md` tells how to write one. Exit status 2: one is wrong.

    Example: `voice-coach guides check prompts/en/guides/*.yaml`
    """
    from voice_coach.guide import read_guide

    wrong = False
    for path in files:
        try:
            guide = read_guide(path)
        except PromptError as error:
            tell(str(error))
            wrong = True
            continue
        for line in _figures(path, guide):
            show(line)
        for warning in _warnings(guide, language):
            show(f"  warning: {warning}")
    raise typer.Exit(EXIT_USER if wrong else 0)


def _figures(path: Path, guide: Guide) -> list[str]:
    from voice_coach.guide.survey import survey

    found = survey(guide)
    kinds = ", ".join(f"{count} {kind}" for kind, count in found.kinds.items())
    activities = _count(sum(found.kinds.values()), "activity", "activities")
    lines = [
        f"{path}: {guide.title}",
        f"  {_count(len(guide.steps), 'step')}; {activities}: {kinds}",
        f"  about {found.read_minutes:.0f} min read aloud, {found.clock_minutes:.0f} min by the clock",
        f"  {_count(len(guide.choices()), 'option')}, {_count(len(guide.examples()), 'likely note')}",
    ]
    for review in guide.reviews:
        kinds = ", ".join(activity.kind for activity in review.activities)
        lines.append(f"  review after {_count(review.weeks, 'week')}, {review.minutes:g} min: {kinds}")
    if guide.weekly is not None:
        times = guide.weekly.message_times
        lines.append(
            f"  every week: {_count(times, 'word about a message', 'words about a message')}, one question"
        )
    return lines


def _warnings(guide: Guide, language: str) -> list[str]:
    """What may be better. Raises PromptError or ModelError for a language that has no prompts, or no model."""
    from voice_coach.guide.survey import LONGEST_SENTENCE, survey

    long = [
        f"{key}: {len(sentence.split())} words in a sentence, more than {LONGEST_SENTENCE}: {sentence}"
        for key, sentence in survey(guide).long
    ]
    unknown = _unknown_words(guide, language)
    return long + ([f"words that the model does not know: {', '.join(unknown)}"] if unknown else [])


def _unknown_words(guide: Guide, language: str) -> list[str]:
    """What people are to say, as far as the recogniser's model has no word for it."""
    from voice_coach.commands.command_set import Commands
    from voice_coach.guide.survey import said_by_people
    from voice_coach.models import choose_model
    from voice_coach.names import is_heard, spoken_forms
    from voice_coach.recognition.model import graph_folder
    from voice_coach.recognition.vocabulary import read_vocabulary
    from voice_coach.resources import prompts_dir

    commands = Commands.load(prompts_dir(language) / "commands.yaml")
    known = read_vocabulary(graph_folder(choose_model(load_settings().model, language)))
    found = dict[str, None]()
    for phrase in said_by_people(guide):
        words = " ".join(commands.words(phrase))
        if not is_heard(spoken_forms(words), known.__contains__):
            found |= dict.fromkeys(word for word in words.split() if word not in known)
    return list(found)


def _count(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
