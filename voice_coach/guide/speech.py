"""Numbers, spans of time and enumerations as they are said, in the words that lines.yaml gives."""

import math

from pydantic import BaseModel, ConfigDict, Field

from voice_coach.guide.spoken_dates import DateWords
from voice_coach.plan.types import Rule


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Frozen):
    """A unit of time: "one minute", "two minutes"."""

    one: str
    many: str


class Speech(_Frozen):
    """The words for figures. Numbers beyond the list are left in digits."""

    numbers: tuple[str, ...] = Field(min_length=2)
    """Words for 0, 1, 2, ..."""
    second: Unit
    minute: Unit
    hour: Unit
    no_time: str
    and_: str = Field(alias="and")
    or_: str = Field(alias="or")
    dates: DateWords

    def when(self, rule: Rule) -> str:
        """When a rule comes."""
        return self.dates.said(rule, self.numbers, self.joined)

    def clock(self, rule: Rule) -> str:
        """The hours of a rule alone."""
        return self.joined(tuple(self.dates.said_clock(clock, self.numbers) for clock in rule.times))

    def number(self, value: float) -> str:
        """`value` in words; one that is not whole in digits."""
        if not float(value).is_integer():
            return f"{value:g}"
        whole = int(value)
        return self.numbers[whole] if 0 <= whole < len(self.numbers) else str(whole)

    def span(self, seconds: float) -> str:
        """A span in words, no finer than an ear wants it: to 5 s above a minute, to a minute above an hour."""
        total = max(0, round(seconds))
        if total > 3600:
            total = 60 * _nearest(total / 60)
        elif total > 60:
            total = 5 * _nearest(total / 5)
        minutes, left = divmod(total, 60)
        hours, minutes = divmod(minutes, 60)
        parts = [
            f"{self.number(count)} {unit.one if count == 1 else unit.many}"
            for count, unit in ((hours, self.hour), (minutes, self.minute), (left, self.second))
            if count
        ]
        return self.joined(tuple(parts)) or self.no_time

    def joined(self, items: tuple[str, ...]) -> str:
        """The items in a row: "a, b and c"."""
        return _joined(items, self.and_)

    def one_of(self, items: tuple[str, ...]) -> str:
        """The items to choose from: "a, b or c"."""
        return _joined(items, self.or_)


def _joined(items: tuple[str, ...], last: str) -> str:
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def _nearest(value: float) -> int:
    """Rounded half up: Python's half-to-even would make equal spans sound different."""
    return math.floor(value + 0.5)
