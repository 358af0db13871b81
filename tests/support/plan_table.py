"""A kitchen table on virtual time: the part of the session that asks what is due, and what the two do then."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from voice_coach.plan.changes import add, note, told
from voice_coach.plan.due import due
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, QuietHours, Rule
from voice_coach.plan.wall_clock import Tick, WallClock, newest_moment, observe

BERLIN = "Europe/Berlin"
EVENING = time(21)


def daily(first: date, *times: time, **more: object) -> Rule:
    """Every day at these times."""
    return Rule(first, times or (EVENING,), **more)


@dataclass
class Table:
    """Ticks while it is on, and notes what was reminded of and told. Hours are local."""

    now: datetime
    zone: str = BERLIN
    quiet: QuietHours = field(default_factory=QuietHours)
    plan: Plan = field(default_factory=Plan)
    answer: Callable[["Table", Occurrence], None] | None = None
    """What the two do about a reminder, at once; None for nothing."""
    reminded: list[tuple[str, datetime]] = field(default_factory=list)
    """Promise and local hour, of each reminder."""
    told: list[tuple[str, ...]] = field(default_factory=list)
    """The promises that were told of as missed, by sentence."""
    clock: WallClock = field(default_factory=WallClock)
    clock_is_off_by: timedelta = timedelta(0)
    boottime_s: float = 0.0

    @classmethod
    def at(cls, *parts: int, zone: str = BERLIN, **more: object) -> "Table":
        """One at this local time."""
        return cls(datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC), zone, **more)

    def promise(
        self, name: str, rule: Rule, kind: Kind = Kind.RITUAL, minutes: int = 10, zone: str | None = None
    ) -> Occurrence:
        """Both agree to something now; its name is its id. The occurrence on the rule's first day and hour."""
        self.plan = add(self.plan, Promise(name, kind, name, rule, zone or self.zone, minutes), self.now)
        return Occurrence(name, rule.first, rule.times[0])

    def note(self, occurrence: Occurrence, outcome: Outcome, until: datetime | None = None) -> None:
        """Write down what became of it."""
        self.plan = note(self.plan, occurrence, outcome, self.now, until)

    def until(self, *parts: int, step_s: float = 30.0) -> "Table":
        """Time passes until this local time, with a tick now, one at the end, and one every `step_s` seconds."""
        end = datetime(*parts, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
        while self.now < end:
            self.tick()
            passed = min(timedelta(seconds=step_s), end - self.now)
            self.now += passed
            self.boottime_s += passed.total_seconds()
        self.tick()
        return self

    def off_until(self, *parts: int) -> "Table":
        """Without power, or asleep, until this local time; then it runs again."""
        self.now = datetime(*parts, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
        self.clock, self.boottime_s = WallClock(), 0.0
        self.tick()
        return self

    def tick(self) -> None:
        """One look at the clock."""
        wall = self.now + self.clock_is_off_by
        self.clock = observe(self.clock, Tick(wall, self.boottime_s), newest_moment(self.plan))
        if not self.clock.is_trusted:
            return
        found = due(self.plan, wall, self.quiet, self.zone)
        if found.missed:
            self.plan = told(self.plan, found.missed, wall)
            self.told.append(tuple(each.promise for each in found.missed))
        if found.remind is not None:
            self.plan = note(self.plan, found.remind, Outcome.REMINDED, wall)
            self.reminded.append((found.remind.promise, wall.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)))
            if self.answer is not None:
                self.answer(self, found.remind)

    def restart(self) -> "Table":
        """The same plan, as another process would load it."""
        return replace(self, reminded=[], told=[], clock=WallClock())


def keep(table: Table, occurrence: Occurrence) -> None:
    """They say yes, and do it."""
    table.note(occurrence, Outcome.KEPT)
