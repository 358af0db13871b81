"""Commands that move the pair through the guide: next, skip, back, go to, stop, undo."""

from voice_coach.guide.types import Consent
from voice_coach.session.answers import reply
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Phase, Place
from voice_coach.session.way import (
    begin_talk,
    come_back,
    enter_activity,
    enter_part,
    next_title,
    pick_up,
    proceed,
)

CONFIRM_S = 15.0
"""Silence after which "stop" was not meant."""

UNDO_WITHIN_S = 120.0
"""After this long a command is history and is not taken back by a stray "undo"."""


def tell_next(scene: Scene) -> Scene:
    """Say what comes next, and stay."""
    title = next_title(scene)
    return reply(scene, Line("next-end") if title is None else Line("next-told", {"title": title}))


def go_next(scene: Scene) -> Scene:
    """Say what comes next, and go there. Consent to the talk itself cannot be passed over."""
    title = next_title(scene)
    if _needs_consent(scene):
        return tell_next(scene)
    if title is None or scene.place.aside:
        return proceed(scene)
    return proceed(scene.say("next", title=title))


def skip(scene: Scene) -> Scene:
    """Leave the present activity and go on with the next."""
    return reply(scene) if _needs_consent(scene) else proceed(scene)


def back(scene: Scene) -> Scene:
    """One activity back; from the reading of a step, to the step before."""
    place = scene.place
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
    step, count = scene.slot("step"), len(scene.guide.steps)
    if not isinstance(step, int) or not 1 <= step <= count:
        return reply(scene, Line("no-such-step", {"count": count}))
    if scene.state.consented:
        return enter_part(scene.set(beneath=()), step)
    scene = scene.set(target=step)
    if scene.place.phase in (Phase.IDLE, Phase.ENDED):
        return begin_talk(scene)
    return reply(scene, Line("next-told", {"title": scene.guide.parts[step].title}))


def ask_to_stop(scene: Scene) -> Scene:
    """Ending cannot be undone, so it is asked about."""
    place = scene.place
    confirming = Place(Phase.CONFIRMING, part=place.part, activity=place.activity, left_s=CONFIRM_S)
    return scene.push(confirming).recite(Line("confirm-stop"))


def keep_going(scene: Scene) -> Scene:
    """Stop was not meant."""
    return come_back(scene.say("stop-kept-going"))


def undo(scene: Scene) -> Scene:
    """Take back the last command: place, clocks, notes and promises are as they were before it."""
    before = scene.state.undo
    if before is None or scene.state.now - before.at > UNDO_WITHIN_S:
        return reply(scene, Line("nothing-to-undo"))
    scene = scene.set(
        place=before.place, beneath=before.beneath, notes=before.notes, promises=before.promises, undo=None
    )
    return pick_up(scene.say("undone"))


def _needs_consent(scene: Scene) -> bool:
    return scene.place.part == 0 and isinstance(scene.activity, Consent)
