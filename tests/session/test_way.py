"""From the greeting to the goodbye: the way through a guide, consent, choices, lists and timers."""

import pytest

from voice_coach.attention import Mode
from voice_coach.session import Adjust, Attend, Heard, Hush, Mark, Phase, Print, Say


def test_first_there_are_the_warnings_then_each_is_asked_by_name(seat):
    table = seat()
    assert table.said == ["greeting"]
    assert table.hear("start") == ["guide/opening/say"]
    table.settle()
    assert table.said[-1] == "guide/opening/phones/ask"
    table.hear("yes")
    asked = [a.values["name"] for a in table.actions if isinstance(a, Say) and a.line == "guide/opening/begin/ask"]
    assert asked == ["Anna"]
    table.hear("yes")
    assert table.hear("yes") == ["step", "guide/talk/say"]


def test_no_consent_no_talk(seat):
    table = seat()
    for intent in ("start", "no", "yes"):
        table.hear(intent)
    assert table.hear("no") == ["guide/opening/begin/no", "goodbye"]
    assert table.phase is Phase.ENDED


@pytest.mark.parametrize("intent", ["next", "skip"])
def test_consent_to_the_talk_cannot_be_passed_over(seat, intent):
    table = seat()
    for command in ("start", "skip"):
        table.hear(command)
    table.settle()
    for _ in range(3):
        table.hear(intent)
    assert table.phase is Phase.CONSENTING and not table.state.consented


def test_go_to_before_consent_leads_there_after_it(seat):
    table = seat()
    table.hear("go_to", step=4)
    for intent in ("no", "yes"):
        table.hear(intent)
    assert "guide/closeness/say" in table.hear("yes")


def test_no_such_step(seat):
    assert seat(2).hear("go_to", step=9)[0] == "no-such-step"


def test_whats_next_leads_through_every_step_to_the_end(seat):
    table = seat(1)
    for _ in range(40):
        table.hear("next")
        table.hear("skip")
        if table.phase is Phase.ENDED:
            break
    assert table.marked("step") == [0, 1, 2, 3, 4, 5, 6]
    assert table.said[-1] == "goodbye"


def test_back_goes_one_activity_back_and_then_to_the_step_before(seat):
    table = seat(3)
    table.hear("skip")
    assert table.hear("back") == ["guide/rituals/evening-ritual/ask"]
    assert table.hear("back") == ["step", "guide/rituals/say"]
    assert table.send(Heard(table.now, "back"))[-1] == "guide/causes/say"


def test_nothing_lies_before_the_first_step(seat):
    table = seat(1)
    table.hear("back")
    assert table.send(Heard(table.now, "back"))[0] == "back-at-start"


def test_choice_takes_minutes_and_the_consent_of_each(seat):
    table = seat(3)
    assert table.hear("choose", choice="a walk") == ["guide/rituals/evening-ritual/ask_minutes"]
    assert table.hear("number", n=30)[0] == "minutes-limits"
    assert table.hear("number", n=8) == ["consent-timed"]
    assert table.hear("yes") == ["consent-timed"]
    assert table.hear("yes")[0] == "guide/rituals/evening-ritual/kept"
    table.hear("choose", choice="a class")
    table.hear("yes")
    table.hear("yes")
    table.settle()
    assert table.phase is Phase.WAITING
    assert table.hear("plan") == ["plan", "plan-item-timed", "plan-item"]
    assert [(p.what, p.minutes) for p in table.state.plan.promises] == [("a walk", 8), ("a class", None)]


def test_usual_minutes_on_yes_and_an_unknown_choice_is_asked_again(seat):
    table = seat(3)
    assert table.hear("choose", choice="skydiving") == ["guide/rituals/evening-ritual/ask"]
    for intent in ("yes", "yes"):
        table.hear("choose", choice="a walk")
        table.hear(intent)
    table.hear("yes")
    assert table.state.plan.promises[0].minutes == 10


def test_one_no_and_nothing_is_agreed(seat):
    table = seat(3)
    table.hear("choose", choice="a walk")
    table.hear("yes")
    table.hear("yes")
    assert table.hear("no") == ["consent-no", "guide/rituals/evening-ritual/ask"]
    assert table.state.plan.promises == ()
    assert table.state.place.proposal is None


def test_list_keeps_three_to_five_notes(seat):
    table = seat(2)
    assert table.phase is Phase.LISTING
    assert table.hear("note", text="long work hours") == ["note-kept"]
    assert table.hear("note", text="  ") == ["note-what"]
    assert table.hear("done") == ["list-few"]
    assert table.phase is Phase.LISTING
    for text in ("stress", "late emails", "no sleep", "the phone"):
        table.hear("note", text=text)
    assert table.hear("note", text="one too many") == ["list-full"]
    assert table.hear("read_notes") == ["notes"]
    assert table.hear("remove_last") == ["note-removed"]
    assert table.hear("undo")[0] == "undone"
    assert [n.text for n in table.state.notes][-1] == "the phone"
    assert table.hear("help") == ["guide/causes/list/hints", "help-list"]
    assert table.hear("done") == ["list-done", "waiting"]


def test_list_has_a_time(seat):
    table = seat(2)
    table.settle()
    table.wait(14 * 60)
    assert table.said[-1] == "*one-minute"
    table.wait(62)
    assert table.said[-4:] == ["*time", "list-time", "list-done-none", "waiting"]


