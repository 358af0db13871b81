"""`voice-coach plan add` and `pause`: changes that the command line makes to the plan."""

from datetime import date, datetime

from voice_coach.cli.plan_forgetting import confirmed
from voice_coach.cli.plan_journal import changing, present
from voice_coach.cli.plan_view import rule_in_words
from voice_coach.cli.terminal import show
from voice_coach.commands import Commands
from voice_coach.errors import CoachError
from voice_coach.journal import Entry
from voice_coach.plan.changes import add as added
from voice_coach.plan.changes import end_break, end_of_weeks, new_id, take_break
from voice_coach.plan.recurrence import local
from voice_coach.plan.types import Kind, Promise, Reading, ReadingKind, Rule
from voice_coach.plan.when import read
from voice_coach.resources import prompts_dir
from voice_coach.settings import Settings
from voice_coach.time_zone import local_zone


def add(settings: Settings, what: str, when: str, minutes: int | None, kind: str, *, sure: bool) -> None:
    """Add a promise after a yes; `when` as one would say it. Raises CoachError."""
    what = " ".join(what.split())
    if not what.isprintable() or not what:
        raise CoachError("plan add: WHAT: expected a few words, as the coach will say them")
    now, zone = present(), local_zone()
    reading = _read(settings, when, local(zone, now).replace(tzinfo=None))
    rule = _rule(when, reading)
    if not (sure or confirmed(f"{what}, {rule_in_words(rule)}: do both of you mean that?")):
        show("Nothing has been added.")
        return
    with changing(settings) as opened:
        name = new_id(opened.state.plan, Kind(kind))
        promise = Promise(name, Kind(kind), what, rule, zone, minutes)
        opened.keep(added(opened.state.plan, promise, now), Entry(now, "planned", {"promise": name}))
    show(f"{name}: {what}, {rule_in_words(rule)}")


def rest(settings: Settings, until: date | None, weeks: int | None) -> None:
    """Take a break from today until a day, or for so many weeks. Raises CoachError."""
    now = present()
    first = local(local_zone(), now).date()
    last = until or end_of_weeks(first, weeks or 0)
    if last < first:
        raise CoachError(f"--until {last}: it is over; give a day to come")
    with changing(settings) as opened:
        values = {"first": first.isoformat(), "last": last.isoformat()}
        opened.keep(take_break(opened.state.plan, first, last, now), Entry(now, "paused", values))
    show(f"Everything rests until {last:%A} {last.day} {last:%B %Y}; `voice-coach plan pause --resume` ends it.")


def go_on(settings: Settings) -> None:
    """End the break that there is today, if there is one. Raises CoachError."""
    now = present()
    with changing(settings) as opened:
        plan = end_break(opened.state.plan, now, local_zone())
        if plan == opened.state.plan:
            show("Nothing rests today.")
            return
        opened.keep(plan, Entry(now, "resumed"))
    show("Everything goes on from now.")


def _read(settings: Settings, phrase: str, now: datetime) -> Reading:
    commands = Commands.load(prompts_dir(settings.language) / "commands.yaml").while_asked(frozenset({"when"}))
    match = commands.match(phrase)
    if match is None or match.intent != "when":
        return Reading(ReadingKind.NONE)
    return read(match.slots, now)


def _rule(phrase: str, reading: Reading) -> Rule:
    """The rule that is meant. Raises CoachError where no day or no hour was said, or it is over."""
    if reading.ask == "past":
        raise CoachError(f"--when {phrase}: that is over; give a time to come")
    if reading.rule is not None and reading.rule.times:
        return reading.rule
    if reading.kind is ReadingKind.AT and reading.day and reading.time:
        return Rule(reading.day, (reading.time,), count=1)
    raise CoachError(
        f'--when {phrase}: expected a day and an hour, as in "saturday the fifth at three pm" or '
        '"every evening at nine for four weeks"'
    )
