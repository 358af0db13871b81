"""The microphone: one input stream that gives 16 kHz mono blocks, whatever the device runs at. Nothing is kept."""

import logging
import math
import threading
from collections import deque
from types import TracebackType
from typing import Any

import numpy as np
import soxr

from voice_coach.audio import portaudio
from voice_coach.audio.device_watch import DeviceWatch
from voice_coach.audio.pcm import BLOCK_S, SAMPLE_RATE
from voice_coach.audio.stall_clock import StallClock
from voice_coach.audio.xruns import XrunCounter
from voice_coach.errors import DeviceError

KEEPS_S = 6.0
"""Seconds of sound that wait to be read at most: what is older nobody would answer."""
_QUEUED = round(KEEPS_S / BLOCK_S)

_LOGGER = logging.getLogger(__name__)


class Microphone:
    """An input device by name or part of it (None: the system's default); a context manager.

    After a DeviceError: `reopen`.
    """

    def __init__(self, device: str | None = None) -> None:
        self.device = device
        self.rate = 0
        """Samples a second the device runs at; 0 while closed."""
        self._stream: Any = None
        self._resample: soxr.ResampleStream | None = None
        self._blocks: deque[bytes] = deque(maxlen=_QUEUED)
        self._wanted = 1
        self._ready = threading.Event()
        self._stall = StallClock()
        self._overflows = XrunCounter("input overflow", _LOGGER)
        self._unread = XrunCounter("blocks that nobody has read in time", _LOGGER)
        self._watch = DeviceWatch(device, "input")

    def open(self) -> None:
        """Start listening. Raises DeviceError when there is no such device or it refuses."""
        self.close()
        index = portaudio.find(self.device, "input")
        native = int(portaudio.native_rate(index, "input"))
        refused: Exception | None = None
        # Many raw devices refuse 16 kHz.
        for rate in dict.fromkeys((SAMPLE_RATE, native)):
            self._blocks.clear()
            self._stall.restart()
            try:
                self._stream = portaudio.open_stream(
                    "input",
                    samplerate=rate,
                    blocksize=int(rate * BLOCK_S),
                    device=index,
                    channels=1,
                    dtype="int16",
                    callback=self._take,
                )
            except portaudio.sounddevice().PortAudioError as error:
                refused = error
                _LOGGER.info("%s refuses %d Hz (%s)", self._name, rate, error)
                continue
            self.rate = rate
            self._resample = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1, "int16")
            return
        raise DeviceError(f"{self._name} cannot be opened ({refused}); is another program using it?")

    def reopen(self, *, may_close_others: bool = True) -> None:
        """Take up again after the device had vanished, or was not there. Raises DeviceError.

        `may_close_others`: whether the loudspeaker may be closed for a moment, to see what was plugged in.
        """
        self.close()
        self._watch.reopen(self.open, may_close_others=may_close_others)
        _LOGGER.info("%s is open again", self._name)

    def close(self) -> None:
        """Stop listening; harmless when closed."""
        stream, self._stream, self.rate = self._stream, None, 0
        if stream is not None:
            portaudio.close_stream(stream)

    def __enter__(self) -> "Microphone":
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, timeout: float, at_least_s: float = 0.0) -> np.ndarray | None:
        """The next block (int16 mono 16 kHz, about 60 ms); None when none came within `timeout` seconds.

        With `at_least_s`, the next blocks of that many seconds, None until there are as many: who need not hurry
        is woken less often. Raises DeviceError when the device has given nothing for a second and a half in which
        this was asked, or is not open.
        """
        if self._stream is not None and self._stream.closed:
            self.open()  # PortAudio has looked at the devices afresh
        stream = self._stream
        if stream is None:
            raise DeviceError(f"{self._name} is not open")
        self._overflows.report()
        self._unread.report()
        # A hair less: seconds that come from a count of samples are rounded.
        self._wanted = max(1, math.ceil(at_least_s / BLOCK_S - 1e-6))
        self._ready.clear()
        if len(self._blocks) < self._wanted and not self._ready.wait(timeout):
            if not stream.active or self._stall.stalled():
                _LOGGER.warning("%s is lost: it gives no sound", self._name)
                raise DeviceError(f"{self._name} has stopped giving sound; is it still plugged in?")
            return None
        block = np.frombuffer(b"".join(self._blocks.popleft() for _ in range(self._wanted)), np.int16)
        if self._resample is not None:
            block = self._resample.resample_chunk(block)
        # At the beginning, a resampler takes some blocks before it gives any.
        return block if block.size else None

    def forget(self) -> None:
        """Never give what waits: nobody has listened yet."""
        self._blocks.clear()

    @property
    def waiting_s(self) -> float:
        """Seconds of sound that `read` would give at once."""
        return len(self._blocks) * BLOCK_S

    @property
    def _name(self) -> str:
        return f'the microphone "{self.device}"' if self.device else "the microphone"

    def _take(self, data: Any, _frames: int, _times: Any, status: Any) -> None:
        """Called by PortAudio in its own thread: copy and go."""
        self._stall.move()
        if status.input_overflow:
            self._overflows.count()
        if len(self._blocks) == _QUEUED:
            self._unread.count()
        self._blocks.append(bytes(data))
        if len(self._blocks) >= self._wanted:
            self._ready.set()
