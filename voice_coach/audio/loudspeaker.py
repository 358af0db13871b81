"""The one output stream of the program, which also tells what was played to its end, and whether it has stalled.

All sound goes through `Playback` at 48 kHz. A device that refuses that runs at its own rate, resampled with state.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import soxr

from voice_coach.audio import portaudio
from voice_coach.audio.device_watch import DeviceWatch
from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.audio.playback import Playback
from voice_coach.audio.stall_clock import StallClock
from voice_coach.audio.xruns import XrunCounter
from voice_coach.errors import DeviceError

LATENCY_S = 0.06
PLAYBACK_BLOCK_S = LATENCY_S / 2
"""Seconds of a block of playback, two of which fill the buffer: each costs a thread waking up, however short."""
_WAKES_S = 0.3
"""Silence played first after a suspension: devices swallow their first tenths of a second."""

Tap = Callable[[Samples], None]
"""Receives every block that is played (float32 mono 48 kHz, silence included), in the sound thread: be quick."""

_SILENCE: Samples = np.zeros(round(PLAYBACK_BLOCK_S * PLAYBACK_RATE), np.float32)
_SILENCE.flags.writeable = False

_LOGGER = logging.getLogger(__name__)


class Loudspeaker:
    """Plays samples in the order they come. Errors of the device are raised by `check`, `play` and `open`."""

    def __init__(
        self, device: str | None = None, tap: Tap | None = None, on_suspend: Callable[[], None] | None = None
    ) -> None:
        """`on_suspend`: called when the tap will receive nothing for a while, as the device is let go of."""
        self._device = device
        self._tap = tap
        self._on_suspend = on_suspend
        self._suspended = False
        self._playback = Playback()
        self._stream: Any = None
        self._rate = PLAYBACK_RATE
        self._resampler: Any = None
        self._pending: Samples = np.zeros(0, np.float32)
        self._stall = StallClock()
        self._underflows = XrunCounter("output underflow", _LOGGER)
        self._watch = DeviceWatch(device, "output")
        self._failure: Exception | None = None
        self._lock = threading.Lock()
        self._underway: deque[tuple[float, int]] = deque()
        self._played = 0

    # -- the device

    def open(self) -> None:
        """Find and start the device. Raises DeviceError when there is none or it refuses."""
        index = portaudio.find(self._device, "output")
        error_class: type[Exception] = portaudio.sounddevice().PortAudioError
        try:
            self._start(index, PLAYBACK_RATE)
        except error_class as refused:
            _LOGGER.info("the loudspeaker%s refuses %d Hz (%s)", self._called(), PLAYBACK_RATE, refused)
            rate = round(portaudio.native_rate(index, "output"))
            try:
                self._start(index, rate)
            except error_class as error:
                raise DeviceError(
                    f"the loudspeaker{self._called()} cannot be opened ({error}); is another program using it?"
                ) from error

    def _called(self) -> str:
        return f' "{self._device}"' if self._device else ""

    def _start(self, index: int | None, rate: int) -> None:
        self._rate = rate
        self._resampler = soxr.ResampleStream(PLAYBACK_RATE, rate, 1) if rate != PLAYBACK_RATE else None
        self._pending = np.zeros(0, np.float32)
        self._stall.restart()
        self._failure = None
        self._suspended = False
        self._stream = portaudio.open_stream(
            "output",
            device=index,
            samplerate=rate,
            channels=1,
            dtype="float32",
            blocksize=round(rate * PLAYBACK_BLOCK_S),
            latency=LATENCY_S,
            callback=self._callback,
        )

    def close(self) -> None:
        """Let go of the device, dropping what waits to be played. Harmless when it is not open."""
        stream, self._stream = self._stream, None
        self._suspended = False
        if stream is not None:
            portaudio.close_stream(stream)
        self._playback.clear()
        with self._lock:
            self._underway.clear()
            self._played = self._playback.taken

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reopen(self) -> None:
        """Take up again after the device had vanished, or was not there. Raises DeviceError.

        What waited to be played is gone. The microphone may be closed for a moment, to see what was plugged in.
        """
        self.close()
        self._watch.reopen(self.open)
        _LOGGER.info("the loudspeaker%s is open again", self._called())

    def check(self) -> None:
        """Raise DeviceError when the device is not open, has gone away, or has not asked for sound for 1.5 s.

        To be called at least twice a second: time in which nobody does is not held against the device.
        """
        self._underflows.report()
        if self._failure is not None:
            _LOGGER.error("the loudspeaker%s has failed: %s", self._called(), type(self._failure).__name__)
            raise self._failure
        if self._suspended:
            return
        if self._stream is not None and self._stream.closed:
            self._stream = None
            self.open()  # PortAudio has looked at the devices afresh; what waits to be played goes on
        if self._stream is None:
            raise DeviceError(f"the loudspeaker{self._called()} is not open")
        if not self._stream.active:
            _LOGGER.warning("the loudspeaker%s is lost: its stream has ended", self._called())
            raise DeviceError(f"the loudspeaker{self._called()} has gone away; plug it in again")
        if self._stall.stalled():
            _LOGGER.warning("the loudspeaker%s is lost: it takes no sound", self._called())
            raise DeviceError(f"the loudspeaker{self._called()} stands still; plug it in again")

    def suspend(self) -> None:
        """Let go of the device while there is nothing to play: even silence takes time of the processor.

        Closed and not only stopped: a stream whose sound server has died meanwhile would hang when it is started.
        Harmless while anything is still to be played, and when it is not open.
        """
        stream = self._stream
        if stream is None or stream.closed or self.busy:
            return
        self._stream, self._suspended = None, True
        portaudio.close_stream(stream)
        _LOGGER.debug("the loudspeaker%s is suspended", self._called())
        if self._on_suspend is not None:
            self._on_suspend()

    def restore(self) -> None:
        """End a suspension, so that the device runs by the time there is something to play. Harmless when it does.

        `play` does the same, but then the sound comes later. Raises nothing: `check` does.
        """
        if not self._suspended:
            return
        self._suspended = False
        try:
            self.open()
        except DeviceError as error:
            self._failure = error

    # -- what is played

    def play(self, samples: Samples) -> int:
        """Queue float32 mono samples at 48 kHz. Returns the position of their end, to compare with `played`."""
        if self._suspended:
            self.restore()
            samples = np.concatenate([np.zeros(round(_WAKES_S * PLAYBACK_RATE), np.float32), samples])
        self.check()
        return self._playback.add(samples)

    def stop(self) -> None:
        """Silence: a fade of 5 ms, and what the device had already taken (60 ms). The rest is dropped."""
        self._playback.drop()

    def pause(self) -> None:
        """Silence within 60 ms as after `stop`, but what waits is kept for `resume`. Harmless when paused."""
        self._playback.hold()

    def resume(self) -> None:
        """Go on after `pause`, from the beginning of a word that was just played. Harmless when not paused."""
        with self._lock:
            before = self._playback.taken
            self._playback.release()
            if self._playback.taken < before:
                # What it goes back to does not count as played; all that is under way is the silence of the pause.
                self._underway.clear()
                self._played = self._playback.taken

    @property
    def paused(self) -> bool:
        """Whether `pause` is in force; `stop`, and closing, end it."""
        return self._playback.held

    @property
    def gain(self) -> float:
        """Factor of amplitude for all that is played, ramped within one block when it changes."""
        return self._playback.gain

    @gain.setter
    def gain(self, gain: float) -> None:
        self._playback.gain = gain

    @property
    def queued(self) -> int:
        """The position of the end of what was queued, in samples since the start."""
        return self._playback.queued

    @property
    def taken(self) -> int:
        """How many samples the device has taken; they leave the loudspeaker a little later."""
        return self._playback.taken

    @property
    def played(self) -> int:
        """How many samples have left the loudspeaker, by the device's own account of its delay."""
        now = time.monotonic()
        with self._lock:
            if not self._underway:
                return self._played
            while self._underway and self._underway[0][0] <= now:
                self._played = self._underway.popleft()[1]
            return self._played

    @property
    def busy(self) -> bool:
        """Whether anything that was queued is still to be played to its end."""
        return self.played < self.queued

    # -- the sound thread

    def _callback(self, out: Any, frames: int, times: Any, status: Any) -> None:
        now = time.monotonic()
        self._stall.move()
        try:
            if status.output_underflow:
                self._underflows.count()
            samples, ours = self._next(frames)
            out[:] = samples.data.cast("B")
            if ours:
                delay = times.outputBufferDacTime - times.currentTime
                # Some drivers report no times, or nonsense: then the latency that was asked for has to do.
                delay = delay if 0 < delay < 1 else LATENCY_S
                with self._lock:
                    self._underway.append((now + delay + frames / self._rate, self._playback.taken))
        except Exception as error:  # a traceback here would be lost in the sound thread: `check` raises it
            self._failure = error
            out[:] = bytes(len(out))

    def _next(self, frames: int) -> tuple[Samples, int]:
        """The next samples at the device's rate, and how many of Playback's went into them."""
        if self._resampler is None:
            return self._take(frames)
        ours = 0
        while self._pending.size < frames:
            samples, count = self._take(round(PLAYBACK_BLOCK_S * PLAYBACK_RATE))
            ours += count
            self._pending = np.concatenate([self._pending, self._resampler.resample_chunk(samples)])
        ready, self._pending = self._pending[:frames], self._pending[frames:]
        return ready, ours

    def _take(self, count: int) -> tuple[Samples, int]:
        if self._playback.idle and count == _SILENCE.size:
            samples, ours = _SILENCE, 0
        else:
            samples, ours = self._playback.take(count)
        if self._tap is not None:
            self._tap(samples)
        return samples, ours
