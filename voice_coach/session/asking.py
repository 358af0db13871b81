"""The open question: asked again, asked back when an answer was not understood, at last waiting to be called."""

from voice_coach.guide.catalogue import LINES, Value
from voice_coach.guide.types import Choose, Turns
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.events import Unclear
from voice_coach.session.phases import PHASES, Phase, is_guarded
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place

MOST_MISSED = 6
"""So many answers in a row that were not understood, and the question waits for the wake phrase."""

_OFFERED = 4
"""Options that are named at once when the question is asked again."""


def again(place: Place) -> tuple[Line, ...]:
    """What is said to take up the place again: the question alone, or all that was being read."""
    if place.script and (PHASES[place.phase].asks or place.phase in (Phase.IDLE, Phase.WAITING)):
        last = place.script[-1]
        return (Line(last.key, last.values, brief=True),)
    return place.script


def reply(scene: Scene, *lines: Line) -> Scene:
    """Answer, then take up again what was being read or asked."""
    scene = scene.tell(lines)
    # A background timer may have come in: what is asked again may be answered again.
    return _opened(scene).tell(again(scene.place)) if PHASES[scene.place.phase].recites else scene


def line(scene: Scene, key: str) -> Line:
    """A line about what can be said here, with the names, options and lengths that it mentions."""
    values = _values(scene)
    return Line(key, {name: values[name] for name in LINES[key]})


def help_line(scene: Scene) -> Line:
    """What can be said here."""
    return line(scene, PHASES[scene.place.phase].help)


def ask_back(scene: Scene, *before: Line, plainly: bool = False) -> Scene:
    """Ask again after an answer that was none: the question, then in a few words, then with an example.

    `before`: why it was none; `plainly`: in a few words at once, which say what counts.
    """
    scene = _opened(scene)
    facts, missed = PHASES[scene.place.phase], scene.place.missed + 1
    if missed >= MOST_MISSED and facts.waits:
        return wait(scene.at(missed=missed))
    if missed >= MOST_MISSED and isinstance(scene.event, Unclear):
        # Silence answers the question, and soon will.
        return scene.at(missed=missed)
    scene = scene.at(missed=missed, left_s=facts.patience_s).tell(before)
    if missed == 1 and not plainly:
        return scene.tell(again(scene.place))
    key = facts.prompt if missed <= 2 else facts.example
    return scene.tell((line(scene, key),)) if key else scene


def not_now(scene: Scene) -> Scene:
    """A command that has no meaning here."""
    if PHASES[scene.place.phase].asks:
        return ask_back(scene, Line("not-now"))
    if scene.place.phase is Phase.IDLE:
        return scene.tell((Line("not-now"), help_line(scene)))
    return reply(scene, Line("not-now"))


def ask_again(scene: Scene) -> Scene:
    """What was said could mean several answers."""
    return ask_back(scene)


def not_plain(scene: Scene) -> Scene:
    """It was said in words that may mean something else: say which words count."""
    if PHASES[scene.place.phase].asks:
        return ask_back(scene, plainly=True)
    return scene.tell((line(scene, "done-plainly"),))


def unclear(scene: Scene) -> Scene:
    """Ask back what was not understood: to an open question, once to other talk, and whenever it was called."""
    called = isinstance(scene.event, Unclear) and scene.event.called
    if scene.place.waits and not called:
        return scene
    scene = _opened(scene)
    place, facts = scene.place, PHASES[scene.place.phase]
    if facts.asks:
        return ask_back(scene, *(() if place.missed else (Line("sorry"),)))
    if called or (place.missed == 0 and not is_guarded(place.phase)):
        left_s = place.left_s if facts.patience_s is None else facts.patience_s
        return reply(scene.at(missed=place.missed + 1, left_s=left_s), Line("sorry"), help_line(scene))
    return scene


def remind(scene: Scene) -> Scene:
    """Nobody answered: ask once more, then wait to be called."""
    if scene.place.reminded:
        return wait(scene)
    patience_s = PHASES[scene.place.phase].patience_s
    return scene.at(reminded=True, left_s=patience_s).tell(again(scene.place))


def wait(scene: Scene) -> Scene:
    """Take no more for an answer what may not be one, and say how to answer."""
    scene = scene.at(waits=True, left_s=None)
    # "What's next" is no single word, so it is understood anyway.
    return scene if scene.place.phase is Phase.WAITING else scene.tell((line(scene, "patience-over"),))


def _opened(scene: Scene) -> Scene:
    """A question that waited to be called is open again, with all its patience."""
    patience_s = PHASES[scene.place.phase].patience_s
    return scene.at(waits=False, reminded=False, missed=0, left_s=patience_s) if scene.place.waits else scene


def _values(scene: Scene) -> dict[str, Value]:
    place, activity = scene.place, scene.activity
    name_a, name_b = scene.names
    values: dict[str, Value] = {"name": scene.name(place.who), "name_a": name_a, "name_b": name_b}
    values["wake"] = scene.state.options.wake
    if isinstance(activity, Choose):
        values["options"] = activity.options[:_OFFERED]
        values["option"] = activity.options[place.missed % len(activity.options)]
    if isinstance(activity, Choose | Turns) and activity.minutes is not None:
        limits = activity.minutes
        lengths = (limits.default, limits.least, limits.most)
        values["least_s"], values["most_s"] = limits.least * MINUTE_S, limits.most * MINUTE_S
        values["time_s"] = lengths[place.missed % len(lengths)] * MINUTE_S
    return values
