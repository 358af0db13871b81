"""The kinds of activity that a guide is made of."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from voice_coach.guide.fields import Frozen, Id, Number, Range, Sentences, Spoken


class _Activity(Frozen):
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


class Promised(Frozen):
    """What a choice promises beyond its words: a thing with a time, which the coach reminds of."""

    kind: Literal["talk", "ritual", "activity"]
    weeks: Annotated[int, Field(gt=0)] | None = None
    """How long a ritual goes on."""
    within_days: Annotated[int, Field(gt=0)] | None = None
    """Until when a talk or an activity has to take place, in days from today."""
    weekly: bool = False
    """Whether a ritual comes once a week where nobody says how often; else every day."""
    part: Literal["morning", "afternoon", "evening"] | None = None
    """What an hour without its part of the day means."""
    at_once: str | None = None
    """The option that needs no time, as it begins now."""
    ask_when: Sentences
    """The question for the time, with an example between stars."""

    @model_validator(mode="after")
    def _length_fits_the_kind(self) -> "Promised":
        given = {name for name in ("weeks", "within_days") if getattr(self, name) is not None}
        wanted = "weeks" if self.kind == "ritual" else "within_days"
        if given != {wanted}:
            raise ValueError(f"expected {wanted} for a promise of kind {self.kind!r}, and no other length")
        if self.weekly and self.kind != "ritual":
            raise ValueError("expected weekly for a ritual only")
        return self


class Choose(_Activity):
    """The pair picks one of `options` or `more`, perhaps a length in minutes, and each consents by name.

    Then it is kept, as a promise of kind `id`; with `promise`, it has a time as well.
    """

    kind: Literal["choose"]
    ask: Sentences
    options: Annotated[tuple[str, ...], Field(min_length=2)]
    """What may be answered, as it is said: lower case, no punctuation ("a walk in the park")."""
    more: tuple[str, ...] = ()
    """What is understood as well, though nobody reads it aloud."""
    minutes: Range | None = None
    ask_minutes: Sentences = ()
    promise: Promised | None = None
    kept: Annotated[Sentences, Spoken(frozenset({"choice", "minutes"}))]

    @property
    def answers(self) -> tuple[str, ...]:
        """All that may be chosen."""
        return self.options + self.more

    def spoken(self) -> dict[str, tuple[str, ...]]:
        """Its texts by field; the question for the time is among them."""
        return super().spoken() | ({"ask_when": self.promise.ask_when} if self.promise else {})

    def placeholders(self, field: str) -> frozenset[str]:
        """What the text of a spoken field may use; {minutes} only where they are asked for."""
        if field == "ask_when":
            return frozenset()
        return super().placeholders(field) - (frozenset() if self.minutes else {"minutes"})

    @model_validator(mode="after")
    def _minutes_are_asked(self) -> "Choose":
        if (self.minutes is None) != (not self.ask_minutes):
            raise ValueError("expected both minutes and ask_minutes, or neither")
        return self

    @model_validator(mode="after")
    def _answers_differ(self) -> "Choose":
        seen = set[str]()
        for answer in self.answers:
            if answer in seen:
                raise ValueError(f"expected every option once, found {answer!r} again")
            seen.add(answer)
        if self.promise and self.promise.at_once not in {None, *seen}:
            raise ValueError(f"expected promise.at_once to be one of the options, found {self.promise.at_once!r}")
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


class Recall(_Activity):
    """What was promised and what became of it; the figures are the session's."""

    kind: Literal["recall"]
    say: Sentences
    nothing: Sentences
    """Said where nothing was promised."""
    better: Sentences
    """Leads to the improvements that were noted, where there are any."""


class Amend(_Activity):
    """One promise is changed: given another time, or dropped. Both have to agree."""

    kind: Literal["amend"]
    ask: Sentences
    change: Literal["time", "drop"]
    none: Sentences
    """Said where all stays as it is."""


class When(_Activity):
    """A time is asked for: that of all reviews."""

    kind: Literal["when"]
    ask: Sentences
    of: Literal["reviews"]
    kept: Sentences


class Keep(_Activity):
    """Whether all that is remembered is kept or forgotten: each of the two is asked by name."""

    kind: Literal["keep"]
    ask: Annotated[Sentences, Spoken(frozenset({"name"}))]
    kept: Sentences
    forgotten: Sentences


Activity = Annotated[
    Tell | Ask | Consent | Choose | Turns | Listing | Timed | Recall | Amend | When | Keep,
    Field(discriminator="kind"),
]
