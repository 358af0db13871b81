"""The plan on a terminal: eight weeks in 80 columns, by week; what became of each in plain words, and no score."""

import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from pydantic import TypeAdapter

from voice_coach.plan.recurrence import local
from voice_coach.plan.standing import Standing, between
from voice_coach.plan.text_form import named_improvements, named_notes
from voice_coach.plan.types import Outcome, Plan, Promise, Rule
from voice_coach.session import State

WIDTH = 79
"""Columns: some terminals begin a line of their own in the last of 80."""
_WEEKS = 8
_WHAT = 26
"""Columns of what was promised, in the list of a week."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_WORDS = {
    Outcome.REMINDED: "reminded",
    Outcome.KEPT: "kept",
    Outcome.SKIPPED: "let be",
    Outcome.MISSED: "passed by",
}
_PLAN = TypeAdapter(Plan)


def glance(state: State, now: datetime) -> Iterator[str]:
    """The lines of `plan show`. `now`: aware."""
    plan = state.plan
    for promise in plan.promises:
        yield from _promise(promise)
    for taken in plan.breaks:
        yield f"a break, from {_day(taken.first)} to {_day(taken.last)}"
    for name, better in named_improvements(plan).items():
        yield from _listed(name, f"better: {better.text}{f' ({better.who})' if better.who else ''}")
    for name, note in named_notes(state.all_notes).items():
        yield from _listed(name, f"note: {note.text}")
    for number, start, standings in _weeks(plan):
        end = start + timedelta(days=6)
        this = ", this week" if start <= _today(plan, now) <= end else ""
        yield ""
        yield f"Week {number}, {_day(start)} to {_day(end)}{this}"
        for promise in plan.promises:
            of_it = [s for s in standings if s.promise == promise]
            if of_it:
                yield from _week_of(promise, of_it, now)


def as_json(state: State, now: datetime) -> dict[str, object]:
    """The plan with every time of the eight weeks and what became of it, for other programs."""
    shown: dict[str, object] = _PLAN.dump_python(state.plan, mode="json")
    times = [
        {
            "promise": s.promise.id,
            "at": local(s.promise.zone, s.moment).isoformat(),
            "outcome": s.outcome.value if s.outcome else None,
            "over": s.moment <= now,
        }
        for _, _, standings in _weeks(state.plan)
        for s in standings
    ]
    return {**shown, "notes": [note.text for note in state.all_notes], "times": times}


def rule_in_words(rule: Rule) -> str:
    """When it comes, such as "every Sunday at 10:00, 4 times"."""
    if rule.count == 1:
        return f"{_day(rule.first)}{_at(rule)}"
    often = "" if rule.every == 1 else "other " if rule.every == 2 else f"{rule.every} "
    days = _joined([_DAYS[day] for day in rule.weekdays])
    if rule.month_days:
        on = _joined(["last day" if day == -1 else f"{day}." for day in rule.month_days])
        said = f"on the {on} of every {often}month{'s' if rule.every > 2 else ''}"
    elif rule.nth is not None:
        said = f"on the {_NTH[rule.nth]} {days} of every {often}month{'s' if rule.every > 2 else ''}"
    elif rule.weekdays and rule.every > 2:
        said = f"every {often}weeks on {days}"
    elif rule.weekdays:
        said = f"every {often}{days}"
    else:
        said = f"every {often}day{'s' if rule.every > 2 else ''}"
    times = f", {rule.count} times" if rule.count else ""
    until = f", until {_day(rule.until)}" if rule.until else ""
    return f"{said}{_at(rule)}{times}{until}"


def _promise(promise: Promise) -> Iterator[str]:
    length = f", {promise.minutes} minutes" if promise.minutes else ""
    ended = ", ended" if promise.ended else ""
    yield from _listed(promise.id, f"{promise.what}: {rule_in_words(promise.rule)}{length}{ended}")


def _listed(name: str, text: str) -> list[str]:
    before = f"{name:<14} "
    return textwrap.wrap(text, WIDTH, initial_indent=before, subsequent_indent=" " * 15)


def _weeks(plan: Plan) -> Iterator[tuple[int, date, list[Standing]]]:
    """Each week of the plan in which there is anything: its number, first day, and what comes in it."""
    if plan.began is None:
        return
    zone = _zone(plan)
    first = local(zone, plan.began).date()
    # The last review comes after eight whole weeks: the day after them is shown, too.
    end = datetime.combine(first + timedelta(weeks=_WEEKS, days=2), time(), UTC)
    found = between(plan, plan.began - timedelta(days=1), end)

    def week(standing: Standing) -> int:
        return (local(standing.promise.zone, standing.moment).date() - first).days // 7

    for number, of_it in groupby(found, week):
        yield number + 1, first + timedelta(weeks=number), list(of_it)


def _week_of(promise: Promise, standings: list[Standing], now: datetime) -> list[str]:
    said = []
    for (clock, became), of_it in groupby(standings, lambda s: (f"{_local(s):%H:%M}", _became(s, now))):
        days = " ".join(f"{_local(s):%a}" for s in of_it)
        said.append(f"{days} {clock} {became}")
    what = textwrap.shorten(promise.what, _WHAT, placeholder="...")
    before = f"  {what:<{_WHAT}} "
    return textwrap.wrap("; ".join(said), WIDTH, initial_indent=before, subsequent_indent=" " * len(before))


def _became(standing: Standing, now: datetime) -> str:
    if standing.outcome is Outcome.POSTPONED:
        return "put off" if standing.moment > now else "passed by"
    if standing.outcome is None:
        return "to come" if standing.moment > now else "passed by"
    return _WORDS[standing.outcome]


def _local(standing: Standing) -> datetime:
    return local(standing.promise.zone, standing.moment)


def _today(plan: Plan, now: datetime) -> date:
    return local(_zone(plan), now).date()


def _zone(plan: Plan) -> str:
    return plan.promises[0].zone if plan.promises else "UTC"


def _at(rule: Rule) -> str:
    return f" at {_joined([f'{at:%H:%M}' for at in rule.times])}" if rule.times else ""


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
