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
import logging
import os
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

from voice_coach.errors import DeviceError, NoDeviceError

Kind = Literal["input", "output"]
_SPOKEN = {"input": "microphone", "output": "loudspeaker"}
_BEHIND_A_SERVER = ("default", "pulse", "pipewire")

ANSWER_S = 4.0
"""How long a sound server may take to open or close a stream."""
START_S = 12.0
"""How long PortAudio may take to start, which asks every device, on a slow machine with a cold disk."""

_LOGGER = logging.getLogger(__name__)

_T = TypeVar("_T")

_lock = threading.RLock()
_streams: "weakref.WeakKeyDictionary[Any, str]" = weakref.WeakKeyDictionary()
"""What was opened here, and what a log calls it."""
_library: ModuleType | None = None
_underway: threading.Thread | None = None
"""The call of PortAudio that was made last."""
_hanging: "weakref.WeakSet[threading.Thread]" = weakref.WeakSet()
"""Calls that took too long: nobody waits for them a second time."""


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
    global _library  # noqa: PLW0603  (a module that is still being imported is in sys.modules, too)
    if _library is None:
        began = time.perf_counter()
        try:
            with _lock:
                # The import starts PortAudio, which asks every device.
                _library = _in_time(lambda: importlib.import_module("sounddevice"), START_S)
        except OSError as error:
            raise NoDeviceError(
                f"no sound: the PortAudio library cannot be loaded ({error}); on Debian: apt install libportaudio2"
            ) from error
        except DeviceError:
            raise
        except Exception as error:  # sounddevice raises its own error when PortAudio refuses to start
            raise DeviceError(f"no sound: PortAudio does not start ({error}); run: voice-coach doctor") from error
        version = _library.get_portaudio_version()[1]
        _LOGGER.info("%s started in %.2f s", version, time.perf_counter() - began)
    return _library


def devices() -> list[Device]:
    """All devices as PortAudio saw them when it was last initialised; empty when there is no sound card."""
    sd = sounddevice()
    with _lock:
        listed = _in_time(sd.query_devices)
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
    if name is None:
        if not there:
            raise NoDeviceError(f"no {_SPOKEN[kind]} was found; plug one in, or run: voice-coach run --keyboard")
        # A system may have devices and yet name no default: then the first one will do.
        return None if default(kind) >= 0 else there[0].index
    best = called(name, [d.name for d in there])
    if best is not None:
        return there[best].index
    names = ", ".join(f'"{d.name}"' for d in there) or "none; plug it in, or run: voice-coach run --keyboard"
    raise DeviceError(f'no {_SPOKEN[kind]} is called "{name}"; there is {names}')


def called(name: str, names: Sequence[str]) -> int | None:
    """Which of the names is meant by a name or part of one; None when none is."""
    wanted = name.casefold()
    for fits in (lambda n: n == name, lambda n: n.casefold() == wanted, lambda n: wanted in n.casefold()):
        for at, one in enumerate(names):
            if fits(one):
                return at
    return None


def require(names: Mapping[Kind, str | None]) -> None:
    """Raises DeviceError, with the names there are, when a device that was asked for by name is not there."""
    missing = []
    for kind, wanted in names.items():
        if wanted is not None:
            try:
                find(wanted, kind)
            except DeviceError as error:
                missing.append(str(error))
    if missing:
        raise DeviceError("; ".join(dict.fromkeys(missing)))


def default(kind: Kind) -> int:
    """The index of the system's default device; -1 when it has none."""
    sd = sounddevice()
    with _lock:
        return int(_in_time(lambda: sd.default.device[kind]))


def name(wanted: str | None, kind: Kind) -> str:
    """The name of the device that `find` finds; "" when there is none.

    PortAudio knows a sound server's devices as "default" or "pulse" alone: then the server is asked.
    """
    try:
        index = find(wanted, kind)
        index = default(kind) if index is None else index
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
            return float(_in_time(lambda: sd.query_devices(device, kind))["default_samplerate"])
    except (sd.PortAudioError, ValueError) as error:
        raise DeviceError(f"the {_SPOKEN[kind]} is gone ({error}); plug it in again") from error


def open_stream(kind: Kind, **options: Any) -> Any:
    """A started sounddevice RawInputStream or RawOutputStream with these options.

    Lets sounddevice's PortAudioError through, so that the caller can try another rate. Raises DeviceError when the
    sound server hangs.
    """
    sd = sounddevice()
    make = sd.RawInputStream if kind == "input" else sd.RawOutputStream
    opened: list[tuple[Any, str]] = []
    deciding = threading.Lock()
    given_up = False

    def open_it() -> None:
        stream = make(**options)
        try:
            stream.start()
        except sd.PortAudioError:
            stream.close()
            raise
        label = f'{kind} "{sd.query_devices(stream.device)["name"]}" at {stream.samplerate:g} Hz'
        with deciding:
            if not given_up:
                opened.append((stream, label))
                return
        stream.close()

    with _lock:
        try:
            _in_time(open_it)
        except DeviceError:
            # A stream that opens only now has to belong to somebody, or to be closed.
            with deciding:
                given_up = not opened
            if given_up:
                raise
        stream, label = opened[0]
        _streams[stream] = label
    _LOGGER.info("opened %s", label)
    return stream


def close_stream(stream: Any) -> None:
    """Stop and close a stream at once, dropping what it had buffered; harmless when it is closed or hangs."""
    with _lock, contextlib.suppress(DeviceError):
        _in_time(lambda: _close(stream))
        if label := _streams.pop(stream, ""):
            _LOGGER.info("closed %s", label)


def any_open() -> bool:
    """Whether `reinitialise` would close a stream that is in use."""
    return any(not stream.closed for stream in list(_streams))


def reinitialise() -> None:
    """Look at the devices afresh. Closes every stream that was opened here; their owners have to open new ones."""
    sd = sounddevice()

    def start_again() -> None:
        for stream in list(_streams):
            _close(stream)
        sd._terminate()
        sd._initialize()

    _LOGGER.debug("starting PortAudio again, which closes: %s", ", ".join(_streams.values()) or "nothing")
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


def _in_time(action: Callable[[], _T], answer_s: float | None = None) -> _T:
    """Run the action in a thread; what it gives or raises comes from here. The lock is held.

    Raises DeviceError when it hangs, or something before it still does.
    """
    global _underway  # noqa: PLW0603  (PortAudio is one for the whole process, and so is its being stuck)
    given: list[_T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(action())
        except Exception as error:  # handed over, not handled
            raised.append(error)

    with _quiet():
        # Whoever was interrupted while waiting (SIGTERM, Ctrl-C) has left a call behind.
        _wait_for(_underway, ANSWER_S)
        _underway = thread = threading.Thread(target=run, name="portaudio", daemon=True)
        thread.start()
        _wait_for(thread, ANSWER_S if answer_s is None else answer_s)
    if raised:
        raise raised[0]
    return given[0]


def _wait_for(thread: threading.Thread | None, answer_s: float) -> None:
    """Wait for the end of a call; DeviceError when it does not come in time."""
    if thread is None:
        return
    if thread not in _hanging:
        thread.join(answer_s)
    if thread.is_alive():
        if thread not in _hanging:
            _LOGGER.error("PortAudio has not answered for %g s", answer_s)
        _hanging.add(thread)
        if _library is not None:
            # sounddevice ends PortAudio when the program leaves, and that would hang just the same.
            atexit.unregister(_library._exit_handler)
        raise DeviceError(
            "the sound system does not answer; restart it, or unplug the device and plug it in again"
        )


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
