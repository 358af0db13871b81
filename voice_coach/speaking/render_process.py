"""The render process as its parent sees it: started, asked with a time-out, killed. See render_child.py.

Never a zombie, never a wait without an end.
"""

import contextlib
import json
import logging
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import Any

from voice_coach import speech_rate
from voice_coach.errors import RenderError
from voice_coach.speaking.voice import Voice

START_TIMEOUT_S = 15.0
"""A Raspberry Pi with a cold card takes some seconds to start Python."""

_FILE = Path(__file__).with_name("render_child.py")  # by itself: the package would bring 20 MB along

_LOGGER = logging.getLogger(__name__)


class RenderProcessLost(Exception):  # noqa: N818  (an event that the renderer mends by starting another)
    """The process hung, died or could not do what it was asked."""


def _environment() -> dict[str, str]:
    """The process's environment: it reaches no sound device."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PULSE_", "PIPEWIRE_", "JACK_"))}
    return kept | {
        "PULSE_SERVER": "unix:/nonexistent",
        "PIPEWIRE_REMOTE": "/nonexistent",
        "JACK_NO_START_SERVER": "1",
    }


def _end(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    shutil.rmtree(folder, ignore_errors=True)


class RenderProcess:
    """A process that speaks with one voice. Its files lie in a private folder (0700) that goes away with it."""

    def __init__(self, voice: Voice) -> None:
        # espeak-ng clips a rate silently, and pyttsx3 cannot read back the one in use.
        if voice.words_per_minute != speech_rate.clamped(voice.words_per_minute):
            raise RenderError(
                f"the coach cannot speak {voice.words_per_minute} words a minute "
                f"({speech_rate.SLOWEST} to {speech_rate.FASTEST})"
            )
        began = time.monotonic()
        folder = Path(tempfile.mkdtemp(prefix="voice-coach-"))
        self._log = folder / "stderr"
        command = [sys.executable, "-P", str(_FILE), voice.name, str(voice.words_per_minute), str(folder)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
                bufsize=0,
                start_new_session=True,  # Ctrl-C is for the parent, which may still want to say goodbye
            )
        self._unread = b""
        self._end = weakref.finalize(self, _end, self._process, folder)
        try:
            ready = self._next_reply(START_TIMEOUT_S)
        except RenderProcessLost:
            self.close()
            raise
        if "error" in ready:
            _LOGGER.error("the render process cannot speak as %s", voice.name)
            self.close()
            raise RenderError(f"the coach cannot speak: {ready['error']}")
        self.backend: str = ready["ready"]
        _LOGGER.info(
            "render process %d started in %.2f s: %s, %s, %d words a minute",
            self.pid,
            time.monotonic() - began,
            self.backend,
            voice.name,
            voice.words_per_minute,
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """The answer to one request, within `timeout` seconds. Raises RenderProcessLost without a good one."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
        except BrokenPipeError as error:
            raise RenderProcessLost(self._last_words()) from error
        reply = self._next_reply(timeout)
        if "error" in reply:
            _LOGGER.warning("render process %d could not do what it was asked", self.pid)
            raise RenderProcessLost(reply["error"])
        return reply

    def _next_reply(self, timeout: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        deadline = time.monotonic() + timeout
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                _LOGGER.warning("render process %d has not answered for %g s", self.pid, timeout)
                raise RenderProcessLost(f"it gave no answer for {timeout:g} s")
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise RenderProcessLost(self._last_words())
            self._unread += data
        line, self._unread = self._unread.split(b"\n", 1)
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _last_words(self) -> str:
        """Why the process ended, as far as it said so."""
        _LOGGER.warning("render process %d has ended", self.pid)
        try:
            lines = self._log.read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        said = [line for line in lines if not line.startswith("Audio saved to")]
        return f"it ended: {said[-1]}" if said else "it ended"

    def close(self) -> None:
        """End the process and remove its files; harmless when it has ended."""
        self._end()
