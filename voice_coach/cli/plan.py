"""`voice-coach plan`: what has been planned, changes to it, and what a spoken time would mean."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from voice_coach.cli.logging_setup import with_log_options
from voice_coach.cli.terminal import show
from voice_coach.errors import CoachError, InputError, SettingsError
from voice_coach.settings import load_settings

plan = typer.Typer(no_args_is_help=True, help="See what has been planned, and try how times are understood.")


@plan.callback()
@with_log_options
def _every_command() -> None:
    """Options that come before the name of the command."""


SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="Read this settings file instead of the user's own."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


class KindName(StrEnum):
    """What can be added by hand."""

    RITUAL = "ritual"
    ACTIVITY = "activity"
    TALK = "talk"


@plan.command("show")
@with_log_options
def show_(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object with everything.")] = False,
    settings: SettingsFile = None,
) -> None:
    """Show the eight weeks at a glance: what, day and hour, and what became of it. Works while the coach runs.

    The names at the left are those that `plan forget` takes.
    """
    from voice_coach.cli import plan_view
    from voice_coach.cli.plan_journal import kept_state, present
    from voice_coach.session import Options, State

    chosen = load_settings(settings)
    state = kept_state(chosen) or State(chosen.guide, Options(chosen.names))
    if as_json:
        show(json.dumps(plan_view.as_json(state, present()), ensure_ascii=False, indent=2))
        return
    lines = [*plan_view.glance(state, present())]
    sys.stdout.writelines(f"{line}\n" for line in lines or ["Nothing is planned yet."])


@plan.command()
@with_log_options
def edit(settings: SettingsFile = None) -> None:
    """Change the plan as a text, in the editor of $VISUAL or $EDITOR. It is checked before it counts."""
    from voice_coach.cli import plan_editing

    plan_editing.edit(load_settings(settings))


@plan.command()
@with_log_options
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help="The calendar file to write.")],
    full: Annotated[
        bool, typer.Option("--full", help="With what you promised; else every title is neutral.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is no export of the plan.")] = False,
    settings: SettingsFile = None,
) -> None:
    """Write the plan as a calendar file, for a phone or a computer to import. Works while the coach runs.

    Imported again it brings what has changed. `plan forget --all` deletes the file, where it still is. An earlier
    export is replaced; another file of this name is not. Only your account can read it.
    """
    from voice_coach.cli import plan_exporting

    plan_exporting.write(load_settings(settings), file, full=full, force=force)


@plan.command()
@with_log_options
def add(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help='As the coach will say it: "a cup of tea together".')
    ],
    when: Annotated[str, typer.Option(metavar="PHRASE", help='As you would say it: "every evening at nine".')],
    minutes: Annotated[int | None, typer.Option(metavar="N", help="How long it takes.", min=1, max=1440)] = None,
    kind: Annotated[KindName, typer.Option(help="What kind of thing it is.")] = KindName.RITUAL,
    yes: Yes = False,
    settings: SettingsFile = None,
) -> None:
    """Add something that both of you have agreed on: it is read back, and added after a yes.

    Example: `voice-coach plan add "a cup of tea" --when "every evening at nine for four weeks" --minutes 10`
    """
    from voice_coach.cli import plan_changing

    plan_changing.add(load_settings(settings), what, when, minutes, kind.value, sure=yes)


@plan.command()
@with_log_options
def pause(
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The last day of it: 2026-12-24.")
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(metavar="N", help="So many weeks from today on.", min=1, max=52)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from now.")] = False,
    settings: SettingsFile = None,
) -> None:
    """Let everything rest for a while: a holiday, an illness. Nothing is counted as missed."""
    from voice_coach.cli import plan_changing

    chosen = load_settings(settings)
    if [until is not None, weeks is not None, resume].count(True) != 1:
        raise CoachError("plan pause: give one of --until DATE, --weeks N and --resume")
    if resume:
        plan_changing.go_on(chosen)
    else:
        plan_changing.rest(chosen, None if until is None else until.date(), weeks)


@plan.command()
@with_log_options
def forget(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="A name that `plan show` gives.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The plan, the talk, the notes, and exports.")] = False,
    yes: Yes = False,
    settings: SettingsFile = None,
) -> None:
    """Delete one thing, or all that the coach remembers of you, for good."""
    from voice_coach.cli import plan_forgetting
    from voice_coach.cli.plan_journal import changing
    from voice_coach.journal import journal_folder

    chosen = load_settings(settings)
    if (name is None) != everything:
        raise CoachError("plan forget: give either the name of one thing (see `voice-coach plan show`) or --all")
    if name is None:
        plan_forgetting.forget_all(journal_folder(chosen.memory), sure=yes)
        return
    with changing(chosen) as opened:
        plan_forgetting.forget_one(opened, name, sure=yes)


@plan.command()
@with_log_options
def read(
    phrases: Annotated[
        list[str],
        typer.Argument(metavar="PHRASE...", help="What somebody says; `-`: a line each on standard input."),
    ],
    now: Annotated[
        str | None, typer.Option(metavar="ISO", help="When it is said, such as 2026-11-27T18:30; else now.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="KEY", help="The time zone, such as Europe/Berlin; else the machine's.")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object per line.")] = False,
) -> None:
    """Show what a spoken time means, as the table would understand it where it has asked for one.

    Kinds: time, day, part (of a day), span (of days), at (day and time), rule (again and again), none. The value
    is in ISO 8601, that of a rule in iCalendar's RRULE. What is asked back is said in a word, such as `half-day`:
    in the morning or in the evening?

    Example: `voice-coach plan read "thursday at seven" "every evening at nine for four weeks"`
    """
    from voice_coach.commands import Commands
    from voice_coach.plan.types import Reading, ReadingKind
    from voice_coach.plan.when import notation
    from voice_coach.plan.when import read as read_slots
    from voice_coach.resources import prompts_dir

    moment = _wall_time(now, zone)
    path = prompts_dir(load_settings().language) / "commands.yaml"
    commands = Commands.load(path).while_asked(frozenset({"when"}))
    for phrase in _lines(phrases):
        match = commands.match(phrase)
        reading = Reading(ReadingKind.NONE)
        if match is not None and match.intent == "when":
            reading = read_slots(match.slots, moment)
        kind, value = reading.kind.value, notation(reading, moment.date())
        if jsonl:
            shown = {"phrase": phrase, "kind": kind, "value": value, "ask": reading.ask}
            sys.stdout.write(f"{json.dumps(shown)}\n")
        else:
            show(f"{phrase:<40} {kind:<5} {value}{f'  ({reading.ask}?)' if reading.ask else ''}")


def _lines(phrases: list[str]) -> Iterator[str]:
    """The phrases, with the lines of standard input in place of a `-`. Raises InputError."""
    for phrase in phrases:
        if phrase != "-":
            yield phrase
        elif sys.stdin is None:
            raise InputError("standard input is closed; name the phrases instead of `-`")
        else:
            yield from filter(None, map(str.strip, sys.stdin))


def _wall_time(now: str | None, key: str | None) -> datetime:
    """What the clocks of a zone show, at the present or at another moment. Raises SettingsError."""
    zone = _zone(key)
    if now is None:
        return datetime.now(zone).replace(tzinfo=None)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise SettingsError(f"--now {now}: not a date and time as in ISO 8601, such as 2026-11-27T18:30") from None
    try:
        return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise SettingsError(f"--now {now}: it lies outside of the years 1 to 9999 there") from None


def _zone(key: str | None) -> tzinfo | None:
    """A time zone; None for the machine's. Raises SettingsError."""
    try:
        return None if key is None else ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # whatever it is instead: a folder of zones, or none at all
        raise SettingsError(f"--zone {key}: there is no such time zone; take one such as Europe/Berlin") from None
