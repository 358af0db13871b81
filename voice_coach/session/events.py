"""What can happen to a session. `at` is seconds on the caller's clock, which never runs backwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from voice_coach.attention import SlotValue


@dataclass(frozen=True, slots=True)
class WallTime:
    """What the clock on the wall showed at a moment of the caller's clock."""

    at: float = 0.0
    """Seconds on the caller's clock."""
    utc: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    """Aware, in UTC; the default stands for a clock that nobody has read."""
    zone: str = "UTC"
    """Key of the time zone of the kitchen ("Europe/Berlin")."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The coach has been switched on. Always the first event, also for a state that was kept."""

    at: float
    wall: WallTime = field(default_factory=WallTime)


@dataclass(frozen=True, slots=True)
class Heard:
    """A command was understood: its intent (see prompts/<lang>/commands.yaml) and slots.

    `explicit`: in words that mean this intent and nothing else, as consent needs.
    """

    at: float
    intent: str
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Speech meant for the coach was not understood. `called`: it came behind the wake phrase, or was typed."""

    at: float
    called: bool = False


@dataclass(frozen=True, slots=True)
class Spoke:
    """Everything up to the `token` of a Say or Chime has been heard by the pair."""

    at: float
    token: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed. Due when `deadline(state)` is reached; harmless at any other moment."""

    at: float


@dataclass(frozen=True, slots=True)
class Wall:
    """The clock on the wall has been read, and may be trusted. Due every half minute or so."""

    at: float
    wall: WallTime


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody can say anything more: what was typed has ended."""

    at: float


Event: TypeAlias = Opened | Closed | Heard | Unclear | Spoke | Tick | Wall


class Trigger(StrEnum):
    """What sets off a row of the table without anybody saying it."""

    OPENED = "opened"
    """The coach has been switched on."""
    CLOSED = "closed"
    """Nobody can say anything more."""
    SPOKE = "spoke"
    """Everything it was told to say has been played."""
    DUE = "due"
    """The phase's time is up or, where a question is open, the patience with it."""
    MINUTE = "minute"
    """One minute of the phase is left."""
    ALARM = "alarm"
    """The background timer is up."""
    WALL = "wall"
    """The clock on the wall has been read."""
    UNCLEAR = "unclear"
    """Speech meant for the coach was not understood."""