def test_list_can_be_given_more_time(seat):
    table = seat(2)
    table.hear("more_time", minutes=5)
    table.settle()
    table.wait(19 * 60)
    assert table.phase is Phase.LISTING


def test_hug_needs_both_and_lasts_twenty_seconds(seat):
    table = seat(4)
    table.hear("yes")
    assert table.hear("yes") == ["guide/closeness/hug/begin", "*start"]
    table.settle()
    table.wait(20)
    assert table.said[-3:] == ["*time", "guide/closeness/hug/done", "waiting"]


def test_hug_on_demand_comes_back_to_where_it_was(seat):
    table = seat(3)
    assert table.hear("hug") == ["guide/closeness/hug/ask", "consent"]
    table.hear("yes")
    table.hear("yes")
    table.settle()
    table.wait(20)
    assert table.said[-1] == "guide/rituals/evening-ritual/ask"
    assert table.phase is Phase.CHOOSING


def test_declined_hug_is_dropped_without_a_word_of_blame(seat):
    table = seat(3)
    table.hear("hug")
    assert table.hear("no") == ["consent-skipped", "guide/rituals/evening-ritual/ask"]


def test_ritual_is_timed_once_it_is_agreed(seat):
    table = seat(3)
    assert table.hear("ritual")[0] == "timer-none"
    table.hear("choose", choice="tea together")
    for _ in range(3):
        table.hear("yes")
    assert table.hear("ritual") == ["ritual-begin", "*start"]
    table.settle()
    table.wait(10 * 60 + 2)
    assert "ritual-done" in table.said
    assert table.phase is Phase.CHOOSING


def test_phones_timer_waits_until_nobody_is_talking(seat):
    table = seat()
    for intent in ("start", "yes", "yes", "yes"):
        table.hear(intent)
    table.settle()
    table.hear("go_to", step=2)
    table.settle()
    table.hear("more_time", minutes=5)
    table.settle()
    table.wait(19 * 60)
    table.hear("more_time", minutes=19)
    table.settle()
    table.wait(15 * 60)
    assert table.phase is Phase.LISTING and "guide/opening/phones/timer_done" not in table.said
    table.hear("done")
    table.hear("done")
    table.settle()
    table.wait(1)
    assert "guide/opening/phones/timer_done" in table.said


def test_stop_is_confirmed_and_silence_goes_on(seat):
    table = seat(3)
    assert table.hear("stop") == ["confirm-stop"]
    table.settle()
    table.wait(15)
    assert table.said[-2:] == ["stop-kept-going", "guide/rituals/evening-ritual/ask"]
    table.hear("stop")
    assert table.hear("yes") == ["goodbye"]
    assert table.hear("next") == ["ended-next"]
    assert table.hear("repeat") == ["ended-next"]
    assert table.hear("start") == ["guide/opening/say"]


def test_private_exit_is_an_ordinary_goodbye(seat):
    one, other = seat(3), seat(3)
    other.hear("stop")
    assert one.hear("private_exit") == other.hear("yes") == ["goodbye"]
    assert one.state.place == other.state.place
    assert [m for _, m in one.marks][-1] == Mark("end")


def test_an_interruption_hushes_and_is_followed_by_the_reading(seat):
    table = seat()
    table.hear("start")
    said = table.send(Heard(table.now, "where"))
    assert said == ["where-opening", "guide/opening/say"]
    assert Hush() in table.actions


def test_voice_is_adjusted_at_once_and_within_limits(seat):
    table = seat(3)
    assert table.hear("slower") == ["slower"]
    assert Adjust(-1, 0) in table.actions
    for _ in range(3):
        table.hear("louder")
    assert table.hear("louder") == ["adjust-limit"]
    assert table.state.volume == 3
    assert (table.hear("faster"), table.hear("quieter")) == (["faster"], ["quieter"])


def test_louder_while_speaking_does_not_interrupt(seat):
    table = seat(5)
    table.hear("repeat")
    assert table.send(Heard(table.now, "louder")) == []
    assert table.state.speaking


def test_attention_follows_the_phase(seat):
    table = seat(1)
    modes = [a.attention.mode for a in table.actions if isinstance(a, Attend)]
    assert modes and set(modes) == {Mode.OPEN}
    table.hear("draw")
    last = [a for a in table.actions if isinstance(a, Attend)][-1]
    assert last.attention.mode is Mode.GUARDED


@pytest.mark.parametrize(
    ("intent", "line"),
    [
        ("where", "where"),
        ("time_left", "time-left-none"),
        ("whose_turn", "whose-turn-none"),
        ("why", "guide/looking-back/why"),
        ("picture", "guide/looking-back/picture"),
        ("tips", "guide/tips"),
        ("help", "help-open"),
        ("plan", "plan-none"),
        ("read_notes", "notes-none"),
        ("remove_last", "notes-none"),
        ("review", "review-none"),
        ("undo", "undone"),
        ("swap", "not-now"),
        ("nonsense", "not-now"),
    ],
)
def test_questions_are_answered_and_nobody_moves(seat, intent, line):
    table = seat(5)
    table.settle()
    assert table.hear(intent)[0] == line


def test_old_undo_is_history(seat):
    table = seat(5)
    table.settle()
    table.wait(600)
    assert table.hear("undo")[0] == "nothing-to-undo"


def test_safety_is_shown_and_not_read(seat):
    table = seat(5)
    assert table.hear("safety") == ["safety-printed"]
    assert Print("guide/safety") in table.actions
