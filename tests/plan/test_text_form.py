"""The plan as a text: there and back, what an edit does, and what is said of a mistake."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.rules import rules

from voice_coach.errors import PlanError
from voice_coach.plan.changes import add, end, note, take_break
from voice_coach.plan.due import upcoming
from voice_coach.plan.recurrence import days
from voice_coach.plan.standing import promise
from voice_coach.plan.text_days import EXAMPLES, from_phrase, to_phrase
from voice_coach.plan.text_form import from_text, has_entries, notes_from_text, to_text
from voice_coach.plan.types import Break, Improvement, Kind, Occurrence, Outcome, PartOfDay, Plan, Promise, Rule

NOW = datetime(2027, 3, 5, 18, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
TEA = Promise(
    "tea-1", Kind.RITUAL, "a cup of tea", Rule(date(2027, 3, 6), (time(21),), count=28), "Europe/Berlin", 10
)
WALK = Promise(
    "walk-1", Kind.RITUAL, "a walk", Rule(date(2027, 3, 6), (time(10),), weekdays=(6,)), "Europe/Berlin"
)


@pytest.fixture
def plan():
    return add(add(Plan(), TEA, NOW), WALK, NOW)


promises = st.builds(
    Promise,
    id=st.just(""),
    kind=st.sampled_from(Kind),
    what=st.text(min_size=1).filter(str.strip),
    rule=st.builds(
        lambda rule, part: replace(rule, part=part),
        rules() | rules(st.just(())),
        st.none() | st.sampled_from(PartOfDay),
    ),
    zone=st.sampled_from(("Europe/Berlin", "America/New_York")),
    minutes=st.none() | st.integers(1, 300),
    source=st.text(),
)


@given(st.lists(promises, max_size=4), st.lists(st.dates(), max_size=2))
def test_what_nobody_changed_is_the_same_plan(some, breaks):
    plan = Plan(breaks=tuple(Break(day, day) for day in breaks))
    for number, each in enumerate(some):
        plan = add(plan, replace(each, id=f"p-{number}"), NOW)
    assert from_text(to_text(plan), plan, LATER) == plan


words = st.text(min_size=1).filter(str.strip)


@given(st.lists(words, max_size=3), st.lists(words, max_size=3))
def test_words_that_nobody_changed_are_the_same(better, notes):
    plan = Plan(improvements=tuple(Improvement(NOW, text) for text in better))
    text = to_text(plan, notes)
    assert from_text(text, plan, LATER, notes=notes) == plan
    assert notes_from_text(text, plan, notes) == tuple(notes)
    assert has_entries(text) == bool(better or notes)


def test_words_are_changed_and_removed_by_their_names():
    plan = Plan(improvements=(Improvement(NOW, "we laughed"), Improvement(NOW, "we sang", "Anna")))
    notes = ("late calls", "long hours")
    text = to_text(plan, notes).replace("late calls", "late mails").replace("[i1]\ntext: we laughed\n", "")
    text = text.replace("[n2]\ntext: long hours\n", "")
    assert from_text(text, plan, LATER, notes=notes).improvements == plan.improvements[1:]
    assert notes_from_text(text, plan, notes) == ("late mails", None)
    for wrong, said in (("[n3]\ntext: x", "no such entry"), ("[n1]\ntext: x", "each entry once")):
        with pytest.raises(PlanError, match=said):
            from_text(f"{to_text(plan, notes)}\n{wrong}", plan, LATER, notes=notes)


@given(promises)
def test_the_same_entry_as_a_new_one_makes_the_same_promise(each):
    assume(next(days(each.rule), None) is not None)
    each = replace(each, source="", what=" ".join(each.what.split()))
    plan = add(Plan(), replace(each, id="p-1"), NOW)
    again = from_text(to_text(plan).replace("[p-1]", "[new]"), Plan(), NOW)
    assert [replace(new, id="p-1") for new in again.promises] == list(plan.promises)


@pytest.mark.parametrize(
    ("phrase", "rule"),
    [
        ("every day", {}),
        ("Every 3 Days", {"every": 3}),
        ("mondays and thursday", {"weekdays": (0, 3)}),
        ("sun, sat", {"weekdays": (5, 6)}),
        ("every 2 weeks on sunday", {"weekdays": (6,), "every": 2}),
        ("every week on fri", {"weekdays": (4,)}),
        ("first sat of the month", {"weekdays": (5,), "nth": 1}),
        ("last friday of every 2 months", {"weekdays": (4,), "nth": -1, "every": 2}),
        ("day 15, 1 of the month", {"month_days": (1, 15)}),
        ("days last, 15 of every 2 months", {"month_days": (-1, 15), "every": 2}),
        ("once", {"count": 1}),
    ],
)
def test_days_as_people_write_them(phrase, rule):
    base = Rule(date(2027, 3, 6), (time(9),))
    assert from_phrase(phrase, base) == replace(base, **rule)


@pytest.mark.parametrize(
    "phrase", ["", "daily", "every 0 days", "moonday", "sixth sun of the month", "day 32 of the month"]
)
def test_other_words_are_no_days(phrase):
    assert from_phrase(phrase, Rule(date(2027, 3, 6))) is None


@pytest.mark.parametrize("phrase", EXAMPLES)
def test_the_examples_are_understood_and_written_the_same(phrase):
    assert to_phrase(from_phrase(phrase, Rule(date(2027, 3, 6)))) == phrase


def test_another_hour_counts_from_now_on(plan):
    edited = from_text(to_text(plan).replace("at: 21:00", "at: 20:15, 9:00"), plan, LATER)
    assert promise(edited, "tea-1").rule.times == (time(9), time(20, 15))
    assert promise(edited, "tea-1").sequence == 1
    assert promise(edited, "walk-1") == promise(plan, "walk-1")


def test_an_entry_that_was_removed_drops_its_promise(plan):
    text = to_text(plan)
    edited = from_text(text[: text.index("[walk-1]")], plan, LATER)
    assert edited == end(plan, "walk-1", LATER)
    assert "walk-1" not in to_text(edited)
    assert {each.promise for each in upcoming(edited, LATER, 30)} == {"tea-1"}


def test_a_new_entry_needs_few_lines(plan):
    edited = from_text(
        to_text(plan) + "\n[new]\nwhat: a song\ndays: once\nfrom: 2027-03-20\nat: 19:00\n", plan, LATER
    )
    new = edited.promises[-1]
    assert (new.id, new.kind, new.zone, new.made) == ("ritual-3", Kind.RITUAL, "Europe/Berlin", LATER)
    assert upcoming(edited, LATER, 30)[-1].day <= date(2027, 4, 7)
    assert Occurrence("ritual-3", date(2027, 3, 20), time(19)) in upcoming(edited, LATER, 30)


def test_the_first_entry_of_all_is_of_the_zone_that_is_given():
    (new,) = from_text("[new]\nwhat: a song\ndays: once\n", Plan(), NOW, "America/New_York").promises
    assert (new.zone, new.rule.first) == ("America/New_York", date(2027, 3, 5))


def test_what_became_of_it_stays(plan):
    kept = note(plan, Occurrence("tea-1", date(2027, 3, 6), time(21)), Outcome.KEPT, NOW + timedelta(days=1))
    edited = from_text(to_text(kept).replace("a cup of tea", "a pot of tea"), kept, LATER)
    assert edited.records == kept.records
    assert promise(edited, "tea-1").what == "a pot of tea"


def test_a_break_can_be_written_and_removed(plan):
    text = to_text(plan)
    paused = from_text(text + "\n[break]\nfrom: 2027-03-07\nto: 2027-03-20\n", plan, NOW)
    assert paused == take_break(plan, date(2027, 3, 7), date(2027, 3, 20), LATER)
    again = from_text(text, paused, datetime(2027, 3, 9, 12, 0, tzinfo=UTC))
    assert again.breaks == ()
    assert [each.outcome for each in again.records] == [Outcome.SKIPPED] * 3
    assert upcoming(again, datetime(2027, 3, 9, 12, 0, tzinfo=UTC), 1) == (
        Occurrence("tea-1", date(2027, 3, 9), time(21)),
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("what: a walk", "line 1: what: a walk: expected a heading as [new], or a line as what: a walk"),
        ("[new]\na walk", "line 2: a walk: expected a heading as [new], or a line as what: a walk"),
        ("[new]\nwhat: a walk\nwhat: a run", "line 3: what: expected each key once, found it again"),
        ("[new]\nwath: a walk", "line 2: wath: there is no such key; did you mean what?"),
        ("\n# hm\n[new]\nwhat: a walk\nzone: UTC", "line 3: days: expected this line in [new], found none"),
        ("[new]\nwhat: a walk\ndays: once", "line 1: zone: expected this line in [new], found none"),
        ("[new]\nwhat:\ndays: once\nzone: UTC", "line 2: what: expected some words, found ''"),
        ("[new]\nzone: Europe", "line 2: zone: expected a time zone as Europe/Berlin, found 'Europe'"),
        ("[new]\nzone: UTC\nat: 25:00", "line 3: at: expected hours as 21:00, found '25:00'"),
        ("[new]\nzone: UTC\nat: nine", "line 3: at: expected hours as 21:00, found 'nine'"),
        ("[new]\nzone: UTC\nat: 9:00+01:00", "line 3: at: expected hours as 21:00, found '9:00+01:00'"),
        ("[new]\nzone: UTC\nat: 2100", "line 3: at: expected hours as 21:00, found '2100'"),
        ("[new]\nzone: UTC\nfrom: 8.3.", "line 3: from: expected a day as 2027-03-08, found '8.3.'"),
        ("[new]\nzone: UTC\ncount: 0", "line 3: count: expected a number, found '0'"),
        ("[new]\nzone: UTC\npart: noon", "line 3: part: expected a part of the day as evening, found 'noon'"),
        (
            "[new]\nzone: UTC\ndays: daily",
            "line 3: days: expected days as " + "; ".join(EXAMPLES) + ", found 'daily'",
        ),
        (
            "[new]\nzone: UTC\nfrom: 2027-03-08\ndays: once\nuntil: 2027-03-07",
            "line 4: days: expected days that come, found none from the first day to the last",
        ),
        ("[new]\nzone: UTC\ndays: once\ncount: 3", "line 4: count: expected no such line for what comes once"),
        (
            "[new]\nzone: UTC\ndays: once\nkind: walk",
            "line 4: kind: expected one of talk, ritual, activity, review, message, progress, found 'walk'",
        ),
        (
            "[new]\nzone: UTC\nwhat: it\ndays: once\nminutes: 5000",
            "line 5: minutes: expected whole minutes, a day's at most, found '5000'",
        ),
        ("[walk-9]", "line 1: [walk-9]: there is no such entry; write [new] for another promise"),
        ("[break]\nfrom: 2027-03-08", "line 1: to: expected this line in [break], found none"),
        ("[break]\nfrom: 2027-03-08\nto: 2027-03-07", "line 3: to: expected no day before from"),
        ("[break]\nwhat: Rome", "line 2: what: there is no such key; there are from, to"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(lines, message):
    with pytest.raises(PlanError) as error:
        from_text(lines, Plan(), NOW)
    assert str(error.value) == message


def test_an_entry_twice_is_refused(plan):
    text = to_text(plan)
    with pytest.raises(PlanError, match=r"line \d+: \[walk-1\]: expected each entry once, found it again"):
        from_text(text + text[text.index("[walk-1]") :], plan, NOW)
