"""Everything that can happen in a talk, found by walking through a guide: no list by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from voice_coach.guide import Guide
from voice_coach.session import (
    Action,
    Event,
    Heard,
    Opened,
    Options,
    Phase,
    Spoke,
    State,
    Tick,
    Unclear,
    deadline,
    start,
    step,
)
from voice_coach.session.transitions import INTENTS

NAMES = ("Anna", "Ben")
WAKE = "hey coach"
_DEEPEST = 2
"""Places beneath, of those from which the walk goes on."""


@dataclass(frozen=True)
class Happened:
    """One step of the session."""

    before: State
    event: Event
    after: State
    actions: tuple[Action, ...]


def walk(guide: Guide) -> Iterator[Happened]:
    """Every event in every state that differs in what matters."""
    first = start(guide, Options(NAMES, wake=WAKE))
    seen = {_key(first)}
    waiting = [first]
    while waiting:
        before = waiting.pop()
        # What is read goes on when it has been spoken; else clocks run only in silence.
        before = replace(before, speaking=before.place.phase is Phase.TELLING)
        for event in _events(guide, before):
            after, actions = step(guide, before, event)
            yield Happened(before, event, after, actions)
            if _key(after) not in seen and len(after.beneath) < _DEEPEST:
                seen.add(_key(after))
                waiting.append(after)


def _events(guide: Guide, state: State) -> Iterator[Event]:
    now = state.now
    if state.place.phase is Phase.OFF:
        yield Opened(now)
        return
    yield Spoke(now, state.token)
    if (due := deadline(state)) is not None:
        yield Tick(due)
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
        if intent == "when":
            yield Heard(now, intent, {"hour": 9, "part": "EV"}, explicit=True)
        if intent == "number" and minutes:
            yield Heard(now, intent, {"n": round(minutes.default)}, explicit=True)


def _key(state: State) -> object:
    place = state.place
    return (
        *(place.phase, place.part, place.activity, place.who),
        *(min(place.missed, 7), place.waits, place.reminded),
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
        state.alarm is not None and not state.beneath,
        *(under.phase for under in state.beneath),
    )
