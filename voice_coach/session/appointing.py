"""When-questions: a time is asked for, read from what was said, and held to the guide's limits."""

from dataclasses import replace
from typing import assert_never

from voice_coach.guide.types import Choose
from voice_coach.plan import arrange
from voice_coach.plan.arrange import Lack, Wanted
from voice_coach.plan.changes import from_now
from voice_coach.plan.types import Kind, Rule
from voice_coach.plan.when import combine, read
from voice_coach.session.asking import ask_back
from voice_coach.session.phases import Phase
from voice_coach.session.proposals import proposal_for, takes_times
from voice_coach.session.resting import postpone
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place, Proposal
from voice_coach.session.way import ask, ask_consent, ask_when

_SCHEDULED_WITHIN_DAYS = 56


def said(scene: Scene) -> Scene:
    """A time, or a part of one, was said."""
    place, proposal, now = scene.place, scene.place.proposal, scene.state.local
    if proposal is None or proposal.wanted is None or not scene.slots:
        return ask_back(scene)
    try:
        reading = read(scene.slots, now, proposal.wanted.part)
        if place.reading is not None:
            reading = combine(place.reading, reading, now)
    except (KeyError, OverflowError, ValueError):
        return ask_back(scene)  # there is no such time
    found = arrange.arrange(reading, proposal.wanted, now)
    match found:
        case Rule() if place.occurrence is not None:
            return postpone(scene, found)
        case Rule():
            # What both agree to is what will be: an evening that is over is not its first.
            rule = from_now(found, scene.state.wall.zone, scene.state.utc)
            return ask_consent(scene.at(proposal=replace(proposal, rule=rule)), 0)
        case Lack.DAY | Lack.TIME:
            phase = Phase.WHEN if place.occurrence is None else Phase.POSTPONING
            return ask(scene, phase, Line(f"when-{found}")).at(reading=reading, occurrence=place.occurrence)
        case Lack.TOO_LATE:
            days = proposal.wanted.within_days or 0
            limit = Line("when-too-late", {"days": days}) if days > 1 else Line("when-too-late-tomorrow")
            return ask_back(scene.at(reading=None), limit)
        case Lack.PAST | Lack.ONCE:
            return ask_back(scene.at(reading=None), Line(f"when-{found}"))
    assert_never(found)


def said_in_place_of_a_choice(scene: Scene) -> Scene:
    """A day or an hour, where the choice is that of a time."""
    activity = scene.activity
    if not isinstance(activity, Choose) or not takes_times(activity):
        return ask_back(scene)
    proposal = proposal_for(activity, activity.title)
    if activity.minutes is not None:
        proposal = replace(proposal, minutes=round(activity.minutes.default))
    return said(scene.at(proposal=proposal))


def schedule(scene: Scene) -> Scene:
    """A time for a talk, asked for by a command."""
    place = scene.place
    wanted = Wanted(within_days=_SCHEDULED_WITHIN_DAYS, soon=True)
    proposal = Proposal(scene.guide.title, wanted=wanted, kind=Kind.TALK, source="scheduled")
    aside = Place(Phase.WHEN, part=place.part, activity=place.activity, proposal=proposal, aside=True)
    return ask_when(scene.push(aside))
