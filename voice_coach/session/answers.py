"""Commands that only want to know something, and those about the coach's own voice: nobody's place changes."""

from voice_coach.guide.types import Listing, Step
from voice_coach.session.actions import Adjust, Print
from voice_coach.session.asking import help_line, reply
from voice_coach.session.clock import left_s
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place

_STEPS_UP = 3


def repeat(scene: Scene) -> Scene:
    """Say again what was read or asked last; more slowly where that was asked for."""
    place = scene.place
    if place.phase is Phase.ENDED:
        return after_the_end(scene)
    if scene.slot("pace") == "slower":
        scene = _at_rate(scene, scene.state.rate - 1, scene.state.volume)
    if place.phase is Phase.TURN or not place.script:
        return time_left(scene)
    if place.phase is Phase.WAITING:
        return scene.say(f"guide/{scene.part.id}/say").tell(place.script)
    return scene.tell(place.script)


def where(scene: Scene) -> Scene:
    """Which step this is."""
    place, guide = scene.place, scene.guide
    if place.phase in (Phase.RESTING, Phase.REMINDING):
        return reply(scene, Line("resting", {"wake": scene.state.options.wake}))
    if place.phase in (Phase.IDLE, Phase.ENDED):
        return reply(scene, Line("where-idle", {"title": guide.title}))
    if place.part == 0:
        return reply(scene, Line("where-opening", {"title": guide.title}))
    if place.part >= len(guide.parts):
        return reply(scene, Line("where-review", {"title": scene.part.title}))
    if place.part > len(guide.steps):
        return reply(scene, Line("where-closing", {"title": guide.title}))
    part = scene.part.title if scene.activity is None else scene.activity.title
    numbers = {"number": place.part, "count": len(guide.steps)}
    return reply(scene, Line("where", {**numbers, "title": scene.part.title, "part": part}))


def time_left(scene: Scene) -> Scene:
    """How long the running clock still has; under a question, the clock it holds up."""
    place = _timed(scene)
    if place.phase is Phase.TURN and place.turns is not None:
        name = scene.name(place.turns.speaker)
        return reply(scene, Line("time-left-turn", {"name": name, "left_s": place.turns.left_s}))
    left = left_s(place)
    if place.phase in (Phase.GRACE, Phase.LISTING, Phase.TIMING, Phase.PAUSED) and left is not None:
        return reply(scene, Line("time-left", {"left_s": left}))
    return reply(scene, Line("time-left-none"))


def whose_turn(scene: Scene) -> Scene:
    """Who has the floor."""
    place = _timed(scene)
    if place.phase in (Phase.TURN, Phase.GRACE, Phase.BREATH) and place.turns is not None:
        return reply(scene, Line("whose-turn", {"name": scene.name(place.turns.speaker)}))
    return reply(scene, Line("whose-turn-none"))


def why(scene: Scene) -> Scene:
    """The reason for the present step."""
    known = isinstance(scene.part, Step) and scene.place.phase is not Phase.IDLE
    return reply(scene, Line(f"guide/{scene.part.id}/why") if known else Line("why-none"))


def picture(scene: Scene) -> Scene:
    """The picture of the present step."""
    known = isinstance(scene.part, Step) and scene.place.phase is not Phase.IDLE
    return reply(scene, Line(f"guide/{scene.part.id}/picture") if known else Line("picture-none"))


def tips(scene: Scene) -> Scene:
    """All tips of the guide."""
    return reply(scene, Line("guide/tips"))


def safety(scene: Scene) -> Scene:
    """Shown, never read out."""
    return reply(scene.act(Print("guide/safety")), Line("safety-printed"))


def help_here(scene: Scene) -> Scene:
    """What can be said now; in a list, first what could be on it."""
    if scene.place.phase is Phase.LISTING and isinstance(scene.activity, Listing):
        return reply(scene, Line(scene.text("hints")), help_line(scene))
    return reply(scene, help_line(scene))


def never_mind(scene: Scene) -> Scene:
    """Nothing was meant, and nothing is on top of where they are."""
    return reply(scene, Line("never-mind"))


def no_pause(scene: Scene) -> Scene:
    """Nothing is under way that could be paused or resumed."""
    return reply(scene, Line("pause-none"))


def after_the_end(scene: Scene) -> Scene:
    """The talk is over; how to begin another."""
    return scene.say("ended-next")


def stay(scene: Scene) -> Scene:
    """Nothing has to be said or done."""
    return scene


def slower(scene: Scene) -> Scene:
    """Speak more slowly from now on."""
    return _adjust(scene, "slower", rate=-1)


def faster(scene: Scene) -> Scene:
    """Speak faster from now on."""
    return _adjust(scene, "faster", rate=1)


def louder(scene: Scene) -> Scene:
    """Speak louder from now on."""
    return _adjust(scene, "louder", volume=1)


def quieter(scene: Scene) -> Scene:
    """Speak more quietly from now on."""
    return _adjust(scene, "quieter", volume=-1)


def _adjust(scene: Scene, line: str, *, rate: int = 0, volume: int = 0) -> Scene:
    rate, volume = scene.state.rate + rate, scene.state.volume + volume
    if max(abs(rate), abs(volume)) > _STEPS_UP:
        return scene if scene.state.speaking else scene.say("adjust-limit")
    scene = _at_rate(scene, rate, volume)
    # What is being said already shows the change; silence would leave it in doubt.
    return scene if scene.state.speaking else scene.say(line)


def _at_rate(scene: Scene, rate: int, volume: int) -> Scene:
    rate, volume = max(-_STEPS_UP, min(_STEPS_UP, rate)), max(-_STEPS_UP, min(_STEPS_UP, volume))
    return scene.set(rate=rate, volume=volume).act(Adjust(rate, volume))


def _timed(scene: Scene) -> Place:
    place = scene.place
    for beneath in reversed(scene.state.beneath):
        if not PHASES[place.phase].clock_beneath:
            break
        place = beneath
    return place
