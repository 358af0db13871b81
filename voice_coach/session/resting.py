"""Between talks: resting, and what falls due is reminded of, put off, skipped, kept or missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from voice_coach.plan import changes, due
from voice_coach.plan.arrange import Wanted
from voice_coach.plan.standing import moment
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, Rule
from voice_coach.plan.when import read
from voice_coach.session.actions import ChimeKind, Record
from voice_coach.session.answers import after_the_end, no_pause
from voice_coach.session.asking import not_now, reply
from voice_coach.session.events import Heard
from voice_coach.session.keeping import came_about, note_outcome, plan_lines, promise_of, record_of, review_number
from voice_coach.session.phases import PHASES, Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import Line, Place, Proposal
from voice_coach.session.timers import time_ritual
from voice_coach.session.way import TALK_MOVES, ask, enter_part, leave

AGAIN_AFTER_S = 120.0
"""A reminder that nobody answered comes once more after so long, and then never."""
ABANDONED_AFTER_S = 1800.0
"""A talk in which nobody has said anything to the coach for so long is over, where no clock runs."""
_MOST_MINUTES_LATER = 12 * 60
_MOST_WEEKS = 52


def rest(scene: Scene) -> Scene:
    """Stay on, and listen for the wake phrase only."""
    if not scene.state.options.stays:
        return scene.at(left_s=None)
    return scene.set(place=Place(Phase.RESTING), beneath=())


def begin_talk(scene: Scene) -> Scene:
    """From the opening on, however the last talk ended: its plan stays, its notes were for then."""
    scene = came_about(scene, [p for p in scene.state.plan.promises if p.kind is Kind.TALK], TALK_MOVES)
    scene, state = _tell_missed(scene), scene.state
    return enter_part(scene.set(consented=False, beneath=(), notes=(), archive=(*state.archive, *state.notes)), 0)


def look(scene: Scene) -> Scene:
    """The clock on the wall has been read: remind of what is due."""
    if scene.place.occurrence is not None:
        return scene
    state = scene.state
    found = due.due(state.plan, state.utc, state.options.quiet, state.wall.zone)
    return scene if found.remind is None else remind(scene, found.remind)


def remind(scene: Scene, occurrence: Occurrence) -> Scene:
    """A soft chime and a neutral sentence: others may be in the room."""
    promise = promise_of(scene.state.plan, occurrence.promise)
    if promise is None:
        return scene
    scene = note_outcome(scene, occurrence, Outcome.REMINDED).chime(ChimeKind.REMINDER)
    if promise.kind is Kind.MESSAGE:
        return scene.say("guide/weekly/message")
    return _ask(scene, occurrence, promise, again=False)


def once_more(scene: Scene) -> Scene:
    """Two minutes later, for the last time."""
    occurrence = scene.place.occurrence
    promise = promise_of(scene.state.plan, occurrence.promise) if occurrence else None
    if occurrence is None or promise is None:
        return rest(scene)
    return _ask(scene.chime(ChimeKind.REMINDER), occurrence, promise, again=True)


def unanswered(scene: Scene) -> Scene:
    """Nobody answered: wait for a second time, then let it be."""
    place = scene.place
    if place.reminded or place.occurrence is None:
        return rest(_slid(scene) or _settle(scene, Outcome.MISSED))
    return scene.set(place=Place(Phase.RESTING, left_s=AGAIN_AFTER_S, occurrence=place.occurrence))


def accept(scene: Scene) -> Scene:
    """Yes: what it was about may be said now, and begins."""
    occurrence = scene.place.occurrence
    promise = promise_of(scene.state.plan, occurrence.promise) if occurrence else None
    if occurrence is None or promise is None:
        return rest(scene)
    match promise.kind:
        case Kind.RITUAL:
            return time_ritual(scene.set(place=Place(Phase.RESTING)), promise, occurrence)
        case Kind.PROGRESS:
            return _ask_for_progress(scene, occurrence)
        case Kind.TALK:
            return begin_talk(_settle(scene, Outcome.KEPT))
        case Kind.REVIEW if (number := review_number(scene, promise)) is not None:
            return enter_part(_settle(scene, Outcome.KEPT).set(beneath=(), consented=True), number)
    return rest(_settle(scene, Outcome.KEPT).say("reminder-enjoy", what=promise.what))


def answer_late(scene: Scene) -> Scene:
    """An answer while it waits to remind once more."""
    if scene.place.occurrence is None or not isinstance(scene.event, Heard):
        return not_now(scene)
    match scene.event.intent:
        case "yes":
            return accept(scene)
        case "later" | "not_yet":
            return later(scene)
    return skip(scene)


def skip(scene: Scene) -> Scene:
    """Not this time, and nothing more is said of it."""
    return rest(_settle(scene, Outcome.SKIPPED).say("reminder-skipped"))


def let_be(scene: Scene) -> Scene:
    """What goes on between talks is over, without a word of what it was."""
    state = scene.state
    above = [place for place in (*state.beneath, state.place) if place.phase is not Phase.RESTING]
    occurrence = next((place.occurrence for place in above if place.occurrence is not None), None)
    if occurrence is not None:
        scene = note_outcome(scene, occurrence, Outcome.SKIPPED)
    scene = replace(scene.say("reminder-skipped"), final=True)
    # While it rests it may be waiting to remind once more.
    return scene.set(place=state.bottom, beneath=()) if state.bottom.phase is Phase.RESTING else rest(scene)


def later(scene: Scene) -> Scene:
    """Put off: by so many minutes, or until a time that is asked for."""
    minutes = scene.slot("minutes")
    if isinstance(minutes, int) and 0 < minutes <= _MOST_MINUTES_LATER:
        return _postpone_until(scene, scene.state.utc + timedelta(minutes=minutes))
    occurrence = scene.place.occurrence
    proposal = Proposal("", wanted=Wanted(within_days=1, soon=True))
    scene = ask(scene.at(proposal=proposal), Phase.POSTPONING, Line("later-when"))
    return scene.at(occurrence=occurrence)


def postpone(scene: Scene, rule: Rule) -> Scene:
    """Put off until the time of a rule that comes once."""
    local = datetime.combine(rule.first, rule.times[0], ZoneInfo(scene.state.wall.zone))
    return _postpone_until(scene, local.astimezone(UTC))


def tell_next(scene: Scene) -> Scene:
    """The next thing that the two have planned, with day and hour."""
    state = scene.state
    following = due.next_occurrence(_without_weekly(state.plan), state.utc)
    promise = None if following is None else promise_of(state.plan, following.promise)
    if following is None or promise is None:
        if scene.place.phase is Phase.ENDED:
            return after_the_end(scene)
        if scene.place.phase is Phase.TIMING:
            return reply(scene, Line("plan-none"))
        return _tell_missed(scene).say("next-planned-none", wake=state.options.wake)
    when = _once(moment(state.plan, following), state.wall.zone)
    return reply(_tell_missed(scene), Line("next-planned", {"what": promise.what, "when": when}))


def tell_plan(scene: Scene) -> Scene:
    """The whole plan; first of all, that it rests."""
    until = changes.rests_until(scene.state.plan, scene.state.local.date())
    rests = () if until is None else (Line("break-until", {"when": Rule(until, count=1)}),)
    return reply(_tell_missed(scene), *rests, *(plan_lines(scene) or (Line("plan-none"),)))


def tell_missed(scene: Scene) -> Scene:
    """What fell due and was not kept in the last week, all together."""
    plan, since = scene.state.plan, scene.state.utc - timedelta(days=7)
    missed = [r.occurrence for r in plan.records if r.outcome is Outcome.MISSED and r.at >= since]
    names = _missed_names(scene, (*missed, *_untold(scene)))
    return reply(_as_told(scene), Line("missed", {"missed": names}) if names else Line("missed-none"))


def take_break(scene: Scene) -> Scene:
    """No reminders for some days: for so many weeks with today, or until the end of a day that is told."""
    state, today = scene.state, scene.state.local.date()
    weeks = scene.slot("weeks")
    if isinstance(weeks, int) and 0 < weeks <= _MOST_WEEKS:
        last: date | None = changes.end_of_weeks(today, weeks)
    else:
        last = read(scene.slots, state.local).day
    if last is None:  # such as the thirtieth of February
        return reply(scene, Line("sorry"))
    plan = changes.take_break(state.plan, today, last, state.utc)
    put_off = plan.records[len(state.plan.records) :]
    scene = scene.set(plan=plan, place=Place(Phase.RESTING))
    scene = scene.act(Record("changed", {"break": last.isoformat()})).say("break-taken", when=Rule(last, count=1))
    for record in put_off:
        promise = promise_of(plan, record.occurrence.promise)
        if promise is not None and record.until is not None:
            scene = scene.say("break-review", what=promise.what, when=_once(record.until, promise.zone))
    return scene


def end_break(scene: Scene) -> Scene:
    """Reminders again, from now on."""
    plan = changes.end_break(scene.state.plan, scene.state.utc, scene.state.wall.zone)
    return reply(scene.set(plan=plan).act(Record("changed", {"break": ""})), Line("break-over"))


def be_back(scene: Scene) -> Scene:
    """The two are back: a break is over; without one there is nothing to resume."""
    state = scene.state
    return no_pause(scene) if changes.rests_until(state.plan, state.local.date()) is None else end_break(scene)


def abandoned(scene: Scene) -> Scene:
    """Nobody has said anything for half an hour: the talk is over for today."""
    state = scene.state
    if not state.options.stays or state.now - state.heard_at < ABANDONED_AFTER_S:
        return scene
    return rest(leave(scene))


def _ask(scene: Scene, occurrence: Occurrence, promise: Promise, *, again: bool) -> Scene:
    kind = "talk" if promise.kind in (Kind.TALK, Kind.REVIEW, Kind.PROGRESS) else "ritual"
    # What was put off has the hour to which it was.
    question = Line(f"reminder-{kind}", {"clock": _once(moment(scene.state.plan, occurrence), promise.zone)})
    scene = scene.set(place=Place(Phase.RESTING), beneath=())
    scene = ask(scene, Phase.REMINDING, question)
    return scene.at(occurrence=occurrence, reminded=again)


def _ask_for_progress(scene: Scene, occurrence: Occurrence) -> Scene:
    noting = Place(Phase.NOTING, left_s=PHASES[Phase.NOTING].patience_s, occurrence=occurrence)
    return scene.set(place=Place(Phase.RESTING)).push(noting).recite(Line("guide/weekly/progress"))


def _postpone_until(scene: Scene, until: datetime) -> Scene:
    occurrence, state = scene.place.occurrence, scene.state
    if occurrence is None:
        return rest(scene)
    when = _once(until, state.wall.zone)
    scene = note_outcome(scene, occurrence, Outcome.POSTPONED, until)
    return rest(scene.say("reminder-postponed", when=when))


def _once(at: datetime, zone: str) -> Rule:
    """A moment as a rule that comes once, to the minute."""
    local = at.astimezone(ZoneInfo(zone))
    return Rule(local.date(), (local.time().replace(second=0, microsecond=0),), count=1)


def _slid(scene: Scene) -> Scene | None:
    """A review that nobody answered comes on the next day again, for as long as it may slide; None without."""
    occurrence, state = scene.place.occurrence, scene.state
    until = None if occurrence is None else changes.slid_until(state.plan, occurrence, state.utc)
    if occurrence is None or until is None:
        return None
    return note_outcome(scene, occurrence, Outcome.POSTPONED, until).at(occurrence=None)


def _without_weekly(plan: Plan) -> Plan:
    """Only what the two set a time for themselves."""
    return replace(plan, promises=tuple(p for p in plan.promises if p.kind not in due.LET_GO))


def _settle(scene: Scene, outcome: Outcome) -> Scene:
    occurrence = scene.place.occurrence
    return scene if occurrence is None else note_outcome(scene, occurrence, outcome).at(occurrence=None)


def _tell_missed(scene: Scene) -> Scene:
    """What fell due while nobody could be told, once and together."""
    names = _missed_names(scene, _untold(scene))
    return _as_told(scene).say("missed", missed=names) if names else scene


def _untold(scene: Scene) -> tuple[Occurrence, ...]:
    state = scene.state
    return due.due(state.plan, state.utc, state.options.quiet, state.wall.zone).missed


def _as_told(scene: Scene) -> Scene:
    """What was missed is noted, and need not be told again."""
    untold = _untold(scene)
    scene = scene.set(plan=changes.told(scene.state.plan, untold, scene.state.utc))
    for occurrence in untold:
        scene = scene.act(Record(Outcome.MISSED, record_of(occurrence)))
    return scene


def _missed_names(scene: Scene, occurrences: tuple[Occurrence, ...]) -> tuple[str, ...]:
    promises = (promise_of(scene.state.plan, o.promise) for o in occurrences)
    return tuple(dict.fromkeys(p.what for p in promises if p is not None and p.kind not in due.LET_GO))
