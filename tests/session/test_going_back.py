"""Undo, never mind, and questions before something is lost."""

import pytest

from voice_coach.guide import load_guide
from voice_coach.session import Adjust, Phase, Print, Say


def test_undo_takes_consent_back(seat):
    table = seat()
    for intent in ("start", "no", "yes", "yes"):
        table.hear(intent)
    assert table.state.consented
    table.hear("undo")
    assert not table.state.consented and table.phase is Phase.CONSENTING and table.state.place.who == 1
    assert table.hear("go_to", step=3)[0] == "next-told"
    assert table.phase is Phase.CONSENTING


def test_undo_takes_the_background_timer_back(seat):
    table = seat()
    table.hear("start")
    table.hear("yes")
    assert table.hear("undo")[0] == "undone"
    table.hear("no")
    table.settle()
    table.wait(3600)
    assert "guide/opening/phones/timer_done" not in table.said


def test_undo_lets_the_background_timer_run_on(seat):
    table = seat()
    for intent in ("start", "yes", "yes"):
        table.hear(intent)
    begun = table.state.alarm_s
    table.settle()
    table.wait(20)
    table.hear("undo")
    assert table.state.alarm_s is not None and table.state.alarm_s < begun - 15


def test_undo_takes_the_target_and_the_notes_back(seat):
    table = seat()
    table.hear("go_to", step=4)
    table.hear("undo")
    assert table.state.target == 1 and table.phase is Phase.IDLE
    listing = seat(2)
    listing.hear("note", text="stress")
    listing.hear("undo")
    assert listing.state.notes == ()


def test_undo_takes_a_louder_voice_back(seat):
    table = seat(3)
    table.hear("louder")
    table.hear("undo")
    assert table.state.volume == 0 and Adjust(0, 0) in table.actions


def test_notes_of_one_talk_do_not_fill_the_list_of_the_next_but_the_plan_stays(seat):
    table = seat(3)
    table.hear("choose", choice="a walk")
    for _ in range(3):
        table.hear("yes")
    table.hear("go_to", step=2)
    for text in ("a", "b", "c", "d", "e"):
        table.hear("note", text=text)
    for intent in ("stop", "yes", "start", "no", "yes", "yes"):
        table.hear(intent)
    table.hear("go_to", step=2)
    assert table.hear("note", text="f") == ["note-kept"]
    assert [p.what for p in table.state.plan.promises] == ["a walk"]


@pytest.mark.parametrize("word", ["undo", "never_mind", "no"])
def test_a_pause_offered_by_mistake_is_withdrawn(seat, word):
    table = seat(1)
    table.hear("person", name="Anna")
    table.hear("pause")
    assert table.hear(word)[0] == "pause-declined"
    assert table.phase is Phase.TURN and not table.state.beneath


def test_never_mind_leads_back_to_where_they_were(seat):
    table = seat(3)
    assert table.hear("never_mind") == ["never-mind", "guide/rituals/evening-ritual/ask"]
    table.hear("hug")
    assert table.hear("never_mind") == ["never-mind", "guide/rituals/evening-ritual/ask"]
    assert table.phase is Phase.CHOOSING and not table.state.beneath
    table.hear("stop")
    assert table.hear("never_mind")[0] == "stop-kept-going"
    assert table.phase is Phase.CHOOSING
    turn = seat(1)
    turn.hear("person", name="Anna")
    assert turn.hear("never_mind") == ["never-mind"]


@pytest.mark.parametrize(("intent", "slots"), [("skip", {}), ("back", {}), ("go_to", {"step": 3})])
def test_turns_are_left_only_when_that_is_meant(seat, intent, slots):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(60)
    assert table.hear(intent, **slots) == ["confirm-turns"]
    table.hear("yes", explicit=False)
    assert table.phase is Phase.CONFIRMING
    assert table.hear("no") == ["stop-kept-going", "turn-resumed", "*start"]
    assert table.state.place.turns.left_s == pytest.approx(300)
    table.hear(intent, **slots)
    table.hear("yes")
    assert table.phase is not Phase.TURN and not table.state.beneath


def test_stop_before_the_talk_is_confirmed_too_and_after_it_says_nothing(seat):
    table = seat()
    assert table.hear("stop") == ["confirm-stop"]
    assert table.hear("no") == ["stop-kept-going", "greeting"]
    assert table.actions[-1].brief
    table.hear("stop")
    assert table.hear("yes") == ["goodbye"]
    assert table.hear("stop") == []


