"""Commands that move the pair through the guide: next, skip, back, go to, stop, undo."""

from dataclasses import replace

from voice_coach.guide.types import Consent
from voice_coach.session import own_words, resting
from voice_coach.session.actions import Adjust, Record
from voice_coach.session.agreeing import leave_open
from voice_coach.session.asking import ask_back, reply
from voice_coach.session.events import Heard
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.resting import begin_talk, let_be
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place, Request, State
from voice_coach.session.way import (
    come_back,
    enter_activity,
    enter_part,
    farewell,
    next_title,
    pick_up,
    proceed,
)

UNDO_WITHIN_S = 120.0
"""After this long a command is history and is not taken back by a stray "undo"."""


def tell_next(scene: Scene) -> Scene:
    """Say what comes next, and stay."""
    title = next_title(scene)
    return reply(scene, Line("next-end") if title is None else Line("next-told", {"title": title}))


def tell_next_and_how(scene: Scene) -> Scene:
    """Say what comes next, and how to get there from a list or a timer."""
    if scene.state.bottom.phase is Phase.RESTING:
        return resting.tell_next(scene)
    title = next_title(scene)
    told = Line("next-end") if title is None else Line("next-told", {"title": title})
    return scene.tell((told, Line("finish-told", {"wake": scene.state.options.wake})))


def go_next(scene: Scene) -> Scene:
    """Say what comes next, and go there. Consent to the talk itself cannot be passed over."""
    title = next_title(scene)
    if _needs_consent(scene):
        return tell_next(scene)
    scene = leave_open(scene)
    # A step is announced by its number and title, and only once they are asked for it.
    if title is None or scene.place.aside or _step_follows(scene) or _part_ends(scene):
        return proceed(scene)
    return proceed(scene.say("next", title=title))


def skip(scene: Scene) -> Scene:
    """Leave the present activity and go on with the next."""
    return ask_back(scene, Line("not-now")) if _needs_consent(scene) else proceed(leave_open(scene))


def back(scene: Scene) -> Scene:
    """One activity back; from the reading of a step, to the step before."""
    place, scene = scene.place, leave_open(scene)
    if place.aside:
        return come_back(scene)
    if place.activity >= 1:
        return enter_activity(scene, place.activity - 1)
    if place.activity == 0 or place.phase is Phase.WAITING:
        return enter_part(scene, place.part)
    if place.part <= 1:
        return reply(scene, Line("back-at-start"))
    return enter_part(scene, place.part - 1)


def go_to(scene: Scene) -> Scene:
    """To a step by its number; before both have consented to the talk, after that."""
    step = _step(scene)
    if step is None:
        return reply(scene, Line("no-such-step", {"count": len(scene.guide.steps)}))
    if scene.state.consented:
        return enter_part(leave_open(scene).set(beneath=()), step)
    scene = scene.set(target=step)
    if scene.place.phase in (Phase.IDLE, Phase.ENDED, Phase.RESTING):
        return begin_talk(scene)
    return reply(scene, Line("next-told", {"title": scene.guide.parts[step].title}))


def ask_to_stop(scene: Scene) -> Scene:
    """Ending cannot be undone, so it is asked about."""
    return _confirm(scene, Request("stop"), Line("confirm-stop"))


def ask_to_leave_turns(scene: Scene) -> Scene:
    """Away from here both would lose their turns, so it is asked about."""
    intent = scene.event.intent if isinstance(scene.event, Heard) else "skip"
    step = _step(scene)
    if intent == "go_to" and step is None:
        return go_to(scene)
    return _confirm(scene, Request(intent, step or 0), Line("confirm-turns"))


def confirmed(scene: Scene) -> Scene:
    """It was meant: carry it out."""
    request = scene.place.request
    if request is None or request.intent == "stop":
        return end(scene)
    scene = scene.pop()
    match request.intent:
        case "back":
            return back(scene)
        case "go_to":
            return enter_part(scene.set(beneath=()), request.step)
    return proceed(scene)


def end(scene: Scene) -> Scene:
    """The end at once: of a talk with its goodbye, between talks of what is asked or timed there."""
    state = scene.state
    if state.options.stays and state.between_talks and state.bottom.phase is not Phase.IDLE:
        return let_be(scene)
    return farewell(scene)


def keep_going(scene: Scene) -> Scene:
    """It was not meant."""
    return come_back(scene.say("stop-kept-going"))


def close_aside(scene: Scene) -> Scene:
    """Never mind: back from a timer on demand, or from words of their own, to where they were."""
    if scene.place.phase is Phase.WORDING:
        return own_words.drop(scene)
    return come_back(scene.say("never-mind")) if scene.place.aside else reply(scene, Line("never-mind"))


def undo(scene: Scene) -> Scene:
    """Take back the last command with all that followed from it: everything is as it was before."""
    now, earlier = scene.state, scene.state.undo
    if earlier is None or now.now - earlier.now > UNDO_WITHIN_S:
        return reply(scene, Line("nothing-to-undo"))
    scene = replace(scene, state=_restored(earlier, now))
    for taken_back in now.notes[len(earlier.notes) :]:
        scene = scene.act(Record("removed", {"text": taken_back.text}))
    if (earlier.rate, earlier.volume) != (now.rate, now.volume):
        scene = scene.act(Adjust(earlier.rate, earlier.volume))
    return pick_up(scene.say("undone"))


def _restored(earlier: State, now: State) -> State:
    """The earlier state at the present time; a background timer that ran then has gone on meanwhile."""
    alarm_s = earlier.alarm_s
    if alarm_s is not None:
        alarm_s = max(0.0, alarm_s - (now.now - earlier.now))
        if alarm_s == 0.0 and now.alarm is None:
            alarm_s = None
    alarm = None if alarm_s is None else earlier.alarm
    return replace(earlier, now=now.now, token=now.token, speaking=False, alarm_s=alarm_s, alarm=alarm)


def _confirm(scene: Scene, request: Request, question: Line) -> Scene:
    place, patience_s = scene.place, PHASES[Phase.CONFIRMING].patience_s
    confirming = Place(
        Phase.CONFIRMING, part=place.part, activity=place.activity, left_s=patience_s, request=request
    )
    return scene.push(confirming).recite(question)


def _step(scene: Scene) -> int | None:
    """The number of the step that was named; None without one, or where there is no such step."""
    step = scene.slot("step")
    return step if isinstance(step, int) and 1 <= step <= len(scene.guide.steps) else None


def _step_follows(scene: Scene) -> bool:
    place = scene.place
    return place.phase is Phase.WAITING and place.part < len(scene.guide.steps)


def _part_ends(scene: Scene) -> bool:
    place = scene.place
    last = place.part > 0 and place.activity + 1 == len(scene.part.activities)
    return last and place.phase is not Phase.WAITING


def _needs_consent(scene: Scene) -> bool:
    return scene.place.part == 0 and isinstance(scene.activity, Consent)
