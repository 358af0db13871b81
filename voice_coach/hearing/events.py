"""The events of hearing. Times are in seconds of audio since the stream began."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from voice_coach.attention import SlotValue


@dataclass(frozen=True, slots=True)
class Heard:
    """A recognised command."""

    intent: str
    slots: Mapping[str, SlotValue]
    text: str
    """The words, without the wake phrase; `start` and `end` are theirs."""
    start: float
    end: float
    decided: float
    """The audio consumed when it was decided on."""
    explicit: bool = False
    """Whether it was said in words that mean nothing but this intent, as consent needs (see commands.yaml)."""


@dataclass(frozen=True, slots=True)
class Wake:
    """A call by the wake phrase: what follows within WAKE_WINDOW_S is meant for the coach."""

    phrase: str
    start: float
    end: float
    decided: float


@dataclass(frozen=True, slots=True)
class Ignored:
    """Speech that had no effect."""

    text: str
    start: float
    end: float
    decided: float
    reason: Literal["no-match", "single-word", "no-wake"]
    """Why it had none; `no-match` was meant for the coach as far as can be told."""
    called: bool = False
    """Whether it came behind the wake phrase."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Quiet after a call, from `start` to `end`: time to show that the coach listens."""

    start: float
    end: float
    decided: float


HearingEvent: TypeAlias = Heard | Wake | Ignored | Waiting
