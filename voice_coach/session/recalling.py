"""What a review reads out: the promises with how often each was done, what got better, and what can be changed."""

from voice_coach.plan.counts import counts
from voice_coach.plan.types import Kind, Promise
from voice_coach.session.keeping import standing
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line

_PROMISED = (Kind.RITUAL, Kind.ACTIVITY)


def recall_lines(scene: Scene) -> tuple[Line, ...]:
    """What was promised, how often it was done, and the improvements."""
    plan, now = scene.state.plan, scene.state.utc
    promises = [p for p in plan.promises if p.kind in _PROMISED and p.ended is None and p.rule.times]
    lines = [_recalled(p, counts(plan, p.id, plan.began or now, now).kept) for p in promises]
    if not lines:
        return (Line(scene.text("nothing")),)
    if plan.improvements:
        better = tuple(f"{found.who}: {found.text}" if found.who else found.text for found in plan.improvements)
        lines += [Line(scene.text("better")), Line("recall-better", {"notes": better})]
    return (Line(scene.text("say")), *lines)


def amendable(scene: Scene) -> tuple[Promise, ...]:
    """What can be changed or dropped, in the order in which it is numbered."""
    return tuple(p for p in standing(scene) if p.kind in _PROMISED)


def amend_lines(scene: Scene) -> tuple[Line, ...]:
    """What can be changed or dropped, numbered, and the question for one of them; none where nothing can."""
    options = [Line("amend-option", {"number": n, "what": p.what}) for n, p in enumerate(amendable(scene), 1)]
    return (*options, Line(scene.text("ask"))) if options else ()


def _recalled(promise: Promise, kept: int) -> Line:
    if kept == 0:
        return Line("recall-none", {"what": promise.what})
    if kept == 1:
        return Line("recall-once", {"what": promise.what})
    return Line("recall-times", {"what": promise.what, "count": kept})
