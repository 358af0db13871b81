"""What a session wants done, in order. The table carries it out; nothing here has happened yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from voice_coach.attention import Attention
from voice_coach.guide.catalogue import Value


class ChimeKind(StrEnum):
    """The earcons: distinct and quiet."""

    START = "start"
    ONE_MINUTE = "one-minute"
    TIME = "time"
    PAUSE = "pause"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a line: a key of `guide.catalogue.LINES`, or a text of the guide (`guide/...`), with its values.

    `brief`: only the question at its end. The table answers with `Spoke(token)` once it has been heard.
    """

    line: str
    token: int
    values: Mapping[str, Value] = field(default_factory=dict)
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Chime:
    """Play an earcon after what was said before it. Answered with `Spoke(token)`."""

    kind: ChimeKind
    token: int


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking at once and drop what waits to be said. No `Spoke` follows for what was dropped."""


@dataclass(frozen=True, slots=True)
class Attend:
    """From now on listen in this way."""

    attention: Attention


@dataclass(frozen=True, slots=True)
class Adjust:
    """Speak at this rate and volume from now on: steps from -3 to 3, 0 being the setting."""

    rate: int
    volume: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something worth a line in the log, or on the screen: kind is one of turn, pause, step, note, end."""

    kind: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Print:
    """Show this text on the screen; do not speak it."""

    line: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """Something to keep beside the state: planned, reminded, postponed, kept, skipped, missed, noted, removed.

    It is on disk before anything of the same step is said. `removed` names what is to go by its values.
    """

    kind: str
    data: Mapping[str, str | int | float | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything that is kept, on disk as well."""


Action: TypeAlias = Say | Chime | Hush | Attend | Adjust | Mark | Print | Record | Forget
