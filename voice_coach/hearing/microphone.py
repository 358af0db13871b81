"""The microphone: one input stream that gives 16 kHz mono blocks, whatever the device runs at. Nothing is kept."""

import contextlib
import queue
import time
from types import TracebackType
from typing import Any

import numpy as np
import soxr

from voice_coach.errors import DeviceError
from voice_coach.hearing.audio_files import to_int16
from voice_coach.hearing.types import SAMPLE_RATE

STALLED_S = 2.0
"""A device that is pulled out raises nothing: its callback just stops coming."""
_BLOCK_S = 0.03
_QUEUED = 200  # 6 s: what waits longer is older than anybody would answer


class Microphone:
    """An input device by name (None: the system's default); a context manager."""

    def __init__(self, device: str | None = None) -> None:
        self.device = device
        self.rate = 0
        """Samples a second the device runs at; 0 while closed."""
        self._stream: Any = None
        self._resample: soxr.ResampleStream | None = None
        self._blocks: queue.Queue[np.ndarray] = queue.Queue(_QUEUED)
        self._last = 0.0

    def open(self) -> None:
        """Start listening. Raises DeviceError when there is no such device or it refuses."""
        sd = _sounddevice()
        index, native = _find_input(sd, self.device)
        refused: Exception | None = None
        # Many raw devices refuse 16 kHz.
        for rate in dict.fromkeys((SAMPLE_RATE, native)):
            try:
                self._stream = sd.InputStream(
                    samplerate=rate,
                    blocksize=int(rate * _BLOCK_S),
                    device=index,
                    channels=1,
                    dtype="float32",
                    callback=self._take,
                )
                self._resample = None if rate == SAMPLE_RATE else soxr.ResampleStream(rate, SAMPLE_RATE, 1)
                self._blocks = queue.Queue(_QUEUED)
                self._last = time.monotonic()
                self._stream.start()
            except sd.PortAudioError as error:
                refused = error
                self.close()
                continue
            self.rate = rate
            return
        raise DeviceError(f"microphone '{self.device or 'default'}' cannot be opened: {refused}")

    def close(self) -> None:
        """Stop listening; harmless when closed."""
        stream, self._stream, self.rate = self._stream, None, 0
        if stream is not None:
            try:
                stream.close()
            except _sounddevice().PortAudioError:
                return  # a device that went away cannot be closed either

    def __enter__(self) -> "Microphone":
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, timeout: float) -> np.ndarray | None:
        """The next block (int16 mono 16 kHz, about 30 ms); None when none came within `timeout` seconds.

        Raises DeviceError when the device has given nothing for two seconds, or is closed.
        """
        if self._stream is None:
            raise DeviceError("the microphone is not open")
        try:
            block = self._blocks.get(timeout=timeout)
        except queue.Empty:
            if time.monotonic() - self._last > STALLED_S or not self._stream.active:
                raise DeviceError(
                    f"microphone '{self.device or 'default'}' has stopped giving sound; is it still plugged in?"
                ) from None
            return None
        if self._resample is not None:
            block = self._resample.resample_chunk(block)
        return to_int16(block)

    def _take(self, data: np.ndarray, _frames: int, _times: Any, _status: Any) -> None:
        """Called by PortAudio in its own thread: copy and go."""
        self._last = time.monotonic()
        if self._blocks.full():
            with contextlib.suppress(queue.Empty):
                self._blocks.get_nowait()
        self._blocks.put_nowait(data[:, 0].copy())


def reopen() -> None:
    """Look at the devices anew: PortAudio's list is frozen when it starts. Close every stream before."""
    sd = _sounddevice()
    sd._terminate()
    sd._initialize()


def _sounddevice() -> Any:
    try:
        import sounddevice  # type: ignore[import-untyped]  # noqa: PLC0415 - fails where PortAudio is missing
    except OSError as error:
        raise DeviceError(
            "PortAudio is not installed; on Debian, Ubuntu or Raspberry Pi OS: sudo apt install libportaudio2"
        ) from error
    return sounddevice


def _find_input(sd: Any, name: str | None) -> tuple[int, int]:
    """Index and native rate of an input device; the name may be a part of the device's name."""
    try:
        devices = list(sd.query_devices())
    except sd.PortAudioError as error:
        raise DeviceError(f"the sound devices cannot be listed: {error}") from error
    inputs = [(i, d) for i, d in enumerate(devices) if d["max_input_channels"] > 0]
    if not inputs:
        raise DeviceError("no microphone was found; plug one in, or run with --keyboard")
    if name is None:
        default = sd.default.device[0]
        found = [(i, d) for i, d in inputs if i == default] or inputs
    else:
        found = [(i, d) for i, d in inputs if d["name"] == name]
        found = found or [(i, d) for i, d in inputs if name.lower() in d["name"].lower()]
    if not found:
        known = ", ".join(d["name"] for _, d in inputs)
        raise DeviceError(f"there is no microphone '{name}'; there are: {known}")
    index, device = found[0]
    return index, int(device["default_samplerate"])
