"""The way through the guide: from part to part and from activity to activity."""

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from voice_coach.guide.catalogue import Value
from voice_coach.guide.types import (
    Amend,
    Ask,
    Choose,
    Consent,
    Keep,
    Listing,
    Recall,
    Review,
    Tell,
    Timed,
    Turns,
    When,
)
from voice_coach.plan.types import Kind, Outcome, Rule
from voice_coach.session import state as st
from voice_coach.session.actions import ChimeKind, Print
from voice_coach.session.asking import again, not_now
from voice_coach.session.clock import MINUTE_S
from voice_coach.session.keeping import plan_lines, promise_of, review_rules
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.proposals import reviews_of, takes_times
from voice_coach.session.recalling import amend_lines, recall_lines
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place, Proposal

CHIME_FROM_S = 120.0
"""What lasts at least this long has a chime at one minute left."""
TALK_MOVES = timedelta(hours=12)
"""How far from its time a talk is still the one that was agreed on."""

_DAY_S = 24 * 3600


def greet(scene: Scene) -> Scene:
    """The coach is on."""
    name_a, name_b = scene.names
    greeting = Line(
        "greeting",
        {"name_a": name_a, "name_b": name_b, "title": scene.guide.title, "wake": scene.state.options.wake},
    )
    return scene.go(Phase.IDLE, left_s=PHASES[Phase.IDLE].patience_s).recite(greeting)


def enter_part(scene: Scene, index: int) -> Scene:
    """Read the part with this number; its activities follow by themselves."""
    part = scene.guide.all_parts[index]
    lines = [Line(f"guide/{part.id}/say")]
    count = len(scene.guide.steps)
    if 1 <= index <= count:
        lines.insert(0, Line("step", {"number": index, "count": count, "title": part.title}))
    scene = scene.set(place=Place(Phase.TELLING, part=index))
    return scene.mark("step", number=index, title=part.title).recite(*lines)


def enter_activity(scene: Scene, index: int) -> Scene:
    """Begin an activity of the present part."""
    scene = scene.set(place=Place(Phase.TELLING, part=scene.place.part, activity=index))
    activity = scene.activity
    match activity:
        case Tell():
            return scene.recite(Line(scene.text("say")))
        case Ask():
            return ask(scene, Phase.ASKING, Line(scene.text("ask")))
        case Consent() | Timed() | Keep():
            return ask_consent(scene, 0)
        case Choose() if takes_times(activity) and _is_the_talk(scene):
            return proceed(scene)
        case Choose():
            return ask(scene, Phase.CHOOSING, Line(scene.text("ask")))
        case When():
            return ask_when(scene.at(proposal=reviews_of(activity)))
        case Recall():
            return scene.recite(*recall_lines(scene))
        case Amend():
            lines = amend_lines(scene)
            return ask(scene, Phase.AMENDING, *lines) if lines else scene.recite(Line(scene.text("none")))
        case Turns():
            least_s, most_s = turn_limits(scene, activity)
            turn_s = set_turn_s(scene) or activity.minutes.default * MINUTE_S
            before = [Line(scene.text("say"))]
            # The guide's figures would contradict a setting that is none of them.
            if activity.say_length and (least_s, most_s) == _guide_limits(activity):
                before.insert(0, Line(scene.text("say_length")))
            return ask_who_starts(scene.at(turns=st.Turns(0, turn_s)), *before)
        case Listing():
            left_s = activity.minutes.default * MINUTE_S
            say = Line(scene.text("say"), {"wake": scene.state.options.wake})
            return scene.go(Phase.LISTING, left_s=left_s, warn_s=chime_at(left_s)).recite(say)
        case None:
            return proceed(scene)
    assert_never(activity)


def _is_the_talk(scene: Scene) -> bool:
    """Whether this is the talk that they had agreed on: its time need not be asked for."""
    plan, since = scene.state.plan, scene.state.utc - TALK_MOVES
    talks = {promise.id for promise in plan.promises if promise.kind is Kind.TALK}
    kept = (r for r in plan.records if r.outcome is Outcome.KEPT and r.at >= since)
    return any(record.occurrence.promise in talks for record in kept)


