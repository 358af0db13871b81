"""One step of the session: an event goes in, the next state and what is to be done come out."""

from dataclasses import replace

from voice_coach.guide.types import Guide
from voice_coach.session import clock
from voice_coach.session.actions import Action, Chime, Hush, Say
from voice_coach.session.answers import not_now
from voice_coach.session.attention import attention
from voice_coach.session.events import Event, Heard, Opened, Spoke, Tick, Unclear
from voice_coach.session.scene import Scene
from voice_coach.session.state import Options, Phase, State, Undo
from voice_coach.session.transitions import HELD, TABLE


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
    move = TABLE.get((before.place.phase, trigger))
    if move is None and isinstance(event, Heard) and before.place.phase is not Phase.OFF:
        move = not_now
    if move is None:
        return before, ()
    after = move(Scene(guide, before, event))
    state, actions = after.state, after.actions
    if isinstance(event, Heard):
        state = _remember(before, replace(state, asked_back=False), event)
    if before.speaking and any(isinstance(action, Say | Chime) for action in actions):
        actions = (Hush(), *actions)
    attend = attention(state.place.phase)
    if attend != attention(before.place.phase) or isinstance(event, Opened):
        actions = (attend, *actions)
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


def _remember(before: State, after: State, event: Heard) -> State:
    """Keep what a command changed, so that "undo" can take it back. A pause has its own way back."""
    moved = (before.place, before.notes, before.promises) != (after.place, after.notes, after.promises)
    held = before.place.phase in HELD or after.place.phase in (*HELD, Phase.ENDED)
    if event.intent == "undo" or held or not moved:
        return after
    return replace(after, undo=Undo(before.now, before.place, before.beneath, before.notes, before.promises))
