"""Where a talk stands: immutable, and the same after a trip through JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from voice_coach.attention import WAKE_PHRASE
from voice_coach.guide.catalogue import Value
from voice_coach.plan.arrange import Wanted
from voice_coach.plan.types import Kind, Occurrence, Plan, QuietHours, Reading, Rule
from voice_coach.session.events import WallTime
from voice_coach.session.phases import Phase

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What the settings decide. Times in seconds; `turn_s` None means the guide's own."""

    names: tuple[str, str]
    turn_s: float | None = None
    grace_s: float = 10.0
    breath_s: float = 4.0
    pause_s: float = 600.0
    wake: str = WAKE_PHRASE
    seed: int = 0
    """Decides who starts when the coach is told to choose."""
    stays: bool = False
    """Whether it stays on between talks, and reminds; otherwise it is over with the goodbye."""
    quiet: QuietHours = field(default_factory=QuietHours)


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say: a key of the catalogue or of the guide, with its values."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    brief: bool = False
    """Only the question at its end."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Two equal turns of `turn_s` seconds. A turn is over when it is used up or its speaker gave up the rest."""

    speaker: int
    turn_s: float
    granted_s: float = 0.0
    """Extra seconds, already part of `turn_s`: both have them."""
    used_s: tuple[float, float] = (0.0, 0.0)
    gave_up: tuple[bool, bool] = (False, False)

    @property
    def left_s(self) -> float:
        """Seconds the speaker still has."""
        return self.turn_s - self.used_s[self.speaker]

    def spend(self, seconds: float) -> "Turns":
        """Count `seconds` as spoken by the speaker."""
        return replace(self, used_s=_put(self.used_s, self.speaker, self.used_s[self.speaker] + seconds))

    def use_up(self) -> "Turns":
        """The speaker's time is over, to the last second."""
        return replace(self, used_s=_put(self.used_s, self.speaker, self.turn_s))

    def grant(self, seconds: float) -> "Turns":
        """Both have so much more."""
        return replace(self, turn_s=self.turn_s + seconds, granted_s=self.granted_s + seconds)

    def give_up(self) -> "Turns":
        """The speaker leaves the rest of the turn."""
        return replace(self, gave_up=_put(self.gave_up, self.speaker, True))

    def to_other(self) -> "Turns":
        """The other has the floor."""
        return replace(self, speaker=1 - self.speaker)

    def waits(self, who: int) -> bool:
        """Whether `who` still has time that they did not give up."""
        return self.used_s[who] < self.turn_s and not self.gave_up[who]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the pair is about to agree on."""

    choice: str
    minutes: int | None = None
    rule: Rule | None = None
    """When it shall be."""
    wanted: Wanted | None = None
    """What kind of time is asked for; None where none is."""
    kind: Kind = Kind.ACTIVITY
    source: str = ""
    """Id of the activity that asked for it."""
    promise: str = ""
    """Id of the promise that it changes; "" for a new one."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of a list, and the part of the guide it was made in."""

    part: int
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """A command that is carried out once it has been confirmed: its intent, and what it is about."""

    intent: str
    step: int = 0
    promise: str = ""
    """Id of the promise that it is about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pair is in the guide and in the conversation: what a pause keeps and undo brings back."""

    phase: Phase
    part: int = 0
    activity: int = -1
    """Index of the activity in the part; -1 while the part itself is read."""
    script: tuple[Line, ...] = ()
    """What is being read or asked: said again after an interruption."""
    left_s: float | None = None
    """Seconds until the phase ends by itself (in a turn: see `turns`); None if it never does."""
    warn_s: float | None = None
    """When this many seconds are left, the one-minute chime is due; None when it has been given."""
    turns: Turns | None = None
    proposal: Proposal | None = None
    who: int = 0
    """Who is being asked, where each is asked by name."""
    reminded: bool = False
    """Whether this question has been asked again, or this warning been given."""
    missed: int = 0
    """How many answers in a row have not been understood."""
    waits: bool = False
    """Whether patience with the question is over: an answer needs the wake phrase."""
    aside: bool = False
    """A timer started by a command: when it is done, the place beneath comes back."""
    extended: bool = False
    """Whether the pause has had its five minutes more."""
    request: Request | None = None
    """What is to be confirmed, or is asked of each of the two by name."""
    reading: Reading | None = None
    """The part of a time that has been said already."""
    occurrence: Occurrence | None = None
    """What is reminded of, or being timed."""
    words: str = ""
    """Their own words, of which it is asked whether they are right."""
    speaker: str = ""
    """Who has said to be the one who speaks now; "" for nobody in particular."""


