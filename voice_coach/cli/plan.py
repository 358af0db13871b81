"""`voice-coach plan`: what has been planned, and what a spoken time would mean."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from voice_coach.cli.logging_setup import with_log_options
from voice_coach.cli.terminal import show
from voice_coach.errors import InputError, SettingsError
from voice_coach.settings import load_settings

plan = typer.Typer(no_args_is_help=True, help="See what has been planned, and try how times are understood.")


@plan.callback()
@with_log_options
def _every_command() -> None:
    """Options that come before the name of the command."""


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
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _zone(key: str | None) -> tzinfo | None:
    """A time zone; None for the machine's. Raises SettingsError."""
    try:
        return None if key is None else ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # whatever it is instead: a folder of zones, or none at all
        raise SettingsError(f"--zone {key}: there is no such time zone; take one such as Europe/Berlin") from None
