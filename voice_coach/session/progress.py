"""The weekly question what got a little better: one to a few answers, kept and read in the review."""

from dataclasses import replace

from voice_coach.plan.types import Improvement, Outcome
from voice_coach.session.actions import Record
from voice_coach.session.events import Heard
from voice_coach.session.keeping import note_outcome
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.resting import rest
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line


def add(scene: Scene, text: str) -> Scene:
    """Something got better: kept, and asked for more until there are as many as the guide says.

    A name alone is who says so; what got better for them is asked for then.
    """
    name = next((each for each in scene.state.options.names if each.casefold() == text.casefold()), None)
    if name is not None:
        scene = scene.at(speaker=name, left_s=PHASES[Phase.NOTING].patience_s)
        return scene.recite(Line("progress-named", {"name": name}))
    scene = keep(scene, text).at(reminded=True, speaker="", left_s=PHASES[Phase.NOTING].patience_s)
    weekly, count = scene.guide.weekly, _count(scene)
    if weekly is None or count >= weekly.progress_most:
        return finish(scene.say("progress-kept", text=text))
    return scene.recite(Line("progress-more", {"text": text}))


def keep(scene: Scene, text: str) -> Scene:
    """An improvement in the plan."""
    plan = scene.state.plan
    improvement = Improvement(scene.state.utc, text, scene.place.speaker)
    scene = scene.set(plan=replace(plan, improvements=(*plan.improvements, improvement)))
    return scene.act(Record("noted", {"text": text}))


def finish(scene: Scene) -> Scene:
    """That was all for this week."""
    occurrence = scene.place.occurrence
    if occurrence is None:
        return rest(scene)
    if scene.place.reminded:
        return rest(note_outcome(scene, occurrence, Outcome.KEPT).say("progress-thanks"))
    scene = note_outcome(scene, occurrence, Outcome.SKIPPED)
    # Where nobody spoke, nobody may be there.
    return rest(scene.say("reminder-skipped") if isinstance(scene.event, Heard) else scene)


def _count(scene: Scene) -> int:
    """The improvements of this hour: of one weekly question."""
    now = scene.state.utc
    return sum((now - found.at).total_seconds() < 3600 for found in scene.state.plan.improvements)
