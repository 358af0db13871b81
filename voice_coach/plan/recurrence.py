"""The days and moments at which a rule comes, in order.

The wall clock counts: nine in the evening stays nine when the clocks change. Days are worked out from the rule's
first day on, so that a rule which ends by number ends on the same day whoever asks, and whenever.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from voice_coach.plan.types import Occurrence, Promise, Rule

DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_NEVER_AGAIN = 48
"""Turns of a monthly rule without any day, after which there will be none: four years have every date there is."""


def occurrences(promise: Promise, after: date | None = None, before: date | None = None) -> Iterator[Occurrence]:
    """The occurrences from the day `after` until the day `before`, both inclusive.

    Without end where neither the rule nor `before` has one. A rule without an hour has days but no occurrences.
    """
    for day, at in _come(promise.rule):
        if before is not None and day > before:
            return
        if after is None or day >= after:
            yield Occurrence(promise.id, day, at)


def days(rule: Rule) -> Iterator[date]:
    """The days on which it comes, in order; without end where the rule has none."""
    if rule.times:
        last = None
        for day, _ in _come(rule):
            if day != last:
                yield day
            last = day
        return
    for number, day in enumerate(_until(rule)):
        if rule.count is not None and number >= rule.count:
            return
        yield day


def last_day(rule: Rule) -> date | None:
    """The last day on which it comes; None where it has no end, or never comes."""
    if rule.count is None and rule.until is None:
        return None
    return max(days(rule), default=None)


def instant(zone: str, day: date, at: time) -> datetime:
    """The moment at which the clocks of the zone show `at`: aware, UTC.

    Of an hour that comes twice it is the first; one that is left out in spring comes as much later as is left out.
    """
    return datetime.combine(day, at.replace(fold=0), _zone(zone)).astimezone(UTC)


def local(zone: str, moment: datetime) -> datetime:
    """What the clocks of the zone show at an aware moment."""
    return moment.astimezone(_zone(zone))


_zone = lru_cache(maxsize=16)(ZoneInfo)


def _come(rule: Rule) -> Iterator[tuple[date, time]]:
    """Day and hour of each occurrence."""
    number = 0
    for day in _until(rule) if rule.times else ():
        for at in rule.times:
            if rule.count is not None and number >= rule.count:
                return
            yield day, at
            number += 1


def _until(rule: Rule) -> Iterator[date]:
    """The days until `until`, without regard to `count`."""
    if rule.count is not None and rule.count <= 0:
        return iter(())
    last = rule.until or date.max
    return takewhile(lambda day: day <= last, _days(rule))


def _days(rule: Rule) -> Iterator[date]:
    if rule.month_days or rule.nth is not None:
        return _monthly(rule)
    return _weekly(rule) if rule.weekdays else _daily(rule)


def _daily(rule: Rule) -> Iterator[date]:
    day = rule.first
    while True:
        yield day
        if date.max - day < rule.every * DAY:
            return
        day += rule.every * DAY


def _weekly(rule: Rule) -> Iterator[date]:
    monday = rule.first - rule.first.weekday() * DAY
    while True:
        for weekday in sorted(set(rule.weekdays)):
            if monday + weekday * DAY >= rule.first:
                yield monday + weekday * DAY
        if date.max - monday < (rule.every + 1) * _WEEK:
            return
        monday += rule.every * _WEEK


def _monthly(rule: Rule) -> Iterator[date]:
    empty = 0
    for turn in count():
        year, month = divmod(rule.first.year * 12 + rule.first.month - 1 + turn * rule.every, 12)
        if year > date.max.year - 1 or empty > _NEVER_AGAIN:
            return
        found = [day for day in _of_month(rule, date(year, month + 1, 1)) if day >= rule.first]
        empty = 0 if found else empty + 1
        yield from found


def _of_month(rule: Rule, first: date) -> list[date]:
    """The days of the rule in the month that begins on `first`, in order."""
    length = ((first + 31 * DAY).replace(day=1) - first).days
    if rule.month_days:
        numbers = {length if number == -1 else number for number in rule.month_days}
        return [first.replace(day=number) for number in sorted(numbers) if number <= length]
    fitting = [day for day in (first + n * DAY for n in range(length)) if day.weekday() in rule.weekdays]
    nth = rule.nth or 0
    at = nth - 1 if nth > 0 else nth
    return fitting[at : at + 1 or None] if -len(fitting) <= at < len(fitting) else []
