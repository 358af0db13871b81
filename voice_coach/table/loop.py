"""One step of the table: what was heard and typed, the clocks, what is due by itself. Reads no clock, no device.

Three drivers bring time and sound: `live` the microphone and the real clock, `keyboard` typed lines and the real
clock, the rehearsal's `VirtualTable` virtual ticks. What only one of them knows stays there: when devices may
idle, how long to wait for a line, at which tick something ends within a block.
"""

from collections.abc import Mapping

from voice_coach.audio.pcm import Pcm
from voice_coach.table.conductor import Conductor
from voice_coach.table.inbox import Inbox
from voice_coach.table.protocols import Display, Ears, Mouth, SourceChange
from voice_coach.table.spoken_times import SpokenTimes
from voice_coach.table.typed_commands import TypedCommands
from voice_coach.table.wall import READ_EVERY_S, WallSource

_ANNOUNCEMENTS: Mapping[SourceChange, str] = {
    SourceChange.LOST: "microphone-lost",
    SourceChange.BACK: "microphone-back",
    SourceChange.SILENT: "microphone-silent",
    SourceChange.CLIPPING: "microphone-clipping",
}
"""The line that people hear about a change of the audio source."""


class TableLoop:
    """The steps of a talk. All times are seconds on one clock, the caller's.

    `inbox` may be filled from any thread; all else belongs to the thread that steps.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a talk is led with
        self,
        conductor: Conductor,
        mouth: Mouth,
        ears: Ears,
        typed: TypedCommands,
        display: Display | None = None,
        wall: WallSource | None = None,
    ) -> None:
        """`wall`: where the clock on the wall is read; None where there is none."""
        self.inbox = Inbox()
        self._conductor = conductor
        self._mouth = mouth
        self._ears = ears
        self._typed = typed
        self._display = display
        self._wall = wall
        self._wall_read_at: float | None = None
        self._spoken = SpokenTimes()

    @property
    def over(self) -> bool:
        """Whether the talk has ended and everything has been said."""
        return self._conductor.over

    @property
    def deadline(self) -> float | None:
        """When a step is due at the latest; None while nothing but sound or a typed line can bring anything."""
        return self._conductor.deadline

    @property
    def wants_s(self) -> float:
        """The seconds of sound that are missing until anything can come of them."""
        return self._ears.wants_s

    def step(
        self,
        now: float,
        block: Pcm | None = None,
        *,
        waiting_s: float = 0.0,
        change: SourceChange | None = None,
    ) -> None:
        """Take a block of sound that has just come, if any, and let the time pass up to `now`.

        `waiting_s`: the seconds of sound that wait behind the block, which is so much older than `now`.
        """
        self._spoken.note(now, speaking=self._mouth.speaking)
        heard_at = now - waiting_s
        if block is not None:
            for event in self._ears.hear(block, heard_at, speaking=self._spoken.spoke(heard_at)):
                self._conductor.hear(event, now)
        if change is not None:
            self._conductor.announce(_ANNOUNCEMENTS[change], now)
        self._read_wall(now)
        self._conductor.advance(now)
        self._mouth.tend(now)
        self._ears.tend(heard_at)
        # After the clocks: what has just been said to its end counts as said before somebody answers it.
        self._take_one(now)
        if self._display is not None:
            self._display(self._conductor.state, now)

    def spoke(self, at: float) -> bool:
        """Whether the coach spoke then."""
        return self._spoken.spoke(at)

    def open(self, now: float) -> None:
        """The coach is switched on: before the first step."""
        self._wall_read_at = now
        self._conductor.open(now, self._wall(now, self._conductor.plan) if self._wall else None)

    def _read_wall(self, now: float) -> None:
        if self._wall is None or (self._wall_read_at is not None and now - self._wall_read_at < READ_EVERY_S):
            return
        self._wall_read_at = now
        wall = self._wall(now, self._conductor.plan)
        if wall is not None:
            self._conductor.read_wall(now, wall)

    def _take_one(self, now: float) -> None:
        """Only one item in a step, so that the coach answers each before the next."""
        item = self.inbox.take()
        if isinstance(item, str):
            item = self._typed.understand(item, self._conductor.attention, now)
        if item is not None:
            self._conductor.hear(item, now)
