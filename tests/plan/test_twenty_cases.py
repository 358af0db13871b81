"""What went wrong in other people's reminders, twenty reports: each as it goes here, on virtual time.

The reference of each report stands behind it. Where speech or the session has a part in it, this shows the plan's.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from support.plan_table import BERLIN, EVENING, Table, daily, keep

from voice_coach.plan.changes import change, end
from voice_coach.plan.counts import Counts, counts
from voice_coach.plan.due import due, next_occurrence, upcoming
from voice_coach.plan.recurrence import instant, local
from voice_coach.plan.standing import moment, outcome, promise
from voice_coach.plan.types import Occurrence, Outcome, QuietHours, Rule

FRIDAY = date(2027, 3, 5)
ONE_DAY = timedelta(days=1)


def moved(table, name, **rule):
    """They agree to another rule for the same thing."""
    old = promise(table.plan, name)
    table.plan = change(table.plan, replace(old, rule=replace(old.rule, **rule)), table.now)


def test_01_what_fell_due_while_off_is_dealt_with_once_at_the_start():
    """home-assistant/core#79145, #131383. That mouth and ears are ready first is the table's part."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("tea", daily(FRIDAY))
    table.until(2027, 3, 5, 20, 50).off_until(2027, 3, 5, 21, 4)
    table.until(2027, 3, 5, 23, 0)
    assert table.reminded == [("tea", datetime(2027, 3, 5, 21, 4))]
    table.off_until(2027, 3, 7, 9, 0).until(2027, 3, 7, 12, 0)
    assert table.told == [("tea",)]
    assert len(table.reminded) == 1


def test_02_a_moved_time_stands_after_a_restart():
    """home-assistant/core#75684."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("tea", daily(FRIDAY))
    moved(table, "tea", times=(time(20, 15),))
    table = table.restart().until(2027, 3, 6, 23, 0)
    assert table.reminded == [("tea", datetime(2027, 3, day, 20, 15)) for day in (5, 6)]


def test_03_what_was_kept_is_in_the_plan_at_once():
    """MycroftAI/skill-reminder#37. That it is on the disk before it is said is the journal's part."""
    table = Table.at(2027, 3, 5, 19, 30, answer=keep)
    tea, walk = table.promise("tea", daily(FRIDAY)), table.promise("walk", daily(FRIDAY, time(20)))
    table.until(2027, 3, 5, 21, 0)
    assert outcome(table.plan, tea) is outcome(table.plan, walk) is Outcome.KEPT
    table.off_until(2027, 3, 6, 9, 0)
    assert table.told == []


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Karachi"])
def test_04_weekdays_at_seven_come_at_seven_on_the_kitchen_clock(zone):
    """MycroftAI/skill-alarm#126, anoadragon453/matrix-reminder-bot#34."""
    table = Table.at(2027, 3, 5, 19, 30, zone=zone)
    table.promise("coffee", Rule(FRIDAY, (time(7),), weekdays=(0, 1, 2, 3, 4), count=3))
    table.quiet = QuietHours(time(21, 30), time(6, 0))
    table.until(2027, 3, 12, 12, 0, step_s=300)
    assert [at for _, at in table.reminded] == [datetime(2027, 3, day, 7) for day in (8, 9, 10)]


def test_05_what_is_agreed_for_an_hour_from_now_comes_today():
    """MycroftAI/skill-alarm#75. How "at one pm" is read, and read back, is tested with spoken dates."""
    table = Table.at(2027, 3, 5, 11, 59)
    walk = table.promise("walk", Rule(FRIDAY, (time(13),), count=1))
    assert next_occurrence(table.plan, table.now) == walk
    assert moment(table.plan, walk) == instant(BERLIN, FRIDAY, time(13))
    assert table.until(2027, 3, 5, 14, 0).reminded == [("walk", datetime(2027, 3, 5, 13))]


@pytest.mark.parametrize("monday", [date(2027, 3, 29), date(2027, 11, 1)])
def test_06_the_monday_after_a_change_of_the_clocks_has_one_reminder(monday):
    """vicolo-dev/chrono#359."""
    saturday = monday - 2 * ONE_DAY
    table = Table.at(saturday.year, saturday.month, saturday.day, 0, 0)
    table.promise("coffee", Rule(date(2027, 3, 1), (time(8),), weekdays=(0,)))
    table.until(monday.year, monday.month, monday.day, 23, 0)
    assert table.reminded == [("coffee", datetime.combine(monday, time(8)))]


