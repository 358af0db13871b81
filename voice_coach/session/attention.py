"""Which commands count in a place, from the facts of its phase, the table and what is offered there."""

from dataclasses import replace

from voice_coach.attention import Attention
from voice_coach.guide.types import Choose, Guide
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.proposals import takes_times
from voice_coach.session.state import Place
from voice_coach.session.transitions import EXPLICIT


def attention(guide: Guide, place: Place) -> Attention:
    """What counts in a place: a question whose patience is over is answered behind the wake phrase only."""
    listened, activity = _in_phase(place.phase, waits=place.waits), guide.activity(place.part, place.activity)
    if not isinstance(activity, Choose):
        return listened
    match place.phase:
        case Phase.CHOOSING if takes_times(activity):
            return _with_times(listened)
        case _ if not listened.answers:
            return listened
        case Phase.CHOOSING:
            return replace(listened, values=frozenset(("choice", option) for option in activity.answers))
        case Phase.MEASURING if activity.minutes is not None:
            return replace(listened, values=frozenset(("n", minutes) for minutes in activity.minutes.whole()))
    return listened


def attentions() -> tuple[Attention, ...]:
    """All that there are in a talk, with any values: first those of open questions, in the order of the phases."""
    found = list[Attention]()
    for waits in (False, True):
        found += [_in_phase(phase, waits=waits) for phase in Phase]
        found.append(_with_times(_in_phase(Phase.CHOOSING, waits=waits)))
    return tuple(dict.fromkeys(found))


def _with_times(listened: Attention) -> Attention:
    """With times among what is asked for."""
    if listened.called:
        return replace(listened, called=listened.called | {"when"})
    return replace(listened, answers=listened.answers | {"when"})


def _in_phase(phase: Phase, *, waits: bool) -> Attention:
    asked = PHASES[phase].answers
    answers, called = (frozenset(), asked) if waits else (asked, frozenset())
    return Attention(PHASES[phase].mode, answers, EXPLICIT.get(phase, frozenset()), called=called)
