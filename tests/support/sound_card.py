"""A sound card without hardware: a private PulseAudio with a loudspeaker that can be recorded and a microphone.

    with SoundCard(tmp_path) as card:
        process = subprocess.Popen(command, env=card.env)
        with card.record_loudspeaker() as recording:
            card.play_into_microphone(wav).wait()
        recording.samples()

PortAudio sees it as the devices `pulse` and `default`, in a process started with `card.env`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pytest

from voice_coach.audio import portaudio

RATE = 48_000
_START_S = 10.0


class Recording:
    """What comes out of the loudspeaker while the context is open: int16 mono 48 kHz, silence included."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        self._blocks: list[tuple[float, npt.NDArray[np.int16]]] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        odd = b""
        while data := os.read(stream.fileno(), 65536):
            odd += data
            whole = len(odd) // 2 * 2
            with self._changed:
                self._blocks.append((time.monotonic(), np.frombuffer(odd[:whole], np.int16)))
                self._changed.notify_all()
            odd = odd[whole:]

    def samples(self) -> npt.NDArray[np.int16]:
        """Everything recorded so far."""
        with self._changed:
            blocks = [block for _, block in self._blocks]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)

    def last_sound(self, threshold: int = 30) -> float | None:
        """When (time.monotonic) the last block that was not silent arrived here; None when there was none."""
        with self._changed:
            times = [
                at for at, block in self._blocks if block.size and np.abs(block.astype(np.int32)).max() > threshold
            ]
        return times[-1] if times else None

    def first_sound(self, after: float = 0.0, threshold: int = 30) -> float | None:
        """When (time.monotonic) the first block that was not silent arrived here later than `after`."""
        with self._changed:
            for at, block in self._blocks:
                if at > after and block.size and np.abs(block.astype(np.int32)).max() > threshold:
                    return at
        return None

    def wait_for(self, seconds: float, timeout: float = 20.0) -> None:
        """Wait until this much audio more has been recorded: the card's own clock, not the test's."""
        with self._changed:
            goal = sum(block.size for _, block in self._blocks) + round(seconds * RATE)
            if not self._changed.wait_for(lambda: sum(b.size for _, b in self._blocks) >= goal, timeout):
                raise TimeoutError("the virtual sound card stands still")

    def __enter__(self) -> Self:
        self.wait_for(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(5)
        self._thread.join(5)
        assert self._process.stdout is not None
        self._process.stdout.close()


class SoundCard:
    """A private PulseAudio server. `env` is a whole environment for a process that is to use it."""

    def __init__(self, folder: Path, *, echo: bool = False) -> None:
        """`echo`: whether the loudspeaker is heard in the microphone."""
        self._echo = echo
        # A socket's path may have 107 characters at most, and pytest's folders are long.
        self._runtime = Path(tempfile.mkdtemp(prefix="card-"))
        self._log = folder / "pulseaudio.log"
        self._socket = self._runtime / "native"
        self._server: subprocess.Popen[bytes] | None = None
        self._players: list[subprocess.Popen[bytes]] = []
        self.env = {
            **os.environ,
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_RUNTIME_PATH": str(self._runtime),
            "PULSE_STATE_PATH": str(self._runtime),
            "PULSE_COOKIE": str(self._runtime / "cookie"),
        }

    def plug_in(self) -> None:
        """Start the server; returns when its devices are there."""
        self._socket.unlink(missing_ok=True)
        modules = [
            f"module-native-protocol-unix socket={self._socket} auth-anonymous=1",
            "module-null-sink sink_name=speaker norewinds=1 rate=48000 channels=1",
            "module-null-sink sink_name=room norewinds=1 rate=48000 channels=1",
            "module-remap-source source_name=microphone master=room.monitor channels=1",
        ]
        if self._echo:
            modules.append("module-loopback source=speaker.monitor sink=room latency_msec=40 adjust_time=0")
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--disallow-exit",
            "--use-pid-file=no",
            # With shared memory, libpulse can lock up for good in whoever records while the server is killed.
            "--disable-shm=yes",
        ]
        for module in modules:
            command += ["-L", module]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while not (self._ask("set-default-sink", "speaker") and self._ask("set-default-source", "microphone")):
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PulseAudio did not start: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def _ask(self, *arguments: str) -> bool:
        done = subprocess.run(
            ["pactl", *arguments], env=self.env, capture_output=True, timeout=_START_S, check=False
        )
        return done.returncode == 0

    def unplug(self) -> None:
        """Kill the server: the devices vanish under whoever uses them. `plug_in` brings them back."""
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                self._server.send_signal(signal.SIGCONT)
            self._server.kill()
            self._server.wait(5)
            self._server = None

    def stall(self) -> None:
        """Stop the server without ending it: the devices stay, but nothing moves any more, until `unplug`."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    @contextlib.contextmanager
    def in_this_process(self) -> Iterator[None]:
        """Let PortAudio in this very process see the card while the context is open."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.env.items():
                if name.startswith("PULSE_"):
                    patch.setenv(name, value)
            portaudio.reinitialise()
            yield
        portaudio.reinitialise()

    def play_into_microphone(self, wav: Path, latency_ms: int = 40) -> "subprocess.Popen[bytes]":
        """Start to speak a sound file (wav, flac, ogg) into the microphone; `.wait()` waits for its end.

        The microphone gives its sound in pieces of a quarter of `latency_ms`, no matter what its reader asks for.
        """
        command = ["paplay", "--device=room", f"--latency-msec={latency_ms}", str(wav)]
        player = subprocess.Popen(command, env=self.env)
        self._players.append(player)
        return player

    def record_loudspeaker(self) -> Recording:
        """Record what is played, from now until the context ends."""
        format_ = ["--format=s16le", f"--rate={RATE}", "--channels=1", "--raw", "--latency-msec=10"]
        return Recording(["parec", "--device=speaker.monitor", *format_], self.env)

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for player in self._players:
            if player.poll() is None:
                player.kill()
            player.wait(5)
        self.unplug()
        shutil.rmtree(self._runtime, ignore_errors=True)
