"""Changes to the plan: each gives a new plan, and leaves what has been alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from voice_coach.plan.recurrence import instant, local, occurrences
from voice_coach.plan.standing import OPEN, REVIEW_SLIDES, between, grace, newest, promise, unrecorded
from voice_coach.plan.types import Break, Kind, Occurrence, Outcome, Plan, Promise, Record, Rule


def new_id(plan: Plan, kind: Kind, source: str = "") -> str:
    """An id for a new promise: what it came from, or its kind, with a number that was never used."""
    stem = source or kind.value
    taken = {each.id for each in plan.promises} | {record.occurrence.promise for record in plan.records}
    numbers = range(plan.numbered + 1, plan.numbered + len(taken) + 2)
    return next(name for n in numbers if (name := f"{stem}-{n}") not in taken)


def add(plan: Plan, new: Promise, now: datetime) -> Plan:
    """The plan with one promise more.

    Its rule begins with the first occurrence that is not over by `now`: agreed to at ten in the evening, "at nine
    for four weeks" has 28 evenings from tomorrow on.
    """
    new = replace(new, rule=from_now(new.rule, new.zone, now), made=now)
    promises = (*plan.promises, new)
    return replace(plan, promises=promises, began=plan.began or now, numbered=plan.numbered + 1)


def change(plan: Plan, new: Promise, now: datetime) -> Plan:
    """The plan with `new` in place of the promise with its id. Raises KeyError if there is none.

    What has been stays as it was, and what was put off still comes. A new rule counts from `now` on.
    """
    old = promise(plan, new.id)
    if (new.rule, new.zone) == (old.rule, old.zone):
        return _put(plan, replace(new, made=old.made, sequence=old.sequence + 1))
    # The old rule is about to go: what it had is written down first, but for what may be under way.
    past = unrecorded(plan, old, newest(plan), None, now)
    records = tuple(Record(s.occurrence, Outcome.MISSED, now) for s in past if s.moment < now - grace(old))
    plan = replace(plan, records=(*plan.records, *records))
    return _put(plan, replace(new, made=now, sequence=old.sequence + 1))


def end(plan: Plan, promise_id: str, now: datetime) -> Plan:
    """The plan with this promise dropped from `now` on. Raises KeyError if there is none."""
    old = promise(plan, promise_id)
    return _put(plan, replace(old, ended=old.ended or now, sequence=old.sequence + 1))


def note(
    plan: Plan, occurrence: Occurrence, outcome: Outcome, now: datetime, until: datetime | None = None
) -> Plan:
    """The plan with what became of an occurrence; `until` is when something POSTPONED comes after all."""
    if outcome is Outcome.REMINDED:
        earlier = newest(plan).get(occurrence)
        until = earlier.until if earlier else None
    plan = replace(plan, records=(*plan.records, Record(occurrence, outcome, now, until)))
    return _days_changed(plan, {occurrence.promise}) if outcome is Outcome.SKIPPED else plan


def reopened(plan: Plan, occurrence: Occurrence) -> Plan:
    """The plan in which this occurrence is still to be reminded of; as it is where something else became of it."""
    record = newest(plan).get(occurrence)
    if record is None or record.outcome is not Outcome.REMINDED:
        return plan
    return replace(plan, records=tuple(each for each in plan.records if each is not record))


def slid_until(plan: Plan, occurrence: Occurrence, now: datetime) -> datetime | None:
    """The day after, at its own hour, while a review may slide (aware, UTC); None where it may not.

    Raises KeyError if there is no such promise.
    """
    of = promise(plan, occurrence.promise)
    following = local(of.zone, now).date() + timedelta(days=1)
    may_slide = of.kind is Kind.REVIEW and following - occurrence.day <= REVIEW_SLIDES
    return instant(of.zone, following, occurrence.time) if may_slide else None


def told(plan: Plan, occurrences: Collection[Occurrence], now: datetime) -> Plan:
    """The plan with these noted as missed, and as told to the two."""
    of_now = {o: record for o, record in newest(plan).items() if o in occurrences}
    missed = {o: record for o, record in of_now.items() if record.outcome is Outcome.MISSED}
    records = [replace(r, told=True) if r is missed.get(r.occurrence) else r for r in plan.records]
    records += [Record(o, Outcome.MISSED, now, told=True) for o in occurrences if o not in missed]
    return replace(plan, records=tuple(records))


def take_break(plan: Plan, first: date, last: date, now: datetime) -> Plan:
    """The plan with a break from one day to another, both inclusive. Reviews come on the day after it."""
    after = last + timedelta(days=1)
    for each in between(plan, None, instant("UTC", after + timedelta(days=1), time(0))):
        zone, occurrence = each.promise.zone, each.occurrence
        silenced = each.outcome in OPEN and first <= local(zone, each.moment).date() <= last
        if silenced and each.promise.kind is Kind.REVIEW:
            until = instant(zone, after, occurrence.time)
            plan = note(plan, occurrence, Outcome.POSTPONED, now, until)
    plan = replace(plan, breaks=(*plan.breaks, Break(first, last)))
    return _days_changed(plan, {each.id for each in plan.promises})


def end_of_weeks(first: date, weeks: int) -> date:
    """The last day of so many weeks, of which `first` is the first day."""
    return first + timedelta(weeks=weeks, days=-1)


def rests_until(plan: Plan, today: date) -> date | None:
    """The last day of the breaks that there are today; None where there is none."""
    return max((each.last for each in plan.breaks if each.first <= today <= each.last), default=None)


def end_break(plan: Plan, now: datetime, zone: str) -> Plan:
    """The plan with today's break over, if there is one."""
    today = local(zone, now).date()
    cut = (_until(each, today) if each.first <= today <= each.last else each for each in plan.breaks)
    return set_breaks(plan, tuple(each for each in cut if each.first <= each.last), now)


def set_breaks(plan: Plan, breaks: tuple[Break, ...], now: datetime) -> Plan:
    """The plan with these breaks and no others. What the old ones have silenced by now stays let go."""
    if breaks == plan.breaks:
        return plan
    new = replace(plan, breaks=breaks)
    silenced = {s.occurrence for s in between(new, None, now)} - {s.occurrence for s in between(plan, None, now)}
    for occurrence in sorted(silenced, key=lambda o: (o.day, o.time, o.promise)):
        new = note(new, occurrence, Outcome.SKIPPED, now)
    return _days_changed(new, {each.id for each in plan.promises})


def from_now(rule: Rule, zone: str, now: datetime) -> Rule:
    """The rule with the first occurrence that is not over by `now` as its first; one that comes once stays."""
    if rule.count == 1:
        return rule
    endless = Promise("", Kind.RITUAL, "", replace(rule, count=None), zone)
    coming = occurrences(endless, local(zone, now).date() - timedelta(days=1))
    first = next((o.day for o in coming if instant(zone, o.day, o.time) >= now), rule.first)
    return replace(rule, first=first)


def _until(taken: Break, today: date) -> Break:
    return replace(taken, last=today - timedelta(days=1))


def _days_changed(plan: Plan, ids: Collection[str]) -> Plan:
    """The plan with another sequence of the live promises among `ids`: a calendar then takes their days anew."""
    live = (
        replace(each, sequence=each.sequence + 1) if each.id in ids and each.ended is None else each
        for each in plan.promises
    )
    return replace(plan, promises=tuple(live))


def _put(plan: Plan, new: Promise) -> Plan:
    return replace(plan, promises=tuple(new if each.id == new.id else each for each in plan.promises))
