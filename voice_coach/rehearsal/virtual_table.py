"""The table of a rehearsal: coach and people in the same virtual time, block by block."""

import math
from collections.abc import Callable

import numpy as np

from voice_coach.audio.pcm import BLOCK_S
from voice_coach.errors import CoachError
from voice_coach.rehearsal.virtual_devices import TICKS_PER_S, Person, Sound, VirtualMicrophone, VirtualMouth
from voice_coach.table.conductor import Conductor
from voice_coach.table.loop import TableLoop

_BLOCK = round(TICKS_PER_S * BLOCK_S)
"""Ticks of a block of the microphone."""
_MOST_AT_ONCE = 1000
"""Events without passing of time: more of them in a row would never end."""


class VirtualTable:
    """Lets virtual time pass. `each_block` is called with the sound at the table, block by block, and its end."""

    def __init__(
        self,
        loop: TableLoop,
        conductor: Conductor,
        mouth: VirtualMouth,
        seed: int,
        each_block: Callable[[Sound, float], None],
    ) -> None:
        self.people = (Person(), Person())
        self._loop = loop
        self._conductor = conductor
        self._mouth = mouth
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
        return self._mouth.speaking

    @property
    def coach_spoke_at(self) -> float:
        """When the coach spoke last."""
        return self._spoke_at

    def open(self) -> None:
        """The coach is switched on."""
        self._conductor.open(self.now)

    def until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until `reached`, or until `seconds` have gone by; whether it was reached."""
        end = self.now + seconds
        while not reached():
            if self.now >= end:
                return False
            self._block()
        return True

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.until(lambda: False, seconds)

    def _block(self) -> None:
        """One block of the microphone. The coach and the clocks act inside it, at their exact time."""
        end = self._ticks + _BLOCK
        coach: list[Sound] = []
        for _ in range(_MOST_AT_ONCE):
            if self._ticks >= end:
                break
            step = min(end, self._next_event()) - self._ticks
            coach.append(self._mouth.play(step))
            self._ticks += step
            self._conductor.advance(self.now)
        else:
            raise CoachError(
                f"the coach stands still at {self.now:.1f} s and lets no time pass; please report this"
            )
        heard, recorded = zip(*(person.play(_BLOCK) for person in self.people), strict=True)
        self._loop.step(self.now, self._microphone.take(heard[0] + heard[1]))
        if self._loop.spoke(self.now):
            self._spoke_at = self.now
        self._each_block(np.concatenate(coach) + recorded[0] + recorded[1], self.now)

    def _next_event(self) -> int:
        """The tick at which something is over: what is being said, or a clock."""
        ticks = [self._ticks + _BLOCK]
        if self._mouth.left is not None:
            ticks.append(self._ticks + self._mouth.left)
        if (due := self._conductor.deadline) is not None:
            tick = math.ceil(due * TICKS_PER_S)
            # The product is rounded: a tick must not come a hair before its time, or nothing would be due yet.
            ticks.append(max(self._ticks, tick if tick / TICKS_PER_S >= due else tick + 1))
        return min(ticks)
