"""The plan as the bytes of an .ics file: one event for each promise and hour, with a time zone and an alarm.

What other calendars stumble over is left out: they want RRULE to begin with FREQ, COUNT rather than UNTIL, a first
day that is one of the rule's, the alarm at the end, and the same UID with a higher SEQUENCE at the next import.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voice_coach.calendar_file.time_zone import vtimezone
from voice_coach.plan.recurrence import days, instant, local, occurrences
from voice_coach.plan.standing import newest
from voice_coach.plan.types import Occurrence, Outcome, Plan, Promise, Rule

if TYPE_CHECKING:
    from icalendar import Alarm, Event

_SPACE = uuid.UUID("6c5a9b1e-3f0d-4c58-9d7a-2b8f1e4c7a60")
"""Makes our UIDs differ from everybody else's; they say nothing of what was promised."""
_ALARM = timedelta(minutes=-10)
_LONGEST = 4000
"""Days looked at of a rule without an end: what is skipped lies within them."""
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Texts:
    """What the calendar says besides the plan."""

    title: str
    """The neutral title of every event, unless all is to be shown."""
    product: str
    """What has made it (PRODID)."""


@dataclass(frozen=True, slots=True)
class _Series:
    """A promise at one of its hours, or without an hour."""

    promise: Promise
    number: int
    """Which of its hours, from 0."""
    at: time | None
    first: date
    count: int | None
    """From `first` on; None for no end."""
    left_out: tuple[date, ...] = ()
    """Days on which it does not come."""
    is_cancelled: bool = False


def export(plan: Plan, now: datetime, *, full: bool, texts: Texts) -> bytes:
    """The file: with neutral titles, or with what was promised where `full`. `now` is aware."""
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", texts.product)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    series = [found for promise in plan.promises for found in _all_series(plan, promise)]
    earliest: dict[str, date] = {}
    for each in series:
        if each.at is not None:
            zone = each.promise.zone
            earliest[zone] = min(each.first, earliest.get(zone, each.first))
    for zone, first in sorted(earliest.items()):
        calendar.add_component(vtimezone(zone, first))
    for each in series:
        title = _capital(each.promise.what) if full else texts.title
        calendar.add_component(_event(plan, each, now.astimezone(UTC), title))
    return bytes(calendar.to_ical())


def _all_series(plan: Plan, promise: Promise) -> list[_Series]:
    """One for each hour; none for an hour that never comes."""
    hours = promise.rule.times or (None,)
    found = (_series(plan, promise, number, at) for number, at in enumerate(hours))
    return [each for each in found if each is not None]


def _series(plan: Plan, promise: Promise, number: int, at: time | None) -> _Series | None:
    """It begins with the first day on which it comes, and ends with the last; cancelled where none is left."""
    planned = list(islice(_days(promise, at), _LONGEST))
    skipped = {o.day for o, r in newest(plan).items() if r.outcome is Outcome.SKIPPED and _is_of(o, promise, at)}
    standing = [day for day in planned if day not in skipped and _stands(plan, promise, day, at)]
    if not standing:
        return _Series(promise, number, at, planned[0], 1, is_cancelled=True) if planned else None
    is_endless = promise.rule.count is None and promise.rule.until is None and promise.ended is None
    first, last = standing[0], standing[-1]
    within = [day for day in planned if first <= day <= last]
    left_out = tuple(sorted(set(within) - set(standing)))
    return _Series(promise, number, at, first, None if is_endless else len(within), left_out)


def _days(promise: Promise, at: time | None) -> Iterator[date]:
    """The days of one of its hours, since its rule was agreed to."""
    if at is None:
        made = promise.made and local(promise.zone, promise.made).date()
        yield from (day for day in days(promise.rule) if made is None or day >= made)
        return
    for occurrence in occurrences(promise):
        if occurrence.time == at and (
            promise.made is None or _moment(promise, occurrence.day, at) >= promise.made
        ):
            yield occurrence.day


def _is_of(occurrence: Occurrence, promise: Promise, at: time | None) -> bool:
    return (occurrence.promise, occurrence.time) == (promise.id, at)


def _stands(plan: Plan, promise: Promise, day: date, at: time | None) -> bool:
    """Whether it comes on that day: not after its end, nor in a break."""
    if promise.ended is not None and _moment(promise, day, at or time()) >= promise.ended:
        return False
    return not any(each.first <= day <= each.last for each in plan.breaks)


def _moment(promise: Promise, day: date, at: time) -> datetime:
    return instant(promise.zone, day, at)


def _event(plan: Plan, series: _Series, now: datetime, title: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    promise = series.promise
    event = Event()
    event.add("uid", _uid(plan, series))
    event.add("dtstamp", now)
    event.add("last-modified", now)
    event.add("sequence", promise.sequence)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("dtstart", _shown(series, series.first))
    if series.at is not None and promise.minutes:
        event.add("dtend", _shown(series, series.first) + timedelta(minutes=promise.minutes))
    if series.count != 1:
        event.add("rrule", _recurrence(promise.rule, series.count))
    for day in series.left_out:
        event.add("exdate", _shown(series, day))
    if series.is_cancelled:
        event.add("status", "CANCELLED")
    elif series.at is not None:
        event.add_component(_alarm(title))
    return event


def _alarm(title: str) -> "Alarm":
    from icalendar import Alarm  # noqa: PLC0415

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _ALARM)
    return alarm


def _uid(plan: Plan, series: _Series) -> str:
    """The same for as long as the plan lives; another couple's, or the next plan's, differ."""
    began = plan.began.isoformat() if plan.began else ""
    return f"{uuid.uuid5(_SPACE, f'{began}/{series.promise.id}/{series.number}')}@voice-coach"


def _shown(series: _Series, day: date) -> date:
    """The day, with the hour on the clocks of its zone where it has one."""
    if series.at is None:
        return day
    return datetime.combine(day, series.at, ZoneInfo(series.promise.zone))


def _recurrence(rule: Rule, count: int | None) -> dict[str, object]:
    """The rule as iCalendar says it."""
    named = [_WEEKDAYS[day] for day in rule.weekdays]
    found: dict[str, object] = {"freq": "DAILY"}
    if rule.month_days:
        found = {"freq": "MONTHLY", "bymonthday": list(rule.month_days)}
    elif rule.nth is not None and len(named) == 1:
        found = {"freq": "MONTHLY", "byday": f"{rule.nth}{named[0]}"}
    elif rule.nth is not None:
        found = {"freq": "MONTHLY", "byday": named, "bysetpos": rule.nth}
    elif named:
        found = {"freq": "WEEKLY", "byday": named, "wkst": "MO"}
    every = {} if rule.every == 1 else {"interval": rule.every}
    ends = {} if count is None else {"count": count}
    return found | every | ends


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
