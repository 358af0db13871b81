"""`voice-coach run` as a process on a virtual sound card, and the people who talk to it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from support.sound_card import Recording, SoundCard
from support.watch import network_use, open_connections, watched, written_files

_QUIET_S = 0.9


class LiveCoach:
    """The running program. `lines` are what it printed, with the time (monotonic) at which that came."""

    def __init__(
        self, card: SoundCard, folder: Path, settings: str, log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        """`env`: the environment, where it is not the card's own."""
        self.card = card
        self._folder = folder
        file = folder / "settings.toml"
        file.write_text(settings, encoding="utf-8")
        self.memory = folder / "memory"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voice_coach", "run", "--settings", str(file)],
            env=watched(
                {
                    **(env or card.env),
                    "HOME": str(folder),
                    "COLUMNS": "10000",
                    "TMPDIR": str(self.temporary),
                    "VOICE_COACH_HOME": str(self.memory),
                },
                log,
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
        )
        self.lines: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.lines.append((time.monotonic(), line.rstrip("\n")))
                self._changed.notify_all()

    def wait_for(self, text: str, timeout: float, *, after: float = 0.0) -> float:
        """When a line with `text` was printed, later than `after`."""

        def found() -> float | None:
            return next((at for at, line in self.lines if at > after and text in line), None)

        with self._changed:
            self._changed.wait_for(lambda: found() is not None, timeout)
            at = found()
        if at is None:
            printed = "\n".join(line for _, line in self.lines)
            raise AssertionError(f"no line with {text!r} within {timeout} s; printed so far:\n{printed}")
        return at

    def wait_until_silent(
        self, recording: Recording, after: float, timeout: float = 60.0, quiet_s: float = _QUIET_S
    ) -> None:
        """Until something has been heard later than `after`, and then nothing for `quiet_s` seconds."""

        def silent() -> bool:
            last = recording.last_sound()
            return last is not None and last > after and time.monotonic() - last > quiet_s

        self._poll(silent, timeout)

    def _poll(self, reached: Callable[[], bool], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not reached():
            assert time.monotonic() < deadline, f"not reached within {timeout} s"
            assert self.process.poll() is None, self.printed()
            with self._changed:
                self._changed.wait(0.1)

    def printed(self) -> str:
        """All that was printed."""
        return "\n".join(line for _, line in self.lines)

    def tell(self, text: str, voice: str = "en-us+f2") -> float:
        """Speak into the microphone; when the last word was over (monotonic)."""
        wav = self._folder / "person.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(wav), text], check=True)
        self.card.play_into_microphone(wav).wait(30)
        return time.monotonic()

    def terminate(self) -> int:
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(10)
        self._reader.join(5)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass
class Traces:
    """What a coach that was told to leave leaves behind."""

    printed: str = ""
    status: int | None = None
    connections: list[object] = field(default_factory=list)
    network: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    temporary: Path = Path()
    memory: Path = Path()

    def end(self, coach: LiveCoach, log: Path) -> None:
        """Tell it to leave, and look; `log` is what the watch over it wrote."""
        self.connections = list(open_connections(coach.process.pid))
        self.status = coach.terminate()
        self.printed = coach.printed()
        self.temporary, self.memory = coach.temporary, coach.memory
        self.network, self.written = network_use(log), written_files(log)

    def assert_left_when_told(self) -> None:
        """By the signal, without a traceback."""
        assert self.status == 143
        assert "Traceback" not in self.printed

    def assert_nothing_sent_or_written(self) -> None:
        """But for the journal. The renderer hands over the voice in a private folder, and clears up."""
        assert self.connections == []
        assert self.network == []
        kept = [file for file in self.written if file.is_relative_to(self.memory)]
        assert {file.name.split("-")[0] for file in kept} <= {"journal.db", "journal.lock"}
        assert all(file.stat().st_mode & 0o077 == 0 for file in kept if file.exists())
        others = [file for file in self.written if file not in kept]
        assert [file for file in others if not file.is_relative_to(self.temporary)] == []
        assert list(self.temporary.iterdir()) == []
