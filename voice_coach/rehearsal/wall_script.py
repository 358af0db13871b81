"""Moments on the wall, as scripts name them (`+1d 21:00`, `Sunday 10:00`), and changes of the clock (`-2w`)."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from voice_coach.errors import ScriptError

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AFTER_DAYS = re.compile(r"(?:\+(\d+)d\s+)?(\d{1,2}:\d{2})")
_ON_WEEKDAY = re.compile(r"([A-Za-z]+)\s+(\d{1,2}:\d{2})")
_CHANGE = re.compile(r"([+-])(\d+)(w|d|h|min)")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class WallMoment:
    """A moment by the clock on the wall: so many days on, or the next such weekday."""

    clock: time
    days: int = 0
    weekday: int | None = None

    def after(self, local: datetime) -> datetime:
        """The moment, for somebody for whom it is `local` (naive) now."""
        days = self.days if self.weekday is None else (self.weekday - local.weekday()) % 7
        moment = datetime.combine(local.date() + timedelta(days=days), self.clock)
        return moment + timedelta(weeks=1) if self.weekday is not None and moment <= local else moment


def read_moment(text: str, where: str) -> WallMoment:
    """`+1d 21:00`, `21:00` or `Sunday 10:00`. Raises ScriptError; `where`: file and line."""
    try:
        if found := _AFTER_DAYS.fullmatch(text):
            return WallMoment(_clock(found[2]), int(found[1] or 0))
        if found := _ON_WEEKDAY.fullmatch(text):
            return WallMoment(_clock(found[2]), weekday=_WEEKDAYS.index(found[1].lower()))
    except ValueError:
        pass
    raise ScriptError(f"{where}: expected a moment, as in `+1d 21:00` or `Sunday 10:00`, got `{text}`")


def read_change(text: str, where: str) -> timedelta:
    """`-2w`, `+1d`, `+3h`, `-5min`. Raises ScriptError; `where`: file and line."""
    found = _CHANGE.fullmatch(text)
    if found is None:
        raise ScriptError(f"{where}: expected a change of the clock, as in `-2w` or `+1h`, got `{text}`")
    change = int(found[2]) * _UNITS[found[3]]
    return -change if found[1] == "-" else change


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))
