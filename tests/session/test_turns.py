"""Equal turns by the clock, on a virtual one."""

import pytest

from voice_coach.session import Phase, Tick

MINUTE = 60.0


def test_whole_exchange_gives_each_the_same_time_and_says_what_was_used(seat):
    table = seat(1)
    assert table.phase is Phase.DRAWING
    assert table.hear("person", name="Ben") == ["turn-start", "*start"]
    table.settle()
    begun = table.now
    table.wait(5 * MINUTE)
    assert table.said[-1] == "*one-minute"
    table.wait(MINUTE + 2)  # two seconds of chime stand still
    assert table.said[-2:] == ["*time", "turn-finish"]
    assert table.now == pytest.approx(begun + 6 * MINUTE + 2)
    table.settle()
    table.wait(10)
    assert table.said[-1] == "turn-change" and table.phase is Phase.BREATH
    table.settle()
    table.wait(4)
    assert table.said[-1] == "*start" and table.phase is Phase.TURN
    table.wait(8 * MINUTE)
    assert "turns-done" in table.said
    assert table.phase is Phase.WAITING


def test_speech_and_chimes_never_eat_the_speakers_time(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(100)
    table.hear("time_left")
    table.hear("time_left")
    table.settle()
    assert table.state.place.turns.left_s == pytest.approx(260)


@pytest.mark.parametrize(("name", "who"), [("Anna", 0), ("ben", 1)])
def test_named_one_starts(seat, name, who):
    table = seat(1)
    table.hear("person", name=name)
    assert table.state.place.turns.speaker == who


def test_unknown_name_is_asked_again(seat):
    table = seat(1)
    assert table.hear("person", name="Carla")[-1] == "turns-who"
    assert table.phase is Phase.DRAWING


def test_coach_draws_and_says_whom(seat):
    table = seat(1)
    assert table.hear("draw")[0] == "turns-drawn"
    assert table.phase is Phase.TURN


def test_turn_may_end_early_and_the_rest_is_given_up(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(50)
    assert table.hear("done") == ["turn-change"]
    table.settle()
    table.wait(4)
    table.settle()
    table.wait(20)
    said = table.hear("done")
    assert said[0] == "turns-done"
    used = next(a.values for a in table.actions if getattr(a, "line", "") == "turns-done")
    assert (used["used_a_s"], used["used_b_s"]) == (pytest.approx(50), pytest.approx(20))


def test_extra_minutes_in_the_second_turn_go_to_the_first_as_well(seat):
    table = seat(1, turn_s=60)
    table.hear("person", name="Anna")
    table.wait(60 + 2 * 2 + 4 + 10 + 2 + 4 + 2 + 30)
    assert table.phase is Phase.TURN and table.state.place.turns.speaker == 1
    assert table.hear("more_time", minutes=1) == ["turn-extra"]
    table.wait(90 + 20 + 10 + 10)
    assert table.state.place.turns.speaker == 0
    table.wait(120)
    values = next(a.values for a in table.actions if getattr(a, "line", "") == "turns-done")
    assert values["used_a_s"] == values["used_b_s"] == 120


def test_extra_in_the_grace_goes_on_with_the_turn(seat):
    table = seat(1, turn_s=60)
    table.hear("person", name="Anna")
    table.wait(70)
    assert table.phase is Phase.GRACE
    table.hear("more_time", minutes=1)
    assert table.phase is Phase.TURN and table.state.place.turns.left_s == 60


def test_extra_has_a_limit(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    assert table.hear("more_time", minutes=7) == ["turn-extra-limit"]
    assert table.hear("more_time", minutes=6) == ["turn-extra"]
    assert table.hear("more_time", minutes=1) == ["turn-extra-limit"]


def test_length_is_changed_within_the_guides_figures(seat):
    table = seat(1)
    assert table.hear("number", n=9)[0] == "turn-length-limits"
    assert table.hear("turn_length", minutes=7)[0] == "turn-length"
    table.hear("person", name="Anna")
    assert table.state.place.turns.turn_s == 7 * MINUTE


def test_swap_while_it_has_hardly_begun_keeps_both_times(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(20)
    assert table.hear("swap") == ["swapped", "*start"]
    table.settle()
    assert table.state.place.turns.used_s == (pytest.approx(20), 0)
    table.wait(40)
    assert table.hear("swap") == ["swap-too-late"]


def test_next_in_a_turn_only_tells(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    assert table.hear("next") == ["next-turn-told"]
    assert table.phase is Phase.TURN


def test_late_tick_takes_no_more_than_the_turn(seat):
    table = seat(1, turn_s=60)
    table.hear("person", name="Anna")
    table.settle()
    table.send(Tick(table.now + 1000))
    assert table.state.place.turns.used_s == (60, 0)
    assert table.phase is Phase.GRACE


def test_undo_gives_the_turn_back(seat):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(30)
    table.hear("done")
    assert table.hear("undo") == ["undone", "turn-resumed", "*start"]
    table.settle()
    assert table.phase is Phase.TURN and table.state.place.turns.left_s == pytest.approx(330)
