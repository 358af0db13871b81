"""The pause, from the offer to the exact return."""

import pytest

from voice_coach.session import Phase


@pytest.fixture
def in_turn(seat):
    """Anna has spoken for 100 s of her six minutes."""
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(100)
    return table


def test_pause_in_mid_turn_stops_the_clock_at_once_and_returns_exactly(in_turn):
    assert in_turn.hear("pause") == ["*pause", "pause-offer"]
    assert in_turn.hear("yes") == ["pause-start"]
    in_turn.settle()
    in_turn.wait(9 * 60)
    assert in_turn.said[-1] == "*one-minute"
    in_turn.wait(62)
    assert in_turn.said[-3:] == ["*pause", "pause-over", "pause-ready"]
    assert in_turn.hear("ready") == ["pause-ready"]
    assert in_turn.hear("yes") == ["turn-resumed", "*start"]
    in_turn.settle()
    assert in_turn.state.place.turns.left_s == pytest.approx(260)
    assert in_turn.marked("pause") == ["offered", "start", "over", "end"]


def test_silence_after_the_offer_begins_the_pause(in_turn):
    in_turn.hear("pause")
    in_turn.settle()
    in_turn.wait(8)
    assert in_turn.phase is Phase.PAUSED


@pytest.mark.parametrize("word", ["no", "resume", "not_yet"])
def test_offer_can_be_declined(in_turn, word):
    in_turn.hear("pause")
    assert in_turn.hear(word)[0] == "pause-declined"
    assert in_turn.phase is Phase.TURN


def test_not_yet_gives_half_as_long_again_and_then_ends_kindly(in_turn):
    for intent in ("pause", "yes", "resume"):
        in_turn.hear(intent)
    assert in_turn.hear("not_yet") == ["pause-more"]
    in_turn.settle()
    in_turn.wait(304)
    assert in_turn.phase is Phase.RETURNING
    in_turn.hear("yes")
    assert in_turn.hear("no") == ["pause-end"]
    assert in_turn.phase is Phase.ENDED


def test_ready_is_asked_again_once_and_then_waits_to_be_called(in_turn):
    for intent in ("pause", "yes", "resume"):
        in_turn.hear(intent)
    in_turn.settle()
    before = len(in_turn.said)
    in_turn.wait(3600)
    assert in_turn.said[before:] == ["pause-ready", "patience-over"]
    assert in_turn.phase is Phase.RETURNING


def test_pause_asked_again_tells_how_long_it_lasts(in_turn):
    in_turn.hear("pause")
    assert in_turn.hear("pause") == ["pause-start"]
    assert in_turn.hear("pause") == ["pause-already"]
    assert in_turn.hear("time_left") == ["time-left"]
    assert in_turn.hear("more_time", minutes=5) == ["time-left"]
    in_turn.settle()
    in_turn.wait(14 * 60)
    assert in_turn.phase is Phase.PAUSED


def test_clock_under_the_offer_is_the_turns(in_turn):
    in_turn.hear("pause")
    assert in_turn.hear("time_left")[0] == "time-left-turn"
    assert in_turn.hear("whose_turn")[0] == "whose-turn"


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_pause_at_any_step_comes_back_to_the_same_place(seat, step):
    table = seat(step)
    place = table.state.place
    for intent in ("pause", "yes", "resume", "yes", "yes"):
        table.hear(intent)
    table.settle()
    assert (table.state.place.phase, table.state.place.part, table.state.place.activity) == (
        place.phase,
        place.part,
        place.activity,
    )


def test_stop_during_a_pause_is_confirmed_and_can_be_taken_back(in_turn):
    in_turn.hear("pause")
    in_turn.hear("yes")
    assert in_turn.hear("stop") == ["confirm-stop"]
    assert in_turn.hear("no") == ["stop-kept-going", "pause-already"]
    assert in_turn.phase is Phase.PAUSED
    in_turn.hear("stop")
    assert in_turn.hear("pause") == ["pause-already"]
    assert in_turn.phase is Phase.PAUSED


def test_pause_needs_a_talk(seat):
    table = seat()
    assert table.hear("pause") == ["pause-none"]
    assert table.hear("start")[0].startswith("guide/")
    assert table.hear("resume")[0] == "pause-none"
