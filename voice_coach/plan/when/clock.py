"""The time of the clock that somebody names, and what is told by a part of the day."""

from dataclasses import dataclass
from datetime import time

from voice_coach.plan.types import PartOfDay
from voice_coach.plan.when.atoms import Atoms, NoSuchTimeError

_NOON, _DAY = 12 * 60, 24 * 60
_PM_BEFORE = 8
"""Without anything to go by, hours before this one are in the afternoon: nobody plans for six in the morning."""
_NIGHT_FROM, _EVENING_FROM, _AFTERNOON_TO = 6, 4, 7
"""Hours of a twelve-hour clock: from six "at night" is before midnight; from four "in the evening" is, and
what is earlier is of the night behind it; seven is the last "in the afternoon"."""

_PLAIN = {"half", "hour24", "fixed"}
"""Slots that tell by themselves which half of the day is meant."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of the clock, as minutes of the day; a day and more where it is told of the day before."""

    minutes: int
    unsure: bool = False
    """Whether it may as well be twelve hours earlier or later."""
    midnight: bool = False

    @property
    def time(self) -> time:
        """The time of the day."""
        return time(*divmod(self.minutes % _DAY, 60))

    @property
    def days_later(self) -> int:
        """1 where it is after midnight, of the night that belongs to the day before; else 0."""
        return self.minutes // _DAY


def clock_of(atoms: Atoms, context: PartOfDay | None, told: PartOfDay | None) -> Clock | None:
    """The time of the clock in the slots; None where there is none.

    `told`: the part of the day that was said with the day. `context`: the one in which it is likely to be.

    Raises NoSuchTimeError, also for an hour that is said to be in another part of the day than `told`.
    """
    found = _clock(atoms, context, atoms.text("half") or (told.value if told else ""))
    is_plain = not _PLAIN.isdisjoint(atoms.slots)
    if found is not None and told is not None and is_plain and not _is_within(found, told):
        raise NoSuchTimeError
    return found


def _clock(atoms: Atoms, context: PartOfDay | None, half: str) -> Clock | None:
    """The same; `half`: what was told of the half or the part of the day, "" for nothing."""
    more = atoms.number("minute") + atoms.number("offset")
    if "fixed" in atoms:
        return _fixed(atoms.number("fixed") * 60, more, half)
    if "hour24" in atoms:
        if half in {"AM", PartOfDay.MORNING}:
            raise NoSuchTimeError
        return Clock(atoms.number("hour24") * 60 + more)
    if "hour" not in atoms:
        return None
    # "Ten to one p.m." is of the afternoon: the clock's hand tells, not the hour that is named.
    hand = (atoms.number("hour") * 60 + more) % _NOON
    begins, unsure = _beginning(hand // 60, half) if half else _likely(hand // 60, context)
    return Clock(begins + hand, unsure)


def _is_within(clock: Clock, part: PartOfDay) -> bool:
    """Whether it may be said of this part of the day: one in the morning is still of the evening before."""
    hour = clock.minutes % _DAY // 60
    match part:
        case PartOfDay.MORNING:
            return hour < _NOON // 60
        case PartOfDay.AFTERNOON:
            return _NOON <= clock.minutes % _DAY < _NOON + (_AFTERNOON_TO + 1) * 60
    return not _NIGHT_FROM <= hour < _NOON // 60 + _EVENING_FROM


def _fixed(at: int, more: int, half: str) -> Clock:
    """Noon or midnight, or some minutes before or after it."""
    if half in ({"AM", PartOfDay.MORNING} if at == _NOON else {"PM", PartOfDay.MORNING, PartOfDay.AFTERNOON}):
        raise NoSuchTimeError
    return Clock(at + more, midnight=at == _DAY and not half)


def _beginning(hour: int, half: str) -> tuple[int, bool]:
    """When the half of the day that was told begins, in minutes, and whether that is in doubt. `hour`: 0 to 11."""
    match half:
        case "AM":
            return 0, False
        case "PM":
            return _NOON, False
        case PartOfDay.MORNING:
            return 0, hour == 0
        case PartOfDay.AFTERNOON:
            return _NOON, hour > _AFTERNOON_TO
        case PartOfDay.EVENING:
            return (_NOON, False) if hour >= _EVENING_FROM else (_DAY, hour > 0)
    return (_NOON, False) if hour >= _NIGHT_FROM else (_DAY, hour > 0)


def _likely(hour: int, context: PartOfDay | None) -> tuple[int, bool]:
    """The same where nothing was told."""
    if context is PartOfDay.MORNING:
        return (_NOON if hour == 0 else 0), True
    if context is None and hour >= _PM_BEFORE:
        return 0, True
    return _NOON, True
