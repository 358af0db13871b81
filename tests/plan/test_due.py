"""Grace, quiet hours, breaks, what is put off, what comes next; and what holds for any plan."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.plan_table import BERLIN, Table, daily, keep
from support.rules import rules

from voice_coach.plan.changes import add, end_break, note, take_break
from voice_coach.plan.counts import Counts, counts
from voice_coach.plan.due import Due, due, is_quiet, next_occurrence, upcoming
from voice_coach.plan.recurrence import instant
from voice_coach.plan.standing import moment, outcome
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, QuietHours, Rule

FRIDAY = date(2027, 3, 5)
ONE_DAY = timedelta(days=1)


def one(kind=Kind.RITUAL, at=time(20), minutes=10, day=FRIDAY):
    """A table on Friday noon with one thing promised."""
    table = Table.at(2027, 3, 5, 12, 0)
    return table, table.promise("it", Rule(day, (at,), count=1), kind, minutes)


def asked(table, *parts):
    """What is due at a local time."""
    at = instant(BERLIN, date(*parts[:3]), time(*parts[3:]))
    return due(table.plan, at, table.quiet, BERLIN)


@pytest.mark.parametrize(
    ("minutes", "hour", "is_in_time"),
    [
        (10, (20, 0), True),
        (10, (20, 10), True),
        (10, (20, 11), False),
        (3, (20, 10), True),
        (60, (20, 59), True),
        (120, (21, 29), True),
        (120, (21, 30), False),
    ],
)
def test_it_may_be_late_by_its_own_length_but_not_into_the_night(minutes, hour, is_in_time):
    table, it = one(minutes=minutes)
    assert asked(table, 2027, 3, 5, *hour) == (Due(remind=it) if is_in_time else Due(missed=(it,)))


def test_before_its_time_nothing_is_due():
    table, _ = one()
    assert asked(table, 2027, 3, 5, 19, 59) == Due()


def test_what_they_set_inside_the_quiet_hours_is_theirs():
    table, it = one(at=time(22))
    assert asked(table, 2027, 3, 5, 22, 5) == Due(remind=it)
    assert asked(table, 2027, 3, 5, 22, 11) == Due(missed=(it,))


@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.PROGRESS])
def test_a_word_about_the_text_is_silent_at_night_and_never_told_as_missed(kind):
    table, it = one(kind, time(22))
    assert asked(table, 2027, 3, 5, 22, 0) == Due()
    table, it = one(kind, time(18))
    assert asked(table, 2027, 3, 5, 18, 5) == Due(remind=it)
    assert asked(table, 2027, 3, 5, 18, 11) == Due()


def test_a_review_slides_two_days_but_not_into_the_night():
    table, it = one(Kind.REVIEW, time(19), 15)
    assert asked(table, 2027, 3, 5, 23, 0) == Due()
    assert asked(table, 2027, 3, 7, 18, 59) == Due(remind=it)
    assert asked(table, 2027, 3, 7, 19, 1) == Due(missed=(it,))


def test_a_review_stands_behind_a_later_ritual():
    table, review = one(Kind.REVIEW, time(19), 15)
    tea = table.promise("tea", daily(FRIDAY, time(20)))
    assert asked(table, 2027, 3, 5, 20, 1) == Due(remind=tea)
    table.note(tea, Outcome.REMINDED)
    assert asked(table, 2027, 3, 5, 20, 2) == Due(remind=review)


@pytest.mark.parametrize("what", [Outcome.REMINDED, Outcome.KEPT, Outcome.SKIPPED])
def test_what_is_settled_is_not_given_again(what):
    table, it = one()
    table.note(it, what)
    assert asked(table, 2027, 3, 5, 20, 0) == Due()


def test_what_nobody_answered_is_told_once():
    table, it = one()
    table.note(it, Outcome.REMINDED)
    table.note(it, Outcome.MISSED)
    assert asked(table, 2027, 3, 6, 9, 0) == Due(missed=(it,))
    table.until(2027, 3, 6, 10, 0, step_s=600)
    assert table.told == [("it",)]
    assert counts(table.plan, "it", datetime(2027, 3, 1, tzinfo=UTC), table.now) == Counts(planned=1, missed=1)


def test_what_was_put_off_is_missed_when_its_second_time_is_over():
    table, it = one()
    later = instant(BERLIN, FRIDAY, time(21))
    table.note(it, Outcome.POSTPONED, later)
    assert moment(table.plan, it) == later
    assert next_occurrence(table.plan, later - ONE_DAY) == it
    assert asked(table, 2027, 3, 5, 20, 5) == Due()
    assert asked(table, 2027, 3, 5, 21, 0) == Due(remind=it)
    assert asked(table, 2027, 3, 5, 21, 11) == Due(missed=(it,))


def test_days_of_a_break_are_silent_and_not_planned():
    table = Table.at(2027, 3, 5, 12, 0, answer=keep)
    table.promise("tea", daily(FRIDAY))
    table.plan = take_break(table.plan, date(2027, 3, 6), date(2027, 3, 8), table.now)
    began = table.now
    assert next_occurrence(table.plan, began + ONE_DAY) == Occurrence("tea", date(2027, 3, 9), time(21))
    table.until(2027, 3, 10, 12, 0)
    assert [at.day for _, at in table.reminded] == [5, 9]
    assert table.told == []
    assert counts(table.plan, "tea", began, table.now) == Counts(planned=2, kept=2)


def test_a_break_that_ends_early_gives_back_the_rest_and_no_more():
    table = Table.at(2027, 3, 5, 12, 0)
    table.promise("tea", daily(FRIDAY))
    table.promise("coffee", daily(FRIDAY, time(9)))
    table.plan = take_break(table.plan, date(2027, 3, 6), date(2027, 3, 20), table.now)
    table.until(2027, 3, 8, 15, 0)
    table.plan = end_break(table.plan, table.now, BERLIN)
    table.until(2027, 3, 9, 8, 0)
    assert [(name, at.day) for name, at in table.reminded] == [("tea", 5), ("tea", 8)]
    assert table.told == []
    assert end_break(table.plan, table.now, BERLIN) == table.plan


def test_a_break_to_come_survives_the_end_of_this_one():
    table, _ = one()
    table.plan = take_break(
        take_break(table.plan, FRIDAY, FRIDAY, table.now), date(2027, 4, 1), date(2027, 4, 5), table.now
    )
    assert end_break(table.plan, table.now, BERLIN).breaks == table.plan.breaks[1:]


def test_skip_tonight_takes_tonight_alone():
    table = Table.at(2027, 3, 5, 12, 0)
    tonight = table.promise("tea", daily(FRIDAY))
    table.note(tonight, Outcome.SKIPPED)
    assert next_occurrence(table.plan, table.now) == Occurrence("tea", date(2027, 3, 6), time(21))
    assert tonight not in upcoming(table.plan, table.now, 1)
    assert counts(table.plan, "tea", table.now, table.now + ONE_DAY) == Counts(planned=1, skipped=1)


def test_two_times_a_day_are_two():
    table = Table.at(2027, 3, 5, 8, 30)
    table.promise("hands", daily(FRIDAY, time(9), time(20)))
    table.until(2027, 3, 6, 8, 30)
    assert [at.hour for _, at in table.reminded] == [9, 20]


@pytest.mark.parametrize(
    ("begin", "end", "quiet", "loud"),
    [(time(21, 30), time(8), (time(21, 30), time(0), time(7, 59)), (time(8), time(21, 29))),
     (time(1), time(6), (time(1), time(5, 59)), (time(6), time(0, 59))),
     (time(8), time(8), (), (time(8), time(0)))],
)  # fmt: skip
def test_quiet_hours_over_midnight_and_within_a_day(begin, end, quiet, loud):
    hours = QuietHours(begin, end)
    assert all(is_quiet(instant(BERLIN, FRIDAY, at), hours, BERLIN) for at in quiet)
    assert not any(is_quiet(instant(BERLIN, FRIDAY, at), hours, BERLIN) for at in loud)


@given(st.lists(rules(), max_size=3), st.integers(0, 60 * 24 * 40), st.data())
def test_for_any_plan_what_is_due_is_dealt_with_in_a_few_steps(some, minutes, data):
    now = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)
    plan = Plan()
    for number, rule in enumerate(some):
        kind = data.draw(st.sampled_from(Kind))
        plan = add(plan, Promise(f"p{number}", kind, "it", rule, BERLIN, 10), now)
    at, quiet = now + timedelta(minutes=minutes), QuietHours()
    given_so_far = set()
    for _ in range(20):
        found = due(plan, at, quiet, BERLIN)
        if found == Due():
            break
        assert found.remind not in found.missed
        for occurrence in (*found.missed, *([found.remind] if found.remind else [])):
            assert occurrence not in given_so_far
            assert now <= moment(plan, occurrence) <= at
            given_so_far.add(occurrence)
        if found.remind:
            plan = note(plan, found.remind, Outcome.REMINDED, at)
        for occurrence in found.missed:
            plan = note(plan, occurrence, Outcome.SKIPPED, at)
    else:
        pytest.fail("still due")
    assert all(outcome(plan, occurrence) for occurrence in given_so_far)
    coming = upcoming(plan, at, 100)
    assert not coming or next_occurrence(plan, at) == coming[0]
    assert list(coming) == sorted(coming, key=lambda each: moment(plan, each))
