"""What is due now, what was missed, and what comes next: from the plan and the time alone.

An occurrence is reminded of while it is late by no more than its own length; what is later than that is told of
together, and once. Nothing waits for its time anywhere: whoever asks again finds what has become due.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from voice_coach.plan.recurrence import local
from voice_coach.plan.standing import OPEN, Standing, between, grace, length, newest, recorded, unrecorded
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, QuietHours, Record

LET_GO = (Kind.MESSAGE, Kind.PROGRESS)
"""Kinds without a time of the pair's own: silent in quiet hours, and never told of as missed."""


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to say at a moment."""

    remind: Occurrence | None = None
    """The one to speak of now; of several the latest."""
    missed: tuple[Occurrence, ...] = ()
    """What nobody was reminded of or answered, and the two have not been told, in order of time."""


def due(plan: Plan, now: datetime, quiet: QuietHours, zone: str) -> Due:
    """What there is to say at `now` (aware); the quiet hours are those of the table's own `zone`."""
    records = newest(plan)
    found = [*recorded(plan, (record for record in records.values() if not _is_settled(record)))]
    for promise in plan.promises:
        found += unrecorded(plan, promise, records, None, now)
    live = sorted((s for s in found if s.moment <= now and s.promise.ended is None), key=lambda s: s.moment)
    waiting = [s for s in live if s.outcome in OPEN and not _is_over(s, now, quiet, zone)]
    speakable = [s for s in waiting if _may_be_said(s, now, quiet, zone)]
    remind = max(speakable, key=lambda s: s.moment, default=None)
    # What comes at the same moment is next, and a review has days; of the rest only the latest is offered.
    stand = [s for s in waiting if remind is None or s.moment == remind.moment or s.promise.kind is Kind.REVIEW]
    missed = tuple(s.occurrence for s in live if s.promise.kind not in LET_GO and s not in stand)
    return Due(remind.occurrence if remind else None, missed)


def upcoming(plan: Plan, now: datetime, days: float) -> tuple[Occurrence, ...]:
    """What comes after `now` within so many days, in order of time."""
    end = now + timedelta(days=days)
    return tuple(s.occurrence for s in between(plan, now, end) if s.outcome in OPEN and s.moment > now)


def next_occurrence(plan: Plan, now: datetime) -> Occurrence | None:
    """What comes first after `now`; None if nothing will."""
    records = newest(plan)
    coming = [s for s in recorded(plan, records.values()) if s.outcome in OPEN and s.moment > now]
    for promise in plan.promises:
        coming += next(([s] for s in unrecorded(plan, promise, records, now) if s.moment > now), [])
    first = min(coming, key=lambda s: s.moment, default=None)
    return first.occurrence if first else None


def is_quiet(at: datetime, quiet: QuietHours, zone: str) -> bool:
    """Whether an aware moment lies within the quiet hours of the zone. Equal ends mean none."""
    now = local(zone, at).time()
    if quiet.begin <= quiet.end:
        return quiet.begin <= now < quiet.end
    return now >= quiet.begin or now < quiet.end


def _is_over(standing: Standing, now: datetime, quiet: QuietHours, zone: str) -> bool:
    """Whether it is too late to remind of it: beyond its grace, or night has come in between."""
    if now - standing.moment > grace(standing.promise):
        return True
    return standing.promise.kind is not Kind.REVIEW and not _may_be_said(standing, now, quiet, zone)


def _may_be_said(standing: Standing, now: datetime, quiet: QuietHours, zone: str) -> bool:
    """Whether the quiet hours let it through: inside them only what the two set there themselves, and in time."""
    if not is_quiet(now, quiet, zone):
        return True
    if standing.promise.kind in LET_GO or not is_quiet(standing.moment, quiet, zone):
        return False
    return now - standing.moment <= length(standing.promise)


def _is_settled(record: Record) -> bool:
    """Whether there is nothing more to say of it."""
    return record.outcome not in OPEN and (record.outcome is not Outcome.MISSED or record.told)
