"""The list the pair makes together, and notes at any other moment."""

from voice_coach.guide.types import Listing, Review
from voice_coach.session import own_words, progress
from voice_coach.session.actions import ChimeKind, Record
from voice_coach.session.asking import reply
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Note, Place
from voice_coach.session.way import come_back, pick_up, proceed


def note(scene: Scene) -> Scene:
    """Keep a note; in a list, up to as many as the guide says. Without words, they are asked for."""
    text = _words(scene)
    if scene.place.phase is Phase.CHOOSING:
        return own_words.propose(scene)
    if not text:
        return _ask_for_words(scene)
    if scene.place.phase is Phase.NOTING:
        if scene.place.occurrence is not None:
            return progress.add(scene, text)
        scene = scene.pop()
        if scene.place.phase is Phase.CHOOSING:
            return own_words.read_back(scene, text)
    activity = scene.activity
    listing = scene.place.phase is Phase.LISTING and isinstance(activity, Listing)
    if listing and isinstance(activity, Listing) and _count(scene) >= activity.items.most:
        return reply(scene, Line("list-full", {"most": activity.items.most, "wake": scene.state.options.wake}))
    scene = scene.set(notes=(*scene.state.notes, Note(scene.place.part, text)))
    scene = scene.mark("note", what="kept", text=text).act(Record("noted", {"text": text}))
    if listing and isinstance(scene.part, Review):
        scene = progress.keep(scene, text)
    return reply(scene, Line("note-kept", {"text": text, "count": _count(scene)}))


def remove_last(scene: Scene) -> Scene:
    """Take the last note off again."""
    if scene.place.phase is Phase.WORDING:
        return own_words.drop(scene)
    *kept, last = scene.state.notes or (None,)
    # A list that was made in another part is not what they are at.
    if last is None or last.part != scene.place.part:
        return reply(scene, Line("notes-none"))
    scene = scene.set(notes=tuple(kept)).mark("note", what="removed", text=last.text)
    return reply(scene.act(Record("removed", {"text": last.text})), Line("note-removed", {"text": last.text}))


def reword(scene: Scene) -> Scene:
    """The last note was not taken down right: once more."""
    *kept, last = scene.state.notes or (None,)
    if last is None:
        return reply(scene, Line("notes-none"))
    return _ask_for_words(scene.set(notes=tuple(kept)).act(Record("removed", {"text": last.text})))


def read_notes(scene: Scene) -> Scene:
    """Read the notes of this part; elsewhere, all of them."""
    here = [n.text for n in scene.state.notes if n.part == scene.place.part]
    notes = tuple(here or [n.text for n in scene.state.all_notes])
    return reply(scene, Line("notes", {"notes": notes}) if notes else Line("notes-none"))


def finish(scene: Scene) -> Scene:
    """The two are done; if the list is short, they are asked once whether that is all."""
    if scene.place.phase is Phase.NOTING:
        if scene.place.occurrence is not None:
            return progress.finish(scene)
        scene = scene.pop()
        if scene.place.phase is not Phase.LISTING:
            return pick_up(scene.say("never-mind"))
    activity, count = scene.activity, _count(scene)
    if isinstance(activity, Listing) and count < activity.items.least and not scene.place.reminded:
        scene = scene.at(reminded=True)
        wake = scene.state.options.wake
        if not count:
            return scene.say("list-few-none", wake=wake)
        return scene.say("list-few", count=count, least=activity.items.least, wake=wake)
    return _close(scene)


def time_up(scene: Scene) -> Scene:
    """The time for the list is over."""
    scene = scene.chime(ChimeKind.TIME).say("list-time")
    return _close(scene)


def _close(scene: Scene) -> Scene:
    count = _count(scene)
    return proceed(scene.say("list-done", count=count) if count else scene.say("list-done-none"))


def give_up(scene: Scene) -> Scene:
    """No note after all."""
    if scene.place.occurrence is not None:
        return progress.finish(scene)
    return come_back(scene.say("never-mind"))


def _ask_for_words(scene: Scene) -> Scene:
    place, patience_s = scene.place, PHASES[Phase.NOTING].patience_s
    if place.phase is Phase.NOTING:
        return scene.at(left_s=patience_s).tell(place.script)
    asking = Place(Phase.NOTING, part=place.part, activity=place.activity, left_s=patience_s)
    return scene.push(asking).recite(Line("note-what"))


def _words(scene: Scene) -> str:
    """The words of the note: where they have been asked for, the name of a thing is such words, too."""
    for slot in ("text", "choice", "name"):
        if words := str(scene.slot(slot) or "").strip():
            return words
    return ""


def _count(scene: Scene) -> int:
    return sum(n.part == scene.place.part for n in scene.state.notes)
