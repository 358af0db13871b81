"""Short timers both have agreed to: holding hands, a hug, a ritual."""

from datetime import timedelta

from voice_coach.guide.types import Timed
from voice_coach.plan.types import Kind, Occurrence, Outcome, Promise
from voice_coach.session.actions import ChimeKind
from voice_coach.session.asking import not_now, reply
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.keeping import nearest, note_outcome
from voice_coach.session.phases import Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place, Proposal
from voice_coach.session.way import ask_consent, chime_at, proceed

_RITUAL_MINUTES = 10
"""The longest a daily ritual should be, for one that was agreed on without a length."""
_RITUAL_MOVES = timedelta(hours=3)
"""How far from its time a ritual is still the one of that time."""


def begin(scene: Scene) -> Scene:
    """Both have said yes: the time starts with the chime."""
    activity = scene.activity
    if not isinstance(activity, Timed):
        return proceed(scene)
    left_s = activity.seconds.default
    scene = scene.go(Phase.TIMING, left_s=left_s, warn_s=chime_at(left_s))
    return scene.recite(Line(scene.text("begin"))).chime(ChimeKind.START)


def hug(scene: Scene) -> Scene:
    """A hug, timed, on demand."""
    return _on_demand(scene, "hug")


def hands(scene: Scene) -> Scene:
    """Holding hands, timed, on demand."""
    return _on_demand(scene, "hands")


def ritual(scene: Scene) -> Scene:
    """The ritual whose time is now or was just now, else the one that was agreed on last; timed, on demand."""
    standing = [p for p in scene.state.plan.promises if p.ended is None]
    rituals = [p for p in standing if p.kind is Kind.RITUAL] or [p for p in standing if p.minutes is not None]
    if scene.place.aside:
        return not_now(scene)
    if not rituals:
        return reply(scene, Line("timer-none"))
    now = nearest(scene, rituals, _RITUAL_MOVES)
    return time_ritual(scene, rituals[-1]) if now is None else time_ritual(scene, now.promise, now.occurrence)


def time_ritual(scene: Scene, promise: Promise, occurrence: Occurrence | None = None) -> Scene:
    """Time a ritual on top of the present place; `occurrence`: the one that was reminded of."""
    place = scene.place
    left_s = (promise.minutes or _RITUAL_MINUTES) * MINUTE_S
    timing = Place(
        Phase.TIMING,
        part=place.part,
        activity=place.activity,
        left_s=left_s,
        warn_s=chime_at(left_s),
        proposal=Proposal(promise.what, promise.minutes),
        occurrence=occurrence,
        aside=True,
    )
    scene = scene.push(timing).recite(Line("ritual-begin", {"what": promise.what, "left_s": left_s}))
    return scene.chime(ChimeKind.START)


def done(scene: Scene) -> Scene:
    """The time is up, or enough."""
    scene = scene.chime(ChimeKind.TIME)
    if scene.place.occurrence is not None:
        scene = note_outcome(scene, scene.place.occurrence, Outcome.KEPT)
    if scene.place.proposal is not None:
        return proceed(scene.say("ritual-done", what=scene.place.proposal.choice))
    return proceed(scene.say(scene.text("done")))


def sound_alarm(scene: Scene) -> Scene:
    """The background timer is up."""
    alarm = scene.state.alarm
    scene = scene.set(alarm=None, alarm_s=None)
    return scene if alarm is None else reply(scene, alarm)


def _on_demand(scene: Scene, activity_id: str) -> Scene:
    if scene.place.aside or not scene.state.consented:
        return not_now(scene)
    for part_index, part in enumerate(scene.guide.parts):
        for index, activity in enumerate(part.activities):
            if isinstance(activity, Timed) and activity.id == activity_id:
                aside = Place(Phase.CONSENTING, part=part_index, activity=index, aside=True)
                return ask_consent(scene.push(aside), 0)
    return reply(scene, Line("timer-none"))
