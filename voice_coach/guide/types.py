"""A guide as typed, checked, immutable objects: what the pair does, with every figure that drives behaviour.

Text fields hold sentences for the ear, read one after the other. The session never looks into them: it names
them by key (see `Guide.texts`) and the table turns keys into words.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from voice_coach.guide.activities import (
    Activity,
    Amend,
    Ask,
    Choose,
    Consent,
    Keep,
    Listing,
    Promised,
    Recall,
    Tell,
    Timed,
    Turns,
    When,
)
from voice_coach.guide.fields import Frozen, Id, Number, Range, Sentences

__all__ = [
    "Activity",
    "Amend",
    "Ask",
    "Choose",
    "Consent",
    "Guide",
    "Keep",
    "Listing",
    "Part",
    "Promised",
    "Range",
    "Recall",
    "Review",
    "Sentences",
    "Step",
    "Tell",
    "Timed",
    "Turns",
    "Weekly",
    "When",
]


class Part(Frozen):
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


class Review(Part):
    """A talk in which the pair looks back, so many weeks after the first."""

    weeks: Annotated[int, Field(gt=0)]
    minutes: Annotated[Number, Field(gt=0)] = 15.0


class Weekly(Frozen):
    """What is said between the talks."""

    message: Sentences
    """A word about an appreciative text to the other."""
    message_times: Annotated[int, Field(gt=0, le=7)] = 2
    """How often it is said in a week."""
    progress: Sentences
    """The question what got a little better, once a week."""
    progress_most: Annotated[int, Field(gt=0)] = 3
    """How many improvements are noted at most."""


class Guide(Frozen):
    """A whole guide. Parts are numbered: 0 the opening, 1 to len(steps) the steps, the closing, then reviews."""

    id: Id
    title: str
    about: str
    opening: Part
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    closing: Part
    reviews: tuple[Review, ...] = ()
    weekly: Weekly | None = None
    tips: Sentences
    safety: Sentences
    """Printed on request, never read out unasked."""

    @model_validator(mode="after")
    def _part_ids_differ(self) -> "Guide":
        ids = [p.id for p in self.all_parts]
        if len(ids) != len(set(ids)):
            raise ValueError("expected every part to have an id of its own")
        return self

    @model_validator(mode="after")
    def _reviews_are_in_order(self) -> "Guide":
        weeks = [review.weeks for review in self.reviews]
        if weeks != sorted(set(weeks)):
            raise ValueError("expected the reviews in the order of their weeks, and each week once")
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        """The opening, the steps and the closing, in order."""
        return (self.opening, *self.steps, self.closing)

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """The parts of the talk, then the reviews."""
        return (*self.parts, *self.reviews)

    def activity(self, part: int, number: int) -> Activity | None:
        """An activity of one of `all_parts`, counted from 0; None where `number` is -1, while the part is read."""
        return self.all_parts[part].activities[number] if number >= 0 else None

    def choices(self) -> tuple[str, ...]:
        """All that can be chosen anywhere, for the command grammar."""
        return tuple(dict.fromkeys(o for a in self._activities() if isinstance(a, Choose) for o in a.answers))

    def offered(self) -> tuple[str, ...]:
        """Those of `choices` that are read aloud, and may be named by a piece."""
        return tuple(dict.fromkeys(o for a in self._activities() if isinstance(a, Choose) for o in a.options))

    def unread(self) -> tuple[str, ...]:
        """The other ones, which are said in full."""
        offered = set(self.offered())
        return tuple(choice for choice in self.choices() if choice not in offered)

    def examples(self) -> tuple[str, ...]:
        """Likely notes of all lists, for the command grammar."""
        return tuple(dict.fromkeys(e for a in self._activities() if isinstance(a, Listing) for e in a.examples))

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Every spoken text of the guide by key: `guide/<part>/say`, `guide/<part>/<activity>/<field>`, ..."""
        texts: dict[str, tuple[str, ...]] = {}
        for part in self.all_parts:
            for name in ("say", "why", "picture"):
                if name in type(part).model_fields:
                    texts[f"guide/{part.id}/{name}"] = getattr(part, name)
            for activity in part.activities:
                for name, sentences in activity.spoken().items():
                    texts[f"guide/{part.id}/{activity.id}/{name}"] = sentences
        if self.weekly is not None:
            texts |= {"guide/weekly/message": self.weekly.message, "guide/weekly/progress": self.weekly.progress}
        return {**texts, "guide/tips": self.tips, "guide/safety": self.safety}

    def _activities(self) -> Iterator[Activity]:
        return (activity for part in self.all_parts for activity in part.activities)
