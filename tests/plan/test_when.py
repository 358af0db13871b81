"""Spoken times: what each phrase of when.tsv means, what is asked about, and what is refused."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.bench.phrases import covering_phrases
from voice_coach.commands import Commands
from voice_coach.commands.matcher import Matcher
from voice_coach.commands.template_graph import read_labels
from voice_coach.plan.types import PartOfDay, Reading, ReadingKind, Rule
from voice_coach.plan.when import combine, notation, read
from voice_coach.plan.when.almanac import easter, next_feast
from voice_coach.resources import prompts_dir

NOW = datetime(2026, 11, 27, 18, 30)
"""A Friday."""
COMMANDS = Commands.load(prompts_dir() / "commands.yaml").while_asked(frozenset({"when"}))
TIMES = Commands.load(prompts_dir() / "when.yaml")
with Path(__file__).with_name("when.tsv").open(encoding="utf-8") as table:
    CASES = [*csv.DictReader((line for line in table if not line.startswith("#")), delimiter="\t")]
TALK = (Path(__file__).parents[1] / "support" / "talk.txt").read_text(encoding="utf-8").splitlines()
PHRASES = sorted(covering_phrases(TIMES.graph))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1))


def meant(phrase: str, now: datetime = NOW, context: PartOfDay | None = None) -> Reading:
    """What a phrase means to the table's own matcher."""
    match = COMMANDS.match(phrase)
    if match is None or match.intent != "when":
        return Reading(ReadingKind.NONE)
    return read(match.slots, now, context)


def value(phrase: str, now: datetime = NOW, context: PartOfDay | None = None) -> str:
    return notation(meant(phrase, now, context), now.date())


def asked(phrase: str, now: datetime = NOW) -> str | None:
    return meant(phrase, now).ask


def parts(text: str) -> frozenset[str]:
    return frozenset(text.split(";"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["phrase"])
def test_each_phrase_has_its_value_and_what_is_in_doubt_is_asked_about(case):
    reading = meant(case["phrase"])
    assert reading.kind == case["kind"]
    wanted = [case["value"], *filter(None, case["alternatives"].split("|"))]
    assert parts(notation(reading, NOW.date())) in map(parts, wanted)
    if case["doubt"]:
        assert reading.ask is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["phrase"])
def test_no_phrase_has_two_values(case):
    ways = Matcher(TIMES.graph, COMMANDS.skip).best_ways(COMMANDS.words(case["phrase"]), 0.05)
    assert len({notation(read(read_labels(labels)[1], NOW), NOW.date()) for _, labels in ways}) < 2


def test_what_people_say_otherwise_is_no_time():
    lines = [line for line in TALK if line and not line.startswith("#")]
    assert len(lines) > 50
    assert [line for line in lines if meant(line).kind is not ReadingKind.NONE] == []


@pytest.mark.parametrize(
    "phrase",
    [
        "thursday at sevn",
        "not on thursday",
        "never on sundays",
        "thursday at seven or eight",
        "thursday at seven at eight",
        "every sunday but not in december",
        "in nine eight weeks",
        "at eighty",
    ],
)
def test_what_is_nearly_a_time_is_none(phrase):
    assert meant(phrase).kind is ReadingKind.NONE


@pytest.mark.parametrize(
    "phrase", ["the fifth", "in eight weeks", "tomorrow", "next sunday", "tomorrow night at one", "in two hours"]
)
def test_behind_the_last_day_that_a_date_can_be_there_is_none(phrase):
    assert meant(phrase, datetime(9999, 12, 31, 23, 30)).kind is ReadingKind.NONE


def test_an_hour_at_night_that_is_said_later_is_of_the_night():
    night, one = meant("monday nights"), meant("at one")
    assert notation(combine(night, one, NOW), NOW.date()) == "FREQ=WEEKLY;BYDAY=TU;BYHOUR=1;BYMINUTE=0"


def test_signs_and_letters_are_read_as_the_model_writes_them():
    assert value("Thursday, at 7 p.m.") == "2026-12-03T19:00"
    assert value("at 7:30 a.m. on Thursday, please") == "2026-12-03T07:30"
    assert value("on new year\u2019s eve at 20:30") == "2026-12-31T20:30"


