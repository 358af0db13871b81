"""A guide as typed, checked, immutable objects: what the pair does, with every figure that drives behaviour.

Text fields hold sentences for the ear, read one after the other. The session never looks into them: it names
them by key (see `Guide.texts`) and the table turns keys into words.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Literal

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


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _finite(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a number, found {value!r}")
    return value


Number = Annotated[float, BeforeValidator(_finite)]


class Range(_Frozen):
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


class _Activity(_Frozen):
    id: Id
    title: str
    """A noun phrase that ends "Next comes ...": lower case, no full stop."""

    def spoken(self) -> dict[str, tuple[str, ...]]:
        """Its texts by field."""
        return {name: getattr(self, name) for name in self._marks()}

    def placeholders(self, field: str) -> frozenset[str]:
        """What the text of a spoken field may use."""
        return frozenset().union(*(mark.placeholders for mark in self._marks()[field]))

    @classmethod
    def _marks(cls) -> dict[str, list[Spoken]]:
        found = {
            name: [mark for mark in field.metadata if isinstance(mark, Spoken)]
            for name, field in cls.model_fields.items()
        }
        return {name: marks for name, marks in found.items() if marks}


class Tell(_Activity):
    """Something is read; nothing is asked."""

    kind: Literal["tell"]
    say: Sentences


class Ask(_Activity):
    """A yes-or-no question to the table. A `yes` may start a background timer of `timer_minutes`."""

    kind: Literal["ask"]
    ask: Sentences
    yes: Sentences
    no: Sentences
    on_no: Literal["go-on", "end"] = "go-on"
    timer_minutes: Annotated[Number, Field(gt=0)] | None = None
    timer_done: Sentences = ()

    @model_validator(mode="after")
    def _timer_is_announced(self) -> "Ask":
        if (self.timer_minutes is None) != (not self.timer_done):
            raise ValueError("expected both timer_minutes and timer_done, or neither")
        return self


class Consent(_Activity):
    """Each of the two is asked by name. One `no` ends the talk or skips the step."""

    kind: Literal["consent"]
    ask: Annotated[Sentences, Spoken(frozenset({"name"}))]
    no: Sentences
    on_no: Literal["end", "skip"]


class Choose(_Activity):
    """The pair picks one of `options`, perhaps a length in minutes, and each consents by name.

    Then it is kept, as a promise of kind `id`.
    """

    kind: Literal["choose"]
    ask: Sentences
    options: Annotated[tuple[str, ...], Field(min_length=2)]
    """What may be answered, as it is said: lower case, no punctuation ("a walk in the park")."""
    minutes: Range | None = None
    ask_minutes: Sentences = ()
    kept: Annotated[Sentences, Spoken(frozenset({"choice", "minutes"}))]

    def placeholders(self, field: str) -> frozenset[str]:
        """What the text of a spoken field may use; {minutes} only where they are asked for."""
        return super().placeholders(field) - (frozenset() if self.minutes else {"minutes"})

    @model_validator(mode="after")
    def _minutes_are_asked(self) -> "Choose":
        if (self.minutes is None) != (not self.ask_minutes):
            raise ValueError("expected both minutes and ask_minutes, or neither")
        return self


class Turns(_Activity):
    """Equal speaking turns by the clock; `minutes` each.

    `say_length` is left out where the settings say another length.
    """

    kind: Literal["turns"]
    say_length: Sentences = ()
    say: Sentences
    minutes: Range


class Listing(_Activity):
    """A list the pair makes together: `items` notes within `minutes`; `hints` help when asked."""

    kind: Literal["list"]
    say: Annotated[Sentences, Spoken(frozenset({"wake"}))]
    items: Range
    minutes: Range
    hints: Sentences
    examples: tuple[str, ...] = ()
    """Likely notes, as they are said: they help the recogniser ("long work hours")."""

    @model_validator(mode="after")
    def _items_are_counted(self) -> "Listing":
        if any(figure % 1 for figure in (self.items.least, self.items.most)):
            raise ValueError("expected whole numbers of items")
        return self


class Timed(_Activity):
    """A timer both have consented to (a hug, holding hands). `seconds.default` long."""

    kind: Literal["timed"]
    ask: Sentences
    seconds: Range
    begin: Sentences
    done: Sentences


Activity = Annotated[Tell | Ask | Consent | Choose | Turns | Listing | Timed, Field(discriminator="kind")]


class Part(_Frozen):
    """A stretch of the guide: the opening, a step, or the closing. `say` is read, then the activities follow."""

    id: Id
    title: str
    say: Sentences
    activities: tuple[Activity, ...] = ()

    @model_validator(mode="after")
    def _ids_differ(self) -> "Part":
        ids = [a.id for a in self.activities]
        if len(ids) != len(set(ids)):
            raise ValueError("expected every activity of a part to have an id of its own")
        return self


class Step(Part):
    """A numbered step, with the reason for it and its picture."""

    why: Sentences
    picture: Sentences


class Guide(_Frozen):
    """A whole guide. Parts are numbered: 0 the opening, 1 to len(steps) the steps, then the closing."""

    id: Id
    title: str
    about: str
    opening: Part
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    closing: Part
    tips: Sentences
    safety: Sentences
    """Printed on request, never read out unasked."""

    @model_validator(mode="after")
    def _part_ids_differ(self) -> "Guide":
        ids = [p.id for p in self.parts]
        if len(ids) != len(set(ids)):
            raise ValueError("expected every part to have an id of its own")
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        """The opening, the steps and the closing, in order."""
        return (self.opening, *self.steps, self.closing)

    def activity(self, part: int, number: int) -> Activity | None:
        """An activity of a part, counted from 0; None where `number` is -1, while the part itself is read."""
        return self.parts[part].activities[number] if number >= 0 else None

    def choices(self) -> tuple[str, ...]:
        """All options of all choices, for the command grammar."""
        return tuple(
            dict.fromkeys(o for p in self.parts for a in p.activities if isinstance(a, Choose) for o in a.options)
        )

    def examples(self) -> tuple[str, ...]:
        """Likely notes of all lists, for the command grammar."""
        return tuple(
            dict.fromkeys(
                e for p in self.parts for a in p.activities if isinstance(a, Listing) for e in a.examples
            )
        )

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Every spoken text of the guide by key: `guide/<part>/say`, `guide/<part>/<activity>/<field>`, ..."""
        texts: dict[str, tuple[str, ...]] = {}
        for part in self.parts:
            for name in ("say", "why", "picture"):
                if name in type(part).model_fields:
                    texts[f"guide/{part.id}/{name}"] = getattr(part, name)
            for activity in part.activities:
                for name, sentences in activity.spoken().items():
                    texts[f"guide/{part.id}/{activity.id}/{name}"] = sentences
        return {**texts, "guide/tips": self.tips, "guide/safety": self.safety}
