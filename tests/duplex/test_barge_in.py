"""When the coach pauses and when it goes on, on a virtual clock."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.duplex.barge_in import (
    CALLED_S,
    HOLD_S,
    IN_VAIN,
    LONGEST_S,
    OVER_S,
    TALKING_S,
    UNMOVED_S,
    BargeIn,
    Event,
    IllegalEventError,
    Order,
    State,
)


@pytest.fixture
def reading() -> BargeIn:
    barge_in = BargeIn()
    assert barge_in.handle(Event.STARTED, 0.0) is None
    return barge_in


def waits(barge_in: BargeIn, start: float, end: float) -> list[tuple[float, Order]]:
    """Every order that comes of waiting, with its time to a hundredth of a second."""
    times = (start + step / 100 for step in range(round((end - start) * 100) + 1))
    return [(round(at, 2), order) for at in times if (order := barge_in.wait(at)) is not None]


def test_a_voice_makes_it_pause_and_without_more_it_goes_on_after_a_second_and_a_half(reading: BargeIn) -> None:
    assert reading.handle(Event.VOICE, 5.0) is Order.PAUSE_AND_LISTEN
    assert reading.state is State.HELD
    assert waits(reading, 5.0, 9.0) == [(5 + HOLD_S, Order.RESUME), (5 + HOLD_S + 0.01, Order.FORGET)]
    assert reading.state is State.READING
    assert HOLD_S == 1.5


def test_it_waits_for_who_still_talks_but_not_for_ever(reading: BargeIn) -> None:
    reading.handle(Event.VOICE, 5.0)
    reading.handle(Event.VOICE, 6.2)
    assert waits(reading, 6.2, 7.0) == [(pytest.approx(6.2 + TALKING_S, abs=0.011), Order.RESUME)]
    talking = BargeIn()
    talking.handle(Event.STARTED, 0.0)
    orders = []
    for hundredth in range(800):
        orders.append(talking.handle(Event.VOICE, hundredth / 100))
        orders.append(talking.wait(hundredth / 100))
        if orders[-1]:
            assert hundredth / 100 == LONGEST_S
    assert [order for order in orders if order] == [Order.PAUSE_AND_LISTEN, Order.RESUME]
    assert talking.state is State.TALKED_OVER
    assert waits(talking, 7.99, 10) == [(7.99 + OVER_S, Order.FORGET)]


def test_the_wake_phrase_gives_time_for_a_command(reading: BargeIn) -> None:
    reading.handle(Event.VOICE, 5.0)
    assert reading.handle(Event.CALLED, 6.0) is None
    assert waits(reading, 6.0, 6.0 + CALLED_S - 0.01) == []
    assert reading.wait(6.0 + CALLED_S) is Order.RESUME


def test_a_command_ends_it_and_the_next_voice_counts_again(reading: BargeIn) -> None:
    reading.handle(Event.VOICE, 5.0)
    assert reading.handle(Event.UNDERSTOOD, 6.0) is Order.RESUME_AND_FORGET
    assert reading.state is State.READING
    assert reading.handle(Event.VOICE, 6.5) is Order.PAUSE_AND_LISTEN
    assert waits(reading, 6.5, 7.99) == []


def test_whoever_talks_on_over_it_can_still_call_it(reading: BargeIn) -> None:
    reading.handle(Event.VOICE, 5.0)
    assert reading.wait(6.5) is Order.RESUME
    assert reading.handle(Event.VOICE, 6.6) is None, "it does not pause for the same talk again"
    assert reading.handle(Event.CALLED, 7.0) is Order.PAUSE
    assert reading.handle(Event.UNDERSTOOD, 8.0) is Order.RESUME_AND_FORGET


def test_where_the_two_have_the_floor_only_a_call_pauses_it(reading: BargeIn) -> None:
    assert reading.handle(Event.VOICE, 1.0, yields=False) is Order.LISTEN
    assert reading.state is State.TALKED_OVER
    assert reading.handle(Event.VOICE, 1.1, yields=False) is None
    assert reading.handle(Event.CALLED, 1.5, yields=False) is Order.PAUSE


def held_in_vain(barge_in: BargeIn, at: float) -> Order | None:
    """A voice, and nothing more; the order it brought."""
    order = barge_in.handle(Event.VOICE, at)
    waits(barge_in, at, at + 5)
    assert barge_in.state is State.READING
    return order


def test_after_a_few_pauses_for_nothing_only_a_call_makes_it_pause_for_a_while(reading: BargeIn) -> None:
    """Else an echo that cannot be cancelled would make it stutter for ever."""
    assert [held_in_vain(reading, 10.0 * n) for n in range(IN_VAIN)] == [Order.PAUSE_AND_LISTEN] * IN_VAIN
    last = 10.0 * (IN_VAIN - 1) + HOLD_S
    assert reading.handle(Event.VOICE, last + 5) is Order.LISTEN
    assert reading.handle(Event.CALLED, last + 6) is Order.PAUSE
    assert reading.handle(Event.UNDERSTOOD, last + 7) is Order.RESUME_AND_FORGET
    assert reading.handle(Event.VOICE, last + 8) is Order.PAUSE_AND_LISTEN, "somebody is there after all"


def test_it_pauses_again_when_it_has_been_quiet_for_long_and_when_the_pauses_were_rare() -> None:
    for gap, later in ((10.0, UNMOVED_S), (40.0, 10.0)):
        barge_in = BargeIn()
        barge_in.handle(Event.STARTED, 0.0)
        for n in range(IN_VAIN):
            held_in_vain(barge_in, gap * n)
        last = gap * (IN_VAIN - 1) + HOLD_S
        assert barge_in.handle(Event.VOICE, last + later + 1) is Order.PAUSE_AND_LISTEN


def test_what_takes_the_place_of_a_held_sentence_is_read(reading: BargeIn) -> None:
    reading.handle(Event.VOICE, 5.0)
    assert reading.handle(Event.REPLACED, 5.5) is Order.FORGET
    assert waits(reading, 5.5, 20) == []
    assert reading.handle(Event.FINISHED, 20) is Order.FORGET


def test_when_the_coach_has_ended_nothing_is_held_and_what_was_begun_is_forgotten() -> None:
    for path, last in (((), Order.FORGET), ((Event.VOICE,), Order.RESUME_AND_FORGET)):
        barge_in = BargeIn()
        for event in (Event.STARTED, *path):
            barge_in.handle(event, 1.0)
        assert barge_in.handle(Event.FINISHED, 1.2) is last
        assert barge_in.state is State.SILENT
    over = BargeIn()
    over.handle(Event.STARTED, 1.0)
    over.handle(Event.VOICE, 1.0, yields=False)
    assert over.handle(Event.FINISHED, 1.2) is Order.FORGET


def test_whoever_spoke_up_has_ended_after_a_moment_of_quiet(reading: BargeIn) -> None:
    assert not reading.talks_on(0.0)
    reading.handle(Event.VOICE, 5.0)
    assert reading.talks_on(5.0 + TALKING_S - 0.01)
    assert not reading.talks_on(5.0 + TALKING_S)


LEGAL = {
    State.SILENT: {Event.STARTED},
    State.READING: {Event.VOICE, Event.FINISHED, Event.UNDERSTOOD},
    State.HELD: {Event.VOICE, Event.CALLED, Event.UNDERSTOOD, Event.REPLACED, Event.FINISHED},
    State.TALKED_OVER: {Event.VOICE, Event.CALLED, Event.UNDERSTOOD, Event.FINISHED},
}
WAYS = {
    State.SILENT: (),
    State.READING: (Event.STARTED,),
    State.HELD: (Event.STARTED, Event.VOICE),
    State.TALKED_OVER: (Event.STARTED, Event.VOICE, None),
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_what_cannot_happen_raises_and_changes_nothing(state: State, event: Event) -> None:
    barge_in = BargeIn()
    for step in WAYS[state]:
        if step is None:
            barge_in.wait(1 + HOLD_S)
        else:
            barge_in.handle(step, 1.0)
    assert barge_in.state is state
    before = dict(vars(barge_in))
    if event in LEGAL[state]:
        barge_in.handle(event, 1 + HOLD_S)
        return
    with pytest.raises(IllegalEventError, match=f"{event.name} while {state.name}"):
        barge_in.handle(event, 1 + HOLD_S)
    assert dict(vars(barge_in)) == before


@given(st.lists(st.tuples(st.sampled_from([*Event, None]), st.floats(0, 3), st.booleans()), max_size=40))
def test_it_never_holds_the_coach_longer_than_it_says(steps: list[tuple[Event | None, float, bool]]) -> None:
    """Whatever happens: a pause ends, at the latest, when nobody could still be expected to speak."""
    barge_in, at, held, called = BargeIn(), 0.0, None, 0.0
    for event, passed, yields in steps:
        at += passed
        if event is None:
            barge_in.wait(at)
        elif event in LEGAL[barge_in.state]:
            barge_in.handle(event, at, yields=yields)
            called = at if event is Event.CALLED else called
        if barge_in.state is State.HELD:
            held = at if held is None else held
            barge_in.wait(at)
            if barge_in.state is State.HELD:
                assert at < max(held + LONGEST_S, called + CALLED_S)
        if barge_in.state is not State.HELD:
            held = None