@dataclass(frozen=True, slots=True)
class State:
    """The whole state of a talk. `now` and all times are seconds on the caller's clock."""

    guide: str
    options: Options
    place: Place = Place(Phase.OFF)
    beneath: tuple[Place, ...] = ()
    """Places to come back to: under a pause, a question whether to stop, a timer on demand."""
    now: float = 0.0
    token: int = 0
    """How many things the coach has been told to say."""
    speaking: bool = False
    """Whether they have not all been heard yet; no clock runs meanwhile."""
    target: int = 1
    """The part that follows the opening: "go to step five" may come before both have consented."""
    consented: bool = False
    alarm_s: float | None = None
    """Seconds until the background timer (phones in another room) is up."""
    alarm: Line | None = None
    rate: int = 0
    volume: int = 0
    notes: tuple[Note, ...] = ()
    archive: tuple[Note, ...] = ()
    """The notes of earlier talks."""
    plan: Plan = field(default_factory=Plan)
    wall: WallTime = field(default_factory=WallTime)
    """The clock on the wall, when it was last read."""
    heard_at: float = 0.0
    """When somebody last gave a command."""
    undo: "State | None" = None
    """How everything stood before the last command that changed anything."""

    @property
    def bottom(self) -> Place:
        """The place beneath all others."""
        return (*self.beneath, self.place)[0]

    @property
    def between_talks(self) -> bool:
        """Whether no talk is under way: at most a reminder, or what is asked or timed while it rests."""
        return self.bottom.phase in _BETWEEN or self.bottom.occurrence is not None

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """The notes of all talks, the earliest first."""
        return (*self.archive, *self.notes)

    def with_notes(self, texts: Sequence[str | None]) -> "State":
        """The state with these texts for those of `all_notes`; None for one that goes."""
        kept = [*zip(self.all_notes, texts, strict=True)]
        archive, notes = kept[: len(self.archive)], kept[len(self.archive) :]
        return replace(self, archive=_reworded(archive), notes=_reworded(notes))

    @property
    def utc(self) -> datetime:
        """The time on the wall now: aware, UTC."""
        return self.wall.utc + timedelta(seconds=self.now - self.wall.at)

    @property
    def local(self) -> datetime:
        """The time on the wall now, as the kitchen's clock shows it: naive."""
        return self.utc.astimezone(ZoneInfo(self.wall.zone)).replace(tzinfo=None)

    def to_json(self) -> str:
        """JSON text that `from_json` reads back."""
        return _ADAPTER.dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> "State":
        """The state that `to_json` wrote. ValueError where it is none."""
        return _ADAPTER.validate_json(text)


def _reworded(notes: Sequence[tuple[Note, str | None]]) -> tuple[Note, ...]:
    return tuple(replace(note, text=text) for note, text in notes if text is not None)


def _put(pair: tuple[T, T], index: int, value: T) -> tuple[T, T]:
    return (value, pair[1]) if index == 0 else (pair[0], value)


_BETWEEN = frozenset({Phase.OFF, Phase.IDLE, Phase.ENDED, Phase.RESTING, Phase.REMINDING, Phase.POSTPONING})
_ADAPTER = TypeAdapter(State)
