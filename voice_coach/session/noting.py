"""The list the pair makes together, and notes at any other moment."""

from voice_coach.guide.types import Listing
from voice_coach.session.actions import ChimeKind
from voice_coach.session.answers import reply
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Note, Phase
from voice_coach.session.way import proceed


def note(scene: Scene) -> Scene:
    """Keep a note; in a list, up to as many as the guide says."""
    text = str(scene.slot("text") or "").strip()
    if not text:
        return reply(scene, Line("note-what"))
    activity = scene.activity
    listing = scene.place.phase is Phase.LISTING and isinstance(activity, Listing)
    if listing and isinstance(activity, Listing) and _count(scene) >= activity.items.most:
        return reply(scene, Line("list-full", {"most": activity.items.most}))
    scene = scene.set(notes=(*scene.state.notes, Note(scene.place.part, text)))
    scene = scene.mark("note", what="kept", text=text)
    return reply(scene, Line("note-kept", {"text": text, "count": _count(scene)}))


def remove_last(scene: Scene) -> Scene:
    """Take the last note off again."""
    *kept, last = scene.state.notes or (None,)
    if last is None:
        return reply(scene, Line("notes-none"))
    scene = scene.set(notes=tuple(kept)).mark("note", what="removed", text=last.text)
    return reply(scene, Line("note-removed", {"text": last.text}))


def read_notes(scene: Scene) -> Scene:
    """Read the notes of this part; elsewhere, all of them."""
    here = [n.text for n in scene.state.notes if n.part == scene.place.part]
    notes = tuple(here or [n.text for n in scene.state.notes])
    return reply(scene, Line("notes", {"notes": notes}) if notes else Line("notes-none"))


def finish(scene: Scene) -> Scene:
    """The two are done; if the list is short, they are asked once whether that is all."""
    activity, count = scene.activity, _count(scene)
    assert isinstance(activity, Listing)
    if count < activity.items.least and not scene.place.reminded:
        scene = scene.at(reminded=True)
        return scene.say("list-few", count=count, least=activity.items.least)
    return proceed(scene.say("list-done", count=count))


def time_up(scene: Scene) -> Scene:
    """The time for the list is over."""
    scene = scene.chime(ChimeKind.TIME).say("list-time")
    return proceed(scene.say("list-done", count=_count(scene)))


def _count(scene: Scene) -> int:
    return sum(n.part == scene.place.part for n in scene.state.notes)
