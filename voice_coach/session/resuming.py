"""Switched on with a state that was kept: back where they were, paused; between talks, what was missed is told."""

from dataclasses import replace

from voice_coach.guide.types import Guide
from voice_coach.plan.types import Outcome
from voice_coach.session.clock import left_s
from voice_coach.session.keeping import note_outcome
from voice_coach.session.phases import Phase
from voice_coach.session.resting import rest, tell_missed_at_start
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Options, Place, State
from voice_coach.session.way import greet

_ON_TOP = frozenset({Phase.OFFERING, Phase.PAUSED, Phase.RETURNING, Phase.CONFIRMING, Phase.NOTING})
_BETWEEN = frozenset({Phase.OFF, Phase.IDLE, Phase.ENDED, Phase.RESTING, Phase.REMINDING, Phase.POSTPONING})


def restored(guide: Guide, kept: State, options: Options, at: float) -> State:
    """A state that was kept, on the clock of a new start: nothing is being said, and no time has passed in it.

    Of a talk with another guide only the plan and the notes are left.
    """
    if kept.guide != guide.id:
        kept = replace(State(guide.id, options), plan=kept.plan, archive=(*kept.archive, *kept.notes))
    state = replace(kept, options=options, now=at, heard_at=at, token=0, speaking=False, undo=None)
    return replace(state, wall=replace(state.wall, at=at), rate=0, volume=0)


def opened(scene: Scene) -> Scene:
    """The first event with a state that was kept."""
    while scene.place.phase in _ON_TOP and scene.state.beneath:
        scene = scene.pop()
    place, state = scene.place, scene.state
    if place.phase in _BETWEEN and not (state.plan.promises or state.archive or state.notes):
        return greet(scene)
    if place.phase in _BETWEEN:
        return _between(scene)
    return _interrupted(scene)


def _interrupted(scene: Scene) -> Scene:
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
    return scene.tell((Line("interrupted-hello"), told, Line("interrupted-how", {"wake": wake})))


def _between(scene: Scene) -> Scene:
    """Hello again; what fell due meanwhile is told together, and the latest of it is offered."""
    name_a, name_b = scene.names
    wake = scene.state.options.wake
    occurrence = scene.place.occurrence
    scene = scene.set(place=Place(Phase.IDLE), beneath=())
    if occurrence is not None:
        scene = note_outcome(scene, occurrence, Outcome.MISSED)
    hello = Line("hello-again", {"name_a": name_a, "name_b": name_b, "wake": wake})
    return tell_missed_at_start(rest(scene.recite(hello)))
