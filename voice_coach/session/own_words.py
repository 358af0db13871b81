"""Their own words for a choice, in place of an option: taken down, read back, and right only after a yes."""

from voice_coach.guide.types import Choose
from voice_coach.session.agreeing import go_on_with
from voice_coach.session.asking import ask_again
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place
from voice_coach.session.way import ask, pick_up


def propose(scene: Scene) -> Scene:
    """Something else than the options: read its words back, or ask for them."""
    if not isinstance(scene.activity, Choose):
        return ask_again(scene)
    words = str(scene.slot("text") or "").strip()
    return read_back(scene, words) if words else ask_for_words(scene)


def ask_for_words(scene: Scene) -> Scene:
    """Ask for the words, on top of the choice."""
    place = scene.place
    asking = Place(Phase.NOTING, part=place.part, activity=place.activity, left_s=PHASES[Phase.NOTING].patience_s)
    return scene.push(asking).recite(Line("own-words-what"))


def read_back(scene: Scene, words: str) -> Scene:
    """Say the words as they were understood, and ask whether they are right."""
    return ask(scene, Phase.WORDING, Line("own-words", {"text": words})).at(words=words)


def right(scene: Scene) -> Scene:
    """They are: on with them as with any option."""
    activity = scene.activity
    return go_on_with(scene, activity, scene.place.words) if isinstance(activity, Choose) else ask_again(scene)


def again(scene: Scene) -> Scene:
    """They are not: once more."""
    return ask_for_words(_choosing(scene))


def drop(scene: Scene) -> Scene:
    """None of it: back to the choice."""
    return pick_up(_choosing(scene.say("never-mind")))


def _choosing(scene: Scene) -> Scene:
    """Back in the choice, with its question to be asked again."""
    question = Line(scene.text("ask"))
    return scene.go(Phase.CHOOSING, left_s=PHASES[Phase.CHOOSING].patience_s, script=(question,))
