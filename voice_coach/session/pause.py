"""The pause: asked for at any moment, ten minutes, and back with exactly the time that was left."""

from voice_coach.session.actions import ChimeKind
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place
from voice_coach.session.way import ask, chime_at, come_back, leave, pick_up


def offer(scene: Scene) -> Scene:
    """Stop the clock at once and suggest a pause."""
    if scene.place.phase in (Phase.CONFIRMING, Phase.NOTING):
        scene = scene.pop()
    if scene.place.phase is Phase.PAUSED:
        return still_paused(scene)
    if scene.place.phase in (Phase.OFFERING, Phase.RETURNING):
        return start(scene)
    place, patience_s = scene.place, PHASES[Phase.OFFERING].patience_s
    offering = Place(Phase.OFFERING, part=place.part, activity=place.activity, left_s=patience_s)
    scene = scene.push(offering).mark("pause", what="offered").chime(ChimeKind.PAUSE)
    return scene.recite(Line("pause-offer", {"pause_s": scene.state.options.pause_s}))


def start(scene: Scene) -> Scene:
    """Begin the pause, with something to do meanwhile."""
    pause_s = scene.state.options.pause_s
    scene = scene.go(Phase.PAUSED, left_s=pause_s, warn_s=chime_at(pause_s)).mark(
        "pause", what="start", left_s=pause_s
    )
    return scene.say("pause-start", pause_s=pause_s)


def decline(scene: Scene) -> Scene:
    """No pause after all."""
    return come_back(scene.mark("pause", what="declined").say("pause-declined"))


def still_paused(scene: Scene) -> Scene:
    """A pause is running already."""
    return pick_up(scene)


def over(scene: Scene) -> Scene:
    """The time is up, or somebody wants to go on: a calmer line, and each is asked."""
    scene = scene.mark("pause", what="over").chime(ChimeKind.PAUSE).say("pause-over")
    return _ask_ready(scene, 0)


def ready(scene: Scene) -> Scene:
    """One is ready; when both are, it goes on."""
    if scene.place.who == 0:
        return _ask_ready(scene, 1)
    return come_back(scene.mark("pause", what="end"))


def not_yet(scene: Scene) -> Scene:
    """Half as long again, once; after that it is enough for today."""
    if scene.place.extended:
        name_a, name_b = scene.names
        return leave(scene.mark("pause", what="enough").say("pause-end", name_a=name_a, name_b=name_b))
    more_s = scene.state.options.pause_s / 2
    scene = scene.go(Phase.PAUSED, left_s=more_s, warn_s=chime_at(more_s), extended=True)
    return scene.mark("pause", what="more", left_s=more_s).say("pause-more", more_s=more_s)


def _ask_ready(scene: Scene, who: int) -> Scene:
    extended = scene.place.extended
    scene = ask(scene, Phase.RETURNING, Line("pause-ready", {"name": scene.name(who)}), who=who)
    return scene.at(extended=extended)
