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


def reviews_of(activity: When) -> Proposal:
    """The reviews, for which an hour is asked."""
    return Proposal(activity.title, wanted=Wanted(soon=True), kind=Kind.REVIEW, source=activity.id)


def takes_times(activity: Choose) -> bool:
    """Whether a time may be said at once, as it is a time that is chosen."""
    return activity.promise is not None and activity.promise.kind == "talk"
