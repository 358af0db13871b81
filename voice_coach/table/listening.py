"""A microphone that may be pulled out: it is tried again about every second, and the clocks go on meanwhile."""

import time
from collections.abc import Callable
from enum import Enum, auto

import numpy as np
import numpy.typing as npt

from voice_coach import portaudio
from voice_coach.errors import DeviceError
from voice_coach.hearing import Microphone
from voice_coach.hearing.levels import Fault, Levels
from voice_coach.table.voicing import Notice

_RETRY_S = 1.0


class Change(Enum):
    """What has just happened to the microphone."""

    LOST = auto()
    BACK = auto()
    SILENT = auto()
    CLIPPING = auto()


_FAULTS = {Fault.SILENT: Change.SILENT, Fault.CLIPPING: Change.CLIPPING}


class SteadyMicrophone:
    """Reads blocks while there is a microphone, and waits as long while there is none."""

    def __init__(self, microphone: Microphone, notice: Notice, may_look_afresh: Callable[[], bool]) -> None:
        """`may_look_afresh`: whether the loudspeaker may be closed for a moment, to see what was plugged in."""
        self._microphone = microphone
        self._notice = notice
        self._may_look_afresh = may_look_afresh
        self._there = True
        self._levels = Levels()
        self._retry_at = 0.0
        self.change: Change | None = None
        """What the last `read` found; None when nothing changed."""

    def read(self, timeout: float, at_least_s: float = 0.0) -> npt.NDArray[np.int16] | None:
        """The next block (int16 mono 16 kHz), or None when nothing came within `timeout` seconds.

        `at_least_s`: see `Microphone.read`.
        """
        self.change = None
        if self._there:
            try:
                block = self._microphone.read(timeout, at_least_s)
                fault = self._levels.fault(block) if block is not None else None
                self.change = _FAULTS[fault] if fault else None
                return block
            except DeviceError as error:
                self._there = False
                self._microphone.close()
                self._notice("microphone", f"{error} (trying again)")
                self.change = Change.LOST
                self._retry_at = time.monotonic() + _RETRY_S
                return None
        now = time.monotonic()
        if now < self._retry_at:
            time.sleep(min(timeout, self._retry_at - now))
            return None
        self._retry_at = now + _RETRY_S
        if self._opens() or (self._may_look_afresh() and self._opens_afresh()):
            self._there = True
            self._levels = Levels()
            self._notice("microphone", None)
            self.change = Change.BACK
        return None

    def _opens(self) -> bool:
        try:
            self._microphone.open()
        except DeviceError:
            return False
        return True

    def _opens_afresh(self) -> bool:
        """Look at the devices anew, which closes the loudspeaker: its owner opens it again."""
        try:
            portaudio.reinitialise()
        except DeviceError:
            return False
        return self._opens()
