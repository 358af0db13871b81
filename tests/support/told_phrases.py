"""Every phrase that a line tells people to say, in every phase in which that line can be heard.

Found by walking through a guide with everything that can happen, not listed by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.guide import Book, Guide
from voice_coach.guide.catalogue import INTENTS
from voice_coach.session import (
    Event,
    Heard,
    Opened,
    Options,
    Phase,
    Say,
    Spoke,
    State,
    Tick,
    Unclear,
    deadline,
    start,
    step,
)
from voice_coach.session.attention import attention

NAMES = ("Anna", "Ben")
WAKE = "hey coach"


@dataclass(frozen=True)
class Told:
    """A phrase that `line` names while the coach is in `phase`.

    `text`: what people say then, with the wake phrase where it is needed and the line names it; `words`: the same
    without it; `intent`: what they must mean; `called`: whether the wake phrase is part of the text.
    """

    phase: Phase
    attend: Attention
    line: str
    text: str
    words: str
    intent: str | None
    called: bool


def told_phrases(guide: Guide, commands: Commands) -> Iterator[Told]:
    """All of them for a guide, each once. `commands` must know the guide's options and the names of NAMES."""
    book = Book.load(guide)
    found: dict[Told, None] = {}
    done: set[object] = set()
    for state, say in _said(guide):
        place = state.place
        attend = attention(guide, place)
        if (place.phase, attend, say.line, repr(say.values)) in done:
            continue
        done.add((place.phase, attend, say.line, repr(say.values)))
        # While something is read, only what follows the wake phrase counts.
        needs_call = attend.mode is Mode.GUARDED or place.phase is Phase.TELLING
        whole = " ".join(book.say(say.line, say.values)).casefold()
        for phrase in book.phrases(say.line, say.values):
            named = phrase.casefold().startswith(WAKE)
            words = phrase[len(WAKE) :].lstrip(" ,") if named else phrase
            called = named or (needs_call and WAKE in whole)
            match = commands.exact(commands.words(words))
            text = f"{WAKE}, {words}" if called else words
            found[Told(place.phase, attend, say.line, text, words, match and match.intent, called)] = None
    yield from found


def _said(guide: Guide) -> Iterator[tuple[State, Say]]:
    """Every line that can be said, with the state in which it is."""
    first = start(guide, Options(NAMES, wake=WAKE))
    seen = {_key(first)}
    waiting = [first]
    while waiting:
        before = waiting.pop()
        for event in _events(guide, before):
            after, actions = step(guide, before, event)
            for action in actions:
                if isinstance(action, Say):
                    yield after, action
            if _key(after) not in seen and len(after.beneath) < 2:
                seen.add(_key(after))
                waiting.append(after)


def _events(guide: Guide, state: State) -> Iterator[Event]:
    now = state.now
    if state.place.phase is Phase.OFF:
        yield Opened(now)
        return
    if state.speaking and state.place.phase is Phase.TELLING:
        yield Spoke(now, state.token)
    silent = replace(state, speaking=False)
    due = deadline(silent)
    if due is not None and not state.speaking:
        yield Tick(due)
    yield Spoke(now, state.token)
    yield Unclear(now)
    yield Unclear(now, called=True)
    if state.place.missed or state.place.waits:
        return
    slots = {"step": 2, "minutes": 1, "n": 30, "name": "Anna", "text": "stress", "choice": "none"}
    activity = guide.parts[state.place.part].activities[state.place.activity : state.place.activity + 1]
    options = getattr(activity[0], "options", ()) if activity and state.place.activity >= 0 else ()
    minutes = getattr(activity[0], "minutes", None) if activity else None
    for intent, names in INTENTS.items():
        chosen = {name: slots[name] for name in names if name in slots}
        yield Heard(now, intent, chosen, explicit=True)
        yield Heard(now, intent, {}, explicit=False)
        if intent == "choose" and options:
            yield Heard(now, intent, {"choice": options[0]}, explicit=True)
        if intent == "number" and minutes:
            yield Heard(now, intent, {"n": round(minutes.default)}, explicit=True)


def _key(state: State) -> object:
    place = state.place
    return (
        *(place.phase, place.part, place.activity, place.who, min(place.missed, 7), place.waits, place.reminded),
        *(
            place.aside,
            place.extended,
            place.request,
            place.proposal is not None,
            place.turns and place.turns.speaker,
        ),
        *(state.consented, min(len(state.notes), 6) if place.phase is Phase.LISTING else 0),
        *(under.phase for under in state.beneath),
    )
