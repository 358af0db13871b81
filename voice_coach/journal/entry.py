"""A line of the journal: something that happened, and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

Value = str | int | float | tuple[str, ...]

REMOVED = "removed"
"""The kind of an entry that takes others away: all that have every one of its values. Its own are not kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: planned, reminded, postponed, kept, skipped, missed, noted, removed."""

    at: datetime
    """Aware. Kept in UTC, to the second."""
    kind: str
    data: Mapping[str, Value] = field(default_factory=dict)

    def matches(self, values: Mapping[str, Value]) -> bool:
        """Whether it has every one of these values, and there are any."""
        return bool(values) and all(self.data.get(key) == value for key, value in values.items())

    def to_row(self) -> tuple[str, str, str]:
        """The columns at, kind and data."""
        return as_text(self.at), self.kind, json.dumps(dict(self.data), ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_row(at: str, kind: str, data: str) -> "Entry":
        """The entry of the columns that `to_row` gave."""
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(data).items()}
        return Entry(datetime.fromisoformat(at), kind, values)


def as_text(at: datetime) -> str:
    """A moment as the journal writes it: such texts sort by time."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
