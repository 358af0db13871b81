"""Days, hours and recurring times as they are said, in the words that lines.yaml gives."""

from collections.abc import Callable
from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from voice_coach.plan.recurrence import days, last_day
from voice_coach.plan.types import Rule

_NOON = 12
_HALF = 30


class DateWords(BaseModel):
    """The words for dates. Patterns have placeholders in braces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekdays: Annotated[tuple[str, ...], Field(min_length=7, max_length=7)]
    """Monday first."""
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    ordinals: Annotated[tuple[str, ...], Field(min_length=31, max_length=31)]
    """Words for the first to the thirty-first of a month; as well for the first to the fifth of a weekday."""
    last: str
    """The last of a weekday in a month."""
    day: str
    """{weekday}, {ordinal} and {month}."""
    feasts: dict[str, str]
    """Days that are told apart, as month and day ("12-25"), with their names."""
    feast: str
    """{day} and {feast}."""
    midnight: str
    noon: str
    sharp: str
    """{hour} o'clock and {part}."""
    half: str
    """{hour} and {part}, half past."""
    past: str
    """{hour}, {minute} and {part}."""
    oh: str
    """As `past`, for minutes below ten."""
    night: str
    morning: str
    afternoon: str
    evening: str
    at: str
    """{day} and {clock}."""
    every_day: str
    every_days: str
    """{number}: every so many days."""
    every_week: str
    """{weekdays}: every week on these."""
    every_weeks: str
    """{number} and {weekdays}."""
    every_month: str
    """{ordinals}: every month on these."""
    recurring: str
    """{every} and {clocks}."""
    bounded: str
    """{recurring}, {first} and {last}."""
    begun: str
    """{recurring} and {first}: without an end."""

    def said(self, rule: Rule, numbers: tuple[str, ...], joined: Callable[[tuple[str, ...]], str]) -> str:
        """When a rule comes: the moment of one that comes once, else how often, and from when to when."""
        clocks = joined(tuple(self.said_clock(clock, numbers) for clock in rule.times))
        if rule.count == 1:
            day = self.said_day(rule.first)
            return self.at.format(day=day, clock=clocks) if clocks else day
        every = self._every(rule, numbers, joined)
        recurring = self.recurring.format(every=every, clocks=clocks) if clocks else every
        first, last = next(days(rule), None), last_day(rule)
        if first is None:
            return recurring
        pattern = self.begun if last is None else self.bounded
        return pattern.format(
            recurring=recurring, first=self.said_day(first), last="" if last is None else self.said_day(last)
        )

    def _every(self, rule: Rule, numbers: tuple[str, ...], joined: Callable[[tuple[str, ...]], str]) -> str:
        weekdays = joined(tuple(self.weekdays[day] for day in rule.weekdays))
        if rule.month_days:
            ordinals = tuple(self.last if day < 0 else self.ordinals[day - 1] for day in rule.month_days)
            return self.every_month.format(ordinals=joined(ordinals))
        if rule.nth is not None:
            ordinal = self.last if rule.nth < 0 else self.ordinals[rule.nth - 1]
            return self.every_month.format(ordinals=f"{ordinal} {weekdays}")
        if rule.every == 1:
            return self.every_week.format(weekdays=weekdays) if weekdays else self.every_day
        number = numbers[rule.every]
        if weekdays:
            return self.every_weeks.format(number=number, weekdays=weekdays)
        return self.every_days.format(number=number)

    def said_day(self, day: date) -> str:
        """A day with its weekday, and its name if it is a feast; the year goes without saying."""
        said = self.day.format(
            weekday=self.weekdays[day.weekday()],
            ordinal=self.ordinals[day.day - 1],
            month=self.months[day.month - 1],
        )
        feast = self.feasts.get(f"{day:%m-%d}")
        return said if feast is None else self.feast.format(day=said, feast=feast)

    def said_clock(self, clock: time, numbers: tuple[str, ...]) -> str:
        """A clock time with its part of the day. `numbers`: words for 0 to 59."""
        if clock.minute == 0 and clock.hour in (0, _NOON):
            return self.noon if clock.hour else self.midnight
        pattern = self.sharp if clock.minute == 0 else self.half if clock.minute == _HALF else self.past
        if 0 < clock.minute < 10:
            pattern = self.oh
        hour = numbers[(clock.hour - 1) % 12 + 1]
        return pattern.format(hour=hour, minute=numbers[clock.minute], part=self._part(clock.hour))

    def _part(self, hour: int) -> str:
        parts = ((5, self.night), (12, self.morning), (18, self.afternoon), (22, self.evening), (24, self.night))
        return next(words for end, words in parts if hour < end)
