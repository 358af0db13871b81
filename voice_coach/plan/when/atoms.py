"""The slots of one spoken time, and the reasons for which it is asked whether it was meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voice_coach.attention import SlotValue


class Ask(StrEnum):
    """Why it is asked whether a time was meant: the keys of `Reading.ask`."""

    HALF_DAY = "half-day"
    """Morning or evening: a bare hour."""
    WHICH_WEEK = "which-week"
    """This week or the one after it: "next sunday", or "friday" on a Friday."""
    WHICH_MONTH = "which-month"
    """A day of the month that is today, or far off."""
    WHICH_DAY = "which-day"
    """Several days, where one is wanted."""
    ONCE = "once"
    """Once or again and again: "the first sunday of the month"."""
    MIDNIGHT = "midnight"
    """The one before a day, or the one behind it."""
    PAST = "past"
    """It is over already."""


class NoSuchTimeError(ValueError):
    """Words for a time that there is not: the thirtieth of February, or thirteen in the morning."""


@dataclass(frozen=True, slots=True)
class Atoms:
    """The slots by name: numbers and words."""

    slots: Mapping[str, SlotValue]

    def __contains__(self, name: str) -> bool:
        return name in self.slots

    def number(self, name: str, default: int = 0) -> int:
        """The number in a slot; `default` where it is empty."""
        return int(self.slots.get(name, default))

    def text(self, name: str) -> str:
        """The word in a slot; "" where it is empty."""
        return str(self.slots.get(name, ""))

    def under(self, prefix: str) -> "Atoms":
        """The slots whose names begin with `prefix`, without it ("start_day" as "day")."""
        return Atoms({name.removeprefix(prefix): v for name, v in self.slots.items() if name.startswith(prefix)})
