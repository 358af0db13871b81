"""Which commands count and when: what the session asks for and the hearing goes by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

SlotValue: TypeAlias = str | int
"""The value of a slot: a name, an option, words as they were said, or a number."""


WAKE_PHRASE = "hey coach"
"""The wake phrase, unless the settings have another."""
WAKE_WINDOW_S = 5.0
"""How long after the wake phrase a command may begin, in seconds."""


class Mode(StrEnum):
    """How readily speech is taken for a command."""

    OPEN = "open"
    """Nobody has the floor: commands count without the wake phrase."""
    GUARDED = "guarded"
    """The two talk to each other: only phrases behind the wake phrase count."""


@dataclass(frozen=True, slots=True)
class Attention:
    """A mode and, when it is open, the intents that the open question asks for.

    A command is prompted when the wake phrase came before it or it is one of these `answers`: then a single word
    will do, and it is acted on as it comes. All else is unprompted: two words or more, and verified before that.
    Of the answers, those that must be `explicit` are waited for a little longer: more words may change them.
    `values` are what their slots may hold, as (slot, value); a slot that is not among them may hold anything.
    """

    mode: Mode
    answers: frozenset[str] = frozenset()
    explicit: frozenset[str] = frozenset()
    values: frozenset[tuple[str, SlotValue]] = frozenset()
    called: frozenset[str] = frozenset()
    """What a question asked for that now waits: answers behind the wake phrase alone."""

    def asks_for(self, intent: str, slots: Mapping[str, SlotValue]) -> bool:
        """Whether a command is one of the answers, with a value that was asked for."""
        if intent not in self.answers:
            return False
        limited = {name for name, _ in self.values}
        return all(item in self.values for item in slots.items() if item[0] in limited)

    @property
    def expected(self) -> frozenset[str]:
        """The answers, and what would be one behind the wake phrase."""
        return self.answers | self.called
