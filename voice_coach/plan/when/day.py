"""The day, or the span of days, that somebody names."""

from datetime import date

from voice_coach.plan.when.almanac import (
    SUNDAY,
    add_months,
    coming,
    days,
    end_of_month,
    monday_of,
    next_feast,
    nth_weekday,
)
from voice_coach.plan.when.atoms import Ask, Atoms, NoSuchTimeError

Day = tuple[date, Ask | None]
"""A day, and why it is asked whether it was meant."""

_MONTHS_AHEAD = 14
"""How far a day of the month is sought; a bare one of more than `_NEAR` months ahead is asked about."""
_NEAR = 1


def day_of(atoms: Atoms, today: date, *, passed: bool = False) -> Day | None:
    """The day in the slots, None where there is none. `passed`: whether today is over for what is to be.

    Raises NoSuchTimeError, also for a day that is over.
    """
    found = _found(atoms, today, passed=passed)
    if found is not None and found[0] < today:
        raise NoSuchTimeError
    return found


def _found(atoms: Atoms, today: date, *, passed: bool) -> Day | None:
    if "now_part" in atoms:
        return today, None
    if "in_week" in atoms:
        there, _ = _later(atoms, (today, None))
        return monday_of(there) + days(atoms.number("in_week")), Ask.WHICH_WEEK
    base = _named(atoms, today + days(1) if passed else today, today)
    if base is None:
        return _later(atoms, (today, None)) if "n" in atoms and "within" not in atoms else None
    return _later(atoms, base)


def span_of(atoms: Atoms, today: date) -> tuple[date, date] | None:
    """The first and the last day of a span, both inclusive; None where there is none. None is over."""
    if "within" in atoms:
        unit = Atoms({"n": 1} | dict(atoms.slots))
        return today, _later(unit, (today, None))[0]
    if "weekend" in atoms:
        first = monday_of(today) + days(7 * atoms.number("weekend") + SUNDAY - 1)
        span = first, first + days(1)
    elif "week" in atoms:
        first = monday_of(today) + days(7 * atoms.number("week"))
        span = first, first + days(6)
    elif "month_rel" in atoms:
        first = add_months(today.replace(day=1), atoms.number("month_rel"))
        span = first, end_of_month(first)
    elif "month" in atoms:
        first = _month(atoms.number("month"), today)
        span = first, end_of_month(first)
    else:
        return None
    return max(span[0], today), span[1]


def _later(atoms: Atoms, base: Day) -> Day:
    """So much later than a day, or earlier."""
    day, ask = base
    sign = -1 if "before" in atoms else 1
    day = _plus(day, sign * atoms.number("n"), atoms.text("unit"))
    day = _plus(day, sign * atoms.number("n2"), atoms.text("unit2"))
    return day + days(7 * atoms.number("weeks")), ask


def _plus(day: date, count: int, unit: str) -> date:
    """A day and so many units: d, w, f (two weeks), m or y."""
    if unit in {"m", "y"}:
        return add_months(day, count * (12 if unit == "y" else 1))
    return day + days(count * {"d": 1, "w": 7, "f": 14}.get(unit, 0))


def _named(atoms: Atoms, since: date, today: date) -> Day | None:
    """The day that has a name or a number, not before `since`."""
    if "rel" in atoms:
        return today + days(atoms.number("rel")), None
    if "month_weekday" in atoms or "nth_day" in atoms:
        return _nth_weekday(atoms, since)
    if "ordinal" in atoms:
        return _ordinal(atoms, since, today)
    if "weekday" in atoms:
        return _weekday(atoms, today, passed=since > today)
    if "feast" in atoms:
        return next_feast(atoms.text("feast"), since), None
    if "end_of" in atoms:
        return end_of_month(_month(atoms.number("end_of"), today)), None
    match atoms.text("ends"):
        case "week":
            return monday_of(today) + days(6), Ask.WHICH_DAY
        case "month":
            return end_of_month(today), None
        case "next month":
            return end_of_month(add_months(today.replace(day=1), 1)), None
        case "year":
            return today.replace(month=12, day=31), None
    return None


def _weekday(atoms: Atoms, today: date, *, passed: bool) -> Day:
    """A day of the week. The next one, but for what is said beside it: the one of next week is asked about."""
    weekday = atoms.number("weekday")
    if "week" in atoms:
        return monday_of(today) + days(7 * atoms.number("week") + weekday), None
    if "after_next" in atoms:
        return coming(weekday, today) + days(7), None
    same = Ask.WHICH_WEEK if weekday == today.weekday() else None
    match atoms.text("which"):
        case "this":
            return coming(weekday, today if passed else today - days(1)), same
        case "next":
            return monday_of(today) + days(7 + weekday), Ask.WHICH_WEEK
    return coming(weekday, today), same


def _ordinal(atoms: Atoms, since: date, today: date) -> Day:
    """A day of a month by its number: the next one that is such a weekday, where one was said."""
    number = atoms.number("ordinal")
    months = [add_months(today.replace(day=1), ahead) for ahead in range(_MONTHS_AHEAD)]
    if "month_rel" in atoms:
        months = months[atoms.number("month_rel") :][:1]
    for ahead, first in enumerate(months):
        if "month" in atoms and first.month != atoms.number("month"):
            continue
        if number > end_of_month(first).day or (day := first.replace(day=number)) < since:
            continue
        if atoms.number("weekday", day.weekday()) == day.weekday():
            told = "month" in atoms or "month_rel" in atoms
            doubtful = day == today or (ahead > _NEAR and not told)
            return day, Ask.WHICH_MONTH if doubtful else None
    raise NoSuchTimeError


def _nth_weekday(atoms: Atoms, since: date) -> Day:
    """Such as the first Sunday of a month."""
    nth, weekday = atoms.number("nth"), atoms.number("nth_day", atoms.number("month_weekday"))
    if "month_rel" in atoms:
        first = add_months(since.replace(day=1), atoms.number("month_rel"))
        day = nth_weekday(first.year, first.month, nth, weekday)
        if day < since:
            raise NoSuchTimeError
        return day, None
    for ahead in range(_MONTHS_AHEAD):
        first = add_months(since.replace(day=1), ahead)
        day = nth_weekday(first.year, first.month, nth, weekday)
        if first.month == atoms.number("month") and day >= since:
            return day, None
    raise NoSuchTimeError


def _month(number: int, today: date) -> date:
    """The first day of the next such month, of this one where it is that."""
    return date(today.year + (number < today.month), number, 1)
