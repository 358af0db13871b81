"""A table that stays on for weeks: a session with the clock on the wall, which is read every twenty seconds."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from session.conftest import NAMES, Table

from voice_coach.guide import Guide
from voice_coach.plan import changes
from voice_coach.plan.types import Kind, Plan, Promise, QuietHours, Rule
from voice_coach.session import Opened, Options, Phase, State, Wall, WallTime, restored, start
from voice_coach.session.state import Place

ZONE = "Europe/Berlin"
FRIDAY = datetime(2026, 11, 27, 19, 30)
"""When the first evening begins, on the kitchen's clock."""
_READ_S = 20.0


class WeekTable(Table):
    """Drives a session through days: `local` is the kitchen's time."""

    began: datetime = FRIDAY

    @property
    def local(self) -> datetime:
        return self.began + timedelta(seconds=self.now)

    def wall(self, at: float) -> WallTime:
        utc = self.began.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
        return WallTime(at, utc + timedelta(seconds=at), ZONE)

    def until(self, local: datetime) -> list[str]:
        """What is said and chimed until the kitchen's clock shows a time."""
        heard = len(self.said)
        while self.local < local:
            self.wait(min(_READ_S, (local - self.local).total_seconds()))
            self.said_at_the_wall()
        return self.said[heard:]

    def said_at_the_wall(self) -> list[str]:
        return self.send(Wall(self.now, self.wall(self.now)))


def first_evening(guide: Guide, *promises: Promise, **options: object) -> WeekTable:
    """A table on the first evening, resting, with these promises."""
    table = WeekTable(guide, start(guide, Options(NAMES, stays=True, **options)))  # type: ignore[arg-type]
    table.send(Opened(0.0, table.wall(0.0)))
    table.settle()
    plan = Plan()
    for promise in promises:
        plan = changes.add(plan, promise, table.state.utc)
    table.state = replace(table.state, plan=plan, place=Place(Phase.RESTING))
    return table


def at_step(guide: Guide, step: int) -> WeekTable:
    """A table on the first evening, at the first question of a step."""
    table = first_evening(guide)
    table.sit("yes", step)
    return table


def switched_on_again(table: WeekTable, after: timedelta = timedelta(0)) -> WeekTable:
    """The same kitchen after a power cut that lasted so long, its state read back from text."""
    kept = State.from_json(table.state.to_json())
    local = table.local + after
    again = WeekTable(table.guide, restored(table.guide, kept, table.state.options, 0.0))
    again.began = local
    again.send(Opened(0.0, again.wall(0.0)))
    return again


def tea(count: int = 28, at: time = time(21)) -> Promise:
    """A ritual of every evening, ten minutes long."""
    return Promise("tea-1", Kind.RITUAL, "a cup of tea", Rule(FRIDAY.date(), (at,), count=count), ZONE, 10, "tea")


def once(kind: Kind, day: date, at: time, what: str = "a museum") -> Promise:
    """Something that comes once."""
    return Promise(f"{kind}-1", kind, what, Rule(day, (at,), count=1), ZONE, 15, f"a-{kind}")


QUIET = QuietHours()
