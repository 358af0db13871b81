"""The rule's days against dateutil's, and wall time across the changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st
from support.rules import clock, rules

from voice_coach.plan.recurrence import days, instant, last_day, local, occurrences
from voice_coach.plan.types import Kind, Promise, Rule

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC")


def promised(rule: Rule, zone: str = "Europe/Berlin") -> Promise:
    return Promise("tea-1", Kind.RITUAL, "a cup of tea", rule, zone, minutes=10)


def oracle(rule: Rule) -> rrule.rrule:
    """The same rule as dateutil understands it."""
    named = [rrule.weekday(day) for day in rule.weekdays]
    shape = {}
    if rule.month_days:
        shape = {"freq": rrule.MONTHLY, "bymonthday": rule.month_days}
    elif rule.nth is not None:
        shape = {"freq": rrule.MONTHLY, "byweekday": named, "bysetpos": rule.nth}
    else:
        shape = {"freq": rrule.WEEKLY, "byweekday": named} if named else {"freq": rrule.DAILY}
    return rrule.rrule(
        dtstart=datetime.combine(rule.first, time()), interval=rule.every, wkst=rrule.MO, cache=True, **shape
    )


@given(rules())
def test_the_days_are_those_of_dateutil(rule):
    if rule.nth is None:
        theirs = oracle(rule)
    else:
        # A rule counts within the whole month, dateutil from dtstart on.
        theirs = (d for d in oracle(Rule(rule.first.replace(day=1), (), rule.weekdays, rule.every, rule.nth)))
    expected = []
    for day in (found.date() for found in theirs):
        if day < rule.first:
            continue
        if len(expected) >= 40 or (rule.until and day > rule.until):
            break
        expected += [(day, at) for at in rule.times]
    expected = expected[: rule.count] if rule.count is not None else expected
    got = [(found.day, found.time) for found in islice(occurrences(promised(rule)), len(expected) or 1)]
    assert got == expected


@given(rules(), st.integers(0, 400), st.integers(0, 400))
def test_a_window_shows_the_same_as_the_whole(rule, start, length):
    after = rule.first + timedelta(days=start)
    before = after + timedelta(days=length)
    whole = [o for o in occurrences(promised(rule), before=before) if o.day >= after]
    assert list(occurrences(promised(rule), after, before)) == whole


@given(rules(st.just(())))
def test_a_rule_without_an_hour_has_days_but_no_occurrences(rule):
    assert not list(occurrences(promised(rule)))
    found = list(islice(days(rule), 30))
    assert found == sorted(set(found))
    assert rule.count is None or len(found) <= rule.count


@given(rules())
def test_the_last_day_is_that_of_the_last_occurrence(rule):
    last = last_day(rule)
    if rule.count is None and rule.until is None:
        assert last is None
    else:
        assert last == max((o.day for o in occurrences(promised(rule))), default=None)


def test_a_number_counts_from_the_first_day_whatever_is_looked_at():
    rule = Rule(date(2027, 3, 8), (time(21),), count=28)
    assert last_day(rule) == date(2027, 4, 4)
    assert [o.day for o in occurrences(promised(rule), date(2027, 4, 3))] == [date(2027, 4, 3), date(2027, 4, 4)]


def test_a_day_that_never_comes_ends_the_search():
    assert not list(days(Rule(date(2027, 2, 1), month_days=(30,), every=12)))
    assert next(days(Rule(date(2027, 2, 1), month_days=(29,), every=12))) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (SPRING, time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (AUTUMN, time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (SPRING - timedelta(days=1), time(21), datetime(2027, 3, 27, 20, 0, tzinfo=UTC)),
        (SPRING, time(21), datetime(2027, 3, 28, 19, 0, tzinfo=UTC)),
    ],
)
def test_moments_about_the_changes_of_the_clocks(day, at, utc):
    assert instant("Europe/Berlin", day, at) == utc


def test_what_falls_into_the_gap_comes_an_hour_later_by_the_clock():
    assert local("Europe/Berlin", instant("Europe/Berlin", SPRING, time(2, 30))).time() == time(3, 30)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), clock, st.sampled_from(ZONES))
def test_the_clock_shows_the_hour_that_was_agreed(day, at, zone):
    shown = local(zone, instant(zone, day, at))
    in_gap = datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).time() != at
    assert in_gap or (shown.date(), shown.time()) == (day, at)
