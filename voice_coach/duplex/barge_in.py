"""Barge-in: when the coach pauses to listen and when it goes on, as a table of transitions on the caller's clock.

    SILENT       the coach says nothing; this is not asked about anything
    READING      it speaks, and nobody else does
    HELD         somebody spoke up: it has paused and listens for the wake phrase
    TALKED_OVER  it speaks, and somebody talks on without having called it: it listens, too

Where the two have the floor, their talk is no interruption of a chime: then only a call makes it pause. The same
holds for a while after it has paused in vain a few times in a row: there is a television, or an echo that stays.
"""

from collections import deque
from collections.abc import Mapping
from enum import Enum, auto

from voice_coach.attention import WAKE_WINDOW_S

HOLD_S = 1.5
"""Pause after which it goes on unless something was understood."""
TALKING_S = 0.6
"""Quiet after which near-end speech has ended."""
LONGEST_S = 4.0
"""Longest pause for somebody who talks on without having called it."""
CALLED_S = WAKE_WINDOW_S
"""Pause for a command after the wake phrase."""
OVER_S = 1.0
"""Quiet after which it no longer listens to talk that it has gone on reading over."""
IN_VAIN = 3
"""Number of pauses in which nothing was understood, within IN_VAIN_S, that make it UNMOVED_S unmoved."""
IN_VAIN_S = 30.0
"""Time within which pauses in vain count together."""
UNMOVED_S = 60.0
"""How long it then pauses only for the wake phrase."""


class State(Enum):
    """What the coach and the people do; the top of this file describes each."""

    SILENT = auto()
    READING = auto()
    HELD = auto()
    TALKED_OVER = auto()


class Event(Enum):
    """What can happen to the coach while it speaks, or begins to."""

    STARTED = auto()
    """The coach begins to speak."""
    FINISHED = auto()
    """It has said everything."""
    REPLACED = auto()
    """It was made to say something else instead of what was held."""
    VOICE = auto()
    """Somebody talks; told for every block in which that is so."""
    CALLED = auto()
    """The wake phrase was understood."""
    UNDERSTOOD = auto()
    """A command was understood and acted on."""


class Order(Enum):
    """What is to be done after an event."""

    PAUSE = auto()
    """Pause the speech; go on listening."""
    PAUSE_AND_LISTEN = auto()
    """Pause the speech; begin to listen, to what has just been said as well."""
    LISTEN = auto()
    """Begin to listen, to what has just been said as well, and speak on."""
    RESUME = auto()
    """Speak on; go on listening."""
    FORGET = auto()
    """Stop listening, and forget what was begun."""
    RESUME_AND_FORGET = auto()
    """Speak on if there is anything left to say; stop listening."""


class IllegalEventError(Exception):
    """Something that cannot happen now; nothing has changed."""


_S, _E, _O = State, Event, Order
_TABLE: Mapping[tuple[State, Event], tuple[State, Order | None]] = {
    (_S.SILENT, _E.STARTED): (_S.READING, None),
    (_S.READING, _E.VOICE): (_S.HELD, _O.PAUSE_AND_LISTEN),
    (_S.READING, _E.FINISHED): (_S.SILENT, _O.FORGET),
    # Understood over talk that had ended a moment before.
    (_S.READING, _E.UNDERSTOOD): (_S.READING, None),
    (_S.HELD, _E.VOICE): (_S.HELD, None),
    (_S.HELD, _E.CALLED): (_S.HELD, None),
    (_S.HELD, _E.UNDERSTOOD): (_S.READING, _O.RESUME_AND_FORGET),
    (_S.HELD, _E.REPLACED): (_S.READING, _O.FORGET),
    # The very end had left the loudspeaker when it was held: nothing is left to be read.
    (_S.HELD, _E.FINISHED): (_S.SILENT, _O.RESUME_AND_FORGET),
    (_S.TALKED_OVER, _E.VOICE): (_S.TALKED_OVER, None),
    (_S.TALKED_OVER, _E.CALLED): (_S.HELD, _O.PAUSE),
    (_S.TALKED_OVER, _E.UNDERSTOOD): (_S.READING, _O.FORGET),
    (_S.TALKED_OVER, _E.FINISHED): (_S.SILENT, _O.FORGET),
}


class BargeIn:
    """The state machine of barge-in. Times are seconds on any clock that never runs backwards."""

    def __init__(self) -> None:
        self.state = State.SILENT
        self._until = 0.0
        self._latest = 0.0
        self._voice_at = 0.0
        self._in_vain: deque[float] = deque(maxlen=IN_VAIN)

    def handle(self, event: Event, at: float, *, yields: bool = True) -> Order | None:
        """Something happened. `yields`: whether talk makes the coach pause, or only a call.

        Raises IllegalEventError, changing nothing, where it cannot happen.
        """
        if (self.state, event) not in _TABLE:
            raise IllegalEventError(f"{event.name} while {self.state.name}")
        after, order = _TABLE[self.state, event]
        if event is Event.VOICE:
            self._voice_at = at
            if self.state is State.READING and (not yields or self._is_unmoved(at)):
                after, order = State.TALKED_OVER, Order.LISTEN
        if event in (Event.CALLED, Event.UNDERSTOOD):
            self._in_vain.clear()
        if event is Event.CALLED:
            self._until = self._latest = at + CALLED_S
        elif after is State.HELD and self.state is State.READING:
            self._until, self._latest = at + HOLD_S, at + LONGEST_S
        self.state = after
        return order

    def resynchronise(self, *, speaking: bool) -> Order:
        """Begin anew from what the loudspeaker does, where an event did not fit."""
        self.state = State.READING if speaking else State.SILENT
        return Order.RESUME_AND_FORGET

    def talks_on(self, at: float) -> bool:
        """Whether whoever spoke up has not ended yet."""
        return self.state in (State.HELD, State.TALKED_OVER) and at < self._voice_at + TALKING_S

    def wait(self, at: float) -> Order | None:
        """Nothing else has happened up to now."""
        if self.state is State.HELD and at >= self._until:
            if at < self._latest and self.talks_on(at):
                return None
            self.state = State.TALKED_OVER
            self._in_vain.append(at)
            return Order.RESUME
        if self.state is State.TALKED_OVER and at >= self._voice_at + OVER_S:
            self.state = State.READING
            return Order.FORGET
        return None

    def _is_unmoved(self, at: float) -> bool:
        often = len(self._in_vain) == IN_VAIN and self._in_vain[-1] - self._in_vain[0] <= IN_VAIN_S
        return often and at < self._in_vain[-1] + UNMOVED_S
