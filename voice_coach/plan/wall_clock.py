"""Whether the wall clock can be believed: a machine without a battery may start two weeks in the past.

While it cannot, nothing is reminded of and nothing noted as missed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from voice_coach.plan.types import Plan

JUMP = timedelta(seconds=60)
"""The wall clock has been set if it moved by more than this against the time since the machine was started."""


@dataclass(frozen=True, slots=True)
class Tick:
    """The two clocks, read together."""

    wall: datetime
    """Aware."""
    boottime_s: float
    """Seconds since the machine was started, those asleep included."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """What the ticks so far say of the wall clock."""

    last: Tick | None = None
    is_trusted: bool = False


def observe(clock: WallClock, tick: Tick, newest: datetime | None) -> WallClock:
    """The clock after one more tick; `newest` is the last moment that the plan knows to have passed.

    It is not trusted before that moment, nor at a tick that does not agree with the one before.
    """
    agrees = clock.last is None or abs(_set_by(clock.last, tick)) <= JUMP
    return WallClock(tick, agrees and (newest is None or tick.wall >= newest))


def newest_moment(plan: Plan) -> datetime | None:
    """The last moment that the plan knows to have passed; None for a plan without any."""
    moments = [record.at for record in plan.records]
    moments += [better.at for better in plan.improvements]
    moments += [at for each in plan.promises for at in (each.made, each.ended) if at is not None]
    moments += [plan.began] if plan.began is not None else []
    return max(moments, default=None)


def _set_by(before: Tick, after: Tick) -> timedelta:
    """By how much the wall clock was set between two ticks; clocks that drift differ by little."""
    return (after.wall - before.wall) - timedelta(seconds=after.boottime_s - before.boottime_s)
