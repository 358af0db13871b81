"""Reviews: what was promised and became of it, one change, one drop, and whether everything is forgotten."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from session.weeks import FRIDAY, first_evening, once, tea

from voice_coach.plan.types import Kind, Outcome
from voice_coach.session import Phase, Say
from voice_coach.session.actions import Forget, Record


@pytest.fixture
def guide(reconnect):
    return reconnect


@pytest.fixture
def reviewing(guide):
    """In a review, at one of its activities, on the third evening of a ritual that was kept once."""

    def sit(activity, number=0):
        part = guide.reviews[number]
        review = replace(once(Kind.REVIEW, FRIDAY.date() + timedelta(days=2), time(20)), source=part.id)
        table = first_evening(guide, tea(), review)
        table.until(FRIDAY.replace(hour=21, minute=0, second=15))
        table.hear("yes")
        table.until(FRIDAY + timedelta(days=2))
        assert table.hear("review")[0] == f"guide/{part.id}/say"
        if activity == "recall":
            return table
        index = [a.id for a in part.activities].index(activity)
        for _ in range(40):
            if table.state.place.activity >= index:
                break
            table.settle()
            table.hear("skip")
        assert table.state.place.activity == index
        return table

    return sit


def test_what_was_promised_is_told_with_how_often_it_was_done(reviewing):
    table = reviewing("recall")
    table.settle()
    said = [action.line for action in table.actions if isinstance(action, Say)]
    assert "recall-once" in said
    assert str(table.state.plan.records[1].outcome) == Outcome.KEPT


def test_a_ritual_gets_another_time(reviewing):
    table = reviewing("change")
    assert "amend-option" in table.said
    assert table.hear("number", n=1) == ["when-ask"]
    assert table.hear("when", hour=8, half="EV") == ["consent-timed-when"]
    table.hear("yes")
    assert table.hear("yes")[0] == "kept"
    assert [p.rule.times for p in table.state.plan.promises if p.kind is Kind.RITUAL] == [(time(20),)]


def test_a_change_that_one_does_not_want_is_none(reviewing):
    table = reviewing("change")
    table.hear("number", n=1)
    table.hear("when", hour=8, half="EV")
    table.hear("yes")
    table.hear("no")
    assert [p.rule.times for p in table.state.plan.promises if p.kind is Kind.RITUAL] == [(time(21),)]


def test_a_ritual_is_dropped_when_both_say_so(reviewing):
    table = reviewing("drop")
    table.hear("number", n=1)
    assert table.said[-1] == "consent-drop"
    table.hear("yes")
    assert table.hear("yes")[0] == "dropped"
    assert all(p.ended is not None for p in table.state.plan.promises if p.kind is Kind.RITUAL)


def test_nothing_changes_without_a_name(reviewing):
    table = reviewing("drop")
    table.hear("number", n=7)
    assert table.phase is Phase.AMENDING
    assert table.hear("no")[0] == "never-mind"
    assert all(p.ended is None for p in table.state.plan.promises)


@pytest.mark.parametrize(
    ("answers", "forgotten"), [(("yes", "yes"), True), (("yes", "no"), False), (("no",), False)]
)
def test_at_the_end_everything_is_forgotten_only_where_both_want_it(reviewing, answers, forgotten):
    table = reviewing("memory", number=2)
    for answer in answers:
        table.hear(answer)
    assert any(isinstance(action, Forget) for action in table.actions) is forgotten
    assert (table.state.plan.promises == ()) is forgotten


def test_forget_everything_by_voice_needs_both(guide):
    table = first_evening(guide, tea())
    assert table.hear("forget") == ["consent-forget"]
    table.hear("yes")
    assert table.hear("no")[0] == "left-as-it-is"
    assert table.state.plan.promises and table.phase is Phase.RESTING
    table.hear("forget")
    table.hear("yes")
    assert table.hear("yes")[0] == "forgotten"
    assert not table.state.plan.promises and table.state.undo is None
    assert table.hear("plan") == ["plan-none"]


def test_what_is_dropped_stays_in_the_journal(reviewing):
    table = reviewing("drop")
    table.hear("number", n=1)
    table.hear("yes")
    table.hear("yes")
    kinds = [action.kind for action in table.actions if isinstance(action, Record)]
    assert "dropped" in kinds and "removed" not in kinds


def test_a_review_that_is_begun_by_themselves_is_kept_and_not_reminded_of(reviewing):
    table = reviewing("recall")
    review = next(p for p in table.state.plan.promises if p.kind is Kind.REVIEW)
    assert [r.outcome for r in table.state.plan.records if r.occurrence.promise == review.id] == [Outcome.KEPT]


def test_a_review_long_before_its_day_is_told_and_not_begun(guide):
    review = replace(once(Kind.REVIEW, FRIDAY.date() + timedelta(days=14), time(20)), source=guide.reviews[0].id)
    table = first_evening(guide, review)
    assert table.hear("review") == ["next-planned"]
    assert table.state.plan.records == () and table.phase is Phase.RESTING


def test_a_review_that_nobody_answers_comes_for_two_days_more(guide):
    review = replace(once(Kind.REVIEW, FRIDAY.date() + timedelta(days=2), time(20)), source=guide.reviews[0].id)
    table = first_evening(guide, review)
    said = [table.until(FRIDAY.replace(hour=23) + timedelta(days=day)) for day in range(2, 7)]
    reminded = ["*reminder", "reminder-talk"] * 2
    assert said == [reminded, reminded, reminded, [], []]
    assert str(table.state.plan.records[-1].outcome) == Outcome.MISSED


def test_a_review_accepted_on_the_second_day_is_kept(guide):
    review = replace(once(Kind.REVIEW, FRIDAY.date() + timedelta(days=2), time(20)), source=guide.reviews[0].id)
    table = first_evening(guide, review)
    table.until(FRIDAY + timedelta(days=3, minutes=30, seconds=15))
    assert table.hear("yes")[0] == f"guide/{guide.reviews[0].id}/say"
    assert str(table.state.plan.records[-1].outcome) == Outcome.KEPT


def test_a_review_within_a_holiday_comes_on_the_day_after_it(guide):
    review = replace(once(Kind.REVIEW, FRIDAY.date() + timedelta(days=5), time(20)), source=guide.reviews[0].id)
    table = first_evening(guide, review)
    assert table.hear("rest_for", weeks=1) == ["break-taken", "break-review"]
    assert table.until(FRIDAY + timedelta(days=6, hours=6)) == []
    assert table.until(FRIDAY + timedelta(days=7, minutes=31)) == ["*reminder", "reminder-talk"]
