"""Arithmetic of days and months, and the days on which feasts fall."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

FRIDAY, SUNDAY = 4, 6
_THURSDAY = 3


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - days(day.weekday())


def coming(weekday: int, after: date) -> date:
    """The first such weekday (0 is Monday) after a day."""
    return after + days((weekday - after.weekday() - 1) % 7 + 1)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth (-1: the last) such weekday of a month; nth is at most 4, so there is one."""
    first = date(year, month, 1)
    if nth > 0:
        return coming(weekday, first - days(1)) + days(7 * (nth - 1))
    last = end_of_month(first)
    return last - days((last.weekday() - weekday) % 7)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by Gauss's rule in the form of Butcher."""
    century, of_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


_FEASTS: Mapping[str, Callable[[int], date]] = {
    "new year": lambda year: date(year, 1, 1),
    "valentine": lambda year: date(year, 2, 14),
    "good friday": lambda year: easter(year) - days(2),
    "easter": easter,
    "easter monday": lambda year: easter(year) + days(1),
    "halloween": lambda year: date(year, 10, 31),
    "thanksgiving": lambda year: nth_weekday(year, 11, 4, _THURSDAY),
    "christmas eve": lambda year: date(year, 12, 24),
    "christmas": lambda year: date(year, 12, 25),
    "boxing day": lambda year: date(year, 12, 26),
    "new year's eve": lambda year: date(year, 12, 31),
}
"""The day of each feast in a year."""


def next_feast(name: str, today: date) -> date:
    """The first day of a feast that is not before today."""
    return next(day for year in (today.year, today.year + 1) if (day := _FEASTS[name](year)) >= today)


def is_movable(name: str) -> bool:
    """Whether a feast is on another day each year."""
    return (_FEASTS[name](2026).month, _FEASTS[name](2026).day) != (
        _FEASTS[name](2027).month,
        _FEASTS[name](2027).day,
    )
