"""What the fields of a guide are made of: sentences, ids, numbers and ranges."""

import math
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _as_sentences(value: object) -> object:
    """A single sentence may be written without a list."""
    return (value,) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Spoken:
    """Marks a field that is read aloud; its text may use these placeholders."""

    placeholders: frozenset[str] = frozenset()


Sentences = Annotated[tuple[str, ...], BeforeValidator(_as_sentences), Spoken()]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Frozen(BaseModel):
    """Immutable, and with no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _finite(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a number, found {value!r}")
    return value


Number = Annotated[float, BeforeValidator(_finite)]


class Range(Frozen):
    """A figure of the guide: from `least` to `most`, `usual` unless told (default: `least`)."""

    least: Number
    most: Number
    usual: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if not self.least <= self.default <= self.most:
            raise ValueError("expected least <= usual <= most")
        return self

    @property
    def default(self) -> float:
        """The figure that holds when nobody says another."""
        return self.least if self.usual is None else self.usual

    def whole(self) -> range:
        """The whole figures in it."""
        return range(math.ceil(self.least), math.floor(self.most) + 1)
