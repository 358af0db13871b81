"""Slots -> what was meant, at a moment and in a context. Doubt is told, and what there is not is no reading."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from voice_coach.attention import SlotValue
from voice_coach.plan.types import PartOfDay, Reading, ReadingKind, Rule
from voice_coach.plan.when.almanac import days
from voice_coach.plan.when.atoms import Ask, Atoms, NoSuchTimeError
from voice_coach.plan.when.clock import Clock, clock_of
from voice_coach.plan.when.day import day_of, span_of
from voice_coach.plan.when.rule import rule_of

NO_READING = Reading(ReadingKind.NONE)
_HALF_DAY = timedelta(hours=12)
_NONE = (NoSuchTimeError, ValueError, OverflowError)
"""What there is not; the last two are raised for days outside of the years 1 to 9999."""


def read(slots: Mapping[str, SlotValue], now: datetime, context: PartOfDay | None = None) -> Reading:
    """What the slots of a `when` mean at `now`, a naive local wall time.

    `context`: the part of the day in which it is likely to be, for hours that do not tell. Of kind NONE where
    there is no such time ("the thirtieth of February").
    """
    atoms = Atoms(slots)
    try:
        return _soon(atoms, now) or _rule(atoms, now, context) or _day(atoms, now, context)
    except _NONE:
        return NO_READING


def combine(day: Reading, clock: Reading, now: datetime) -> Reading:
    """What is meant by a day, or a rule, and a time that was said after it.

    Of kind NONE where they do not go together. A whole answer to the second question ("tomorrow at eight") takes
    the place of the first.
    """
    if clock.kind is ReadingKind.AT or (clock.kind is ReadingKind.RULE and clock.rule and clock.rule.times):
        return clock
    if clock.time is None:
        return NO_READING
    told = Clock(clock.time.hour * 60 + clock.time.minute, unsure=clock.ask == Ask.HALF_DAY)
    part = day.rule.part if day.rule else day.part
    if part is not None and told.unsure:
        hour = Atoms({"hour": clock.time.hour % 12 or 12, "minute": clock.time.minute})
        told = clock_of(hour, None, part) or told
    if day.rule is not None:
        return Reading(ReadingKind.RULE, rule=_timed(day.rule, told), ask=day.ask or _half_day(told))
    if day.kind in {ReadingKind.DAY, ReadingKind.PART} and day.day is not None:
        return _at(day.day, told, now, Ask(day.ask) if day.ask else None)
    return NO_READING


def _soon(atoms: Atoms, now: datetime) -> Reading | None:
    """So many minutes from now."""
    if "minutes" not in atoms and "hours" not in atoms:
        return None
    then = now + timedelta(hours=atoms.number("hours"), minutes=atoms.number("minutes"))
    return Reading(ReadingKind.AT, day=then.date(), time=then.time().replace(second=0, microsecond=0))


def _rule(atoms: Atoms, now: datetime, context: PartOfDay | None) -> Reading | None:
    """Again and again."""
    found = rule_of(atoms, now.date())
    if found is None:
        return None
    rule, ask = found
    clock = clock_of(atoms, context, rule.part)
    if clock is not None:
        ask = ask or _half_day(clock) or (Ask.MIDNIGHT if clock.midnight else None)
        rule = _timed(rule, clock)
    return Reading(ReadingKind.RULE, rule=rule, ask=ask)


def _timed(rule: Rule, clock: Clock) -> Rule:
    """The rule with its hour: one at night of a Monday is on Tuesday."""
    weekdays = rule.weekdays
    if rule.nth is None:
        weekdays = tuple(sorted((day + clock.days_later) % 7 for day in weekdays))
    return replace(rule, times=(clock.time,), weekdays=weekdays, part=None)


def _day(atoms: Atoms, now: datetime, context: PartOfDay | None) -> Reading:
    """Once."""
    today = now.date()
    found = day_of(atoms, today)
    word = atoms.text("pod") or atoms.text("now_part") or atoms.text("meal")
    part = PartOfDay(word) if word else None
    clock = clock_of(atoms, context, part)
    if found is None:
        if clock is not None:
            return Reading(ReadingKind.TIME, time=clock.time, ask=_half_day(clock))
        span = span_of(atoms, today)
        if span is None:
            return NO_READING
        return Reading(ReadingKind.SPAN, day=span[0], last=span[1], ask=Ask.WHICH_DAY)
    day, ask = found
    if clock is not None:
        return _moment(atoms, day, clock, now, ask)
    if part is not None:
        return Reading(ReadingKind.PART, day=day, part=part, ask=ask)
    return Reading(ReadingKind.DAY, day=day, ask=ask)


def _moment(atoms: Atoms, day: date, clock: Clock, now: datetime, ask: Ask | None) -> Reading:
    """A day and an hour. What is named by a day that may be today is today as long as the hour is to come."""
    today = now.date()
    bare = atoms.number("weekday", -1) == today.weekday() and not {"which", "week", "n", "weeks"} & set(
        atoms.slots
    )
    if bare and "after_next" not in atoms and "ordinal" not in atoms and "in_week" not in atoms:
        this = _at(today, clock, now, ask)
        return this if this.ask != Ask.PAST else _at(day, clock, now, ask)
    reading = _at(day, clock, now, ask)
    if reading.ask == Ask.PAST and ("ordinal" in atoms or "feast" in atoms or "which" in atoms):
        later = day_of(atoms, today, passed=True)
        if later is not None and later[0] > today:
            return _at(later[0], clock, now, later[1] or ask)
    return reading


def _at(day: date, clock: Clock, now: datetime, ask: Ask | None) -> Reading:
    """A clock time on a day; twelve hours later where it does not tell, and would be over."""
    then = datetime.combine(day + days(clock.days_later), clock.time)
    unsure = clock.unsure
    if unsure and then <= now < then + _HALF_DAY and then.hour < 12:
        then, unsure = then + _HALF_DAY, False
    if then <= now:
        return Reading(ReadingKind.AT, day=then.date(), time=then.time(), ask=Ask.PAST)
    if ask is None and unsure:
        ask = Ask.HALF_DAY
    if ask is None and clock.midnight and day > now.date():
        ask = Ask.MIDNIGHT
    return Reading(ReadingKind.AT, day=then.date(), time=then.time(), ask=ask)


def _half_day(clock: Clock) -> Ask | None:
    return Ask.HALF_DAY if clock.unsure else None
