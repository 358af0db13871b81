"""What became of a promise over some weeks, for a review: told in words, never as a score."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from voice_coach.plan.standing import Standing, between
from voice_coach.plan.types import Outcome, Plan


@dataclass(frozen=True, slots=True)
class Counts:
    """How often something was planned, and what became of it."""

    planned: int = 0
    """All of them; days of a break are not planned."""
    kept: int = 0
    skipped: int = 0
    missed: int = 0
    """Reminded of, and nobody answered."""
    not_reminded: int = 0
    """It fell due while nobody could be reminded."""


def counts(plan: Plan, promise_id: str, since: datetime, until: datetime) -> Counts:
    """What became of a promise from `since` until before `until`, which is no later than now."""
    spoken_of = {r.occurrence for r in plan.records if r.outcome in (Outcome.REMINDED, Outcome.POSTPONED)}
    of_it = [s for s in between(plan, since, until) if s.promise.id == promise_id]
    fates = Counter(_fate(s, s.occurrence in spoken_of) for s in of_it)
    return Counts(len(of_it), fates["kept"], fates["skipped"], fates["missed"], fates["not_reminded"])


def _fate(standing: Standing, spoken_of: bool) -> str:
    """The field that it counts for."""
    match standing.outcome:
        case Outcome.KEPT:
            return "kept"
        case Outcome.SKIPPED:
            return "skipped"
    return "missed" if spoken_of else "not_reminded"
