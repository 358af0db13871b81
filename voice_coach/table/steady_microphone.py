"""A microphone that may be pulled out: it is tried again about every second while the clocks go on."""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from voice_coach.audio.levels import Fault, Levels
from voice_coach.audio.pcm import Pcm
from voice_coach.errors import DeviceError
from voice_coach.table.protocols import Notice, SourceChange

_RETRY_S = 1.0
"""How often a lost microphone is tried again."""
_FAULTS = {Fault.SILENT: SourceChange.SILENT, Fault.CLIPPING: SourceChange.CLIPPING}

_LOGGER = logging.getLogger(__name__)


class InputDevice(Protocol):
    """A microphone that may fail (see `audio.Microphone`)."""

    @property
    def waiting_s(self) -> float:
        """The seconds of sound that `read` would give at once."""

    def read(self, timeout: float, at_least_s: float = 0.0) -> Pcm | None:
        """The next block; None when none came in time. Raises DeviceError."""

    def forget(self) -> None:
        """Drop the sound that waits."""

    def reopen(self, *, may_close_others: bool) -> None:
        """Take up again after a DeviceError. Raises DeviceError."""

    def close(self) -> None:
        """Stop listening; harmless when closed."""


class SteadyMicrophone:
    """Reads blocks while there is a microphone, and waits as long while there is none.

    A hiccup, after which it opens and gives sound again at once, is not worth a word. It is lost when it does not
    open, or gives nothing once it has; and it is back when it has given sound again.
    """

    def __init__(
        self,
        microphone: InputDevice,
        notice: Notice,
        may_look_afresh: Callable[[], bool],
        lack: str | None = None,
    ) -> None:
        """`may_look_afresh`: whether the loudspeaker may be closed for a moment, to see what was plugged in.

        `lack`: why the microphone could not be opened; None when it is open.
        """
        self._microphone = microphone
        self._notice = notice
        self._may_look_afresh = may_look_afresh
        self._lack = lack
        self._open = lack is None
        self._gave_sound = False
        self._lost = False
        self._levels = Levels()
        self._retry_at = 0.0
        self.change: SourceChange | None = None
        """What the last `read` found; None when nothing changed."""

    def read(self, timeout: float, at_least_s: float = 0.0) -> Pcm | None:
        """The next block, or None when nothing came within `timeout` seconds.

        `at_least_s`: see `Microphone.read`.
        """
        self.change = None
        if self._lack is not None:
            self._lose(self._lack)
            self._lack = None
        if not self._open:
            self._wait(timeout)
            return None
        try:
            block = self._microphone.read(timeout, at_least_s)
        except DeviceError as error:
            self._stopped(error)
            return None
        if block is not None:
            self._take(block)
        return block

    def forget(self) -> None:
        """Drop the sound that waits."""
        self._microphone.forget()

    @property
    def waiting_s(self) -> float:
        """The seconds of sound that `read` would give at once."""
        return self._microphone.waiting_s

    def _take(self, block: Pcm) -> None:
        """Take a block: a lost microphone is back, and levels may show a fault."""
        self._gave_sound = True
        if self._lost:
            self._lost = False
            self._levels = Levels()
            _LOGGER.info("microphone back")
            self._notice("microphone", None)
            self.change = SourceChange.BACK
        elif fault := self._levels.fault(block):
            _LOGGER.warning("microphone %s", fault.name.lower())
            self.change = _FAULTS[fault]

    def _stopped(self, error: DeviceError) -> None:
        self._microphone.close()
        if self._gave_sound:
            self._try()
        if not self._open or not self._gave_sound:
            self._open = False
            self._retry_at = time.monotonic() + _RETRY_S
            self._lose(str(error))
        self._gave_sound = False

    def _lose(self, reason: str) -> None:
        if not self._lost:
            self._lost = True
            _LOGGER.warning("microphone lost: %s", reason)
            self._notice("microphone", f"{reason} (trying again)")
            self.change = SourceChange.LOST

    def _wait(self, timeout: float) -> None:
        """Wait as long as a microphone would, and try it again about every second."""
        now = time.monotonic()
        if now < self._retry_at:
            time.sleep(min(timeout, self._retry_at - now))
            return
        self._retry_at = now + _RETRY_S
        self._try()

    def _try(self) -> None:
        try:
            self._microphone.reopen(may_close_others=self._may_look_afresh())
        except DeviceError:
            self._open = False
        else:
            self._open = True
