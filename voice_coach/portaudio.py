"""The one PortAudio that microphone and loudspeaker share: imported late, searched by name, looked at afresh.

PortAudio lists the devices once, when it starts. To see one that was plugged in again it must be ended and started
anew, and that closes every stream of the program: so streams are opened here, and `reinitialise` closes them all
first. Their owners see a closed stream (`stream.closed`, no more callbacks) and open a new one.

A sound server that hangs makes PortAudio hang with it, for ever. So whatever talks to a device runs in a thread of
its own; when that does not come back in time, sound is given up with a DeviceError until it does.
"""

import atexit
import contextlib
import importlib
import os
import subprocess
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from voice_coach.errors import DeviceError

Kind = Literal["input", "output"]
_SPOKEN = {"input": "microphone", "output": "loudspeaker"}
_BEHIND_A_SERVER = ("default", "pulse", "pipewire")

ANSWER_S = 4.0
"""How long a sound server may take to open or close a stream."""

_lock = threading.RLock()
_streams: "weakref.WeakSet[Any]" = weakref.WeakSet()
_hanging: threading.Thread | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of PortAudio's list. `rate` is the native rate in Hz; a device may have both kinds of channels."""

    index: int
    name: str
    inputs: int
    outputs: int
    rate: float

    def channels(self, kind: Kind) -> int:
        """How many channels of this kind the device has."""
        return self.inputs if kind == "input" else self.outputs


def sounddevice() -> ModuleType:
    """The sounddevice module. Raises DeviceError when the PortAudio library is missing or does not start."""
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:
        raise DeviceError(
            f"no sound: the PortAudio library cannot be loaded ({error}); on Debian: apt install libportaudio2"
        ) from error
    except Exception as error:  # sounddevice raises its own error from the import when PortAudio refuses to start
        raise DeviceError(f"no sound: PortAudio does not start ({error}); run: voice-coach doctor") from error


def devices() -> list[Device]:
    """All devices as PortAudio saw them when it was last initialised; empty when there is no sound card."""
    with _lock:
        listed = sounddevice().query_devices()
    return [
        Device(
            index=d["index"],
            name=d["name"],
            inputs=d["max_input_channels"],
            outputs=d["max_output_channels"],
            rate=d["default_samplerate"],
        )
        for d in listed
    ]


def find(name: str | None, kind: Kind) -> int | None:
    """The index of the device of this name, for sounddevice's `device=`; None stands for the system's default.

    An exact name goes before a part of one, in any case of letters. Raises DeviceError when there is none.
    """
    there = [d for d in devices() if d.channels(kind)]
    if not there:
        raise DeviceError(f"no {_SPOKEN[kind]} was found; plug one in, or run: voice-coach run --keyboard")
    if name is None:
        default = sounddevice().default.device[kind]
        # A system may have devices and yet name no default: then the first one will do.
        return None if default >= 0 else there[0].index
    wanted = name.casefold()
    for fits in (
        lambda d: d.name == name,
        lambda d: d.name.casefold() == wanted,
        lambda d: wanted in d.name.casefold(),
    ):
        for device in there:
            if fits(device):
                return device.index
    names = ", ".join(f'"{d.name}"' for d in there)
    raise DeviceError(f'no {_SPOKEN[kind]} is called "{name}"; there is {names}')


def name(wanted: str | None, kind: Kind) -> str:
    """The name of the device that `find` finds; "" when there is none.

    PortAudio knows a sound server's devices as "default" or "pulse" alone: then the server is asked.
    """
    try:
        index = find(wanted, kind)
        index = sounddevice().default.device[kind] if index is None else index
        found = next((device.name for device in devices() if device.index == index), "")
    except DeviceError:
        return ""
    if found in _BEHIND_A_SERVER:
        asked = ["pactl", "get-default-source" if kind == "input" else "get-default-sink"]
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(asked, capture_output=True, text=True, timeout=ANSWER_S, check=True)
            return done.stdout.strip() or found
    return found


def native_rate(device: int | None, kind: Kind) -> float:
    """The rate in Hz that the device runs at by itself. Raises DeviceError when it is gone."""
    sd = sounddevice()
    try:
        with _lock:
            return float(sd.query_devices(device, kind)["default_samplerate"])
    except (sd.PortAudioError, ValueError) as error:
        raise DeviceError(f"the {_SPOKEN[kind]} is gone ({error}); plug it in again") from error


def open_stream(kind: Kind, **options: Any) -> Any:
    """A started sounddevice RawInputStream or RawOutputStream with these options.

    Lets sounddevice's PortAudioError through, so that the caller can try another rate. Raises DeviceError when the
    sound server hangs.
    """
    sd = sounddevice()
    make = sd.RawInputStream if kind == "input" else sd.RawOutputStream
    opened: list[Any] = []
    given_up = threading.Event()

    def open_it() -> None:
        opened.append(stream := make(**options))
        try:
            stream.start()
        except sd.PortAudioError:
            stream.close()
            raise
        if given_up.is_set():
            stream.close()

    with _lock:
        try:
            _in_time(open_it)
        except DeviceError:
            given_up.set()
            raise
        _streams.add(opened[0])
    return opened[0]


def close_stream(stream: Any) -> None:
    """Stop and close a stream at once, dropping what it had buffered; harmless when it is closed or hangs."""
    with _lock, contextlib.suppress(DeviceError):
        _in_time(lambda: _close(stream))
        _streams.discard(stream)


def reinitialise() -> None:
    """Look at the devices afresh. Closes every stream that was opened here; their owners have to open new ones."""
    sd = sounddevice()

    def start_again() -> None:
        for stream in list(_streams):
            _close(stream)
        sd._terminate()
        sd._initialize()

    with _lock:
        try:
            _in_time(start_again)
        except sd.PortAudioError as error:
            raise DeviceError(f"no sound: PortAudio does not start again ({error})") from error
        _streams.clear()


def _close(stream: Any) -> None:
    if not stream.closed:
        with contextlib.suppress(sounddevice().PortAudioError):
            stream.abort()
        stream.close()


def _in_time(action: Callable[[], None]) -> None:
    """Run the action in a thread; what it raises is raised here. DeviceError when it hangs, now or still."""
    global _hanging  # noqa: PLW0603  (PortAudio is one for the whole process, and so is its being stuck)
    hangs = DeviceError("the sound system does not answer; restart it, or unplug the device and plug it in again")
    if _hanging is not None and _hanging.is_alive():
        raise hangs
    raised: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except Exception as error:  # handed over, not handled
            raised.append(error)

    thread = threading.Thread(target=run, name="portaudio", daemon=True)
    with _quiet():
        thread.start()
        thread.join(ANSWER_S)
    if thread.is_alive():
        _hanging = thread
        # sounddevice ends PortAudio when the program leaves, and that would hang just the same.
        atexit.unregister(sounddevice()._exit_handler)
        raise hangs
    if raised:
        raise raised[0]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """PortAudio and ALSA write a page to standard error about each device that does not open: spare the user."""
    try:
        kept = os.dup(2)
    except OSError:  # standard error is closed
        yield
        return
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
