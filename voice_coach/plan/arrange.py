"""From what was said about a time to a rule that can be promised, within the limits that the guide gives."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from voice_coach.plan.types import PartOfDay, Reading, ReadingKind, Rule

_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of time is asked for."""

    recurs: bool = False
    weeks: int = 4
    """How long something recurs, unless they say another length."""
    weekly: bool = False
    """Whether it recurs once a week; otherwise every day, unless they say other days."""
    within_days: int | None = None
    """How many days ahead something may lie that comes once."""
    soon: bool = False
    """Whether an hour without a day is the next such hour; otherwise the day is asked for."""
    part: PartOfDay | None = None
    """The part of the day that a bare hour stands for; None where people say which."""


class Lack(StrEnum):
    """Why a time cannot be promised yet. Each has a line `when-...` that asks for what is missing."""

    DAY = "day"
    TIME = "time"
    PAST = "past"
    TOO_LATE = "too-late"
    ONCE = "once"
    """It recurs, and should come once."""


def arrange(reading: Reading, wanted: Wanted, now: datetime) -> Rule | Lack:
    """The rule that a reading stands for, or what it lacks. `now`: the kitchen's wall time, naive."""
    if reading.kind is ReadingKind.RULE and reading.rule is not None:
        if not wanted.recurs:
            return Lack.ONCE
        return _ending(reading.rule, wanted) if reading.rule.times else Lack.TIME
    if reading.time is None:
        return Lack.DAY if reading.kind in (ReadingKind.SPAN, ReadingKind.NONE) else Lack.TIME
    if wanted.recurs:
        return _recurring(reading.day, reading.time, wanted, now)
    if reading.day is None and not wanted.soon:
        return Lack.DAY
    return _once(reading.day, reading.time, wanted, now)


def _recurring(day: date | None, clock: time, wanted: Wanted, now: datetime) -> Rule | Lack:
    if day is None and wanted.weekly:
        return Lack.DAY
    first = day if day is not None else _next(clock, now)
    weekdays = (first.weekday(),) if wanted.weekly else ()
    return _ending(Rule(first, (clock,), weekdays), wanted)


def _once(day: date | None, clock: time, wanted: Wanted, now: datetime) -> Rule | Lack:
    day = _next(clock, now) if day is None else day
    if datetime.combine(day, clock) <= now:
        return Lack.PAST
    if wanted.within_days is not None and day > now.date() + timedelta(days=wanted.within_days):
        return Lack.TOO_LATE
    return Rule(day, (clock,), count=1)


def _next(clock: time, now: datetime) -> date:
    return now.date() if clock > now.time() else now.date() + timedelta(days=1)


def _ending(rule: Rule, wanted: Wanted) -> Rule:
    """With an end: so many weeks, counted in occurrences, as a calendar needs it."""
    if rule.count is not None or rule.until is not None:
        return rule
    if rule.nth is not None or rule.month_days:
        return replace(rule, until=rule.first + timedelta(days=wanted.weeks * _WEEK_DAYS - 1))
    days = len(rule.weekdays) * wanted.weeks if rule.weekdays else _WEEK_DAYS * wanted.weeks
    return replace(rule, count=max(1, days // rule.every) * len(rule.times))
