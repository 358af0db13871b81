"""The clock on the wall of a rehearsal: it begins when the script says, and can be set."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from voice_coach.plan import wall_clock
from voice_coach.plan.types import Plan
from voice_coach.plan.wall_clock import Tick, WallClock
from voice_coach.session import WallTime


class VirtualWall:
    """A wall clock on virtual time. `begins`: the kitchen's time at the start, naive."""

    def __init__(self, begins: datetime, zone: str) -> None:
        self._begins = begins.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        self._zone = zone
        self._clock = WallClock()

    def __call__(self, at: float, plan: Plan) -> WallTime | None:
        """What it shows at a virtual second; None while it cannot be trusted."""
        tick = Tick(self.utc(at), at)
        self._clock = wall_clock.observe(self._clock, tick, wall_clock.newest_moment(plan))
        return WallTime(at, tick.wall, self._zone) if self._clock.is_trusted else None

    def utc(self, at: float) -> datetime:
        """The moment at a virtual second."""
        return self._begins + timedelta(seconds=at)

    def local(self, at: float) -> datetime:
        """The kitchen's time at a virtual second, naive."""
        return self.utc(at).astimezone(ZoneInfo(self._zone)).replace(tzinfo=None)

    def at(self, local: datetime) -> float:
        """The virtual second at which the kitchen's clock shows a time."""
        return (local.replace(tzinfo=ZoneInfo(self._zone)).astimezone(UTC) - self._begins).total_seconds()

    def set_by(self, change: timedelta) -> None:
        """Somebody, or a start without a network, sets the clock."""
        self._begins += change

    def switched_on(self) -> None:
        """What was known about the clock before is forgotten."""
        self._clock = WallClock()
