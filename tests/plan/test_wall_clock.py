"""When the wall clock is believed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from support.plan_table import Table, daily

from voice_coach.plan.wall_clock import Tick, WallClock, newest_moment, observe

NOON = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)


def run(*ticks, newest=None):
    """Whether it is trusted after each tick, given as (seconds of the wall, seconds since the start)."""
    clock, trusted = WallClock(), []
    for wall_s, boottime_s in ticks:
        clock = observe(clock, Tick(NOON + timedelta(seconds=wall_s), boottime_s), newest)
        trusted.append(clock.is_trusted)
    return trusted


def test_a_clock_that_goes_on_is_trusted_from_the_first_tick():
    assert run((0, 50), (30, 80), (60, 110)) == [True, True, True]


def test_before_the_newest_record_it_is_not_trusted():
    assert run((0, 1), (30, 31), (60, 61), newest=NOON + timedelta(seconds=45)) == [False, False, True]


def test_after_a_jump_two_ticks_have_to_agree():
    assert run((0, 1), (3600, 31), (3630, 61)) == [True, False, True]
    assert run((0, 1), (-3600, 31), (-3570, 61), (0, 91), (30, 121)) == [True, False, True, False, True]


def test_sleep_is_no_jump_and_a_small_correction_is_none():
    assert run((0, 1), (36000, 36001), (36031, 36031), (36119, 36061)) == [True, True, True, True]


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 10**6)), max_size=20))
def test_no_tick_before_the_newest_moment_is_trusted(ticks):
    trusted = run(*ticks, newest=NOON)
    assert not any(yes for yes, (wall_s, _) in zip(trusted, ticks, strict=True) if wall_s < 0)


def test_the_newest_moment_is_that_of_the_last_record():
    table = Table.at(2027, 3, 5, 19, 30)
    assert newest_moment(table.plan) is None
    table.promise("tea", daily(table.now.date()))
    assert newest_moment(table.plan) == table.now
    table.until(2027, 3, 5, 22, 0)
    assert newest_moment(table.plan) == datetime(2027, 3, 5, 20, 0, tzinfo=UTC)
