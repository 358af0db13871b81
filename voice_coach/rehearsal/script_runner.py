"""Carries out a script: what the two people say and when, and whether what is expected comes true."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voice_coach.errors import ScriptError
from voice_coach.rehearsal.people import People
from voice_coach.rehearsal.script import (
    After,
    Expect,
    ExpectNone,
    Pass,
    Pattern,
    Power,
    Saying,
    Script,
    SetClock,
    Statement,
    Talking,
    Wait,
)
from voice_coach.rehearsal.virtual_table import VirtualTable
from voice_coach.table.event_log import NAME_KEYS, Entry

_THINK_S = 1.0
"""How long people wait when the coach has finished, before they say something."""
_PATIENCE_S = 600.0
"""Nothing that the coach says takes longer: then something is wrong."""
_OVER_S = 0.3
"""How long the coach has spoken before somebody speaks up meanwhile."""
_GAPS_S = (0.4, 1.4)
"""The shortest and the longest pause between two sentences of free talk."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not come true."""

    line: int
    expected: str
    instead: str


class ScriptRunner:
    """Carries out a script at a virtual table; `failures` are the expectations that did not come true.

    `entries`: the log, which grows meanwhile; `told`: called with whatever people say (at, who, text).
    """

    def __init__(
        self,
        script: Script,
        table: VirtualTable,
        entries: Sequence[Entry],
        people: People,
        told: Callable[[float, int, str], None],
    ) -> None:
        self.failures: list[Failure] = []
        self._script = script
        self._table = table
        self._entries = entries
        self._people = people
        self._told = told
        self._random = random.Random(script.seed)
        self._unsaid: list[str] = []
        self._since = 0  # entries from here on can be what is waited for
        self._base = 0.0  # expectations count their seconds from here
        self._taken: set[int] = set()

    def run(self, progress: Callable[[int], None]) -> None:
        """Play the whole script; `progress` is called with the number of statements that are done.

        Raises ScriptError when something that was waited for never came.
        """
        self._table.open()
        for done, statement in enumerate(self._script.statements):
            progress(done)
            self._carry_out(statement)
        self._table.until(lambda: not self._table.coach_speaks, _PATIENCE_S)
        progress(len(self._script.statements))

    def _carry_out(self, statement: Statement) -> None:
        match statement:
            case Saying():
                self._saying(statement)
            case Talking():
                self._talking(statement)
            case After():
                self._start_here()
                self._table.wait(statement.seconds)
                self._base = self._table.now
            case Wait():
                self._waiting(statement)
            case Expect():
                self._expecting(statement)
            case ExpectNone():
                self._expecting_none(statement)
            case Pass():
                self._passing(statement)
            case Power():
                self._start_here()
                self._table.switch(on=statement.on)
                self._base = self._table.now
            case SetClock():
                self._start_here()
                self._table.wall.set_by(statement.change)
                self._base = self._table.now

    def _saying(self, saying: Saying) -> None:
        person = self._table.people[saying.who]
        if saying.over:
            if not self._table.until(lambda: self._table.coach_speaks, _PATIENCE_S):
                raise self._stuck(saying.line, "the coach would speak")
            self._table.wait(_OVER_S)
        elif not self._table.until(self._silent_for_a_while, _PATIENCE_S):
            raise self._stuck(saying.line, "the coach would be silent")
        self._start_here()
        self._told(self._table.now, saying.who, saying.text)
        person.say(self._people.words(saying.who, saying.text))
        self._table.until(lambda: not person.busy, _PATIENCE_S)
        self._base = self._table.now

    def _silent_for_a_while(self) -> bool:
        quiet_s = self._table.now - self._table.coach_spoke_at
        return not self._table.coach_speaks and quiet_s >= _THINK_S

    def _talking(self, talking: Talking) -> None:
        person, until = self._table.people[talking.who], talking.until
        self._start_here()
        end = self._table.now + talking.seconds
        happened = False
        while self._table.now < end and not happened:
            text = self._next_talk()
            words = self._people.words(talking.who, text)
            if self._table.now + words.seconds > end:
                self._table.wait(end - self._table.now)
                break
            self._told(self._table.now, talking.who, text)
            person.say(words)
            person.wait(self._random.uniform(*_GAPS_S))
            self._table.until(lambda: not person.busy, _PATIENCE_S)
            # Whoever is told that the time is up finishes the sentence first.
            happened = until is not None and self._find(until) is not None
        if until is not None and not happened and self._find(until) is None:
            raise self._stuck(talking.line, f"{until} would follow within {talking.seconds:g} s")
        self._base = self._table.now

    def _next_talk(self) -> str:
        """In a random order, and again when all of it has been said."""
        if not self._unsaid:
            self._unsaid = self._random.sample(self._people.talk, len(self._people.talk))
        return self._unsaid.pop()

    def _waiting(self, wait: Wait) -> None:
        if not self._table.until(lambda: self._find(wait.what) is not None, wait.seconds):
            raise self._stuck(wait.line, f"{wait.what} would follow within {wait.seconds:g} s")
        found = self._find(wait.what)
        assert found is not None
        self._taken.add(found)
        self._since = found + 1
        self._base = _time(self._entries[found])

    def _expecting(self, expect: Expect) -> None:
        limit = self._base + expect.seconds
        self._table.until(lambda: self._find(expect.what) is not None, limit - self._table.now)
        found = self._find(expect.what)
        if found is not None and _time(self._entries[found]) <= limit:
            self._taken.add(found)
            return
        late = found is not None and _time(self._entries[found]) - self._base
        instead = f"it came after {late:.2f} s" if late else self._what_came()
        self.failures.append(Failure(expect.line, f"{expect.what} within {expect.seconds:g} s", instead))

    def _expecting_none(self, expect: ExpectNone) -> None:
        self._table.wait(expect.seconds)
        found = self._find(expect.what)
        if found is not None:
            entry = self._entries[found]
            instead = f"{_brief(entry)} at {_time(entry):.2f} s"
            self.failures.append(Failure(expect.line, f"no {expect.what}", instead))

    def _passing(self, passing: Pass) -> None:
        self._start_here()
        moment = passing.moment.after(self._table.wall.local(self._table.now))
        seconds = self._table.wall.at(moment) - self._table.now
        if seconds < 0:
            raise ScriptError(f"{self._script.name}:{passing.line}: expected a moment to come, got {moment}")
        self._table.wait(seconds)
        self._base = self._table.now

    def _start_here(self) -> None:
        self._since = len(self._entries)

    def _find(self, what: Pattern) -> int | None:
        for index in range(self._since, len(self._entries)):
            if index not in self._taken and what.fits(self._entries[index]):
                return index
        return None

    def _what_came(self) -> str:
        came = [_brief(e) for e in self._entries[self._since :]]
        return ", ".join(came) if came else "nothing happened"

    def _stuck(self, line: int, hoped: str) -> ScriptError:
        return ScriptError(
            f"{self._script.name}:{line}: waited in vain: expected that {hoped}; instead: {self._what_came()}"
        )


def _time(entry: Entry) -> float:
    return float(str(entry["t"]))


def _brief(entry: Entry) -> str:
    kind = str(entry["kind"])
    name = entry.get(NAME_KEYS.get(kind, "what"))
    return kind if name is None else f"{kind} {name}"
