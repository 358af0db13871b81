"""Switched on with a state that was kept: back where they were, paused; between talks, at rest."""

from collections.abc import Iterable
from dataclasses import replace

from voice_coach.guide.types import Guide
from voice_coach.plan import changes, due
from voice_coach.session.actions import Print
from voice_coach.session.clock import left_s
from voice_coach.session.events import WallTime
from voice_coach.session.phases import Phase
from voice_coach.session.resting import look, rest
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Options, Place, State
from voice_coach.session.way import greet

# Longer than an evening's talk with its pauses, and shorter than from its end to the small hours.
THERE_S = 3 * 3600.0
"""Who has said something to the coach within so long may still be sitting there."""
_ON_TOP = frozenset({Phase.OFFERING, Phase.PAUSED, Phase.RETURNING, Phase.CONFIRMING, Phase.NOTING})


def restored(guide: Guide, kept: State, options: Options, at: float) -> State:
    """A state that was kept, on the clock of a new start: nothing is being said, and no time has passed in it.

    Of a talk with another guide only the plan and the notes are left.
    """
    wall, heard_at = replace(kept.wall, at=at, utc=kept.utc), at - (kept.now - kept.heard_at)
    if kept.guide != guide.id:
        kept = replace(State(guide.id, options), plan=kept.plan, archive=(*kept.archive, *kept.notes))
    state = replace(kept, options=options, now=at, heard_at=heard_at, token=0, speaking=False, undo=None)
    return replace(state, wall=wall, rate=0, volume=0)


def switched_on(state: State, wall: WallTime) -> State:
    """With the clock on the wall read for the first time: what that went on while it was off has passed."""
    if state.place.phase is Phase.OFF:
        return replace(state, wall=wall, heard_at=state.now)
    off_s = (wall.utc - state.utc).total_seconds()
    return replace(state, wall=wall, heard_at=state.heard_at - max(0.0, off_s))


def opened(scene: Scene) -> Scene:
    """The first event with a state that was kept."""
    while scene.place.phase in _ON_TOP and scene.state.beneath:
        scene = scene.pop()
    place, state = scene.place, scene.state
    there = state.now - state.heard_at <= THERE_S
    scene = scene.set(heard_at=state.now)
    if not state.between_talks or (place.phase is Phase.TIMING and there):
        return _interrupted(scene, aloud=there or not _is_night(state))
    if place.phase in (Phase.OFF, Phase.IDLE) and there and not _anything_kept(state):
        return greet(scene)
    if _is_night(state):
        return _between(scene, aloud=False)
    return _between(scene, aloud=True) if _anything_kept(state) else greet(scene)


def _is_night(state: State) -> bool:
    """Whether it came on by itself in the quiet hours: what does not stay on was begun by somebody."""
    return state.options.stays and due.is_quiet(state.utc, state.options.quiet, state.wall.zone)


def _anything_kept(state: State) -> bool:
    return bool(state.plan.promises or state.archive or state.notes)


def _tell(scene: Scene, lines: Iterable[Line], *, aloud: bool) -> Scene:
    """Said, or only shown, as somebody may have switched it on by hand."""
    if aloud:
        return scene.tell(tuple(lines))
    for line in lines:
        scene = scene.act(Print(line.key, line.values))
    return scene


def _interrupted(scene: Scene, *, aloud: bool) -> Scene:
    """Paused, without an end, above the place where they were; said as it is."""
    place, wake = scene.place, scene.state.options.wake
    left = left_s(place)
    if place.phase is Phase.TURN and place.turns is not None:
        told = Line("interrupted-turn", {"name": scene.name(place.turns.speaker), "left_s": place.turns.left_s})
    elif place.phase in (Phase.LISTING, Phase.TIMING) and left is not None:
        told = Line("interrupted-timed", {"left_s": left})
    else:
        told = Line("interrupted", {"title": scene.part.title})
    paused = Place(Phase.PAUSED, part=place.part, activity=place.activity)
    scene = scene.push(paused).mark("pause", what="interrupted")
    return _tell(scene, (Line("interrupted-hello"), told, Line("interrupted-how", {"wake": wake})), aloud=aloud)


def _between(scene: Scene, *, aloud: bool) -> Scene:
    """Hello again, and what is due is reminded of; what was missed is told when somebody is there."""
    name_a, name_b = scene.names
    asked = (place for place in (scene.place, *scene.state.beneath) if place.phase is not Phase.TIMING)
    occurrence = next((place.occurrence for place in asked if place.occurrence is not None), None)
    scene = scene.set(place=Place(Phase.IDLE), beneath=())
    hello = Line("hello-again", {"name_a": name_a, "name_b": name_b, "wake": scene.state.options.wake})
    scene = rest(_tell(scene.at(script=(hello,)), (hello,), aloud=aloud))
    if occurrence is None:
        return look(scene)
    # Cut short: once more, and never again.
    scene = look(scene.set(plan=changes.reopened(scene.state.plan, occurrence)))
    return scene.at(reminded=True) if scene.place.occurrence == occurrence else scene
