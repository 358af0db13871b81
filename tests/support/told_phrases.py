"""Every phrase that a line tells people to say, in every phase in which that line can be heard.

Found by walking through a guide with everything that can happen, not listed by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from support.walk import WAKE, walk
from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.guide import Book, Guide
from voice_coach.session import Phase, Say, State
from voice_coach.session.attention import attention


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
            listening = commands.while_asked(attend.expected)
            match = listening.exact(listening.words(words))
            text = f"{WAKE}, {words}" if called else words
            found[Told(place.phase, attend, say.line, text, words, match and match.intent, called)] = None
    yield from found


def _said(guide: Guide) -> Iterator[tuple[State, Say]]:
    """Every line that can be said, with the state in which it is."""
    for happened in walk(guide):
        for action in happened.actions:
            if isinstance(action, Say):
                yield happened.after, action