def test_07_an_hour_that_a_night_leaves_out_comes_once():
    """Futsch1/medTimer#56."""
    table = Table.at(2027, 3, 27, 12, 0)
    table.promise("moon", daily(date(2027, 3, 28), time(2, 30)))
    table.until(2027, 3, 29, 12, 0)
    assert table.reminded == [("moon", datetime(2027, 3, 28, 3, 30)), ("moon", datetime(2027, 3, 29, 2, 30))]
    assert table.told == []


def test_07_an_hour_that_a_night_has_twice_comes_once():
    """The other side of Futsch1/medTimer#56."""
    table = Table.at(2027, 10, 30, 12, 0)
    table.promise("moon", daily(date(2027, 10, 31), time(2, 30), count=1))
    table.until(2027, 10, 31, 12, 0)
    assert table.reminded == [("moon", datetime(2027, 10, 31, 2, 30))]


@pytest.mark.parametrize("change_day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_08_without_a_restart_the_evening_keeps_its_hour(change_day):
    """anoadragon453/matrix-reminder-bot#57, CubicrootXYZ/RemindMe#359."""
    before, after = change_day - ONE_DAY, change_day + ONE_DAY
    table = Table.at(before.year, before.month, before.day, 12, 0)
    table.promise("tea", daily(before))
    table.until(after.year, after.month, after.day, 23, 0)
    assert [at for _, at in table.reminded] == [datetime.combine(d, EVENING) for d in (before, change_day, after)]


def test_09_what_fell_due_at_night_while_off_is_only_told_as_missed():
    """alarm-clock-applet/alarm-clock#84."""
    table = Table.at(2027, 3, 5, 22, 0)
    table.promise("ten minutes", Rule(FRIDAY, (time(22, 10),), count=1))
    table.until(2027, 3, 5, 22, 1).off_until(2027, 3, 6, 8, 0)
    table.until(2027, 3, 6, 12, 0)
    assert (table.reminded, table.told) == ([], [("ten minutes",)])


def test_10_after_a_night_asleep_the_evening_is_missed_and_tonight_stands():
    """systemd/systemd#24984, #8231."""
    table = Table.at(2027, 3, 5, 19, 30)
    last = table.promise("tea", daily(FRIDAY))
    table.until(2027, 3, 5, 20, 0).off_until(2027, 3, 6, 7, 0)
    assert outcome(table.plan, last) is Outcome.MISSED
    tonight = next_occurrence(table.plan, table.now)
    assert tonight == Occurrence("tea", FRIDAY + ONE_DAY, EVENING)
    assert table.until(2027, 3, 6, 22, 0).reminded == [("tea", datetime(2027, 3, 6, 21))]


def test_11_four_that_fell_due_asleep_are_told_of_in_one_sentence():
    """systemd/systemd#43350."""
    table = Table.at(2027, 3, 5, 8, 0)
    names = ("one", "two", "three", "four")
    for hour, name in enumerate(names, start=9):
        table.promise(name, daily(FRIDAY, time(hour), count=1))
    table.off_until(2027, 3, 5, 15, 0).until(2027, 3, 6, 12, 0)
    assert (table.reminded, table.told) == ([], [names])


def test_11_of_several_that_are_still_in_time_the_latest_is_offered():
    """systemd/systemd#43350, with dhrumilp12/Mental-Health-Companion#18."""
    table = Table.at(2027, 3, 5, 8, 0)
    table.promise("tea", daily(FRIDAY, time(11, 55), count=1))
    table.promise("walk", daily(FRIDAY, time(12, 0), count=1))
    table.off_until(2027, 3, 5, 12, 3).until(2027, 3, 5, 13, 0)
    assert (table.reminded, table.told) == ([("walk", datetime(2027, 3, 5, 12, 3))], [("tea",)])


def test_12_nothing_happens_while_the_clock_is_two_weeks_in_the_past():
    """guysoft/OctoPi#606, raspberrypi/linux#1751."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("tea", daily(FRIDAY))
    table.until(2027, 3, 19, 22, 0, step_s=300)
    before, so_far = table.plan, len(table.reminded)
    table.clock_is_off_by = timedelta(weeks=-2)
    table.off_until(2027, 3, 20, 20, 55).until(2027, 3, 20, 21, 2)
    assert table.plan == before
    table.clock_is_off_by = timedelta()
    table.until(2027, 3, 20, 22, 0)
    assert table.reminded[so_far:] == [("tea", datetime(2027, 3, 20, 21, 2, 30))]


def test_13_four_weeks_asleep_at_the_time_are_counted_as_not_reminded():
    """rfsbraz/deleterr#292, agronholm/apscheduler#292."""
    table = Table.at(2027, 3, 5, 19, 30)
    began = table.now
    table.promise("walk", Rule(FRIDAY, (time(10),), weekdays=(6,), count=4), minutes=20)
    for sunday in (7, 14, 21, 28):
        table.off_until(2027, 3, sunday, 12, 0).until(2027, 3, sunday, 13, 0, step_s=600)
    assert counts(table.plan, "walk", began, table.now) == Counts(planned=4, not_reminded=4)


def test_14_a_day_that_was_taken_out_is_silent():
    """athombv/homey-issues-dp#31."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("call", Rule(FRIDAY, (time(18),), weekdays=(1, 5)))
    moved(table, "call", weekdays=(1,))
    table.until(2027, 3, 14, 12, 0, step_s=300)
    assert table.reminded == [("call", datetime(2027, 3, 9, 18))]
    assert table.told == []


def test_15_what_is_put_off_comes_again_and_the_next_week_is_unchanged():
    """vicolo-dev/chrono#380, MikeMoore1337/reminder-bot#2."""

    def later_once(table, occurrence):
        if len(table.reminded) == 1:
            table.note(occurrence, Outcome.POSTPONED, table.now + timedelta(minutes=10))

    table = Table.at(2027, 3, 5, 19, 30, answer=later_once)
    table.promise("walk", Rule(FRIDAY, (time(10),), weekdays=(6,)))
    table.until(2027, 3, 14, 12, 0)
    assert [at for _, at in table.reminded] == [
        datetime(2027, 3, 7, 10, 0),
        datetime(2027, 3, 7, 10, 10),
        datetime(2027, 3, 14, 10, 0),
    ]


def test_16_a_cancelled_ritual_is_not_named():
    """esphome/home-assistant-voice-pe#252."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("tea", daily(FRIDAY))
    table.plan = end(table.plan, "tea", table.now)
    assert upcoming(table.plan, table.now, 60) == ()
    assert next_occurrence(table.plan, table.now) is None
    assert table.until(2027, 3, 6, 22, 0).reminded == table.told == []


def test_17_asking_at_the_very_moment_gives_one_answer_and_no_loop():
    """esphome/home-assistant-voice-pe#399. What is said of the time left is the session's part."""
    table = Table.at(2027, 3, 5, 21, 0)
    tea = table.promise("tea", daily(FRIDAY))
    assert due(table.plan, table.now, table.quiet, table.zone).remind == tea
    assert next_occurrence(table.plan, table.now) == Occurrence("tea", FRIDAY + ONE_DAY, EVENING)
    for _ in range(5):
        table.tick()
    assert len(table.reminded) == 1


def test_18_when_the_first_has_sounded_the_second_still_stands():
    """eyalgal/simple-timer-card#42."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("tea", daily(FRIDAY, count=1))
    table.promise("walk", daily(FRIDAY, count=1))
    table.promise("song", daily(FRIDAY, time(21, 3), count=1))
    table.until(2027, 3, 5, 22, 0)
    assert sorted(name for name, _ in table.reminded) == ["song", "tea", "walk"]
    assert table.told == []


def test_19_another_promise_within_its_grace_does_not_give_the_first_again():
    """agronholm/apscheduler#5."""
    table = Table.at(2027, 3, 5, 19, 30)
    table.promise("tea", daily(FRIDAY))
    table.until(2027, 3, 5, 21, 2)
    table.promise("walk", daily(FRIDAY, time(21, 4)))
    table.until(2027, 3, 5, 22, 0)
    assert [name for name, _ in table.reminded] == ["tea", "walk"]


def test_20_an_hour_that_is_over_today_is_next_weeks():
    """MycroftAI/skill-alarm#64, NickMonrad/kernel-ai-assistant#324. The reading is tested with spoken dates."""
    thursday = date(2027, 3, 4)
    table = Table.at(2027, 3, 4, 17, 0)
    table.promise("call", Rule(thursday, (time(8),), weekdays=(3,)))
    table.promise("walk", Rule(thursday + ONE_DAY, (time(16),), count=1))
    assert table.until(2027, 3, 4, 23, 0).told == []
    first = upcoming(table.plan, datetime(2027, 3, 4, 16, 0, tzinfo=UTC), 8)
    assert [(o.promise, o.day) for o in first] == [("walk", date(2027, 3, 5)), ("call", date(2027, 3, 11))]
    assert local(BERLIN, moment(table.plan, first[1])).hour == 8