# -- the clock


@pytest.mark.parametrize(
    ("phrase", "context", "wanted"),
    [
        ("seven", None, "19:00"),
        ("eight", None, "08:00"),
        ("eight", PartOfDay.EVENING, "20:00"),
        ("seven", PartOfDay.MORNING, "07:00"),
        ("three", PartOfDay.AFTERNOON, "15:00"),
        ("eight in the morning", PartOfDay.EVENING, "08:00"),
        ("twelve", PartOfDay.MORNING, "12:00"),
        ("ten to eight", None, "19:50"),
    ],
)
def test_a_bare_hour_is_of_the_part_of_the_day_that_is_likely(phrase, context, wanted):
    assert value(phrase, context=context) == wanted
    assert (meant(phrase, context=context).ask == "half-day") == ("morning" not in phrase)


@pytest.mark.parametrize("phrase", ["one in the evening", "eleven in the afternoon", "two at night"])
def test_hours_that_nobody_means_so_are_asked_about(phrase):
    assert asked(phrase) == "half-day"


@pytest.mark.parametrize("phrase", ["noon in the morning", "fifteen thirty am", "midnight in the afternoon"])
def test_hours_that_there_are_not_are_none(phrase):
    assert meant(phrase).kind is ReadingKind.NONE


def test_of_two_hours_the_one_that_is_not_over_is_meant():
    assert (value("today at seven"), asked("today at seven")) == ("2026-11-27T19:00", "half-day")
    assert (value("today at nine"), asked("today at nine")) == ("2026-11-27T21:00", None)
    noon = NOW.replace(hour=11, minute=59)
    assert value("today at one pm", noon) == "2026-11-27T13:00"


def test_what_is_over_is_asked_about():
    assert asked("this morning at nine") == asked("today at noon") == asked("today at three") == "past"


# -- days


def test_a_day_of_the_week_on_that_day_is_today_as_long_as_the_hour_is_to_come():
    assert (value("friday at eight pm"), asked("friday at eight pm")) == ("2026-11-27T20:00", "which-week")
    assert (value("friday at six pm"), asked("friday at six pm")) == ("2026-12-04T18:00", "which-week")
    assert (value("friday"), asked("friday")) == ("2026-12-04", "which-week")
    at_five = datetime(2026, 12, 3, 17)
    assert value("thursday at eight in the morning", at_five) == "2026-12-10T08:00"
    assert value("tomorrow at four", at_five).startswith("2026-12-04")


def test_next_is_of_the_week_after_this_one_and_asked_about():
    tuesday = datetime(2026, 11, 24, 12)
    assert (value("next thursday", tuesday), asked("next thursday", tuesday)) == ("2026-12-03", "which-week")
    assert (value("this thursday", tuesday), asked("this thursday", tuesday)) == ("2026-11-26", None)


def test_a_day_of_the_month_that_is_today_or_far_off_is_asked_about():
    assert asked("the twenty seventh") == "which-month"
    assert asked("friday the thirteenth") == "which-month"
    assert asked("saturday the fifth") is None
    assert value("the thirty first of january") == "2027-01-31"


@pytest.mark.parametrize(
    "phrase",
    ["february thirty first", "the thirty first of next november", "saturday december third", "monday this week"],
)
def test_days_that_there_are_not_are_none(phrase):
    assert meant(phrase).kind is ReadingKind.NONE


def test_a_leap_day_is_found_within_the_year_or_not_at_all():
    assert meant("february twenty ninth").kind is ReadingKind.NONE
    assert value("february twenty ninth", datetime(2027, 6, 1)) == "2028-02-29"


def test_months_end_where_they_end():
    assert value("in a month", datetime(2027, 1, 31, 9)) == "2027-02-28"
    assert value("the last day of the month", datetime(2028, 2, 3)) == "2028-02-29"
    assert value("every month", datetime(2027, 1, 31)) == "FREQ=MONTHLY;BYMONTHDAY=28"


@pytest.mark.parametrize(
    ("year", "day"), [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25))]
)
def test_easter(year, day):
    assert easter(year) == date(year, *day)


