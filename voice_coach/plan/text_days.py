"""The days of a rule as a person writes them: "every day", "sun", "first sat of the month", "once"."""

import re
from collections.abc import Callable
from dataclasses import replace

from voice_coach.plan.types import Rule

EXAMPLES = (
    "every day",
    "every 3 days",
    "mon, thu",
    "every 2 weeks on sun",
    "first sat of the month",
    "day 1, 15 of every 2 months",
    "once",
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_DAYS = re.compile(r"every (?:(\d+) days|day)")
_WEEKS = re.compile(r"(?:every (?:(\d+) weeks|week) on )?([a-z, ]+)")
_NTH_DAY = re.compile(rf"({'|'.join(_NTH)}) ([a-z, ]+) of (?:the|every (\d+)) months?")
_MONTH_DAYS = re.compile(r"days? ([\da-z, ]+) of (?:the|every (\d+)) months?")


def to_phrase(rule: Rule) -> str:
    """Its days in words; their hours, first day and end are not part of it."""
    named = ", ".join(_WEEKDAYS[day] for day in rule.weekdays)
    months = "the month" if rule.every == 1 else f"every {rule.every} months"
    if rule.month_days:
        return f"day {', '.join('last' if day == -1 else str(day) for day in rule.month_days)} of {months}"
    if rule.nth is not None:
        return f"{next(word for word, nth in _NTH.items() if nth == rule.nth)} {named} of {months}"
    if named:
        return named if rule.every == 1 else f"every {rule.every} weeks on {named}"
    if is_once(rule):
        return "once"
    return "every day" if rule.every == 1 else f"every {rule.every} days"


def is_once(rule: Rule) -> bool:
    """Whether it comes on its first day and never again."""
    return rule == replace(rule, count=1, every=1, weekdays=(), nth=None, month_days=())


def from_phrase(phrase: str, rule: Rule) -> Rule | None:
    """`rule` with the days of the phrase; None where it is not understood. "once" sets its count as well."""
    words = " ".join(phrase.lower().split())
    rule = replace(rule, weekdays=(), nth=None, month_days=(), every=1)
    if words == "once":
        return replace(rule, count=1)
    if match := _DAYS.fullmatch(words):
        return _every(rule, match[1])
    if match := _MONTH_DAYS.fullmatch(words):
        numbers = _all(match[1], _month_day)
        return _every(replace(rule, month_days=numbers), match[2]) if numbers else None
    if match := _NTH_DAY.fullmatch(words):
        named = _all(match[2], _weekday)
        return _every(replace(rule, weekdays=named, nth=_NTH[match[1]]), match[3]) if named else None
    if match := _WEEKS.fullmatch(words):
        named = _all(match[2], _weekday)
        return _every(replace(rule, weekdays=named), match[1]) if named else None
    return None


def _every(rule: Rule, number: str | None) -> Rule | None:
    every = int(number or 1)
    return replace(rule, every=every) if 1 <= every <= 99 else None


def _all(words: str, meaning: Callable[[str], int | None]) -> tuple[int, ...]:
    """The numbers of all words, in order; empty where one is not understood."""
    found = [meaning(word) for word in re.split(r"[, ]+", words) if word not in ("", "and")]
    known = {number for number in found if number is not None}
    return tuple(sorted(known)) if None not in found else ()


def _weekday(word: str) -> int | None:
    """0 for "mon", "monday" or "mondays"."""
    names = [number for number, name in enumerate(_WEEKDAYS) if word.startswith(name)]
    return names[0] if names and _LONG[names[0]].startswith(word.removesuffix("s")) else None


def _month_day(word: str) -> int | None:
    if word == "last":
        return -1
    return int(word) if word.isdecimal() and 1 <= int(word) <= 31 else None
