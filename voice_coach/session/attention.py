"""How attentive the hearing has to be, from the facts of the phase and the table (design, section 3)."""

from voice_coach.session.actions import Attend
from voice_coach.session.phases import PHASES
from voice_coach.session.state import Phase, Place
from voice_coach.session.transitions import EXPLICIT


def attention(place: Place) -> Attend:
    """What counts in a place: a question whose patience is over is answered behind the wake phrase only."""
    return _attend(place.phase, waits=place.waits)


def attentions() -> frozenset[Attend]:
    """All that there are in a talk."""
    return frozenset(_attend(phase, waits=waits) for phase in Phase for waits in (False, True))


def _attend(phase: Phase, *, waits: bool) -> Attend:
    answers = frozenset() if waits else PHASES[phase].answers
    return Attend(PHASES[phase].mode, answers, EXPLICIT.get(phase, frozenset()))
