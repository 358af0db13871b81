"""How time passes in a session: only while nothing is being said, and for one thing at a time.

The speaker's turn, the grace, the pause and the patience with a question are all counted here, so that reading and
chimes never eat anybody's time.
"""

from dataclasses import replace

from voice_coach.session.events import Trigger
from voice_coach.session.phases import Phase, is_guarded
from voice_coach.session.state import Place, State

MINUTE_S = 60.0

# Deadlines are sums of floats: what is nearer than this is now.
SOON_S = 1e-6


def advance(state: State, at: float) -> State:
    """The state at the time `at` (seconds), before anything else happens. Time never runs backwards."""
    passed = max(0.0, at - state.now)
    state = replace(state, now=max(state.now, at))
    if state.alarm_s is not None:
        state = replace(state, alarm_s=max(0.0, state.alarm_s - passed))
    if state.speaking:
        return state
    return replace(state, place=_pass(state.place, passed))


def left_s(place: Place) -> float | None:
    """Seconds until the phase ends by itself, None if it does not."""
    if place.phase is Phase.TURN and place.turns is not None:
        return place.turns.left_s
    return place.left_s


def deadline(state: State) -> float | None:
    """When the next Tick is due, on the caller's clock; None if nothing is waited for."""
    if state.speaking:
        return None
    waits = []
    left = left_s(state.place)
    if left is not None:
        waits.append(left - (state.place.warn_s or 0.0))
    if state.alarm_s is not None and alarm_may_sound(state):
        waits.append(state.alarm_s)
    return state.now + max(0.0, min(waits)) if waits else None


def trigger(state: State) -> Trigger | None:
    """What the time has come for, if anything."""
    left = left_s(state.place)
    if state.speaking:
        return None
    if left is not None and left <= SOON_S:
        return Trigger.DUE
    if left is not None and state.place.warn_s is not None and left <= state.place.warn_s + SOON_S:
        return Trigger.MINUTE
    if state.alarm_s is not None and state.alarm_s <= SOON_S and alarm_may_sound(state):
        return Trigger.ALARM
    return None


def alarm_may_sound(state: State) -> bool:
    """The background timer waits for a moment in which the two are not talking to each other."""
    return not is_guarded(state.place.phase) and not state.beneath


def _pass(place: Place, seconds: float) -> Place:
    if place.phase is Phase.TURN and place.turns is not None:
        return replace(place, turns=place.turns.spend(min(seconds, place.turns.left_s)))
    if place.left_s is not None:
        return replace(place, left_s=max(0.0, place.left_s - seconds))
    return place
