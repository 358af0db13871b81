"""One step of the session: an event goes in, the next state and what is to be done come out."""

from dataclasses import replace

from voice_coach.guide.types import Guide
from voice_coach.session import clock
from voice_coach.session.actions import Action, Attend, Chime, Hush, Say
from voice_coach.session.asking import not_now, not_plain
from voice_coach.session.attention import attention
from voice_coach.session.events import Event, Heard, Opened, Spoke, Tick, Unclear
from voice_coach.session.phases import PHASES
from voice_coach.session.scene import Scene
from voice_coach.session.state import Options, Phase, Place, State
from voice_coach.session.transitions import TABLE, Move


def start(guide: Guide, options: Options) -> State:
    """The state before anything has happened. The first event is `Opened`."""
    return State(guide=guide.id, options=options)


def step(guide: Guide, state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
    """Answer one event. Never raises: what cannot happen now changes nothing but the time."""
    before = clock.advance(state, event.at)
    trigger = _trigger(before, event)
    if trigger is None:
        return before, ()
    if isinstance(event, Spoke):
        before = replace(before, speaking=False)
    move = _move(before.place.phase, trigger, event)
    if move is None:
        return before, ()
    after = move(Scene(guide, before, event))
    state, actions = after.state, after.actions
    if isinstance(event, Heard):
        state = _remember(before, _understood(before.place, state), event)
    if before.speaking and any(isinstance(action, Say | Chime) for action in actions):
        actions = (Hush(), *actions)
    listened = attention(guide, state.place)
    if listened != attention(guide, before.place) or isinstance(event, Opened):
        actions = (Attend(listened), *actions)
    return state, actions


def deadline(state: State) -> float | None:
    """When the next `Tick` is due, in seconds on the caller's clock; None if only an event can bring more."""
    return clock.deadline(state)


def _trigger(state: State, event: Event) -> str | None:
    match event:
        case Opened():
            return "opened"
        case Heard(intent=intent):
            return intent
        case Unclear():
            return "unclear"
        case Spoke(token=token):
            return "spoke" if state.speaking and token == state.token else None
        case Tick():
            return clock.trigger(state)


def _move(phase: Phase, trigger: str, event: Event) -> Move | None:
    row = TABLE.get((phase, trigger))
    if not isinstance(event, Heard) or phase is Phase.OFF:
        return None if row is None else row.move
    if row is None:
        return not_now
    return row.move if event.explicit or not row.explicit else not_plain


def _understood(before: Place, state: State) -> State:
    """A command opens a question again, with all its patience, unless it was no answer to it."""
    place = state.place
    if place.phase is before.phase and place.missed > before.missed:
        return state
    place = replace(place, missed=0)
    patience_s = PHASES[place.phase].patience_s
    if patience_s is not None:
        place = replace(place, waits=False, reminded=False, left_s=patience_s)
    return replace(state, place=place)


def _remember(before: State, after: State, event: Heard) -> State:
    """Keep how everything stood before a command that changed it, so that "undo" can take it back."""
    if after.place.phase is Phase.ENDED:
        return replace(after, undo=None)
    if event.intent == "undo" or _lasting(before) == _lasting(after):
        return after
    return replace(after, undo=replace(before, undo=None))


def _lasting(state: State) -> State:
    """The state without what passes by itself: the time, what is being said, the patience with a question."""
    place = replace(state.place, missed=0, waits=False)
    if PHASES[place.phase].patience_s is not None:
        place = replace(place, reminded=False, left_s=None)
    return replace(state, place=place, now=0.0, token=0, speaking=False, undo=None)
