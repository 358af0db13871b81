"""Questions and their answers: yes or no, each by name, one of several, how many minutes; and what was agreed."""

from dataclasses import replace

from voice_coach.guide.catalogue import Value
from voice_coach.guide.types import Ask, Choose, Consent, Timed
from voice_coach.session import timers
from voice_coach.session.asking import ask_again, ask_back
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Promise, Proposal
from voice_coach.session.way import ask, ask_consent, farewell, proceed


def yes(scene: Scene) -> Scene:
    """Yes to a question to the table; it may start a timer in the background."""
    activity = scene.activity
    if not isinstance(activity, Ask):
        return proceed(scene)
    scene = scene.mark("note", what="yes", about=activity.id).say(scene.text("yes"))
    if activity.timer_minutes is not None:
        alarm = Line(scene.text("timer_done"))
        scene = scene.set(alarm_s=activity.timer_minutes * MINUTE_S, alarm=alarm)
    return proceed(scene)


def no(scene: Scene) -> Scene:
    """No to a question to the table."""
    activity = scene.activity
    if not isinstance(activity, Ask):
        return proceed(scene)
    scene = scene.mark("note", what="no", about=activity.id).say(scene.text("no"))
    return farewell(scene) if activity.on_no == "end" else proceed(scene)


def consent(scene: Scene) -> Scene:
    """One of the two agrees; when both have, it holds."""
    who, activity = scene.place.who, scene.activity
    scene = scene.mark("note", what="consent", name=scene.name(who), about=activity.id if activity else "")
    if who == 0:
        return ask_consent(scene, 1)
    match activity:
        case Choose():
            return proceed(_keep(scene, activity))
        case Timed():
            return timers.begin(scene)
    return proceed(scene)


def refuse(scene: Scene) -> Scene:
    """One of the two does not agree, so it is off; no reason is asked for."""
    activity, name = scene.activity, scene.name(scene.place.who)
    match activity:
        case Choose():
            scene = scene.at(proposal=None).say("consent-no", name=name)
            return ask(scene, Phase.CHOOSING, Line(scene.text("ask")))
        case Consent():
            scene = scene.say(scene.text("no"))
            if activity.on_no == "end":
                return farewell(scene)
            return proceed(scene.at(activity=len(scene.part.activities) - 1))
    return proceed(scene.say("consent-skipped", name=name))


def choose(scene: Scene) -> Scene:
    """One of the options was named."""
    activity, choice = scene.activity, scene.slot("choice")
    if not isinstance(activity, Choose) or choice not in activity.options:
        return ask_again(scene)
    scene = scene.at(proposal=Proposal(str(choice)))
    if activity.minutes is None:
        return ask_consent(scene, 0)
    return ask(scene, Phase.MEASURING, Line(scene.text("ask_minutes")))


def measure(scene: Scene) -> Scene:
    """A length was named; "yes" means the usual one."""
    activity, proposal = scene.activity, scene.place.proposal
    if not isinstance(activity, Choose) or activity.minutes is None or proposal is None:
        return proceed(scene)
    limits, minutes = activity.minutes, scene.slot("n") or scene.slot("minutes")
    if minutes is None:
        minutes = round(limits.default)
    if not isinstance(minutes, int) or not limits.least <= minutes <= limits.most:
        spans = {"least_s": limits.least * MINUTE_S, "most_s": limits.most * MINUTE_S}
        return ask_back(scene, Line("minutes-limits", spans))
    return ask_consent(scene.at(proposal=replace(proposal, minutes=minutes)), 0)


def leave_open(scene: Scene) -> Scene:
    """Going away from a question about something to agree on: say that it is not agreed."""
    asked = scene.place.phase is Phase.CONSENTING or scene.place.proposal is not None
    return scene.say("not-agreed") if asked and PHASES[scene.place.phase].asks else scene


def _keep(scene: Scene, activity: Choose) -> Scene:
    proposal = scene.place.proposal
    if proposal is None:
        return scene
    kept = tuple(p for p in scene.state.promises if p.kind != activity.id)
    promise = Promise(activity.id, proposal.choice, proposal.minutes)
    values: dict[str, Value] = {"choice": promise.what}
    if promise.minutes is not None:
        values["minutes"] = promise.minutes
    scene = scene.set(promises=(*kept, promise)).mark("note", what="promise", about=activity.id, **values)
    return scene.say(scene.text("kept"), **values)
