"""The clock on the wall, as the table reads it; not while it cannot be trusted."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from voice_coach.errors import CoachError
from voice_coach.plan import wall_clock
from voice_coach.plan.types import Plan
from voice_coach.plan.wall_clock import Tick, WallClock
from voice_coach.session import WallTime
from voice_coach.time_zone import local_zone

READ_EVERY_S = 20.0
"""How often the clock on the wall is read."""

WallSource: TypeAlias = Callable[[float, Plan], WallTime | None]
"""What the wall shows at a time of the caller's clock; None while that cannot be, given what the plan knows."""


class SystemWall:
    """The system's clock. Behind the newest of the plan's moments, or after a jump, it is not trusted."""

    def __init__(self, notice: Callable[[str, str | None], None]) -> None:
        """`notice`: as the screen's, for a machine that does not say which time zone it is in."""
        self._clock = WallClock()
        try:
            self._zone = local_zone()
        except CoachError as error:
            self._zone = "UTC"
            notice("clock", str(error))

    def __call__(self, at: float, plan: Plan) -> WallTime | None:
        """See `WallSource`."""
        tick = Tick(datetime.now(UTC), time.clock_gettime(time.CLOCK_BOOTTIME))
        self._clock = wall_clock.observe(self._clock, tick, wall_clock.newest_moment(plan))
        return WallTime(at, tick.wall, self._zone) if self._clock.is_trusted else None
