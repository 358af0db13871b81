"""Times for what is promised: asked for, read back, agreed by each, within the guide's limits."""

from datetime import date, time
from functools import partial

import pytest
from session import weeks
from session.weeks import first_evening

from voice_coach.plan.types import Kind, Rule
from voice_coach.session import Phase, Say
from voice_coach.session.attention import attention


@pytest.fixture
def guide(reconnect):
    return reconnect


@pytest.fixture
def at_step(guide):
    return partial(weeks.at_step, guide)


def _said(table):
    return [action for action in table.actions if isinstance(action, Say)][-1]


def _promises(table, kind):
    return [promise for promise in table.state.plan.promises if promise.kind is kind]


def test_a_ritual_gets_its_evenings_and_is_read_back_with_first_and_last(at_step):
    table = at_step(4)
    table.hear("choose", choice="a cup of tea together")
    table.hear("number", n=10)
    assert table.phase is Phase.WHEN
    assert attention(table.guide, table.state.place).answers == {"when"}
    assert table.hear("when", hour=9) == ["consent-timed-when"]
    assert _said(table).values["when"] == Rule(date(2026, 11, 27), (time(21),), count=28)
    table.hear("yes")
    assert _promises(table, Kind.RITUAL) == []
    assert table.hear("yes")[0] == "guide/rituals/nightly-ritual/kept"
    (ritual,) = _promises(table, Kind.RITUAL)
    assert (ritual.what, ritual.minutes, ritual.zone) == ("a cup of tea together", 10, "Europe/Berlin")


def test_one_no_and_nothing_is_promised(at_step):
    table = at_step(4)
    table.hear("choose", choice="three good things")
    table.hear("number", n=10)
    table.hear("when", hour=9)
    table.hear("yes")
    assert table.hear("no") == ["consent-no", "guide/rituals/nightly-ritual/ask"]
    assert table.state.plan.promises == ()


def test_a_day_and_then_an_hour(at_step):
    table = at_step(1)
    assert attention(table.guide, table.state.place).answers >= {"when", "choose"}
    assert table.hear("when", weekday=3) == ["when-time"]
    assert table.hear("when", hour=7) == ["consent-timed-when"]
    assert _said(table).values["when"] == Rule(date(2026, 12, 3), (time(19),), count=1)


def test_beyond_the_guides_days_it_says_so_and_asks(at_step):
    table = at_step(1)
    assert table.hear("when", weekday=3, hour=7, which="next")[0] in {"when-too-late", "consent-timed-when"}
    later = at_step(6)
    later.hear("choose", choice="visit a museum")
    later.hear("yes")
    said = later.hear("when", weeks_ahead=3, hour=3)
    assert said[0] in {"when-too-late", "when-day"} and later.phase is Phase.WHEN


def test_what_has_passed_is_asked_again(at_step):
    table = at_step(1)
    assert table.hear("when", rel=0, hour=3, half="AF")[0] == "when-past"
    assert table.phase in {Phase.WHEN, Phase.CHOOSING} and table.state.plan.promises == ()


def test_what_should_come_once_is_not_taken_for_every_week(at_step):
    table = at_step(6)
    table.hear("choose", choice="visit a museum")
    table.hear("yes")
    assert table.hear("when", every_day="EV", hour=9)[0] == "when-once"


def test_right_now_needs_no_promise(at_step):
    table = at_step(1)
    assert table.hear("choose", choice="right now") == ["waiting"]
    assert table.state.plan.promises == ()


def test_the_reviews_are_agreed_to_together_each_with_its_day(at_step):
    table = at_step(7)
    assert table.hear("when", hour=8, half="EV") == ["consent-reviews"]
    days = _said(table).values["days"]
    assert [day.first for day in days] == [date(2026, 12, 11), date(2026, 12, 25), date(2027, 1, 22)]
    table.hear("yes")
    table.hear("yes")
    assert [p.rule.times for p in _promises(table, Kind.REVIEW)] == [(time(20),)] * 3
    assert len(_promises(table, Kind.MESSAGE)) == 1 and len(_promises(table, Kind.PROGRESS)) == 1


@pytest.mark.parametrize("slots", [{}, {"hour": "x"}, {"weekday": 99}, {"ordinal": 30, "month": 2}])
def test_what_is_no_time_is_asked_back(at_step, slots):
    table = at_step(7)
    table.hear("when", **slots)
    assert table.phase is Phase.WHEN and table.state.plan.promises == ()


def test_a_promise_is_changed_when_they_choose_again_and_keeps_its_id(at_step):
    table = at_step(4)
    for choice in ("three good things", "a cup of tea together"):
        table.hear("choose", choice=choice)
        table.hear("number", n=10)
        table.hear("when", hour=9)
        table.hear("yes")
        table.hear("yes")
        table.settle()
        table.hear("back")
    (ritual,) = _promises(table, Kind.RITUAL)
    assert (ritual.what, ritual.sequence) == ("a cup of tea together", 1)


def test_a_talk_can_be_scheduled_between_talks(guide):
    table = first_evening(guide)
    assert table.hear("schedule") == ["when-talk"]
    assert table.hear("when", weekday=6, hour=10, half="MO") == ["consent-when"]
    table.hear("yes")
    assert table.hear("yes") == ["kept"]
    assert table.phase is Phase.RESTING and [p.kind for p in table.state.plan.promises] == [Kind.TALK]


def test_a_question_for_a_time_that_waits_is_answered_behind_the_wake_phrase(at_step):
    table = at_step(7)
    table.wait(120)
    listened = attention(table.guide, table.state.place)
    assert table.state.place.waits and listened.answers == frozenset() and "when" in listened.called
    assert table.hear("when", hour=8, half="EV") == ["consent-reviews"]


def test_an_evening_that_is_over_is_not_read_as_the_first(at_step):
    table = at_step(4)
    table.hear("choose", choice="three good things")
    table.hear("number", n=10)
    table.hear("when", every_day="EV", hour=7)  # it is half past seven
    read = _said(table).values["when"]
    assert (read.first, read.count) == (date(2026, 11, 28), 28)
    table.hear("yes")
    table.hear("yes")
    assert [promise.rule for promise in _promises(table, Kind.RITUAL)] == [read]
