"""Equal speaking turns: who starts, the clock, the grace, the breath and the handover."""

from voice_coach.guide import types as guide
from voice_coach.session.actions import ChimeKind
from voice_coach.session.asking import ask_again, ask_back, not_now, reply
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.phases import Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Turns
from voice_coach.session.way import ask_who_starts, chime_at, more_s, next_title, proceed, turn_limits

SWAP_WITHIN_S = 30.0
"""Who starts can be changed until the first speaker has used this much."""


def name_starter(scene: Scene) -> Scene:
    """Somebody was named to start."""
    name = str(scene.slot("name") or "").casefold()
    known = [who for who in (0, 1) if scene.name(who).casefold() == name]
    return _start(scene, known[0]) if known else ask_again(scene)


def draw_starter(scene: Scene) -> Scene:
    """The coach chooses: by its seed, and not always the same one."""
    who = (scene.state.options.seed + scene.state.token) % 2
    return _start(scene.say("turns-drawn", name=scene.name(who)), who)


def set_length(scene: Scene) -> Scene:
    """Another length for both turns, within what the guide allows."""
    activity, turns = scene.activity, scene.place.turns
    minutes = scene.slot("minutes") or scene.slot("n")
    if not isinstance(activity, guide.Turns) or turns is None:
        return proceed(scene)
    least_s, most_s = turn_limits(scene, activity)
    if not isinstance(minutes, int) or not least_s <= minutes * 60 <= most_s:
        return ask_back(scene, Line("turn-length-limits", {"least_s": least_s, "most_s": most_s}))
    turns = Turns(turns.speaker, minutes * MINUTE_S)
    return ask_who_starts(scene.at(turns=turns).say("turn-length", turn_s=turns.turn_s))


def swap(scene: Scene) -> Scene:
    """The other one starts after all, as long as the first has hardly begun."""
    turns = _turns(scene)
    if turns.used_s[1 - turns.speaker] > 0 or turns.left_s < turns.turn_s - SWAP_WITHIN_S:
        return reply(scene, Line("swap-too-late"))
    turns = turns.to_other()
    return run(scene.at(turns=turns).say("swapped", name=scene.name(turns.speaker)))


def run(scene: Scene) -> Scene:
    """The speaker's clock starts with the chime."""
    turns = _turns(scene)
    scene = scene.mark("turn", what="start", name=scene.name(turns.speaker), left_s=turns.left_s)
    return scene.go(Phase.TURN, warn_s=_warning(turns)).chime(ChimeKind.START)


def time_up(scene: Scene) -> Scene:
    """The turn is used up; the sentence may be finished."""
    turns = _turns(scene).use_up()
    scene = scene.go(Phase.GRACE, turns=turns, left_s=scene.state.options.grace_s)
    scene = scene.mark("turn", what="time", name=scene.name(turns.speaker))
    return scene.chime(ChimeKind.TIME).say("turn-finish")


def give_up(scene: Scene) -> Scene:
    """The speaker is done before the time is up, and leaves the rest."""
    turns = _turns(scene)
    scene = scene.mark("turn", what="early", name=scene.name(turns.speaker), left_s=turns.left_s)
    return hand_over(scene.at(turns=turns.give_up()))


def hand_over(scene: Scene) -> Scene:
    """To whoever still has time; when neither has, both are told what they used."""
    turns = _turns(scene)
    other = 1 - turns.speaker
    if turns.waits(other):
        change = Line("turn-change", {"name": scene.name(other), "other": scene.name(turns.speaker)})
        scene = scene.mark("turn", what="change", name=scene.name(other), left_s=turns.to_other().left_s)
        breath_s = scene.state.options.breath_s
        return scene.go(Phase.BREATH, turns=turns.to_other(), left_s=breath_s).recite(change)
    return _finish(scene, turns)


def more_time(scene: Scene) -> Scene:
    """Extra time, for both alike; who has had their turn gets it afterwards."""
    turns, extra_s = _turns(scene), more_s(scene)
    if extra_s is None:
        return not_now(scene)
    # At most the same again: more would be another conversation.
    if turns.granted_s + extra_s > max(turns.turn_s - turns.granted_s, MINUTE_S):
        return reply(scene, Line("turn-extra-limit"))
    turns = turns.grant(extra_s)
    scene = scene.mark("turn", what="extra", extra_s=extra_s).say("turn-extra", extra_s=extra_s)
    if scene.place.phase is Phase.GRACE:
        return scene.go(Phase.TURN, turns=turns, warn_s=_warning(turns))
    return scene.at(turns=turns, warn_s=_warning(turns) if scene.place.phase is Phase.TURN else None)


def tell_next_turn(scene: Scene) -> Scene:
    """What comes after this turn."""
    turns, title = _turns(scene), next_title(scene)
    other = 1 - turns.speaker
    if turns.waits(other) and title is not None:
        return scene.say("next-turn-told", name=scene.name(other), title=title)
    return scene.say("next-end") if title is None else scene.say("next-told", title=title)


def _start(scene: Scene, who: int) -> Scene:
    turn_s = _turns(scene).turn_s
    scene = scene.at(turns=Turns(who, turn_s)).say("turn-start", name=scene.name(who), left_s=turn_s)
    return run(scene)


def _warning(turns: Turns) -> float | None:
    return chime_at(turns.turn_s) if turns.left_s > MINUTE_S else None


def _finish(scene: Scene, turns: Turns) -> Scene:
    (name_a, name_b), (used_a_s, used_b_s) = scene.names, turns.used_s
    scene = scene.mark("turn", what="done", used_a_s=used_a_s, used_b_s=used_b_s)
    scene = scene.say("turns-done", name_a=name_a, used_a_s=used_a_s, name_b=name_b, used_b_s=used_b_s)
    return proceed(scene)


def _turns(scene: Scene) -> Turns:
    """The turns; new ones of the guide's length should a state have none."""
    activity = scene.activity
    usual_s = activity.minutes.default * MINUTE_S if isinstance(activity, guide.Turns) else MINUTE_S
    return scene.place.turns or Turns(0, usual_s)
