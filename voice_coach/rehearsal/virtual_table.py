"""The table of a rehearsal: coach and people in the same virtual time, block by block, or in leaps."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.pcm import BLOCK_S
from voice_coach.errors import CoachError
from voice_coach.plan import due
from voice_coach.plan.standing import moment
from voice_coach.rehearsal.virtual_devices import TICKS_PER_S, Person, Sound, VirtualMicrophone, VirtualMouth
from voice_coach.rehearsal.virtual_wall import VirtualWall
from voice_coach.session import Phase
from voice_coach.table.conductor import Conductor
from voice_coach.table.loop import TableLoop
from voice_coach.table.wall import READ_EVERY_S

_BLOCK = round(TICKS_PER_S * BLOCK_S)
"""Ticks of a block of the microphone."""
_MOST_AT_ONCE = 1000
"""Events without passing of time: more of them in a row would never end."""


_QUIET_TICKS = round(6.0 * TICKS_PER_S)
"""After so much silence nothing that was said is still being made out, and time may be passed over."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Coach:
    """A coach that is switched on."""

    loop: TableLoop
    conductor: Conductor
    mouth: VirtualMouth
    power_off: Callable[[], None]
    """Pulls the plug."""


class VirtualTable:
    """Lets virtual time pass. `each_block` is called with the sound at the table, block by block, and its end."""

    def __init__(
        self,
        switch_on: Callable[[float], Coach],
        wall: VirtualWall,
        seed: int,
        each_block: Callable[[Sound, float], None],
        *,
        leaps: bool = False,
    ) -> None:
        """`switch_on`: makes a coach that has just been switched on, at a virtual second.

        `leaps`: whether silence is passed over, and is missing from the sound.
        """
        self._leaps = leaps
        self.people = (Person(), Person())
        self.wall = wall
        self._switch_on = switch_on
        self._coach: Coach | None = None
        self._quiet_since = 0
        self._microphone = VirtualMicrophone(seed)
        self._each_block = each_block
        self._ticks = 0
        self._spoke_at = 0.0

    @property
    def now(self) -> float:
        """Virtual seconds since the start."""
        return self._ticks / TICKS_PER_S

    @property
    def coach_speaks(self) -> bool:
        """Whether the coach is saying something."""
        return self._coach is not None and self._coach.mouth.speaking

    @property
    def coach_spoke_at(self) -> float:
        """When the coach spoke last."""
        return self._spoke_at

    def open(self) -> None:
        """The coach is switched on."""
        self.switch(on=True)

    def switch(self, *, on: bool) -> None:
        """Put the plug in, or pull it."""
        if self._coach is not None:
            self._coach.power_off()
            self._coach = None
        if on:
            self.wall.switched_on()
            self._coach = self._switch_on(self.now)
            self._coach.loop.open(self.now)
        self._quiet_since = self._ticks

    def until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until `reached`, or until `seconds` have gone by; whether it was reached."""
        end = self.now + seconds
        while not reached():
            if self.now >= end:
                return False
            if self._leaps and self._is_quiet() and self._leap(end):
                continue
            self._block()
        return True

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.until(lambda: False, seconds)

    def _is_quiet(self) -> bool:
        """Whether nobody speaks, and what was said last has been made out."""
        silent = not self.coach_speaks and not any(person.busy for person in self.people)
        return silent and self._ticks - self._quiet_since >= _QUIET_TICKS

    def _leap(self, end: float) -> bool:
        """Pass over silence, up to where something may happen; whether there was anything to pass over."""
        nexts = [end]
        if self._coach is not None:
            conductor = self._coach.conductor
            if (at := conductor.deadline) is not None:
                nexts.append(at)
            nexts.append(self._next_reading(conductor))
        to = math.ceil(min(nexts) * TICKS_PER_S)
        if to <= self._ticks + _BLOCK:
            return False
        self._ticks = to
        if self._coach is not None:
            self._coach.loop.step(self.now)
        return True

    def _next_reading(self, conductor: Conductor) -> float:
        """When the clock on the wall is to be read next: while it rests, when something is due, or in a day."""
        soon = self.now + READ_EVERY_S
        if conductor.state.place.phase is not Phase.RESTING:
            return soon
        utc = self.wall.utc(self.now)
        following = due.next_occurrence(conductor.plan, utc)
        ahead = None if following is None else (moment(conductor.plan, following) - utc).total_seconds()
        return max(soon, self.now + (_DAY_S if ahead is None else min(_DAY_S, ahead)))

    def _block(self) -> None:
        """One block of the microphone. The coach and the clocks act inside it, at their exact time."""
        if self._coach is None:
            self._without_coach()
            return
        loop, conductor, mouth = self._coach.loop, self._coach.conductor, self._coach.mouth
        end = self._ticks + _BLOCK
        coach: list[Sound] = []
        for _ in range(_MOST_AT_ONCE):
            if self._ticks >= end:
                break
            step = min(end, self._next_event(conductor, mouth)) - self._ticks
            coach.append(mouth.play(step))
            self._ticks += step
            conductor.advance(self.now)
        else:
            raise CoachError(
                f"the coach stands still at {self.now:.1f} s and lets no time pass; please report this"
            )
        heard, recorded = zip(*(person.play(_BLOCK) for person in self.people), strict=True)
        loop.step(self.now, self._microphone.take(heard[0] + heard[1]))
        if loop.spoke(self.now):
            self._spoke_at = self.now
        if mouth.speaking or any(person.busy for person in self.people):
            self._quiet_since = self._ticks
        self._each_block(np.concatenate(coach) + recorded[0] + recorded[1], self.now)

    def _without_coach(self) -> None:
        self._ticks += _BLOCK
        _, recorded = zip(*(person.play(_BLOCK) for person in self.people), strict=True)
        self._each_block(recorded[0] + recorded[1], self.now)
        if any(person.busy for person in self.people):
            self._quiet_since = self._ticks

    def _next_event(self, conductor: Conductor, mouth: VirtualMouth) -> int:
        """The tick at which something is over: what is being said, or a clock."""
        ticks = [self._ticks + _BLOCK]
        if mouth.left is not None:
            ticks.append(self._ticks + mouth.left)
        if (at := conductor.deadline) is not None:
            tick = math.ceil(at * TICKS_PER_S)
            # The product is rounded: a tick must not come a hair before its time, or nothing would be due yet.
            ticks.append(max(self._ticks, tick if tick / TICKS_PER_S >= at else tick + 1))
        return min(ticks)
