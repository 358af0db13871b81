"""A time zone as other calendars understand it: two rules that recur every year, from the zone's own file.

Outlook reads no lists of single changes, which is what libraries write. The rule for all years to come stands at
the end of a TZif file (RFC 9636), as in "CET-1CEST,M3.5.0,M10.5.0/3".
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Timezone

_NAME, _OFFSET = r"(<[^>]+>|[A-Za-z]+)", r"([+-]?\d+(?::\d+)*)"
_CHANGE = rf",M(\d+)\.(\d)\.(\d)(?:/{_OFFSET})?"
_RULE = re.compile(_NAME + _OFFSET + rf"(?:{_NAME}{_OFFSET}?{_CHANGE}{_CHANGE})?")
_DAY = timedelta(days=1)
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_FIRST_YEAR = 1970
_YEARS = 4
"""For so many a zone is looked at."""


@dataclass(frozen=True, slots=True)
class _Onset:
    """When, in each year, another offset from UTC begins."""

    month: int
    week: int
    """1 to 4, or -1 for the last."""
    weekday: int
    """0 is Sunday."""
    clock: timedelta
    """Since midnight, as shown until then."""
    before: timedelta
    after: timedelta
    name: str

    def day(self, year: int) -> date:
        """The day on which it begins."""
        first = date(year, self.month, 1)
        if self.week > 0:
            return first + ((self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)) * _DAY
        last = (first + 31 * _DAY).replace(day=1) - _DAY
        return last - ((last.isoweekday() - self.weekday) % 7) * _DAY

    def moment(self, year: int) -> datetime:
        """The moment at which it begins, in UTC."""
        day = self.day(year)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + self.clock - self.before


def vtimezone(key: str, around: date) -> "Timezone":
    """The zone for a calendar with dates from a day on; where two rules cannot say it, change by change for years.

    Raises ZoneInfoNotFoundError for a key that there is not.
    """
    from icalendar import Timezone  # noqa: PLC0415

    parts = _by_rules(key, around) or _by_changes(key, around)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{key}", *parts, "END:VTIMEZONE", ""]
    found = Timezone.from_ical("\r\n".join(lines))
    assert isinstance(found, Timezone)
    return found


def _by_rules(key: str, around: date) -> list[str]:
    """The zone as one offset, or as two that begin every year; empty where these cannot say it."""
    match = _RULE.fullmatch(_footer(key))
    if match is None:
        return []
    name, standard = match[1].strip("<>"), -_seconds(match[2])
    if match[3] is None:
        part = _part("STANDARD", f"{_FIRST_YEAR}0101T000000", standard, standard, name)
        return part if _is_true(key, standard, (), around) else []
    summer = -_seconds(match[4]) if match[4] else standard + timedelta(hours=1)
    there = _onset(match.group(5, 6, 7, 8), standard, summer, match[3].strip("<>"))
    back = _onset(match.group(9, 10, 11, 12), summer, standard, name)
    if not (_is_sayable(there) and _is_sayable(back) and _is_true(key, standard, (there, back), around)):
        return []
    return [*_yearly(there), *_yearly(back)]


def _by_changes(key: str, around: date) -> list[str]:
    """The zone as each of its changes from a year before the day on."""
    zone = zoneinfo.ZoneInfo(key)
    at = datetime(around.year - 1, around.month, 1, tzinfo=UTC)
    last = at.astimezone(zone)
    offset = last.utcoffset() or timedelta(0)
    parts = _part("STANDARD", f"{_FIRST_YEAR}0101T000000", offset, offset, last.tzname() or key)
    for _ in range(366 * (_YEARS + 1) * 24 * 2):
        at += timedelta(minutes=30)
        new = at.astimezone(zone)
        before, offset = offset, new.utcoffset() or timedelta(0)
        if offset != before:
            kind = "DAYLIGHT" if offset > before else "STANDARD"
            parts += _part(kind, f"{at + before:%Y%m%dT%H%M%S}", before, offset, new.tzname() or key)
    return parts


def _footer(key: str) -> str:
    """The rule at the end of the zone's file; "" where the file has none."""
    zoneinfo.ZoneInfo(key)
    files = (Path(folder, key) for folder in zoneinfo.TZPATH)
    file = next((file for file in files if file.is_file()), None)
    data = file.read_bytes() if file else resources.files("tzdata.zoneinfo").joinpath(*key.split("/")).read_bytes()
    return data.rsplit(b"\n", 2)[1].decode("ascii", "replace") if data.endswith(b"\n") else ""


def _onset(change: tuple[str, ...], before: timedelta, after: timedelta, name: str) -> _Onset:
    month, week, weekday, clock = change
    number = -1 if week == "5" else int(week)
    return _Onset(int(month), number, int(weekday), _seconds(clock or "2"), before, after, name)


def _is_sayable(onset: _Onset) -> bool:
    """Some zones change at 24:00 or at -1:00, which an hour of a day cannot say."""
    return timedelta(0) <= onset.clock < _DAY


def _is_true(key: str, standard: timedelta, onsets: tuple[_Onset, ...], around: date) -> bool:
    """Whether the zone goes by these in the years to come: Morocco's, for one, has other changes until 2087."""
    zone = zoneinfo.ZoneInfo(key)
    changes = sorted((o.moment(y), o.after) for o in onsets for y in range(around.year - 1, around.year + _YEARS))
    moment = datetime(around.year, around.month, around.day, tzinfo=UTC)
    for number in range(365 * (_YEARS - 1)):
        at = moment + number * _DAY
        offset = max((change for change in changes if change[0] <= at), default=(at, standard))[1]
        if at.astimezone(zone).utcoffset() != offset:
            return False
    instants = [(begin, offset) for begin, offset in changes if begin > moment]
    return all(begin.astimezone(zone).utcoffset() == offset for begin, offset in instants)


def _yearly(onset: _Onset) -> list[str]:
    kind = "DAYLIGHT" if onset.after > onset.before else "STANDARD"
    day = onset.day(_FIRST_YEAR)
    begin = f"{datetime(day.year, day.month, day.day) + onset.clock:%Y%m%dT%H%M%S}"
    rule = f"RRULE:FREQ=YEARLY;BYMONTH={onset.month};BYDAY={onset.week}{_WEEKDAYS[onset.weekday]}"
    return _part(kind, begin, onset.before, onset.after, onset.name, rule)


def _part(kind: str, begin: str, before: timedelta, after: timedelta, name: str, *rules: str) -> list[str]:
    offsets = [f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(after)}"]
    return [f"BEGIN:{kind}", f"DTSTART:{begin}", *offsets, f"TZNAME:{name}", *rules, f"END:{kind}"]


def _offset(offset: timedelta) -> str:
    minutes = round(abs(offset) / timedelta(minutes=1))
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02}{minutes % 60:02}"


def _seconds(clock: str) -> timedelta:
    """A signed clock such as "-3:30"."""
    hours, minutes, seconds = ([int(part) for part in clock.lstrip("+-").split(":")] + [0, 0])[:3]
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if clock.startswith("-") else length
