"""A state in the making: what the moves write on, one small change after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from voice_coach.attention import SlotValue
from voice_coach.guide.catalogue import Value
from voice_coach.guide.types import Activity, Guide, Part
from voice_coach.session.actions import Action, Chime, ChimeKind, Mark, Say
from voice_coach.session.events import Event, Heard
from voice_coach.session.phases import Phase
from voice_coach.session.state import Line, Place, State


@dataclass(frozen=True, slots=True)
class Scene:
    """The guide, the state so far, the event being answered and the actions it has led to."""

    guide: Guide
    state: State
    event: Event
    actions: tuple[Action, ...] = ()
    final: bool = False
    """Whether "undo" cannot take it back."""

    # -- reading

    @property
    def place(self) -> Place:
        """Where the pair is."""
        return self.state.place

    @property
    def part(self) -> Part:
        """The part of the guide they are in."""
        return self.guide.all_parts[self.place.part]

    @property
    def activity(self) -> Activity | None:
        """The activity they are in; None while the part itself is read."""
        return self.guide.activity(self.place.part, self.place.activity)

    @property
    def names(self) -> tuple[str, str]:
        """The two at the table."""
        return self.state.options.names

    def name(self, who: int) -> str:
        """One of the two."""
        return self.names[who]

    @property
    def slots(self) -> Mapping[str, SlotValue]:
        """What was said for the slots of the command."""
        return self.event.slots if isinstance(self.event, Heard) else {}

    def slot(self, name: str) -> SlotValue | None:
        """What was said for a slot of the command, None without one."""
        return self.slots.get(name)

    def text(self, field: str) -> str:
        """The key of a text of the activity, or of the part while that is read."""
        activity = self.activity
        return (
            f"guide/{self.part.id}/{field}" if activity is None else f"guide/{self.part.id}/{activity.id}/{field}"
        )

    # -- writing

    def set(self, **changes: Any) -> "Scene":
        """With these fields of the state changed."""
        return replace(self, state=replace(self.state, **changes))

    def at(self, **changes: Any) -> "Scene":
        """With these fields of the place changed."""
        return self.set(place=replace(self.place, **changes))

    def go(self, phase: Phase, **changes: Any) -> "Scene":
        """In another phase of the same activity: no clock, nothing to say again, unless it is given."""
        return self.set(
            place=Place(
                phase,
                part=self.place.part,
                activity=self.place.activity,
                turns=self.place.turns,
                proposal=self.place.proposal,
                aside=self.place.aside,
                request=self.place.request,
                occurrence=self.place.occurrence,
            )
        ).at(**changes)

    def say(self, key: str, **values: Value) -> "Scene":
        """Speak a line."""
        return self.tell((Line(key, values),))

    def tell(self, lines: Sequence[Line]) -> "Scene":
        """Speak several lines."""
        scene = self
        for line in lines:
            token = scene.state.token + 1
            say = Say(line.key, token, line.values, line.brief)
            scene = scene._do(say).set(token=token, speaking=True)
        return scene

    def recite(self, *lines: Line) -> "Scene":
        """Speak lines and keep them, to be said again after an interruption."""
        return self.at(script=lines).tell(lines)

    def chime(self, kind: ChimeKind) -> "Scene":
        """Play an earcon."""
        token = self.state.token + 1
        return self._do(Chime(kind, token)).set(token=token, speaking=True)

    def mark(self, kind: str, **data: Value) -> "Scene":
        """Leave a line in the log."""
        return self._do(Mark(kind, data))

    def act(self, action: Action) -> "Scene":
        """Have something else done."""
        return self._do(action)

    # -- places to come back to

    def push(self, place: Place) -> "Scene":
        """Leave for `place` and keep the present one beneath it."""
        return self.set(beneath=(*self.state.beneath, self.place), place=place)

    def pop(self) -> "Scene":
        """Back to the place beneath."""
        if not self.state.beneath:
            return self
        *beneath, place = self.state.beneath
        return self.set(beneath=tuple(beneath), place=place)

    def _do(self, action: Action) -> "Scene":
        return replace(self, actions=(*self.actions, action))
