"""How attentive the hearing has to be, from the facts of the phase and the table (design, section 3)."""

from dataclasses import replace

from voice_coach.guide.types import Choose, Guide
from voice_coach.session.actions import Attend
from voice_coach.session.phases import PHASES
from voice_coach.session.state import Phase, Place
from voice_coach.session.transitions import EXPLICIT


def attention(guide: Guide, place: Place) -> Attend:
    """What counts in a place: a question whose patience is over is answered behind the wake phrase only."""
    attend, activity = _attend(place.phase, waits=place.waits), guide.activity(place.part, place.activity)
    if not attend.answers or not isinstance(activity, Choose):
        return attend
    match place.phase:
        case Phase.CHOOSING:
            return replace(attend, values=frozenset(("choice", option) for option in activity.options))
        case Phase.MEASURING if activity.minutes is not None:
            return replace(attend, values=frozenset(("n", minutes) for minutes in activity.minutes.whole()))
    return attend


def attentions() -> frozenset[Attend]:
    """All that there are in a talk, with any values."""
    return frozenset(_attend(phase, waits=waits) for phase in Phase for waits in (False, True))


def _attend(phase: Phase, *, waits: bool) -> Attend:
    answers = frozenset() if waits else PHASES[phase].answers
    return Attend(PHASES[phase].mode, answers, EXPLICIT.get(phase, frozenset()))
