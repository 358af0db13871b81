"""What hearing is told (attention) and what it tells (events). Times: seconds of audio since the stream began."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from voice_coach.attention import SlotValue


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
