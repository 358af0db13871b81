"""Switched on again after a power cut: paused where they were, and nothing that was kept is gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from session.conftest import Table
from session.weeks import at_step, first_evening, switched_on_again, tea

from voice_coach.session import Opened, Options, Phase, Print, State, restored


def _again(table: Table) -> Table:
    kept = State.from_json(table.state.to_json())
    again = Table(table.guide, restored(table.guide, kept, table.state.options, 7.0))
    again.send(Opened(7.0))
    return again


def test_in_a_turn_it_comes_back_paused_with_the_time_that_was_left(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(100)
    again = _again(table)
    assert again.said == ["interrupted-hello", "interrupted-turn", "interrupted-how"]
    assert again.phase is Phase.PAUSED
    again.wait(3600)
    assert again.phase is Phase.PAUSED
    assert "pause-over" in again.hear("resume")
    again.hear("yes")
    assert again.hear("yes")[-2:] == ["turn-resumed", "*start"]
    assert again.state.place.turns.left_s == pytest.approx(260)


@pytest.mark.parametrize("on_top", ["pause", "stop", "note"])
def test_what_lay_on_top_is_gone_and_the_place_beneath_is_taken_up(seat, on_top):
    table = seat(2)
    table.hear(on_top)
    assert table.state.beneath
    again = _again(table)
    assert again.said[1] == "interrupted-timed"
    assert [place.phase for place in again.state.beneath] == [Phase.LISTING]


def test_in_a_question_the_step_is_named_and_the_question_asked_again(seat):
    table = seat(3)
    again = _again(table)
    assert again.said[1] == "interrupted"
    again.hear("resume")
    again.hear("yes")
    assert again.hear("yes")[-1] == "guide/rituals/evening-ritual/ask"


def test_before_anything_was_kept_it_greets_as_ever(seat):
    assert _again(seat()).said == ["greeting"]


def test_with_another_guide_only_plan_and_notes_are_left(seat, reconnect):
    table = seat(2)
    table.hear("note", text="late emails")
    state = restored(reconnect, table.state, Options(("Anna", "Ben")), 3.0)
    assert state.guide == reconnect.id and state.place.phase is Phase.OFF
    assert [note.text for note in state.archive] == ["late emails"]


def test_the_plan_and_a_reminder_outlive_it(reconnect):
    table = first_evening(reconnect, tea())
    table.until(table.local.replace(hour=21, minute=0, second=15))
    assert table.phase is Phase.REMINDING
    again = switched_on_again(table, timedelta(seconds=30))
    assert again.said[0] == "hello-again"
    assert again.state.plan.promises == table.state.plan.promises


@pytest.mark.parametrize("questions", [0, 1])
def test_in_the_question_whether_to_forget_it_comes_back_to_rest_and_nothing_is_forgotten(reconnect, questions):
    table = first_evening(reconnect, tea())
    table.hear("forget")
    for _ in range(questions):
        table.hear("yes")
    assert table.phase is Phase.CONSENTING
    again = switched_on_again(table, timedelta(minutes=1))
    assert again.said == ["hello-again"] and again.phase is Phase.RESTING
    assert again.hear("yes") == ["not-now"]
    assert again.state.plan == table.state.plan


def test_a_ritual_that_was_cut_short_goes_on_but_not_on_another_day(reconnect):
    table = first_evening(reconnect, tea())
    table.until(table.local.replace(hour=21, minute=0, second=15))
    table.hear("yes")
    table.wait(120)
    assert switched_on_again(table, timedelta(minutes=2)).said[1] == "interrupted-timed"
    again = switched_on_again(table, timedelta(hours=15))
    assert again.said == ["hello-again"] and again.phase is Phase.RESTING


def test_a_talk_that_comes_back_at_night_is_told_aloud_only_while_they_may_be_there(reconnect):
    table = at_step(reconnect, 3)
    assert switched_on_again(table, timedelta(hours=2, minutes=30)).said[0] == "interrupted-hello"
    again = switched_on_again(table, timedelta(hours=7))
    assert again.said == [] and again.phase is Phase.PAUSED
    shown = [action.line for action in again.actions if isinstance(action, Print)]
    assert shown[0] == "interrupted-hello"
    assert again.until(again.local + timedelta(minutes=31)) == []
    assert again.phase is Phase.RESTING


def test_pending_speech_is_not_waited_for(seat):
    table = seat(3)
    table.hear("repeat")
    assert table.state.speaking
    state = restored(table.guide, replace(table.state, speaking=True), table.state.options, 0.0)
    assert not state.speaking and state.token == 0
