"""Full duplex: while the coach speaks, its own voice is taken out of the microphone, and who speaks up is heard.

While it speaks, only what follows the wake phrase counts, whatever is being asked: its own voice may ask as well.
"""

import logging
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from voice_coach.attention import Attention, Mode
from voice_coach.audio.pcm import SAMPLE_RATE, Pcm
from voice_coach.duplex import BargeIn, Event, IllegalEventError, Order, State, is_own
from voice_coach.hearing import Heard, HearingEvent, Ignored, Waiting, Wake
from voice_coach.table.half_duplex_ears import wants_s
from voice_coach.table.protocols import EarsEvent, Overheard, StreamHearing
from voice_coach.table.spoken_times import TAIL_S

PREROLL_S = 0.6
"""How much is heard of before somebody was noticed: nine of ten are within 0.3 s of their first sound."""

_LOGGER = logging.getLogger(__name__)

_GUARDED = Attention(Mode.GUARDED)


class Interruptible(Protocol):
    """A mouth that can pause within a word (see `SteadyMouth`)."""

    @property
    def paused(self) -> bool:
        """Whether it has been made to pause, and not to say something else since."""

    @property
    def saying(self) -> tuple[str, ...]:
        """The sentences that the room may be full of."""

    def pause(self) -> None:
        """Be silent at once."""

    def resume(self) -> None:
        """Go on; harmless when not paused."""


class FrontEnd(Protocol):
    """Takes the coach's voice out of the microphone's blocks (see `duplex.EchoFrontEnd`)."""

    def clean(self, block: Pcm) -> tuple[Pcm, bool]:
        """What is left of a block for the hearing, and whether somebody talks in it."""

    def skip(self, block: Pcm) -> None:
        """Take a block while the coach is silent."""


class DuplexEars:
    """Ears that go on hearing while the coach speaks. `tend` has to be called now and then, sound or none."""

    def __init__(self, hearing: StreamHearing, mouth: Interruptible, cleaner: FrontEnd, wake: str) -> None:
        """`wake`: the wake phrase of the hearing."""
        self._hearing = hearing
        self._mouth = mouth
        self._cleaner = cleaner
        self._wake = wake
        self._attention = Attention(Mode.OPEN)
        self._recent: deque[Pcm] = deque()
        self._speech_end = 0.0
        self._acted = False
        self.barge_in = BargeIn()
        """Whether the coach speaks on or listens to somebody."""

    def attend(self, attention: Attention) -> None:
        """Change what counts from now on, whenever the coach does not speak."""
        self._attention = attention
        # While it reads nothing is recognised: so it is ready for the answer by the end of the question.
        if self.barge_in.state in (State.SILENT, State.READING):
            self._hearing.attend(attention)

    @property
    def wants_s(self) -> float:
        """The seconds of sound that are missing until anything can come of them; none while the coach speaks."""
        return wants_s(self._hearing) if self.barge_in.state is State.SILENT else 0.0

    def hear(self, block: Pcm, at: float, *, speaking: bool) -> Sequence[EarsEvent]:
        """The events that a block brings which ended `at`; `speaking`: whether the coach spoke in it."""
        self._follow(at, speaking)
        if self.barge_in.state is State.SILENT:
            self._cleaner.skip(block)
            self._remember(block)
            return self._hearing.feed(block)
        listened = self._listens()
        cleaned, talks = self._cleaner.clean(block)
        self._remember(cleaned)
        if talks and (speaking or listened):
            self._obey(self._tell(Event.VOICE, at))
        events = self._hearing.feed(cleaned) if listened and self._listens() else []
        # That it has paused shows that it waits.
        return [self._weighed(event, at) for event in events if not isinstance(event, Waiting)]

    def tend(self, at: float) -> None:
        """Go on speaking when it is time to. `at`: the same clock as `hear`'s."""
        before = self.barge_in.state
        order = self.barge_in.wait(at)
        self._log_change(before, "time")
        self._obey(order)

    def _follow(self, at: float, speaking: bool) -> None:
        """Tell the barge-in what the mouth has done meanwhile."""
        state = self.barge_in.state
        if speaking:
            self._speech_end = at + TAIL_S
        if self._acted:
            # Until here the coach was silent: what it was told may have given it something else to say.
            self._acted = False
            self._obey(self._tell(Event.UNDERSTOOD, at))
        elif state is State.HELD and speaking and not self._mouth.paused:
            self._obey(self._tell(Event.REPLACED, at))
        if state is State.SILENT and speaking:
            self._hearing.reset()
            self._tell(Event.STARTED, at)
        elif state is not State.SILENT and at >= self._speech_end and not self.barge_in.talks_on(at):
            # Who began to talk while it spoke has to have ended: half a sentence may be taken for anything.
            self._obey(self._tell(Event.FINISHED, at))
            self._hearing.attend(self._attention)
        self.tend(at)

    def _tell(self, event: Event, at: float) -> Order | None:
        before = self.barge_in.state
        try:
            order = self.barge_in.handle(event, at, yields=self._attention.mode is not Mode.GUARDED)
        except IllegalEventError as error:
            # Devices and threads have ways of their own: that must not end a talk.
            _LOGGER.warning("barge-in out of step: %s", error)
            order = self.barge_in.resynchronise(speaking=at < self._speech_end)
            self._hearing.attend(self._attention)
        self._log_change(before, event.name)
        return order

    def _log_change(self, before: State, cause: str) -> None:
        after = self.barge_in.state
        if after is not before:
            _LOGGER.debug("barge-in: %s -> %s (%s)", before.name, after.name, cause)

    def _obey(self, order: Order | None) -> None:
        match order:
            case Order.PAUSE:
                self._mouth.pause()
            case Order.PAUSE_AND_LISTEN:
                self._mouth.pause()
                self._listen()
            case Order.LISTEN:
                self._listen()
            case Order.RESUME:
                self._mouth.resume()
            case Order.RESUME_AND_FORGET:
                self._mouth.resume()
                self._hearing.reset()
            case Order.FORGET:
                self._hearing.reset()

    def _listen(self) -> None:
        self._hearing.reset()
        self._hearing.attend(_GUARDED, at_once=True)
        # Too short for any event: a command needs quiet after it.
        self._hearing.feed(np.concatenate(self._recent))

    def _listens(self) -> bool:
        return self.barge_in.state in (State.HELD, State.TALKED_OVER)

    def _remember(self, sound: Pcm) -> None:
        self._recent.append(sound)
        while sum(map(len, self._recent)) - len(self._recent[0]) >= PREROLL_S * SAMPLE_RATE:
            self._recent.popleft()

    def _weighed(self, event: HearingEvent, at: float) -> EarsEvent:
        """What it makes of an event: the coach's own words, and talk that is not meant for it, have no effect."""
        match event:
            case Heard() if is_own(f"{self._wake} {event.text}", self._mouth.saying):
                return Overheard(event.text)
            case Heard():
                self._acted = True
            case Wake() if not is_own(event.phrase, self._mouth.saying):
                self._obey(self._tell(Event.CALLED, at))
            case Ignored():
                return Overheard(event.text)
        return event