def turn_limits(scene: Scene, activity: Turns) -> tuple[float, float]:
    """The shortest and the longest turn in seconds: the guide's, and what the settings say."""
    least_s, most_s = _guide_limits(activity)
    turn_s = set_turn_s(scene)
    return (least_s, most_s) if turn_s is None else (min(least_s, turn_s), max(most_s, turn_s))


def set_turn_s(scene: Scene) -> float | None:
    """The length of a turn that the settings say; a review has a length of its own."""
    return None if isinstance(scene.part, Review) else scene.state.options.turn_s


def _guide_limits(activity: Turns) -> tuple[float, float]:
    return activity.minutes.least * MINUTE_S, activity.minutes.most * MINUTE_S


def ask(scene: Scene, phase: Phase, *lines: Line, who: int = 0) -> Scene:
    """Ask something, and again after a silence."""
    return scene.go(phase, left_s=PHASES[phase].patience_s, who=who).recite(*lines)


def ask_when(scene: Scene) -> Scene:
    """Ask for the time of what is proposed."""
    activity = scene.activity
    key = "when-ask"
    if not scene.place.aside and scene.place.request is None:
        match activity:
            case Choose():
                key = scene.text("ask_when")
            case When():
                key = scene.text("ask")
    proposal = scene.place.proposal
    if key == "when-ask" and proposal is not None and proposal.kind is Kind.TALK:
        key = "when-talk"
    if proposal is not None:
        scene = scene.at(proposal=replace(proposal, rule=None))
    return ask(scene, Phase.WHEN, Line(key, {"what": proposal.choice} if proposal and key == "when-ask" else {}))


def ask_consent(scene: Scene, who: int) -> Scene:
    """Ask one of the two, by name, about a request, about what is proposed, or about the present activity."""
    activity, name, request = scene.activity, scene.name(who), scene.place.request
    if request is not None:
        promise = promise_of(scene.state.plan, request.promise)
        about: dict[str, Value] = {"name": name} if promise is None else {"name": name, "what": promise.what}
        return ask(scene, Phase.CONSENTING, Line(f"consent-{request.intent}", about), who=who)
    if isinstance(activity, Consent | Keep) and not scene.place.proposal:
        return ask(scene, Phase.CONSENTING, Line(scene.text("ask"), {"name": name}), who=who)
    proposal = scene.place.proposal
    if proposal is not None and proposal.kind is Kind.REVIEW and not proposal.promise:
        return ask(scene, Phase.CONSENTING, _reviews_line(scene, name, proposal), who=who)
    if proposal is not None:
        values: dict[str, Value] = {"name": name, "what": proposal.choice}
        kind = ""
        if proposal.minutes is not None:
            values["time_s"], kind = proposal.minutes * MINUTE_S, "-timed"
        if proposal.rule is not None:
            values["when"], kind = proposal.rule, f"{kind}-when"
        return ask(scene, Phase.CONSENTING, Line(f"consent{kind}", values), who=who)
    lines = [Line("consent", {"name": name, "what": activity.title if activity else ""})]
    if who == 0:
        lines.insert(0, Line(scene.text("ask")))
    return ask(scene, Phase.CONSENTING, *lines, who=who)


def _reviews_line(scene: Scene, name: str, proposal: Proposal) -> Line:
    clock = proposal.rule or Rule(scene.state.local.date())
    days = tuple(Rule(rule.first, count=1) for _, rule in review_rules(scene, clock))
    return Line("consent-reviews", {"name": name, "days": days, "clock": clock})


def ask_who_starts(scene: Scene, *before: Line) -> Scene:
    """Ask whose turn comes first."""
    name_a, name_b = scene.names
    turn_s = scene.place.turns.turn_s if scene.place.turns else 0.0
    who = Line("turns-who", {"turn_s": turn_s, "name_a": name_a, "name_b": name_b})
    return ask(scene, Phase.DRAWING, *before, who)


def chime_at(left_s: float) -> float | None:
    """When the chime for one minute left is due, None for what is too short to have one."""
    return MINUTE_S if left_s >= CHIME_FROM_S else None


