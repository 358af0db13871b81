"""A small guide with every kind of activity, and a table at which time passes only when told."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from voice_coach.guide import load_guide
from voice_coach.guide.types import Guide
from voice_coach.session import (
    Action,
    Chime,
    Event,
    Heard,
    Hush,
    Mark,
    Opened,
    Options,
    Phase,
    Say,
    Spoke,
    State,
    Tick,
    Unclear,
    deadline,
    start,
    step,
)

NAMES = ("Anna", "Ben")


def _step(step_id: str, *activities: dict[str, object]) -> dict[str, object]:
    return {
        "id": step_id,
        "title": f"the {step_id}",
        "say": "s",
        "why": "w",
        "picture": "p",
        "activities": activities,
    }


@pytest.fixture(scope="session")
def guide() -> Guide:
    """Six steps, one for each way of being together, in the order of the real guide."""
    choose = {"kind": "choose", "id": "evening-ritual", "title": "a ritual", "ask": "a", "kept": "{choice}"}
    return Guide.model_validate(
        {
            "id": "small",
            "title": "A small guide",
            "about": "For tests.",
            "opening": {
                "id": "opening",
                "title": "the opening",
                "say": "warnings",
                "activities": [
                    {
                        "kind": "ask",
                        "id": "phones",
                        "title": "your phones",
                        "ask": "a",
                        "yes": "y",
                        "no": "n",
                        "timer_minutes": 30,
                        "timer_done": "d",
                    },
                    {
                        "kind": "consent",
                        "id": "begin",
                        "title": "consent",
                        "ask": "{name}",
                        "no": "n",
                        "on_no": "end",
                    },
                ],
            },
            "steps": [
                _step(
                    "talk",
                    {
                        "kind": "turns",
                        "id": "turns",
                        "title": "your turns",
                        "say": "s",
                        "minutes": {"least": 5, "most": 7, "usual": 6},
                    },
                ),
                _step(
                    "causes",
                    {
                        "kind": "list",
                        "id": "list",
                        "title": "a list",
                        "say": "s",
                        "items": {"least": 3, "most": 5},
                        "minutes": {"least": 15, "most": 20},
                        "hints": "h",
                    },
                ),
                _step(
                    "rituals",
                    {
                        **choose,
                        "options": ["tea together", "a walk"],
                        "minutes": {"least": 5, "most": 10, "usual": 10},
                        "ask_minutes": "m",
                    },
                    {"kind": "choose", "id": "outing", "title": "an outing", "ask": "a", "kept": "k"}
                    | {"options": ["a museum", "a class"]},
                ),
                _step(
                    "closeness",
                    {
                        "kind": "timed",
                        "id": "hug",
                        "title": "a hug",
                        "ask": "a",
                        "seconds": {"least": 20, "most": 20},
                        "begin": "b",
                        "done": "d",
                    },
                ),
                _step("looking-back"),
            ],
            "closing": {
                "id": "closing",
                "title": "the closing",
                "say": "s",
                "activities": [
                    {"kind": "ask", "id": "helped", "title": "a question", "ask": "a", "yes": "y", "no": "n"}
                ],
            },
            "tips": "t",
            "safety": "s",
        }
    )


@dataclass
class Table:
    """Drives a session on a virtual clock. Whatever is said takes `speech_s` seconds."""

    guide: Guide
    state: State
    speech_s: float = 2.0
    said: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    marks: list[tuple[float, Mark]] = field(default_factory=list)
    spoken_until: float | None = None

    @property
    def now(self) -> float:
        return self.state.now

    @property
    def phase(self) -> Phase:
        return self.state.place.phase

    def send(self, event: Event) -> list[str]:
        """The keys of the lines and chimes that the event leads to, in order."""
        self.state, actions = step(self.guide, self.state, event)
        keys = []
        for action in actions:
            self.actions.append(action)
            if isinstance(action, Hush):
                self.spoken_until = None
            if isinstance(action, Say | Chime):
                keys.append(action.line if isinstance(action, Say) else f"*{action.kind}")
                self.spoken_until = max(self.now, self.spoken_until or 0.0) + self.speech_s
            if isinstance(action, Mark):
                self.marks.append((self.now, action))
        self.said += keys
        return keys

    def hear(self, intent: str, *, explicit: bool = True, **slots: str | int) -> list[str]:
        """Somebody says something, in plain words and after the coach has finished; no other time passes."""
        self.settle()
        return self.send(Heard(self.now, intent, slots, explicit))

    def mumble(self, *, called: bool = False) -> list[str]:
        """Somebody says what cannot be understood, after the coach has finished."""
        self.settle()
        return self.send(Unclear(self.now, called))

    def sit(self, phones: str, step: int) -> None:
        """From the greeting to the first question of a step; `phones`: the answer about the phones."""
        for intent in ("start", phones, "yes", "yes"):
            self.hear(intent)
        self.settle()
        if step > 1:
            self.hear("go_to", step=step)
            self.settle()

    def settle(self) -> None:
        """Let the coach finish all that it has to say."""
        while self.spoken_until is not None:
            at, self.spoken_until = self.spoken_until, None
            self.send(Spoke(at, self.state.token))

    def wait(self, seconds: float) -> None:
        """Let time pass, with every deadline met on time and every sentence heard to its end."""
        until = self.now + seconds
        while True:
            due = min((t for t in (deadline(self.state), self.spoken_until) if t is not None), default=None)
            if due is None or due > until:
                break
            if due == self.spoken_until:
                self.spoken_until = None
                self.send(Spoke(due, self.state.token))
            else:
                self.send(Tick(due))
        self.send(Tick(until))

    def marked(self, kind: str) -> list[object]:
        """The `what` (or step number) of all marks of a kind."""
        return [m.data.get("what", m.data.get("number")) for _, m in self.marks if m.kind == kind]


Seat = Callable[..., Table]


@pytest.fixture(scope="session")
def reconnect() -> Guide:
    """The guide that ships, with its times and reviews."""
    return load_guide("reconnect")


@pytest.fixture
def seat(guide: Guide) -> Seat:
    """A table with two people, greeted; `step=N` puts them into step N, `other` gives them another guide."""

    def make(step: int | None = None, other: Guide | None = None, **options: float) -> Table:
        leading = other or guide
        table = Table(leading, start(leading, Options(NAMES, **options)))  # type: ignore[arg-type]
        table.send(Opened(100.0))
        table.settle()
        if step is not None:
            table.sit("no", step)
        return table

    return make
