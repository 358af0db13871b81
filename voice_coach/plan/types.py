"""Promises, the times they recur at and what became of them: immutable, and the same after a trip through JSON.

Times of a rule are wall-clock times in the promise's own zone: nine in the evening stays nine when the clocks
change. What happened carries an aware `datetime` in UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeAlias

TimeOfDay: TypeAlias = time
"""Within a class with a field `time`, which hides the type."""


class Kind(StrEnum):
    """What kind of thing has been promised."""

    TALK = "talk"
    RITUAL = "ritual"
    ACTIVITY = "activity"
    REVIEW = "review"
    MESSAGE = "message"
    """An appreciative text to the other."""
    PROGRESS = "progress"
    """The weekly question what got a little better."""


class PartOfDay(StrEnum):
    """A part of the day where no hour is said, as ISO 8601-like notation has it (T + MO, AF, EV, NI)."""

    MORNING = "MO"
    AFTERNOON = "AF"
    EVENING = "EV"
    NIGHT = "NI"


@dataclass(frozen=True, slots=True)
class Rule:
    """Wall-clock times that recur, or come once (`count` 1).

    Without `weekdays` and `nth` and `month_days`: every `every`-th day. With `weekdays`: on these in every
    `every`-th week (weeks begin on Monday). With `nth` as well: on that one (-1: the last) of these in every
    `every`-th month. With `month_days`: on these days of every `every`-th month.
    """

    first: date
    """The day from which it holds; the first occurrence is on it or after it."""
    times: tuple[time, ...] = ()
    """Naive, in order; empty where no hour is known yet."""
    weekdays: tuple[int, ...] = ()
    """0 is Monday."""
    every: int = 1
    nth: int | None = None
    month_days: tuple[int, ...] = ()
    """1 to 31; -1: the last day."""
    count: int | None = None
    """Occurrences at most; None for no end by number."""
    until: date | None = None
    """The last day on which it may come; None for no end by date."""
    part: PartOfDay | None = None
    """Where only a part of the day was said."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Something both agreed to."""

    id: str
    """Never used again for another promise; the calendar's UID is made from it."""
    kind: Kind
    what: str
    """As it is said, in lower case: "a cup of tea together"."""
    rule: Rule
    zone: str
    """Key of the time zone ("Europe/Berlin")."""
    minutes: int | None = None
    source: str = ""
    """Id of the guide's activity, or review, that it came from; "" for one that was added by hand."""
    sequence: int = 0
    """How often it has been changed, or the days on which it comes have."""
    made: datetime | None = None
    """When its rule was agreed to: aware, UTC. What the rule has before that never fell due."""
    ended: datetime | None = None
    """When both dropped it."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a promise falls due. Unique by promise, day and time."""

    promise: str
    day: date
    time: time


class Outcome(StrEnum):
    """What became of an occurrence. The newest record of it counts."""

    REMINDED = "reminded"
    POSTPONED = "postponed"
    KEPT = "kept"
    SKIPPED = "skipped"
    MISSED = "missed"
    """It fell due while nobody could be reminded, or nobody answered."""


@dataclass(frozen=True, slots=True)
class Record:
    """Something that became of an occurrence."""

    occurrence: Occurrence
    outcome: Outcome
    at: datetime
    """When it was noted: aware, UTC."""
    until: datetime | None = None
    """Until when it was put off, of what is POSTPONED or REMINDED: aware, UTC."""
    told: bool = False
    """Whether the two have heard that it was missed."""


@dataclass(frozen=True, slots=True)
class Break:
    """Days, both inclusive, on which nothing is reminded of: a holiday, an illness."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that got a little better, as it was noted; `who` said so, "" for both."""

    at: datetime
    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` to `end`, over midnight where `end` is the earlier, nothing is said unasked."""

    begin: time = time(21, 30)
    end: time = time(8, 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is promised, and what became of it."""

    promises: tuple[Promise, ...] = ()
    records: tuple[Record, ...] = ()
    breaks: tuple[Break, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    began: datetime | None = None
    """When the first promise was made: aware, UTC. The reviews count from here."""
    numbered: int = 0
    """How many promises there have been, with those that are forgotten: no id comes twice."""


class ReadingKind(StrEnum):
    """What a spoken time denotes, in the notation of `plan read`."""

    TIME = "time"
    DAY = "day"
    PART = "part"
    SPAN = "span"
    AT = "at"
    RULE = "rule"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of a spoken time. Which fields are set follows from `kind`."""

    kind: ReadingKind
    time: TimeOfDay | None = None
    """TIME, AT."""
    day: date | None = None
    """DAY, PART, AT; the first day of a SPAN."""
    last: date | None = None
    """The last day of a SPAN."""
    part: PartOfDay | None = None
    """PART."""
    rule: Rule | None = None
    """RULE."""
    ask: str | None = None
    """Why it is asked whether this was meant: a key such as "half-day"; None without doubt."""