def one_minute(scene: Scene) -> Scene:
    """A soft chime at one minute left, once."""
    return scene.at(warn_s=None).chime(ChimeKind.ONE_MINUTE)


def lengthen(scene: Scene) -> Scene:
    """More time for what is going on, other than a turn."""
    extra_s = more_s(scene)
    if extra_s is None:
        return not_now(scene)
    left_s = (scene.place.left_s or 0.0) + extra_s
    return scene.at(left_s=left_s, warn_s=chime_at(left_s)).say("time-left", left_s=left_s)


def more_s(scene: Scene) -> float | None:
    """The time that was asked for in addition, in seconds; None where it is not from a second to a day."""
    minutes, seconds = scene.slot("minutes"), scene.slot("seconds")
    asked_s = (minutes if isinstance(minutes, int) else 0) * 60 + (seconds if isinstance(seconds, int) else 0)
    return float(asked_s) if 0 < asked_s <= _DAY_S else None


def proceed(scene: Scene) -> Scene:
    """What comes after the present activity: the next one, the end of the part, or the place left for an aside."""
    place, parts = scene.place, scene.guide.parts
    if place.aside:
        return come_back(scene)
    if place.part >= len(parts) and place.activity + 1 >= len(scene.part.activities):
        return farewell(scene)
    if place.activity + 1 < len(scene.part.activities) and place.phase is not Phase.WAITING:
        return enter_activity(scene, place.activity + 1)
    if place.part == 0:
        return enter_part(scene.set(consented=True), scene.state.target)
    if place.part + 1 == len(parts):
        return farewell(scene)
    if place.phase is Phase.WAITING:
        return enter_part(scene, place.part + 1)
    return ask(scene.at(turns=None, proposal=None, request=None), Phase.WAITING, Line("waiting"))


def next_title(scene: Scene) -> str | None:
    """What comes next, as a title; None at the end."""
    place, parts = scene.place, scene.guide.parts
    if place.aside:
        return next_title(scene.pop())
    if place.activity + 1 < len(scene.part.activities) and place.phase is not Phase.WAITING:
        return scene.part.activities[place.activity + 1].title
    after = scene.state.target if place.part == 0 else place.part + 1
    return parts[after].title if after < len(parts) and place.part < len(parts) else None


def come_back(scene: Scene) -> Scene:
    """To the place beneath, saying where that was."""
    return pick_up(scene.pop())


def pick_up(scene: Scene) -> Scene:
    """Go on in the present place after an interruption, with exactly the time that was left."""
    place = scene.place
    match place.phase:
        case Phase.TURN if place.turns is not None:
            name = scene.name(place.turns.speaker)
            scene = scene.mark("turn", what="resumed", name=name, left_s=place.turns.left_s)
            return scene.say("turn-resumed", name=name, left_s=place.turns.left_s).chime(ChimeKind.START)
        case Phase.GRACE:
            return scene.say("turn-finish")
        case Phase.LISTING:
            return scene.say("list-resumed", left_s=place.left_s or 0.0)
        case Phase.TIMING:
            return scene.say("timer-resumed", left_s=place.left_s or 0.0)
        case Phase.PAUSED if place.left_s is not None:
            return scene.say("pause-already", left_s=place.left_s)
        case Phase.PAUSED:
            return scene.say("interrupted-how", wake=scene.state.options.wake)
    return scene.tell(again(place))


def farewell(scene: Scene) -> Scene:
    """The end of the talk, for whatever reason: the plan, and the same words for all."""
    name_a, name_b = scene.names
    return leave(scene.tell(plan_lines(scene)).say("goodbye", name_a=name_a, name_b=name_b))


def leave(scene: Scene) -> Scene:
    """Nothing more to say: the talk is over, and the plan stays on the screen."""
    for line in plan_lines(scene):
        scene = scene.act(Print(line.key, line.values))
    scene = scene.set(beneath=(), alarm_s=None, alarm=None, consented=False, target=1)
    return scene.set(place=Place(Phase.ENDED, left_s=PHASES[Phase.ENDED].patience_s)).mark("end")
