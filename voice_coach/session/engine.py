"""One step of the session: an event goes in, the next state and what is to be done come out."""

from dataclasses import replace

from voice_coach.guide.types import Guide
from voice_coach.session import clock
from voice_coach.session.actions import Action, Attend, Chime, Forget, Hush, Say
from voice_coach.session.attention import attention
from voice_coach.session.events import Closed, Event, Heard, Opened, Spoke, Tick, Trigger, Unclear, Wall, WallTime
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.resuming import switched_on
from voice_coach.session.scene import Scene
from voice_coach.session.state import Options, Place, State
from voice_coach.session.transitions import NOT_NOW, NOT_PLAIN, TABLE, Row


def start(guide: Guide, options: Options) -> State:
    """The state before anything has happened. The first event is `Opened`."""
    return State(guide=guide.id, options=options)


def step(guide: Guide, state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
    """The state after an event, and what is to be done in order. What cannot happen now changes the time alone."""
    before = clock.advance(state, event.at)
    match event:
        case Opened(wall=wall):
            before = switched_on(before, wall)
        case Wall(wall=wall):
            before = replace(before, wall=wall)
        case Heard():
            before = replace(before, heard_at=before.now)
    row = answering_row(before, event)
    if _trigger(before, event) is Trigger.SPOKE:
        before = replace(before, speaking=False)
    if row is None:
        return before, ()
    after = row.move(Scene(guide, before, event))
    state, actions = after.state, after.actions
    if isinstance(event, Heard):
        state = _remember(before, _understood(before.place, state), event)
    if after.final or any(isinstance(action, Forget) for action in actions):
        state = replace(state, undo=None)
    if before.speaking and any(isinstance(action, Say | Chime) for action in actions):
        actions = (Hush(), *actions)
    listened = attention(guide, state.place)
    if listened != attention(guide, before.place) or isinstance(event, Opened):
        actions = (Attend(listened), *actions)
    return state, actions


def answering_row(state: State, event: Event) -> Row | None:
    """The row of the table by which an event is answered in a state of its time; None where nothing happens."""
    phase, trigger = state.place.phase, _trigger(state, event)
    row = None if trigger is None else TABLE.get((phase, trigger))
    if not isinstance(event, Heard) or phase is Phase.OFF:
        return row
    if row is None:
        return NOT_NOW
    return row if event.explicit or not row.explicit else NOT_PLAIN


def deadline(state: State) -> float | None:
    """When the next `Tick` is due, in seconds on the caller's clock; None if only an event can bring more."""
    return clock.deadline(state)


def _trigger(state: State, event: Event) -> str | None:
    match event:
        case Opened():
            return Trigger.OPENED
        case Closed():
            return Trigger.CLOSED
        case Heard(intent=intent):
            return intent
        case Unclear():
            return Trigger.UNCLEAR
        case Spoke(token=token):
            return Trigger.SPOKE if state.speaking and token == state.token else None
        case Tick():
            return clock.trigger(state)
        case Wall():
            return None if state.speaking else Trigger.WALL


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
    return replace(state, place=place, now=0.0, token=0, speaking=False, heard_at=0.0, wall=WallTime(), undo=None)