def test_a_feast_that_is_over_is_that_of_next_year():
    assert next_feast("easter", date(2026, 4, 6)) == date(2027, 3, 28)
    assert value("christmas at noon", datetime(2026, 12, 25, 13)) == "2027-12-25T12:00"
    assert value("christmas", datetime(2026, 12, 25, 13)) == "2026-12-25"


# -- rules


def test_weeks_are_counted_in_occurrences():
    rule = meant("every tuesday and thursday at eight pm for four weeks").rule
    assert rule == Rule(NOW.date(), (time(20),), weekdays=(1, 3), count=8)
    assert meant("every other sunday for eight weeks").rule == Rule(NOW.date(), weekdays=(6,), every=2, count=4)


def test_what_an_end_before_its_beginning_or_weeks_of_months_would_be_is_none():
    assert meant("every day starting next monday until sunday").kind is ReadingKind.RULE
    assert meant("every month for four weeks").kind is ReadingKind.NONE
    assert meant("every easter").kind is ReadingKind.NONE


def test_once_or_again_and_again_is_asked_about():
    assert asked("the first sunday of the month at four pm") == "once"
    assert asked("the first sunday of every month at four pm") is None


# -- in two steps


@pytest.mark.parametrize(
    ("day", "clock", "wanted", "ask"),
    [
        ("thursday", "half past seven pm", "2026-12-03T19:30", None),
        ("thursday", "seven", "2026-12-03T19:00", "half-day"),
        ("thursday evening", "nine", "2026-12-03T21:00", None),
        ("saturday morning", "seven", "2026-11-28T07:00", None),
        ("next sunday", "four pm", "2026-12-06T16:00", "which-week"),
        ("today", "nine", "2026-11-27T21:00", None),
        ("today", "six pm", "2026-11-27T18:00", "past"),
        ("thursday", "tomorrow at eight pm", "2026-11-28T20:00", None),
        ("every evening", "nine", "FREQ=DAILY;BYHOUR=21;BYMINUTE=0", None),
        ("every sunday for four weeks", "ten am", "FREQ=WEEKLY;COUNT=4;BYDAY=SU;BYHOUR=10;BYMINUTE=0", None),
        ("every sunday", "ten", "FREQ=WEEKLY;BYDAY=SU;BYHOUR=10;BYMINUTE=0", "half-day"),
    ],
)
def test_a_day_and_then_an_hour(day, clock, wanted, ask):
    both = combine(meant(day), meant(clock), NOW)
    assert (notation(both, NOW.date()), both.ask) == (wanted, ask)


@pytest.mark.parametrize(("day", "clock"), [("this weekend", "nine"), ("thursday", "sunday"), ("nine", "ten")])
def test_what_does_not_go_together_is_none(day, clock):
    assert combine(meant(day), meant(clock), NOW).kind is ReadingKind.NONE


# -- whatever is said, and whenever


@given(st.sampled_from(PHRASES), MOMENTS)
def test_nothing_is_before_today_and_the_notation_tells_all(phrase, now):
    reading = meant(phrase, now)
    text = notation(reading, now.date())
    match reading.kind:
        case ReadingKind.NONE:
            assert text == ""
        case ReadingKind.TIME:
            assert time.fromisoformat(text) == reading.time
        case ReadingKind.DAY:
            assert date.fromisoformat(text) == reading.day >= now.date()
        case ReadingKind.PART:
            assert text == f"{reading.day}T{reading.part}"
            assert reading.day >= now.date()
        case ReadingKind.SPAN:
            assert now.date() <= reading.day <= reading.last
        case ReadingKind.AT:
            then = datetime.fromisoformat(text)
            assert (then.date(), then.time()) == (reading.day, reading.time)
            assert then.date() >= now.date()
            assert reading.ask == "past" or then > now - timedelta(minutes=1)
        case ReadingKind.RULE:
            assert reading.rule.first >= now.date()
            assert all(at.minute % 5 == 0 for at in reading.rule.times)
            assert text.count("FREQ=") == 1


@given(MOMENTS)
def test_the_wall_clock_counts_whatever_the_clocks_do_in_between(now):
    tomorrow = now.date() + timedelta(days=1)
    assert value("tomorrow at nine pm", now) == f"{tomorrow}T21:00"
    assert value("in two weeks at half past two am", now) == f"{now.date() + timedelta(days=14)}T02:30"
