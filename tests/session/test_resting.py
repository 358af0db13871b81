"""Between talks: reminded of softly, put off, skipped, kept, missed; a break; what comes next."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from session.weeks import FRIDAY, ZONE, at_step, first_evening, once, switched_on_again, tea

from voice_coach.plan.types import Break, Kind, Occurrence, Outcome, Promise, QuietHours, Rule
from voice_coach.session import Mark, Mode, Phase, Print, Record, Say
from voice_coach.session.attention import attention

NINE = datetime(2026, 11, 27, 21, 0)


@pytest.fixture
def guide(reconnect):
    return reconnect


def _outcomes(table):
    return [str(record.outcome) for record in table.state.plan.records]


def test_a_ritual_is_reminded_of_neutrally_timed_after_a_yes_and_kept(guide):
    table = first_evening(guide, tea())
    assert table.until(NINE - timedelta(minutes=1)) == []
    assert attention(guide, table.state.place).mode is Mode.GUARDED
    assert table.until(NINE + timedelta(seconds=15)) == ["*reminder", "reminder-ritual"]
    said = [action for action in table.actions if isinstance(action, Say)]
    assert "tea" not in str(said[-1])
    assert table.hear("yes") == ["ritual-begin", "*start"]
    assert table.until(NINE + timedelta(minutes=12))[-2:] == ["*time", "ritual-done"]
    assert table.phase is Phase.RESTING and _outcomes(table) == ["reminded", "kept"]


def test_silence_is_asked_once_more_and_then_let_be(guide):
    table = first_evening(guide, tea())
    said = table.until(NINE + timedelta(hours=2))
    assert said == ["*reminder", "reminder-ritual"] * 2
    assert _outcomes(table) == ["reminded", "missed"]
    assert table.until(NINE + timedelta(days=1, minutes=1))[-2:] == ["*reminder", "reminder-ritual"]


def test_an_answer_while_it_waits_needs_the_wake_phrase_and_counts(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=60))
    assert table.phase is Phase.RESTING
    assert table.hear("yes") == ["ritual-begin", "*start"]


def test_put_off_by_minutes_it_comes_then_and_the_next_evening_is_as_before(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    assert table.hear("later", minutes=10) == ["reminder-postponed"]
    assert table.until(NINE + timedelta(minutes=9)) == []
    assert table.until(NINE + timedelta(minutes=11)) == ["*reminder", "reminder-ritual"]
    table.hear("no")
    assert table.until(NINE + timedelta(days=1, minutes=-1)) == []
    assert table.until(NINE + timedelta(days=1, seconds=20)) == ["*reminder", "reminder-ritual"]


def test_put_off_without_a_time_it_asks_when(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    assert table.hear("later") == ["later-when"]
    assert table.phase is Phase.POSTPONING
    assert table.hear("when", hour=10, half="EV") == ["reminder-postponed"]
    assert table.until(NINE + timedelta(minutes=59)) == []
    assert table.until(NINE + timedelta(minutes=61)) == ["*reminder", "reminder-ritual"]


def test_skipped_without_a_word_of_reproach(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    assert table.hear("no") == ["reminder-skipped"]
    assert table.until(NINE + timedelta(hours=3)) == [] and _outcomes(table) == ["reminded", "skipped"]


def test_in_the_quiet_hours_only_what_they_set_there(guide):
    late, message = (
        tea(at=time(23)),
        Promise("m-1", Kind.MESSAGE, "message", Rule(FRIDAY.date(), (time(22),)), ZONE),
    )
    table = first_evening(guide, late, message, quiet=QuietHours())
    assert table.until(NINE.replace(hour=22, minute=59)) == []
    assert table.until(NINE.replace(hour=23, minute=1)) == ["*reminder", "reminder-ritual"]


def test_a_break_is_silent_until_its_day_and_ends_when_they_are_back(guide):
    table = first_evening(guide, tea())
    assert table.hear("rest_for", weeks=1) == ["break-taken"]
    assert table.until(NINE + timedelta(days=5)) == []
    assert table.hear("rest_over") == ["break-over"]
    assert table.until(NINE + timedelta(days=6, minutes=1))[:2] == ["*reminder", "reminder-ritual"]


@pytest.mark.parametrize(
    ("slots", "last"),
    [
        ({"weekday": 6}, date(2026, 11, 29)),
        ({"weekday": 4}, date(2026, 12, 4)),
        ({"rel": 1}, date(2026, 11, 28)),
        ({"ordinal": 10}, date(2026, 12, 10)),
        ({"ordinal": 2, "month": 1}, date(2027, 1, 2)),
        ({"weeks": 1}, date(2026, 12, 3)),
        ({"weeks": 4}, date(2026, 12, 24)),
    ],
)
def test_a_break_has_its_last_day_and_reads_it_back(guide, slots, last):
    table = first_evening(guide, tea())
    assert table.hear("rest_for", **slots) == ["break-taken"]
    assert [(taken.first, taken.last) for taken in table.state.plan.breaks] == [(FRIDAY.date(), last)]
    said = next(action for action in reversed(table.actions) if isinstance(action, Say))
    assert said.values == {"when": Rule(last, count=1)}


def test_a_break_until_a_day_that_there_is_not_is_asked_back(guide):
    table = first_evening(guide, tea())
    for slots in ({"ordinal": 30, "month": 2}, {"weeks": 0}, {"weeks": 10**9}, {}):
        assert table.hear("rest_for", **slots) == ["sorry"]
    assert table.state.plan.breaks == ()


def test_who_is_back_ends_the_breaks_of_today_and_no_later_one(guide):
    table = first_evening(guide, tea())
    assert table.hear("resume") == ["pause-none"], "nothing rests"
    later = Break(date(2026, 12, 24), date(2026, 12, 31))
    table.state = replace(table.state, plan=replace(table.state.plan, breaks=(later,)))
    table.hear("rest_for", weekday=6)
    table.hear("rest_for", weeks=2)
    table.until(NINE + timedelta(days=1))
    assert table.hear("resume") == ["break-over"]
    assert [taken for taken in table.state.plan.breaks if taken.last >= NINE.date() + timedelta(days=1)] == [later]
    assert table.hear("resume") == ["pause-none"]
    assert table.until(NINE + timedelta(days=1, minutes=1))[:2] == ["*reminder", "reminder-ritual"]


def test_the_plan_says_first_that_it_rests(guide):
    table = first_evening(guide, tea())
    table.hear("rest_for", weekday=6)
    assert table.hear("plan") == ["break-until", "plan", "plan-item-timed-when"]
    table.hear("rest_over")
    assert "break-until" not in table.hear("plan")


def test_what_comes_next_has_its_day_and_hour(guide):
    table = first_evening(guide, tea())
    assert table.hear("next") == ["next-planned"]
    said = next(action for action in reversed(table.actions) if isinstance(action, Say))
    assert said.values == {"what": "a cup of tea", "when": Rule(FRIDAY.date(), (time(21),), count=1)}
    assert first_evening(guide).hear("next") == ["next-planned-none"]


def test_an_outing_is_told_after_a_yes_and_counts_as_kept(guide):
    table = first_evening(guide, once(Kind.ACTIVITY, FRIDAY.date(), time(20)))
    assert table.until(FRIDAY.replace(hour=20, minute=1)) == ["*reminder", "reminder-ritual"]
    assert table.hear("yes") == ["reminder-enjoy"]
    assert _outcomes(table) == ["reminded", "kept"]


def test_a_review_begins_after_a_yes_and_ends_in_rest(guide):
    review = once(Kind.REVIEW, FRIDAY.date(), time(20))
    review = replace(review, source=guide.reviews[0].id)
    table = first_evening(guide, review, tea())
    table.until(FRIDAY.replace(hour=20, minute=0, second=30))
    assert table.hear("yes")[0] == f"guide/{guide.reviews[0].id}/say"


def test_every_week_it_asks_what_got_better_and_keeps_up_to_three(guide):
    weekly = Promise("p-1", Kind.PROGRESS, "progress", Rule(FRIDAY.date(), (time(20),), (4,), count=8), ZONE)
    table = first_evening(guide, weekly)
    assert table.until(FRIDAY.replace(hour=20, minute=0, second=15)) == ["*reminder", "reminder-talk"]
    assert table.hear("yes") == ["guide/weekly/progress"]
    assert table.hear("note", text="we laughed") == ["progress-more"]
    assert table.hear("note", text="we ate together") == ["progress-more"]
    assert table.hear("note", text="we slept") == ["progress-kept", "progress-thanks"]
    assert [better.text for better in table.state.plan.improvements] == [
        "we laughed",
        "we ate together",
        "we slept",
    ]
    assert table.phase is Phase.RESTING and _outcomes(table) == ["reminded", "kept"]


def test_what_fell_due_while_it_was_off_is_told_once_and_together(guide):
    table = first_evening(guide, tea())
    for intent, answer in (("plan", "plan"), ("next", "next-planned"), ("start", "guide/opening/say")):
        again = switched_on_again(table, timedelta(days=2, hours=14))
        assert again.said == ["hello-again"], "nobody may be there"
        assert again.hear(intent)[:2] == ["missed", answer]
        assert switched_on_again(again, timedelta(minutes=1)).hear("plan")[:1] == ["plan"]


def test_at_night_nothing_is_said_at_the_start_and_what_was_missed_is_told_in_the_morning(guide):
    table = first_evening(guide, tea())
    again = switched_on_again(table, timedelta(days=1, hours=7, minutes=30))
    assert again.said == [] and again.phase is Phase.RESTING
    assert [action.line for action in again.actions if isinstance(action, Print)] == ["hello-again"]
    assert again.until(again.local + timedelta(hours=9)) == []
    assert again.hear("next") == ["missed", "next-planned"]


def test_at_night_nothing_is_said_either_where_nothing_was_kept(guide):
    table = first_evening(guide)
    assert switched_on_again(table, timedelta(hours=7)).said == []
    assert switched_on_again(table, timedelta(hours=15)).said == ["greeting"]


@pytest.mark.parametrize("seconds", [15, 90])
def test_a_reminder_that_was_cut_short_comes_once_more_while_it_is_in_time(guide, seconds):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=seconds))
    assert table.state.place.occurrence is not None
    again = switched_on_again(table, timedelta(minutes=5))
    assert again.said == ["hello-again", "*reminder", "reminder-ritual"]
    assert again.until(NINE + timedelta(hours=1)) == []
    assert _outcomes(again) == ["reminded", "missed"]
    again = switched_on_again(table, timedelta(minutes=5))
    assert again.hear("yes") == ["ritual-begin", "*start"]


def test_a_reminder_that_was_cut_short_and_is_too_late_is_told_of_when_they_ask(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    again = switched_on_again(table, timedelta(minutes=20))
    assert again.said == ["hello-again"]
    assert again.until(NINE + timedelta(hours=15)) == []
    assert again.hear("next") == ["missed", "next-planned"]


def test_a_reminder_that_was_put_off_and_cut_short_counts_from_when_it_was_to_come(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    table.hear("later", minutes=20)
    table.until(NINE + timedelta(minutes=20, seconds=20))
    assert table.phase is Phase.REMINDING
    again = switched_on_again(table, timedelta(minutes=5))
    assert again.said == ["hello-again", "*reminder", "reminder-ritual"]


def test_when_shall_i_remind_you_is_asked_anew_as_a_reminder(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    assert table.hear("later") == ["later-when"]
    again = switched_on_again(table, timedelta(minutes=1))
    assert again.said == ["hello-again", "*reminder", "reminder-ritual"]


def _in_a_ritual(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    table.hear("yes")
    table.wait(30)
    return table


def _asked_to_forget(guide):
    table = first_evening(guide, tea())
    table.hear("forget")
    return table


def _waiting_and_asked_when(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=60))
    assert table.state.place.occurrence is not None
    table.hear("schedule")
    return table


BETWEEN = [_in_a_ritual, _asked_to_forget, _waiting_and_asked_when]


@pytest.mark.parametrize("at", BETWEEN)
def test_between_talks_the_private_exit_is_stop_and_yes_without_the_plan(guide, at):
    one, other = at(guide), at(guide)
    assert other.hear("stop") == ["confirm-stop"]
    assert one.hear("private_exit") == other.hear("yes") == ["reminder-skipped"]
    assert one.phase is Phase.RESTING
    left = [replace(table.state, token=0, now=0.0, heard_at=0.0) for table in (one, other)]
    left = [replace(state, plan=replace(state.plan, records=_untimed(state))) for state in left]
    assert left[0] == left[1] and left[0].undo is None
    kept = [[a for a in table.actions if isinstance(a, Record | Mark | Print)] for table in (one, other)]
    assert kept[0] == kept[1]
    assert one.hear("undo") == other.hear("undo") == ["nothing-to-undo"]


def _untimed(state):
    return tuple(replace(record, at=NINE) for record in state.plan.records)


def test_when_asked_when_to_remind_the_private_exit_is_stop(guide):
    one, other = first_evening(guide, tea()), first_evening(guide, tea())
    for table in (one, other):
        table.until(NINE + timedelta(seconds=15))
        table.hear("later")
    assert one.hear("private_exit") == other.hear("stop") == ["reminder-skipped"]
    assert one.state == other.state


def test_what_was_waited_for_is_still_reminded_of_after_it(guide):
    table = _waiting_and_asked_when(guide)
    table.hear("private_exit")
    assert table.until(NINE + timedelta(minutes=4)) == ["*reminder", "reminder-ritual"]


@pytest.mark.parametrize("after_s", [-60, 15, 60])
def test_at_rest_and_at_a_reminder_the_private_exit_is_stop(guide, after_s):
    one, other = first_evening(guide, tea()), first_evening(guide, tea())
    for table in (one, other):
        table.until(NINE + timedelta(seconds=after_s))
    said = one.hear("private_exit")
    assert said == other.hear("stop") == (["reminder-skipped"] if after_s == 15 else ["resting"])
    assert one.state == other.state


def test_due_while_it_was_off_and_still_in_time_is_offered(guide):
    table = first_evening(guide, tea())
    again = switched_on_again(table, timedelta(minutes=95))
    assert again.said == ["hello-again", "*reminder", "reminder-ritual"]


def test_what_was_missed_in_the_last_week_is_named_when_they_ask(guide):
    table = first_evening(guide, tea())
    assert table.hear("missed") == ["missed-none"]
    table.until(NINE + timedelta(minutes=30))
    assert table.hear("missed") == ["missed"]
    assert str(table.state.plan.records[-1].outcome) == Outcome.MISSED


def test_an_abandoned_talk_is_over_after_half_an_hour_and_reminders_come(guide):
    table = first_evening(guide, tea())
    for intent in ("start", "yes", "yes", "yes"):
        table.hear(intent)
    table.settle()
    assert table.phase is Phase.CHOOSING
    said = table.until(NINE + timedelta(minutes=1))
    assert said[-2:] == ["*reminder", "reminder-ritual"]


def test_a_talk_that_they_begin_before_its_hour_is_the_one_they_agreed_on(guide):
    table = first_evening(guide, once(Kind.TALK, FRIDAY.date(), time(21)))
    table.until(NINE - timedelta(minutes=20))
    table.hear("start")
    assert _outcomes(table) == ["kept"]


def test_a_talk_of_another_day_still_comes(guide):
    table = first_evening(guide, once(Kind.TALK, FRIDAY.date() + timedelta(days=1), time(21)))
    table.hear("start")
    assert _outcomes(table) == []


def test_what_got_better_may_come_with_a_name(guide):
    table = first_evening(guide, Promise("p-1", Kind.PROGRESS, "progress", Rule(FRIDAY.date(), (time(21),)), ZONE))
    table.until(NINE + timedelta(seconds=15))
    table.hear("yes")
    assert table.hear("note", text=table.state.options.names[1].lower())[-1] == "progress-named"
    assert table.hear("note", text="a whole evening without phones")[-1] == "progress-more"
    table.hear("note", text="we laughed")
    assert [(b.who, b.text) for b in table.state.plan.improvements] == [
        (table.state.options.names[1], "a whole evening without phones"),
        ("", "we laughed"),
    ]


def test_a_note_that_is_undone_goes_from_the_journal_too(guide):
    table = at_step(guide, 3)
    table.hear("note", text="old arguments")
    assert len(table.state.notes) == 1
    assert table.hear("undo")[0] == "undone"
    assert table.state.notes == ()
    removed = [a.data for a in table.actions if isinstance(a, Record) and a.kind == "removed"]
    assert removed == [{"text": "old arguments"}]


@pytest.mark.parametrize(("intent", "said"), [("skip", ["reminder-skipped"]), ("no", ["reminder-skipped"])])
def test_when_shall_i_remind_you_can_be_let_be(guide, intent, said):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    table.hear("later")
    assert table.hear(intent) == said
    assert table.phase is Phase.RESTING and _outcomes(table)[-1] == "skipped"


def test_whats_next_at_a_reminder_begins_no_talk(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    table.hear("later")
    assert table.hear("next")[0] == "next-planned"
    assert table.phase is Phase.POSTPONING


def test_later_and_then_silence_is_reminded_once_more_and_missed(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    table.hear("later")
    assert table.until(NINE + timedelta(minutes=30)) == ["*reminder", "reminder-ritual"]
    assert _outcomes(table)[-1] == "missed"


def test_what_was_put_off_is_reminded_of_with_its_new_hour(guide):
    table = first_evening(guide, tea())
    table.until(NINE + timedelta(seconds=15))
    table.hear("later", minutes=60)
    table.until(NINE + timedelta(minutes=65))
    clocks = [a.values["clock"].times for a in table.actions if isinstance(a, Say) and a.line == "reminder-ritual"]
    assert [clock[0].hour for clock in clocks] == [21, 22, 22]


def test_silence_at_what_got_better_is_not_thanked(guide):
    table = first_evening(guide, Promise("p-1", Kind.PROGRESS, "progress", Rule(FRIDAY.date(), (time(21),)), ZONE))
    table.until(NINE + timedelta(seconds=15))
    table.hear("yes")
    assert table.until(NINE + timedelta(minutes=5)) == []
    assert table.phase is Phase.RESTING and _outcomes(table)[-1] == "skipped"


def test_a_note_between_talks_is_kept_and_taken_off_again(guide):
    table = first_evening(guide, tea())
    assert table.hear("note", text="Ben cooked on Tuesday") == ["note-kept"]
    assert table.hear("remove_last") == ["note-removed"]
    assert table.state.notes == ()


def test_our_ritual_is_that_of_this_hour_and_is_kept(guide):
    walk = Promise(
        "walk-1", Kind.RITUAL, "a walk", Rule(FRIDAY.date(), (time(10),), (6,), count=4), ZONE, 20, "walk"
    )
    table = first_evening(guide, tea(), walk)
    table.until(NINE - timedelta(minutes=30))
    table.hear("ritual")
    assert table.state.place.occurrence == Occurrence("tea-1", FRIDAY.date(), time(21))
    assert table.hear("next")[0] == "next-planned"
    said = table.until(NINE + timedelta(minutes=30))
    assert "reminder-ritual" not in said and _outcomes(table)[-1] == "kept"


def test_at_the_hour_of_the_talk_it_is_not_asked_when_the_talk_shall_be(guide):
    table = first_evening(guide, once(Kind.TALK, FRIDAY.date(), time(21)))
    table.until(NINE + timedelta(seconds=15))
    table.hear("yes")
    for intent in ("yes", "yes", "yes"):
        table.settle()
        table.hear(intent)
    table.settle()
    assert not [line for line in table.said if line.endswith("talk-time/ask") or line == "when-ask"]
    assert table.phase is not Phase.CHOOSING
