"""The driver of the live loop, on a clock and a microphone of our making: how long it waits, and when it idles."""

from collections.abc import Callable

import numpy as np
import pytest
from support.broken import BrokenMouth, Notices

from voice_coach.audio.pcm import BLOCK_S, SAMPLE_RATE, Pcm
from voice_coach.settings import Settings
from voice_coach.table.assembly import TalkParts, assemble
from voice_coach.table.conductor import Conductor
from voice_coach.table.idle_detector import IDLE_AFTER_S
from voice_coach.table.live import lead
from voice_coach.table.loop import TableLoop
from voice_coach.table.protocols import NoEars, SourceChange
from voice_coach.table.steady_mouth import SteadyMouth
from voice_coach.table.typed_commands import TypedCommands


class FakeSource:
    """A microphone in a silent room on a clock of its own; `each_read` is called before each block."""

    def __init__(self, each_read: Callable[["FakeSource"], None]) -> None:
        self.at = 100.0
        self.level = 3
        self.change: SourceChange | None = None
        self.waiting_s = 0.0
        self.asked: list[tuple[float, float, float]] = []
        self._each_read = each_read

    def read(self, timeout: float, at_least_s: float = 0.0) -> Pcm | None:
        self.asked.append((self.at, timeout, at_least_s))
        self._each_read(self)
        seconds = max(BLOCK_S, at_least_s)
        self.at += min(timeout, seconds)
        if timeout < seconds:
            return None
        return np.full(round(seconds * SAMPLE_RATE), self.level, np.int16)


class Led:
    """A whole talk that is led on such a clock; when `until` comes, it is told to stop."""

    def __init__(self, parts: TalkParts, until: float, each_read: Callable[["Led"], None]) -> None:
        self.broken = BrokenMouth()
        self.mouth = SteadyMouth(self.broken, Notices())
        ears = NoEars()
        conductor = Conductor(parts.guide, parts.book, parts.options, self.mouth, ears, parts.is_private)
        self.loop = TableLoop(conductor, self.mouth, ears, TypedCommands(parts.commands, parts.options.wake))
        self._until, self._each_read = until, each_read
        self._told = False
        self.source = FakeSource(self._before_each)
        self.idle: list[tuple[float, bool]] = []
        conductor.open(self.source.at)
        lead(self.loop, self.mouth, self.source, lambda: self.source.at)

    def _before_each(self, source: FakeSource) -> None:
        self.idle.append((source.at, self.broken.rests))
        self._each_read(self)
        if source.at >= self._until and not self._told:
            self._told = True
            for line in ("stop", "yes"):
                self.loop.inbox.put(line)

    def idle_at(self, at: float) -> bool:
        return next(idle for when, idle in reversed(self.idle) if when <= at)


def nothing(_led: Led) -> None:
    """Nobody speaks."""


@pytest.fixture(scope="module")
def parts() -> TalkParts:
    return assemble(Settings(names=("Anna", "Ben")), seed=0)


def test_where_nothing_goes_on_it_is_woken_less_often_and_the_loudspeaker_is_closed(parts: TalkParts) -> None:
    led = Led(parts, 110.0, nothing)
    assert not led.idle_at(100.0 + IDLE_AFTER_S)
    assert led.idle_at(100.0 + IDLE_AFTER_S + 1)
    busy = [asked for asked, (_, idle) in zip(led.source.asked, led.idle, strict=True) if not idle]
    calm = [asked for asked, (_, idle) in zip(led.source.asked, led.idle, strict=True) if idle]
    assert max(timeout for _, timeout, _ in busy) == pytest.approx(2 * BLOCK_S)
    assert max(timeout for _, timeout, _ in calm) == pytest.approx(8 * BLOCK_S)
    assert {at_least for _, _, at_least in calm} == {4 * BLOCK_S}


def test_a_voice_ends_that_at_once(parts: TalkParts) -> None:
    def speak(led: Led) -> None:
        led.source.level = 3000 if led.source.at >= 108.0 else 3

    led = Led(parts, 110.0, speak)
    assert led.idle_at(107.5)
    assert not led.idle_at(109.0)


def test_it_never_waits_longer_than_to_the_next_deadline(parts: TalkParts) -> None:
    """A turn of the talk has a clock: it is read on time, however long a block takes."""
    due: list[tuple[float, float]] = []

    def look(led: Led) -> None:
        if led.loop.deadline is not None:
            due.append((led.loop.deadline - led.source.at, led.source.asked[-1][1]))
        if len(led.source.asked) == 1:
            led.loop.inbox.put("start")

    Led(parts, 140.0, look)
    assert due
    assert all(timeout <= max(0.0, left) + 1e-9 for left, timeout in due)
    assert any(timeout == pytest.approx(left) for left, timeout in due)
