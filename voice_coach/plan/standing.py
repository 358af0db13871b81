"""What each occurrence stands at: when it comes, and what became of it.

The rules say what is planned, the records what became of it; an occurrence that was put off, or whose rule has
changed since, stands by its record alone.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from voice_coach.plan.recurrence import instant, local, occurrences
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, Record

SHORTEST_GRACE = timedelta(minutes=10)
REVIEW_SLIDES = timedelta(days=2)
OPEN = (None, Outcome.POSTPONED)
"""Outcomes of what is still to come, or to be reminded of."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An occurrence, with its promise and its newest record."""

    occurrence: Occurrence
    promise: Promise
    moment: datetime
    """When it comes, or to when it was put off: aware, UTC."""
    record: Record | None = None

    @property
    def outcome(self) -> Outcome | None:
        """What became of it last; None for nothing yet."""
        return self.record.outcome if self.record else None


def outcome(plan: Plan, occurrence: Occurrence) -> Outcome | None:
    """What became of it last; None for nothing yet."""
    record = newest(plan).get(occurrence)
    return record.outcome if record else None


def moment(plan: Plan, occurrence: Occurrence) -> datetime:
    """When it comes, or to when it was put off: aware, UTC. Raises KeyError if there is no such promise."""
    return _moment(promise(plan, occurrence.promise), occurrence, newest(plan).get(occurrence))


def promise(plan: Plan, promise_id: str) -> Promise:
    """The promise with this id. Raises KeyError if there is none."""
    for found in plan.promises:
        if found.id == promise_id:
            return found
    raise KeyError(promise_id)


def length(of: Promise) -> timedelta:
    """How late it may be begun, but for a review: its own length, or ten minutes where that is less or unknown."""
    return max(SHORTEST_GRACE, timedelta(minutes=of.minutes or 0))


def grace(of: Promise) -> timedelta:
    """How late it may be reminded of."""
    return REVIEW_SLIDES if of.kind is Kind.REVIEW else length(of)


def newest(plan: Plan) -> dict[Occurrence, Record]:
    """The newest record of each occurrence that has any."""
    return {record.occurrence: record for record in plan.records}


def between(plan: Plan, start: datetime | None, end: datetime) -> list[Standing]:
    """All that was planned from `start` until before `end`, whatever became of it, in order of time.

    Without the days of a break, on which only what was kept all the same counts.
    """
    records = newest(plan)
    found = [*recorded(plan, records.values())]
    for each in plan.promises:
        found += unrecorded(plan, each, records, start, end)
    within = [s for s in found if (start is None or start <= s.moment) and s.moment < end]
    return sorted(within, key=lambda s: s.moment)


def recorded(plan: Plan, records: Iterable[Record]) -> Iterator[Standing]:
    """The occurrences of these newest records, in no order."""
    promises = {each.id: each for each in plan.promises}
    for record in records:
        of = promises.get(record.occurrence.promise)
        if of is not None:
            standing = Standing(record.occurrence, of, _moment(of, record.occurrence, record), record)
            if record.outcome is Outcome.KEPT or _holds(plan, standing):
                yield standing


def unrecorded(
    plan: Plan,
    of: Promise,
    records: Collection[Occurrence],
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Standing]:
    """The occurrences of a promise that are not in `records`, in order, on the days from `start` to `end`."""
    last = None if end is None else _day(of, end)
    for standing in _until(of, last) if start is None and last else _planned(of, start, last):
        if standing.occurrence not in records and _holds(plan, standing):
            yield standing


def _planned(of: Promise, start: datetime | None, last: date | None) -> Iterator[Standing]:
    """The occurrences of a promise while it holds, from the day of `start` on, until the day `last`."""
    # A day more at the beginning: an hour that is left out in spring may come on the day after its own.
    after = None if start is None else _day(of, start - timedelta(days=1))
    for occurrence in occurrences(of, after, last):
        standing = Standing(occurrence, of, instant(of.zone, occurrence.day, occurrence.time))
        if of.ended is not None and standing.moment >= of.ended:
            return
        if of.made is None or standing.moment >= of.made:
            yield standing


# The past is gone through at every tick, and is the same all day long.
@lru_cache(maxsize=64)
def _until(of: Promise, last: date) -> tuple[Standing, ...]:
    return tuple(_planned(of, None, last))


def _holds(plan: Plan, standing: Standing) -> bool:
    """Whether it is neither of a promise that was over by then, nor on a day of a break."""
    ended = standing.promise.ended
    if ended is not None and standing.moment >= ended:
        return False
    if not plan.breaks:
        return True
    day = _day(standing.promise, standing.moment)
    return not any(pause.first <= day <= pause.last for pause in plan.breaks)


def _moment(of: Promise, occurrence: Occurrence, record: Record | None) -> datetime:
    if record is not None and record.until is not None:
        return record.until
    return instant(of.zone, occurrence.day, occurrence.time)


def _day(of: Promise, at: datetime) -> date:
    return local(of.zone, at).date()
