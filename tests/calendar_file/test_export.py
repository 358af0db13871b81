"""The .ics file as other programs read it: icalendar, recurring-ical-events and khal."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from support.rules import rules

from voice_coach.calendar_file.export import Texts, export
from voice_coach.plan.changes import add, change, end, note, take_break
from voice_coach.plan.standing import between, moment, promise
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, Rule

BERLIN = "Europe/Berlin"
NOW = datetime(2027, 3, 5, 18, 30, tzinfo=UTC)
FAR = NOW + timedelta(days=420)
NEUTRAL = Texts("Our time", "-//Somebody//Some//EN")
TEA = Promise(
    "tea-1", Kind.RITUAL, "ein Täßchen Tee", Rule(date(2027, 3, 8), (time(21),), count=28), BERLIN, minutes=10
)
WALK = Promise("walk-1", Kind.RITUAL, "a walk", Rule(date(2027, 3, 6), (time(10),), weekdays=(6,)), BERLIN, 20)


def planned(*promises):
    plan = Plan()
    for each in promises:
        plan = add(plan, each, NOW)
    return plan


def exported(plan, full=False, now=NOW):
    return export(plan, now, full=full, texts=NEUTRAL)


def events(plan, start=NOW, end=FAR):
    """The moments in UTC at which another program sees something begin, in order."""
    found = recurring_ical_events.of(Calendar.from_ical(exported(plan))).between(start, end)
    return sorted(each.start for each in found if each.get("status") != "CANCELLED")


def moments(plan, start=NOW, end=FAR):
    """The same as the plan has it."""
    return [moment(plan, each) for each in standing_between(plan, start, end)]


def standing_between(plan, start, end):
    """What was planned and not skipped."""
    return tuple(s.occurrence for s in between(plan, start, end) if s.outcome is not Outcome.SKIPPED)


def shown(data):
    """Title and UID of each event."""
    return [(str(each["summary"]), str(each["uid"])) for each in Calendar.from_ical(data).events]


def test_the_file_is_well_formed():
    data = exported(
        take_break(planned(TEA, replace(WALK, what="ü" * 120)), date(2027, 3, 9), date(2027, 3, 20), NOW), True
    )
    read = Calendar.from_ical(data)
    assert read.errors == []
    assert all(part.errors == [] for part in read.walk())
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    text = data.decode().replace("\r\n ", "")
    assert "RRULE:FREQ=DAILY;COUNT=28\r\n" in text
    assert "TRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT" in text
    assert "UNTIL" not in text
    assert "RDATE" not in text
    assert text.count("DTSTAMP:20270305T183000Z") == text.count("LAST-MODIFIED:20270305T183000Z") == 2
    assert "TZID=Europe/Berlin:20270308T210000" in text


def test_titles_are_neutral_unless_all_is_asked_for():
    plan = planned(TEA, WALK)
    assert {title for title, _ in shown(exported(plan))} == {"Our time"}
    assert [title for title, _ in shown(exported(plan, full=True))] == ["Ein Täßchen Tee", "A walk"]
    assert b"tea" not in exported(plan).lower()


@pytest.mark.parametrize("change_day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_the_hour_is_the_same_on_both_sides_of_a_change_of_the_clocks(change_day):
    plan = planned(replace(TEA, rule=Rule(date(2027, 3, 8), (time(21),))))
    start = datetime.combine(change_day - timedelta(days=2), time(12), UTC)
    found = events(plan, start, start + timedelta(days=4))
    assert [each.astimezone(ZoneInfo(BERLIN)).time() for each in found] == [time(21)] * 4
    assert len({each.utcoffset() for each in found}) == 2


def test_four_weeks_are_28_evenings():
    assert len(events(planned(TEA))) == 28


@settings(max_examples=25)
@given(rules(), st.sampled_from((BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Sydney")), st.data())
def test_for_any_rule_other_programs_see_what_the_plan_has(rule, zone, data):
    rule = replace(rule, first=date(2027, 3, 1) + timedelta(days=rule.first.day), until=None)
    plan = planned(replace(TEA, rule=rule, zone=zone))
    for skipped in data.draw(st.sets(st.sampled_from(standing_between(plan, NOW, FAR) or (None,)), max_size=3)):
        plan = note(plan, skipped, Outcome.SKIPPED, NOW) if skipped else plan
    if data.draw(st.booleans()):
        plan = take_break(plan, date(2027, 3, 20), date(2027, 4, 3), NOW)
    since = NOW
    if data.draw(st.booleans()):
        since = NOW + timedelta(days=data.draw(st.integers(0, 60)))
        plan = change(plan, replace(promise(plan, TEA.id), rule=replace(rule, times=(time(18, 30),))), since)
    assert [each.astimezone(UTC) for each in events(plan, since)] == moments(plan, since)


def test_a_rule_that_ends_by_a_day_is_written_by_number():
    plan = planned(replace(WALK, rule=replace(WALK.rule, until=date(2027, 4, 2))))
    assert b"COUNT=4" in exported(plan)
    assert len(events(plan)) == 4


def test_several_times_a_day_are_several_events():
    plan = planned(replace(TEA, rule=Rule(date(2027, 3, 8), (time(9), time(21)), count=5)))
    assert len({uid for _, uid in shown(exported(plan))}) == 2
    assert len(events(plan)) == 5


def test_what_comes_once_has_no_rule():
    plan = planned(replace(TEA, rule=replace(TEA.rule, count=1)))
    assert b"RRULE:FREQ=DAILY" not in exported(plan)
    assert len(events(plan)) == 1


def test_what_has_no_hour_is_a_whole_day_without_an_alarm():
    plan = planned(replace(TEA, rule=Rule(date(2027, 3, 13), count=1)))
    data = exported(plan)
    assert b"DTSTART;VALUE=DATE:20270313" in data
    assert b"VALARM" not in data
    assert b"VTIMEZONE" not in data


def test_an_edit_keeps_the_uid_and_raises_the_sequence():
    plan = planned(TEA)
    later = change(plan, replace(TEA, rule=replace(TEA.rule, times=(time(20),))), NOW + timedelta(days=10))
    assert shown(exported(plan)) == shown(exported(later))
    assert b"SEQUENCE:0" in exported(plan)
    assert b"SEQUENCE:1" in exported(later)
    assert {each.astimezone(ZoneInfo(BERLIN)).hour for each in events(later)} == {20}


def test_the_next_plan_has_other_uids():
    other = add(Plan(), TEA, NOW + timedelta(days=100))
    assert shown(exported(planned(TEA)))[0][1] != shown(exported(other))[0][1]


def test_an_ended_promise_has_its_past_and_nothing_to_come():
    plan = end(planned(TEA), TEA.id, NOW + timedelta(days=10))
    assert events(plan) == moments(plan)
    assert len(events(plan)) == 7
    never = end(planned(TEA), TEA.id, NOW)
    assert b"STATUS:CANCELLED" in exported(never)


def test_a_skipped_first_evening_leaves_a_first_day_that_is_one_of_the_rule():
    plan = note(planned(TEA), Occurrence("tea-1", date(2027, 3, 8), time(21)), Outcome.SKIPPED, NOW)
    (event,) = Calendar.from_ical(exported(plan)).events
    assert event.start.date() == date(2027, 3, 9)
    assert len(events(plan)) == 27


def test_an_empty_plan_is_an_empty_calendar():
    assert Calendar.from_ical(exported(Plan())).events == []


@pytest.fixture
def khal(tmp_path: Path):
    """Runs khal with a home of its own, and gives what it printed."""
    found = Path(sys.executable).with_name("khal")
    program = str(found) if found.exists() else shutil.which("khal")
    if program is None:
        pytest.skip("khal is not installed")
    (tmp_path / "config").write_text(
        f"[calendars]\n[[ours]]\npath = {tmp_path / 'calendar'}\n[locale]\nlocal_timezone = Europe/Berlin\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        f"[sqlite]\npath = {tmp_path / 'khal.db'}\n"
    )
    (tmp_path / "calendar").mkdir()
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        done = subprocess.run(  # noqa: PLW1510
            [program, "-c", str(tmp_path / "config"), *arguments],
            env=os.environ | home | {"LC_ALL": "C.UTF-8", "TZ": BERLIN},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_khal_imports_and_a_second_import_updates(khal, tmp_path):
    def listed() -> list[str]:
        out = khal("list", "--format", "{start-date} {start-time} {title}", "--day-format", "", "2027-03-26", "4d")
        return [line for line in out.splitlines() if line.strip()]

    file = tmp_path / "plan.ics"
    plan = planned(TEA, WALK)
    file.write_bytes(exported(plan))
    khal("import", "--batch", str(file))
    evenings = [f"2027-03-{day} 21:00 Our time" for day in (26, 27, 28, 29)]
    assert sorted(listed()) == sorted([*evenings, "2027-03-28 10:00 Our time"])
    tea = promise(plan, "tea-1")
    plan = change(plan, replace(tea, rule=replace(tea.rule, times=(time(20, 30),))), NOW)
    file.write_bytes(exported(plan))
    khal("import", "--batch", str(file))
    assert sorted(listed()) == sorted(
        [*(line.replace("21:00", "20:30") for line in evenings), "2027-03-28 10:00 Our time"]
    )
