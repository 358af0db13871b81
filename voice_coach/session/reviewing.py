"""Reviews: begun, a promise changed or dropped, and everything forgotten where both want it."""

from dataclasses import replace
from datetime import datetime

from voice_coach.guide.types import Amend, Keep
from voice_coach.plan import changes, due
from voice_coach.plan.arrange import Wanted
from voice_coach.plan.standing import REVIEW_SLIDES, moment
from voice_coach.plan.types import Kind, Occurrence, Plan, Promise
from voice_coach.session.actions import Forget, Record
from voice_coach.session.asking import ask_again, reply
from voice_coach.session.keeping import came_about, promise_of, review_number
from voice_coach.session.phases import Phase
from voice_coach.session.recalling import amendable
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place, Proposal, Request
from voice_coach.session.way import ask_consent, ask_when, come_back, enter_part, proceed

_WITHIN_DAYS = 56


def begin(scene: Scene) -> Scene:
    """The review whose day is the next, or was the last."""
    promise = _next(scene)
    number = None if promise is None else review_number(scene, promise)
    if promise is None or number is None:
        return reply(scene, Line("review-none"))
    if _next_moment(scene, promise) > scene.state.utc + REVIEW_SLIDES:
        return tell_next(scene)
    scene = came_about(scene, (promise,), REVIEW_SLIDES)
    return enter_part(scene.set(consented=True, beneath=(), notes=()), number)


def tell_next(scene: Scene) -> Scene:
    """When the next review is; a talk that is under way goes on."""
    promise = _next(scene)
    if promise is None:
        return reply(scene, Line("review-none"))
    return reply(scene, Line("next-planned", {"what": promise.what, "when": promise.rule}))


def amend(scene: Scene) -> Scene:
    """One of them was named, by its number or its words."""
    activity, found = scene.activity, amendable(scene)
    number, words = scene.slot("n"), scene.slot("choice")
    named = [p for n, p in enumerate(found, 1) if n == number or p.what == words]
    if not isinstance(activity, Amend) or len(named) != 1:
        return ask_again(scene)
    promise = named[0]
    if activity.change == "drop":
        return ask_consent(scene.at(request=Request("drop", promise=promise.id)), 0)
    proposal = Proposal(promise.what, promise.minutes, None, _wanted(scene, promise), promise.kind)
    proposal = replace(proposal, source=promise.source, promise=promise.id)
    return ask_when(scene.at(proposal=proposal))


def leave_all(scene: Scene) -> Scene:
    """Nothing shall change."""
    return proceed(scene.say("never-mind"))


def drop(scene: Scene) -> Scene:
    """Both agree to drop a promise."""
    request = scene.place.request
    promise = promise_of(scene.state.plan, request.promise) if request else None
    if promise is None:
        return proceed(scene)
    scene = scene.set(plan=changes.end(scene.state.plan, promise.id, scene.state.utc))
    return proceed(scene.act(Record("dropped", {"promise": promise.id})).say("dropped", what=promise.what))


def ask_to_forget(scene: Scene) -> Scene:
    """Forgetting everything cannot be undone: each is asked by name."""
    place = scene.place
    aside = Place(
        Phase.CONSENTING,
        part=place.part,
        activity=place.activity,
        aside=True,
        request=Request("forget"),
    )
    return ask_consent(scene.push(aside), 0)


def forget(scene: Scene) -> Scene:
    """Both want everything forgotten: plan, notes, and what the disk has."""
    said = scene.text("forgotten") if isinstance(scene.activity, Keep) and not scene.place.aside else "forgotten"
    scene = scene.act(Forget()).set(plan=Plan(), notes=(), archive=(), undo=None, target=1).say(said)
    if not scene.place.aside:
        return proceed(scene)
    scene = come_back(scene)
    # What it was about to remind of is forgotten, too.
    return scene.at(occurrence=None, left_s=None) if scene.place.phase is Phase.RESTING else scene


def _wanted(scene: Scene, promise: Promise) -> Wanted:
    if promise.kind is not Kind.RITUAL:
        return Wanted(within_days=_WITHIN_DAYS)
    per_week = len(promise.rule.weekdays) or 7
    left = sum(occurrence.promise == promise.id for occurrence in _upcoming(scene))
    return Wanted(recurs=True, weeks=max(1, -(-left // per_week)), weekly=len(promise.rule.weekdays) == 1)


def _upcoming(scene: Scene) -> tuple[Occurrence, ...]:
    return due.upcoming(scene.state.plan, scene.state.utc, _WITHIN_DAYS)


def _next_moment(scene: Scene, promise: Promise) -> datetime:
    """When it comes, or now where it has been."""
    coming = (moment(scene.state.plan, o) for o in _upcoming(scene) if o.promise == promise.id)
    return next(coming, scene.state.utc)


def _next(scene: Scene) -> Promise | None:
    plan = scene.state.plan
    reviews = [p for p in plan.promises if p.kind is Kind.REVIEW and p.ended is None]
    coming = {occurrence.promise for occurrence in _upcoming(scene)}
    return next((p for p in reviews if p.id in coming), reviews[-1] if reviews else None)
