"""Adding, changing, ending: what has been stays, and what is to come is new."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from support.plan_table import BERLIN, Table, daily, keep

from voice_coach.plan.changes import change, end, new_id, note, reopened, take_break
from voice_coach.plan.counts import Counts, counts
from voice_coach.plan.due import Due, due, upcoming
from voice_coach.plan.recurrence import instant, last_day
from voice_coach.plan.standing import outcome, promise
from voice_coach.plan.types import Kind, Occurrence, Outcome, Rule

FRIDAY = date(2027, 3, 5)


@pytest.fixture
def table():
    """Ten evenings of a ritual for four weeks; the first two kept, three off, the rest answered by nobody."""
    table = Table.at(2027, 3, 5, 19, 30, answer=keep)
    table.promise("tea", daily(FRIDAY, count=28))
    table.until(2027, 3, 7, 12, 0)
    table.answer = None
    return table.off_until(2027, 3, 10, 12, 0).until(2027, 3, 15, 12, 0)


def to(table, at):
    """Its hour is another from now on."""
    old = promise(table.plan, "tea")
    table.plan = change(table.plan, replace(old, rule=replace(old.rule, times=(at,))), table.now)


def test_a_new_hour_keeps_what_has_been_and_the_last_day(table):
    began = table.plan.began
    before = counts(table.plan, "tea", began, table.now)
    assert before == Counts(planned=10, kept=2, missed=5, not_reminded=3)
    to(table, time(18))
    assert counts(table.plan, "tea", began, table.now) == before
    assert last_day(promise(table.plan, "tea").rule) == date(2027, 4, 1)
    assert len(upcoming(table.plan, table.now, 60)) == 18
    assert {each.time for each in upcoming(table.plan, table.now, 60)} == {time(18)}
    assert promise(table.plan, "tea").sequence == 1


def test_an_hour_that_is_over_today_begins_tomorrow(table):
    to(table, time(9))
    assert due(table.plan, table.now, table.quiet, BERLIN) == Due()
    assert upcoming(table.plan, table.now, 2)[0] == Occurrence("tea", date(2027, 3, 16), time(9))


def test_what_the_old_rule_had_and_nobody_noted_is_written_down():
    table = Table.at(2027, 3, 5, 19, 30)
    first = table.promise("tea", daily(FRIDAY, count=28))
    table.now += timedelta(days=1)
    to(table, time(18))
    assert outcome(table.plan, first) is Outcome.MISSED
    assert due(table.plan, table.now, table.quiet, BERLIN).missed == (first,)


def test_what_was_put_off_still_comes_after_a_change(table):
    tonight = Occurrence("tea", date(2027, 3, 15), time(21))
    table.note(tonight, Outcome.POSTPONED, instant(BERLIN, date(2027, 3, 15), time(21, 20)))
    to(table, time(20))
    assert table.until(2027, 3, 15, 22, 0).reminded[-2:] == [
        ("tea", datetime(2027, 3, 15, 20, 0)),
        ("tea", datetime(2027, 3, 15, 21, 20)),
    ]


def test_another_name_changes_no_day(table):
    before = upcoming(table.plan, table.now, 60)
    table.plan = change(table.plan, replace(promise(table.plan, "tea"), what="a cup of cocoa"), table.now)
    assert upcoming(table.plan, table.now, 60) == before
    assert (promise(table.plan, "tea").what, promise(table.plan, "tea").sequence) == ("a cup of cocoa", 1)


def test_an_ended_promise_keeps_its_past(table):
    before = counts(table.plan, "tea", table.plan.began, table.now)
    table.plan = end(table.plan, "tea", table.now)
    assert counts(table.plan, "tea", table.plan.began, table.now) == before
    assert upcoming(table.plan, table.now, 60) == ()


def test_what_is_not_there_cannot_be_changed(table):
    with pytest.raises(KeyError):
        end(table.plan, "cocoa", table.now)
    with pytest.raises(KeyError):
        change(table.plan, replace(promise(table.plan, "tea"), id="cocoa"), table.now)


def test_an_id_is_never_used_again(table):
    first = new_id(table.plan, Kind.RITUAL, "tea")
    assert first.startswith("tea-")
    assert new_id(table.plan, Kind.RITUAL).startswith("ritual-")
    table.promise(first, daily(FRIDAY))
    dropped = end(table.plan, first, table.now)
    forgotten = replace(table.plan, promises=())
    assert first not in {new_id(plan, Kind.RITUAL, "tea") for plan in (table.plan, dropped, forgotten)}


def test_a_break_and_a_skip_raise_the_sequence_of_what_still_runs(table):
    gone = table.promise("walk", Rule(FRIDAY, (time(10),), weekdays=(6,)))
    table.plan = end(table.plan, gone.promise, table.now)
    table.plan = take_break(table.plan, date(2027, 3, 20), date(2027, 3, 21), table.now)
    table.note(Occurrence("tea", date(2027, 3, 15), time(21)), Outcome.SKIPPED)
    assert {each.id: each.sequence for each in table.plan.promises} == {"tea": 2, "walk": 1}


def test_one_promise_for_four_weeks_has_all_of_them_though_today_is_over():
    table = Table.at(2027, 3, 5, 22, 0)
    table.promise("tea", daily(FRIDAY, count=28))
    assert len(upcoming(table.plan, table.now, 60)) == 28
    assert last_day(promise(table.plan, "tea").rule) == date(2027, 4, 2)


def test_every_other_week_stays_every_other_week():
    table = Table.at(2027, 3, 7, 12, 0)
    table.promise("walk", Rule(FRIDAY, (time(10),), weekdays=(6,), every=2))
    assert [each.day for each in upcoming(table.plan, table.now, 30)] == [date(2027, 3, 21), date(2027, 4, 4)]


def test_only_a_reminder_that_came_to_nothing_can_be_taken_back(table):
    tonight = Occurrence("tea", date(2027, 3, 15), time(22))
    asked = note(table.plan, tonight, Outcome.REMINDED, table.now)
    assert reopened(asked, tonight) == reopened(table.plan, tonight) == table.plan
    kept = note(asked, tonight, Outcome.KEPT, table.now)
    assert reopened(kept, tonight) == kept
