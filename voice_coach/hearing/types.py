"""What hearing is told (attention) and what it tells (events). Times: seconds of audio since the stream began."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from voice_coach.hearing.graph import SlotValue

SAMPLE_RATE = 16_000
"""Samples a second of all audio inside hearing."""


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

    def asks_for(self, intent: str, slots: Mapping[str, SlotValue]) -> bool:
        """Whether a command is one of the answers, with a value that was asked for."""
        if intent not in self.answers:
            return False
        limited = {name for name, _ in self.values}
        return all(item in self.values for item in slots.items() if item[0] in limited)


@dataclass(frozen=True, slots=True)
class Heard:
    """A command. `start`, `end`: of its words, without the wake phrase; `decided`: the audio consumed by then.

    `explicit`: said in words that mean this intent and nothing else, as consent needs (see commands.yaml).
    """

    intent: str
    slots: Mapping[str, SlotValue]
    text: str
    start: float
    end: float
    decided: float
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Wake:
    """The wake phrase was heard; what follows within a few seconds is meant for the coach."""

    phrase: str
    start: float
    end: float
    decided: float


@dataclass(frozen=True, slots=True)
class Ignored:
    """Speech that had no effect, and why. `no-match` was meant for the coach as far as can be told.

    `called`: said behind the wake phrase.
    """

    text: str
    start: float
    end: float
    decided: float
    reason: Literal["no-match", "single-word", "no-wake"]
    called: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The coach was called and nothing has followed, from `start` to `end`: time to show that it listens."""

    start: float
    end: float
    decided: float


HearingEvent: TypeAlias = Heard | Wake | Ignored | Waiting
