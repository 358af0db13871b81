"""What an activity of the guide proposes, and what kind of time it asks for."""

from voice_coach.guide.types import Choose, When
from voice_coach.plan.arrange import Wanted
from voice_coach.plan.types import Kind, PartOfDay
from voice_coach.session.state import Proposal

_PARTS = {"morning": PartOfDay.MORNING, "afternoon": PartOfDay.AFTERNOON, "evening": PartOfDay.EVENING}


def proposal_for(activity: Choose, choice: str) -> Proposal:
    """What the pair chose, for which a time may be asked."""
    promised = activity.promise
    if promised is None:
        return Proposal(choice, source=activity.id)
    wanted = Wanted(
        recurs=promised.kind == "ritual",
        weeks=promised.weeks or 4,
        weekly=promised.weekly,
        within_days=promised.within_days,
        soon=promised.kind == "talk",
        part=_PARTS.get(promised.part or ""),
    )
    return Proposal(choice, wanted=wanted, kind=Kind(promised.kind), source=activity.id)


def appointment_for(activity: When) -> Proposal:
    """A time that the guide asks for: of the reviews, or of a talk."""
    kind = Kind.REVIEW if activity.of == "reviews" else Kind.TALK
    wanted = Wanted(within_days=activity.within_days, soon=True)
    return Proposal(activity.title, activity.minutes, wanted=wanted, kind=kind, source=activity.id)
