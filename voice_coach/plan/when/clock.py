"""The time of the clock that somebody names, and what is told by a part of the day."""

from dataclasses import dataclass
from datetime import time

from voice_coach.plan.types import PartOfDay
from voice_coach.plan.when.atoms import Atoms, NoSuchTimeError

_NOON, _DAY = 12 * 60, 24 * 60
_PM_BEFORE = 8
"""Without anything to go by, hours before this one are in the afternoon: nobody plans for six in the morning."""
_NIGHT_FROM, _EVENING_FROM, _AFTERNOON_TO = 6, 4, 7
"""Hours of a twelve-hour clock: from six "at night" is before midnight; from four it is "in the evening"; seven is
the
last "in the afternoon"."""


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

    Raises NoSuchTimeError.
    """
    more = atoms.number("minute") + atoms.number("offset")
    half = atoms.text("half") or (told.value if told else "")
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
            return (_DAY, False) if hour == 0 else (_NOON, hour < _EVENING_FROM)
    return (_NOON, False) if hour >= _NIGHT_FROM else (_DAY, hour > 0)


def _likely(hour: int, context: PartOfDay | None) -> tuple[int, bool]:
    """The same where nothing was told."""
    if context is PartOfDay.MORNING:
        return (_NOON if hour == 0 else 0), True
    if context is None and hour >= _PM_BEFORE:
        return 0, True
    return _NOON, True
