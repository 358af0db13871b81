"""Questions and their answers: yes or no, each by name, one of several, how many minutes; and what was agreed."""

from dataclasses import replace

from voice_coach.guide.types import Amend, Ask, Choose, Consent, Keep, Timed, When
from voice_coach.session import reviewing, timers
from voice_coach.session.asking import ask_again, ask_back
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.keeping import keep
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.proposals import proposal_for
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line
from voice_coach.session.way import ask, ask_consent, ask_when, farewell, proceed


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
    who, activity, request = scene.place.who, scene.activity, scene.place.request
    about = activity.id if activity and request is None else ""
    scene = scene.mark("note", what="consent", name=scene.name(who), about=about)
    if who == 0:
        return ask_consent(scene, 1)
    if request is not None:
        return reviewing.forget(scene) if request.intent == "forget" else reviewing.drop(scene)
    if scene.place.proposal is not None:
        return proceed(keep(scene))
    match activity:
        case Keep():
            return reviewing.forget(scene)
        case Timed():
            return timers.begin(scene)
    return proceed(scene)


def refuse(scene: Scene) -> Scene:
    """One of the two does not agree, so it is off; no reason is asked for."""
    activity, proposal = scene.activity, scene.place.proposal
    if scene.place.request is not None:
        return proceed(scene.say("left-as-it-is"))
    match activity:
        case When() | Amend() if proposal is not None:
            return ask_when(scene.say("consent-no-when"))
        case Choose():
            scene = scene.at(proposal=None).say("consent-no")
            return ask(scene, Phase.CHOOSING, Line(scene.text("ask")))
        case Keep():
            return proceed(scene.say(scene.text("kept")))
        case Consent():
            scene = scene.say(scene.text("no"))
            if activity.on_no == "end":
                return farewell(scene)
            return proceed(scene.at(activity=len(scene.part.activities) - 1))
    return proceed(scene.say("consent-skipped"))


def choose(scene: Scene) -> Scene:
    """One of the options was named."""
    activity, choice = scene.activity, scene.slot("choice")
    if not isinstance(activity, Choose) or choice not in activity.answers:
        return ask_again(scene)
    return go_on_with(scene, activity, str(choice))


def go_on_with(scene: Scene, activity: Choose, choice: str) -> Scene:
    """Something has been chosen: on to its length, its time, or the consent of each."""
    if activity.promise is not None and choice == activity.promise.at_once:
        return proceed(scene)
    scene = scene.at(proposal=proposal_for(activity, choice))
    if activity.minutes is None:
        return _ask_when_or_consent(scene)
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
    return _ask_when_or_consent(scene.at(proposal=replace(proposal, minutes=minutes)))


def leave_open(scene: Scene) -> Scene:
    """Going away from a question about something to agree on: say that it is not agreed."""
    asked = scene.place.phase is Phase.CONSENTING or scene.place.proposal is not None
    return scene.say("not-agreed") if asked and PHASES[scene.place.phase].asks else scene


def _ask_when_or_consent(scene: Scene) -> Scene:
    proposal = scene.place.proposal
    wanted = proposal is not None and proposal.wanted is not None
    return ask_when(scene) if wanted else ask_consent(scene, 0)