@pytest.mark.parametrize("intent", ["next", "skip", "back"])
def test_going_on_without_an_answer_is_told_to_be_no_agreement(seat, intent):
    table = seat(3)
    table.hear("choose", choice="a walk")
    table.hear("yes")
    table.hear("yes")
    assert table.state.place.who == 1
    assert table.hear(intent)[0] == "not-agreed"
    assert table.state.plan.promises == ()


def test_what_comes_next_is_not_announced_before_it_comes(seat):
    """Going on from the last thing of a part, they are asked for the next part first."""
    table = seat(3)
    while table.state.place.activity + 1 < len(table.guide.parts[3].activities):
        table.hear("skip")
    assert "next" not in table.hear("next")
    assert table.phase is Phase.WAITING


def test_the_goodbye_tells_the_plan_and_leaves_it_on_the_screen(seat):
    table = seat(3)
    table.hear("choose", choice="a walk")
    for _ in range(3):
        table.hear("yes")
    table.hear("stop")
    assert table.hear("yes") == ["plan", "plan-item-timed", "goodbye"]
    assert [a.line for a in table.actions if isinstance(a, Print)] == ["plan", "plan-item-timed"]


def test_next_in_a_list_tells_how_to_finish_it(seat):
    assert seat(2).hear("next") == ["next-told", "finish-told"]


def test_the_title_of_the_next_step_is_said_once(seat):
    table = seat(2)
    table.hear("skip")
    assert table.hear("next") == ["step", "guide/rituals/say"]


def test_words_of_a_note_are_taken_when_they_are_asked_for(seat):
    table = seat(2)
    assert table.hear("note", text="") == ["note-what"]
    assert table.phase is Phase.NOTING
    assert table.hear("note", text="housework") == ["note-kept"]
    assert table.phase is Phase.LISTING
    table.hear("note", text="")
    assert table.hear("choose", choice="a walk") == ["note-kept"]
    assert [n.text for n in table.state.notes] == ["housework", "a walk"]
    table.hear("note", text="")
    table.settle()
    left_s = table.state.beneath[-1].left_s
    table.wait(13)
    assert table.said[-2:] == ["never-mind", "list-resumed"]
    assert table.phase is Phase.LISTING and table.state.place.left_s == pytest.approx(left_s, abs=2)


def test_a_length_outside_the_limits_has_one_answer(seat):
    table = seat(1)
    table.hear("turn_length", minutes=5)
    said = table.hear("turn_length", minutes=8)
    assert said == ["turn-length-limits", "turns-who"]
    limits, question = table.actions[-2:]
    assert limits.values == {"least_s": 300, "most_s": 420} and question.brief


def test_figures_do_not_contradict_a_setting(seat):
    table = seat(1, turn_s=30.0)
    table.hear("turn_length", minutes=8)
    limits = next(a for a in table.actions if isinstance(a, Say) and a.line == "turn-length-limits")
    assert limits.values == {"least_s": 30, "most_s": 420}


@pytest.mark.parametrize(("turn_s", "said"), [(None, True), (360.0, True), (30.0, False)])
def test_the_guides_length_is_told_only_where_it_holds(seat, turn_s, said):
    table = seat(2, load_guide("reconnect"), turn_s=turn_s)
    assert ("guide/observations/turns/say_length" in table.said) is said
    assert "guide/observations/turns/say" in table.said


def test_an_unknown_name_is_met_with_the_question_alone(seat):
    table = seat(1)
    assert table.hear("person", name="Carla") == ["turns-who"]
    assert table.actions[-1].brief


@pytest.mark.parametrize(("slots", "extra_s"), [({"seconds": 30}, 30), ({"minutes": 2}, 120)])
def test_more_time_in_seconds_or_minutes(seat, slots, extra_s):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    assert table.hear("more_time", **slots) == ["turn-extra"]
    assert table.state.place.turns.turn_s == 360 + extra_s


def test_repeated_more_slowly(seat):
    table = seat(3)
    assert table.hear("repeat", pace="slower") == ["guide/rituals/evening-ritual/ask"]
    assert Adjust(-1, 0) in table.actions and not table.actions[-1].brief


@pytest.mark.parametrize("step", [None, 1, 2, 3])
def test_safety_is_shown_at_any_moment_and_changes_nothing_else(seat, step):
    table = seat(step)
    if step == 1:
        table.hear("person", name="Anna")
        table.settle()
        table.wait(20)
    before = table.state.place
    assert table.hear("safety")[0] == "safety-printed"
    assert Print("guide/safety") in table.actions
    assert (table.phase, table.state.place.turns) == (before.phase, before.turns)
