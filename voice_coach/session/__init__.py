"""The coach's mind: pure. (state, event) -> (state, actions). No clock, no input or output, no threads.

`start` gives the first state, `step` answers an event and never raises, `deadline` says when the next Tick is due.
`transitions.TABLE` is the whole behaviour in one place.
"""

from voice_coach.attention import Mode
from voice_coach.session.actions import Action, Adjust, Attend, Chime, ChimeKind, Hush, Mark, Print, Record, Say
from voice_coach.session.attention import attentions
from voice_coach.session.engine import deadline, start, step
from voice_coach.session.events import Closed, Event, Heard, Opened, Spoke, Tick, Unclear, Wall, WallTime
from voice_coach.session.phases import Phase
from voice_coach.session.resuming import restored
from voice_coach.session.state import Options, State

__all__ = [
    "Action",
    "Adjust",
    "Attend",
    "Chime",
    "ChimeKind",
    "Closed",
    "Event",
    "Heard",
    "Hush",
    "Mark",
    "Mode",
    "Opened",
    "Options",
    "Phase",
    "Print",
    "Record",
    "Say",
    "Spoke",
    "State",
    "Tick",
    "Unclear",
    "Wall",
    "WallTime",
    "attentions",
    "deadline",
    "restored",
    "start",
    "step",
]
