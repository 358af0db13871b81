"""Devices and a renderer that can be broken, and what is told about them."""

import time
from collections.abc import Sequence

import numpy as np

from voice_coach.errors import DeviceError, RenderError

BLOCK = np.zeros(480, np.int16)


class Notices:
    """What the screen was told: the texts that are still shown, and everything that ever was."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}
        self.told: list[str] = []

    def __call__(self, about: str, text: str | None) -> None:
        if text is None:
            self.shown.pop(about, None)
        else:
            self.told.append(text)
            self.shown[about] = text


class BrokenMouth:
    """A live mouth whose loudspeaker or renderer can be broken."""

    def __init__(self) -> None:
        self.gone = False
        self.opens_in_vain = False
        self.render_error: str | None = None
        self.queue: list[int] = []
        self.reopened = 0
        self.speaking = False
        self.paused = False
        self.rests = False
        self.saying: tuple[str, ...] = ()

    def say(self, _sentences: Sequence[str], token: int) -> None:
        self.queue.append(token)
        self.speaking = True

    def chime(self, _kind: str, token: int) -> None:
        self.say((), token)

    def hush(self) -> None:
        self.queue.clear()
        self.speaking = False

    def adjust(self, rate: int, volume: int) -> None:
        """Not of interest here."""

    def pause(self) -> None:
        """Not of interest here."""

    def resume(self) -> None:
        """Not of interest here."""

    def suspend(self) -> None:
        self.rests = True

    def restore(self) -> None:
        self.rests = False

    def finished(self) -> int | None:
        if self.render_error is not None:
            error, self.render_error = self.render_error, None
            self.queue.clear()
            raise RenderError(error)
        if self.gone:
            raise DeviceError("the loudspeaker has gone away")
        self.speaking = False
        return self.queue.pop(0) if self.queue else None

    def reopen(self) -> None:
        self.reopened += 1
        if self.gone and not self.opens_in_vain:
            raise DeviceError("the loudspeaker is still gone")


class BrokenMicrophone:
    """A microphone that can be pulled out."""

    def __init__(self) -> None:
        self.there = True
        self.opens_in_vain = False
        self.is_open = True
        self.tries: list[float] = []
        self.waiting_s = 0.0

    def forget(self) -> None:
        """Nothing waits."""

    def read(self, _timeout: float, _at_least_s: float = 0.0) -> np.ndarray | None:
        if not (self.there and self.is_open):
            raise DeviceError("the microphone has stopped giving sound")
        return BLOCK

    def reopen(self, *, may_close_others: bool) -> None:
        assert not may_close_others
        self.tries.append(time.monotonic())
        if not (self.there or self.opens_in_vain):
            raise DeviceError("no microphone was found")
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
