"""What both agreed to becomes a promise in the plan, and the plan as lines to be said."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time, timedelta

from voice_coach.guide.catalogue import Value
from voice_coach.guide.types import Choose, Review, When
from voice_coach.plan import changes, due
from voice_coach.plan.standing import Standing, between
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, Rule
from voice_coach.session.actions import Record
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Proposal

_LOOKED_AHEAD_DAYS = 100
_MESSAGE_DAYS = (1, 4, 6, 3, 0, 5, 2)
"""The days for as many messages a week as the guide says: Tuesday and Friday first."""
_MESSAGE_TIME = time(17, 30)
_PROGRESS_DAY = 6
_PROGRESS_TIME = time(17, 0)
_SETTLED = (Outcome.KEPT, Outcome.SKIPPED)


def keep(scene: Scene) -> Scene:
    """What is proposed is promised from now on, and said so."""
    proposal, activity = scene.place.proposal, scene.activity
    if proposal is None:
        return scene
    rule = proposal.rule or Rule(scene.state.local.date())
    if proposal.kind is Kind.REVIEW and not proposal.promise:
        scene = _keep_reviews(scene, rule)
    else:
        scene = _keep(scene, replace(proposal, rule=rule))
    values: dict[str, Value] = {"choice": proposal.choice}
    if proposal.minutes is not None:
        values["minutes"] = proposal.minutes
    scene = scene.mark("note", what="promise", about=proposal.source, **values).at(proposal=None)
    if isinstance(activity, Choose | When) and not scene.place.aside:
        return scene.say(scene.text("kept"), **values)
    return scene.say("kept")


def promise_of(plan: Plan, promise_id: str) -> Promise | None:
    """The promise with this id that still holds; None where there is none."""
    return next((p for p in plan.promises if p.id == promise_id and p.ended is None), None)


def review_number(scene: Scene, promise: Promise) -> int | None:
    """The number of the part that a promised review is; None where the guide has none such."""
    ids = [part.id for part in scene.guide.all_parts]
    return ids.index(promise.source) if promise.source in ids else None


def review_rules(scene: Scene, rule: Rule) -> tuple[tuple[Review, Rule], ...]:
    """The guide's reviews, each on its day, at the hour of a rule."""
    today = scene.state.local.date()
    return tuple(
        (review, Rule(today + timedelta(weeks=review.weeks), rule.times[:1], count=1))
        for review in scene.guide.reviews
    )


def standing(scene: Scene) -> tuple[Promise, ...]:
    """The promises that still hold and have not come for the last time, the next one first."""
    plan = scene.state.plan
    following = dict.fromkeys(o.promise for o in due.upcoming(plan, scene.state.utc, _LOOKED_AHEAD_DAYS))
    open_ended = [p.id for p in plan.promises if p.ended is None and not p.rule.times]
    found = (promise_of(plan, promise_id) for promise_id in (*following, *open_ended))
    return tuple(p for p in found if p is not None and p.kind not in due.LET_GO)


def plan_lines(scene: Scene) -> tuple[Line, ...]:
    """The plan, line by line; nothing where nothing is promised."""
    promises = standing(scene)
    return (Line("plan"), *map(_item, promises)) if promises else ()


def note_outcome(scene: Scene, occurrence: Occurrence, outcome: Outcome, until: datetime | None = None) -> Scene:
    """What has become of an occurrence, in the plan and in the journal; `until`: when what is put off comes."""
    plan = changes.note(scene.state.plan, occurrence, outcome, scene.state.utc, until)
    return scene.set(plan=plan).act(Record(outcome, record_of(occurrence)))


def nearest(scene: Scene, promises: Collection[Promise], within: timedelta) -> Standing | None:
    """Which occurrence of these is the nearest in time, of those that are not settled; None without one."""
    now, ids = scene.state.utc, {promise.id for promise in promises}
    near = between(scene.state.plan, now - within, now + within)
    found = (s for s in near if s.promise.id in ids and s.outcome not in _SETTLED)
    return min(found, key=lambda s: abs(s.moment - now), default=None)


def came_about(scene: Scene, promises: Collection[Promise], within: timedelta) -> Scene:
    """What is done before or after its time, unasked, is kept."""
    found = nearest(scene, promises, within)
    return scene if found is None else note_outcome(scene, found.occurrence, Outcome.KEPT)


def record_of(occurrence: Occurrence) -> dict[str, str]:
    """An occurrence, as the journal has it."""
    day, clock = occurrence.day.isoformat(), occurrence.time.isoformat("minutes")
    return {"promise": occurrence.promise, "day": day, "time": clock}


def _item(promise: Promise) -> Line:
    values: dict[str, Value] = {"what": promise.what}
    if promise.minutes is not None:
        values["time_s"] = promise.minutes * MINUTE_S
    if promise.rule.times:
        values["when"] = promise.rule
    kind = ("-timed" if "time_s" in values else "") + ("-when" if "when" in values else "")
    return Line(f"plan-item{kind}", values)


def _keep(scene: Scene, proposal: Proposal) -> Scene:
    plan, rule = scene.state.plan, proposal.rule
    assert rule is not None
    earlier = promise_of(plan, proposal.promise) or next(
        (p for p in plan.promises if p.source == proposal.source != "" and p.ended is None), None
    )
    if earlier is not None:
        changed = replace(earlier, what=proposal.choice, minutes=proposal.minutes, rule=rule)
        plan = changes.change(plan, changed, scene.state.utc)
        return scene.set(plan=plan).act(Record("changed", {"promise": earlier.id}))
    promise = Promise(
        changes.new_id(plan, proposal.kind, proposal.source),
        proposal.kind,
        proposal.choice,
        rule,
        scene.state.wall.zone,
        proposal.minutes,
        proposal.source,
    )
    plan = changes.add(plan, promise, scene.state.utc)
    return scene.set(plan=plan).act(Record("planned", {"promise": promise.id}))


def _keep_reviews(scene: Scene, rule: Rule) -> Scene:
    """Every review of the guide, at the hour of the rule; and what comes every week until the last of them."""
    today = scene.state.local.date()
    for review, once in review_rules(scene, rule):
        proposal = Proposal(review.title, round(review.minutes), once, kind=Kind.REVIEW, source=review.id)
        scene = _keep(scene, proposal)
    weekly = scene.guide.weekly
    if weekly is None or not scene.guide.reviews:
        return scene
    weeks = max(review.weeks for review in scene.guide.reviews)
    days = _MESSAGE_DAYS[: weekly.message_times]
    message = Rule(today, (_MESSAGE_TIME,), days, count=weeks * len(days))
    progress = Rule(today + timedelta(days=1), (_PROGRESS_TIME,), (_PROGRESS_DAY,), count=weeks)
    for kind, recurring in ((Kind.MESSAGE, message), (Kind.PROGRESS, progress)):
        scene = _keep(scene, Proposal(kind.value, rule=recurring, kind=kind, source=f"weekly-{kind}"))
    return scene
