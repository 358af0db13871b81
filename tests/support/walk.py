"""Everything that can happen in a talk, found by walking through a guide: no list by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from voice_coach.guide import Guide
from voice_coach.plan.types import Kind, Plan, Promise, Rule
from voice_coach.session import (
    Action,
    Closed,
    Event,
    Heard,
    Opened,
    Options,
    Phase,
    Spoke,
    State,
    Tick,
    Unclear,
    Wall,
    WallTime,
    deadline,
    start,
    step,
)
from voice_coach.session.state import Place
from voice_coach.session.transitions import INTENTS

NAMES = ("Anna", "Ben")
WAKE = "hey coach"
_DEEPEST = 2
"""Places beneath, of those from which the walk goes on."""


NINE = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
_BETWEEN = (Phase.RESTING, Phase.REMINDING)


@dataclass(frozen=True)
class Happened:
    """One step of the session."""

    before: State
    event: Event
    after: State
    actions: tuple[Action, ...]


def walk(guide: Guide) -> Iterator[Happened]:
    """Every event in every state that differs in what matters."""
    waiting = [start(guide, Options(NAMES, wake=WAKE)), *_between_talks(guide)]
    seen = set(map(_key, waiting))
    while waiting:
        before = waiting.pop()
        # What is read goes on when it has been spoken; else clocks run only in silence.
        before = replace(before, speaking=before.place.phase is Phase.TELLING)
        for event in _events(guide, before):
            after, actions = step(guide, before, event)
            yield Happened(before, event, after, actions)
            # Whether to stop what is timed at rest is asked above both.
            deepest = _DEEPEST + (after.place.phase is Phase.CONFIRMING and after.bottom.phase is Phase.RESTING)
            if _key(after) not in seen and len(after.beneath) < deepest:
                seen.add(_key(after))
                waiting.append(after)


def _between_talks(guide: Guide) -> Iterator[State]:
    """Resting with one promise of each kind, which is due at NINE; and with one that was missed the day before."""
    resting = replace(start(guide, Options(NAMES, wake=WAKE, stays=True)), place=Place(Phase.RESTING))
    yield resting
    yield replace(resting, place=Place(Phase.IDLE, left_s=300.0))
    yield replace(resting, place=Place(Phase.WAITING, part=1, waits=True), now=7200.0)
    for kind in Kind:
        for source in [review.id for review in guide.reviews] if kind is Kind.REVIEW else [""]:
            if kind in (Kind.MESSAGE, Kind.PROGRESS) and guide.weekly is None:
                continue
            promise = Promise(
                f"{kind}-1", kind, "a cup of tea", Rule(NINE.date(), (NINE.time(),)), "UTC", 10, source
            )
            for before in (timedelta(hours=1), timedelta(days=-1)):
                utc = NINE - before
                daily = Rule(NINE.date(), (NINE.time(),), count=9)
                ritual = Promise("a-ritual", Kind.RITUAL, "three good things", daily, "UTC", 10, made=utc)
                promised = (replace(promise, made=utc - timedelta(days=2)),)
                plan = Plan(promised + ((ritual,) if kind is Kind.REVIEW else ()), began=utc)
                yield replace(resting, plan=plan, wall=WallTime(0.0, utc, "UTC"))


def _events(guide: Guide, state: State) -> Iterator[Event]:
    now = state.now
    if state.place.phase is Phase.OFF:
        yield Opened(now)
        return
    yield Spoke(now, state.token)
    if state.options.stays and not state.beneath:
        yield Wall(now, WallTime(now, NINE, "UTC"))
    if state.plan.promises and not state.beneath:
        yield Opened(now, state.wall)
    if (due := deadline(state)) is not None:
        yield Tick(due)
    yield Closed(now)
    yield Unclear(now)
    yield Unclear(now, called=True)
    if state.place.missed or state.place.waits:
        return
    slots = {"step": 2, "minutes": 1, "n": 30, "name": "Anna", "text": "stress", "choice": "none"}
    activity = guide.all_parts[state.place.part].activities[state.place.activity : state.place.activity + 1]
    options = getattr(activity[0], "options", ()) if activity and state.place.activity >= 0 else ()
    minutes = getattr(activity[0], "minutes", None) if activity else None
    for intent, names in INTENTS.items():
        chosen = {name: slots[name] for name in names if name in slots}
        yield Heard(now, intent, chosen, explicit=True)
        yield Heard(now, intent, {}, explicit=False)
        if intent == "choose" and options:
            yield Heard(now, intent, {"choice": options[0]}, explicit=True)
        if intent == "when" and not state.beneath:
            yield Heard(now, intent, {"weekday": 3}, explicit=True)
        if intent == "when":
            yield Heard(now, intent, {"hour": 9, "part": "EV"}, explicit=True)
        if intent == "number" and state.place.phase is Phase.AMENDING:
            yield Heard(now, intent, {"n": 1}, explicit=True)
        if intent == "number" and minutes:
            yield Heard(now, intent, {"n": round(minutes.default)}, explicit=True)


def _key(state: State) -> object:
    place = state.place
    full = not state.beneath or state.beneath[0].phase in (Phase.TURN, Phase.CHOOSING)
    return (
        *(place.phase, *((place.part, place.activity) if full or place.aside else ()), place.who),
        # Asking back is the same above whatever it is: above one phase it is tried to its end.
        *((min(place.missed, 7) if full else 0), place.waits and full, place.reminded and full),
        *(
            place.aside,
            place.extended,
            place.request,
            place.proposal is not None,
            place.turns and (place.turns.speaker, place.turns.waits(0), place.turns.waits(1)),
            place.warn_s is None,
        ),
        *(state.consented, min(len(state.notes), 6) if place.phase is Phase.LISTING else 0),
        bool(state.plan.promises) and place.phase is Phase.WAITING,
        state.alarm is not None and not state.beneath and place.part <= 1,
        *(under.phase for under in state.beneath),
        place.occurrence is not None,
        state.options.stays if place.phase in (Phase.IDLE, Phase.ENDED, Phase.WAITING) else False,
        place.reading is not None,
        tuple(promise.kind for promise in state.plan.promises) if place.phase in _BETWEEN else (),
        place.phase is Phase.AMENDING and bool(state.plan.promises),
        state.utc > NINE if place.phase is Phase.RESTING else False,
    )
