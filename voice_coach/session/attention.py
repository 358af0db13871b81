"""How attentive the hearing has to be, from the facts of the phase and the table (design, section 3)."""

from voice_coach.session.actions import Attend
from voice_coach.session.phases import PHASES
from voice_coach.session.state import Place
from voice_coach.session.transitions import EXPLICIT


def attention(place: Place) -> Attend:
    """What counts in a place: a question whose patience is over is answered behind the wake phrase only."""
    facts = PHASES[place.phase]
    answers = frozenset() if place.waits else facts.answers
    return Attend(facts.mode, answers, EXPLICIT.get(place.phase, frozenset()))
