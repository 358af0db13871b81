"""Text to sound: pyttsx3 in child processes, one for each voice and rate in use.

The same sentences in the same order sound the same, sample for sample, from a new renderer. One sentence twice
in a row does not: espeak-ng goes on with its breath noise and pitch flutter where it was.
"""

import logging
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Self

import numpy as np

from voice_coach.audio.pcm import Samples
from voice_coach.errors import RenderError
from voice_coach.speaking import loudness
from voice_coach.speaking.render_process import RenderProcess, RenderProcessLost
from voice_coach.speaking.voice import Voice

RENDER_TIMEOUT_S = 5.0
"""Time-out for one sentence, which takes 30 ms on a laptop and some 200 ms on a Raspberry Pi."""

MOST_PROCESSES = 3
"""Processes that are kept: the coach's and, in a rehearsal, those of two people."""

MOST_CHARACTERS = 4000
"""Longest sentence: a request must fit into a pipe at once, so that writing it can never block."""

_LOGGER = logging.getLogger(__name__)


class Renderer:
    """Renders sentences to float32 mono samples at 48 kHz. Threads may share it: they take turns."""

    def __init__(self, timeout: float = RENDER_TIMEOUT_S) -> None:
        self._timeout = timeout
        self._processes: OrderedDict[Voice, RenderProcess] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False
        self.backend = ""
        """What speaks, with its version ("espeak-ng 1.51"), once it has: from another one all sounds otherwise."""

    def render(self, text: str, voice: Voice) -> Samples:
        """The sentence as sound, trimmed and at the common level; empty when it has nothing that can be spoken.

        A process that hangs or dies is replaced once. Raises RenderError when that does not help either.
        """
        text = " ".join(text.split())
        if not any(c.isalnum() for c in text):
            return np.zeros(0, np.float32)
        if len(text) > MOST_CHARACTERS:
            raise RenderError(f'a sentence is too long to be spoken ({len(text)} characters): "{text[:40]}..."')
        with self._lock:
            return self._render_twice_at_most(text, voice)

    def _render_twice_at_most(self, text: str, voice: Voice) -> Samples:
        lost = ""
        for _ in range(2):
            began = time.monotonic()
            try:
                wav = Path(self._process(voice).ask({"text": text}, self._timeout)["wav"])
            except RenderProcessLost as error:
                self._drop(voice)
                lost = str(error)
                _LOGGER.warning("rendering failed after %.2f s", time.monotonic() - began)
                continue
            samples, rate = loudness.read_wav(wav)
            took_s = time.monotonic() - began
            _LOGGER.debug("rendered %.2f s of speech in %.2f s", samples.size / rate, took_s)
            wav.unlink()
            return loudness.finish(samples, rate)
        raise RenderError(
            f'"{text[:40]}" could not be spoken: the renderer failed twice ({lost}); run: voice-coach doctor'
        )

    def _process(self, voice: Voice) -> RenderProcess:
        if self._closed:
            raise RenderError("the speech renderer has been closed")
        process = self._processes.get(voice)
        if process is None:
            while len(self._processes) >= MOST_PROCESSES:
                self._processes.popitem(last=False)[1].close()
            process = self._processes[voice] = RenderProcess(voice)
            self.backend = process.backend
        self._processes.move_to_end(voice)
        return process

    def _drop(self, voice: Voice) -> None:
        process = self._processes.pop(voice, None)
        if process is not None:
            process.close()

    def close(self) -> None:
        """End the children and remove their files. Waits for a render in progress; none can follow."""
        with self._lock:
            self._closed = True
            while self._processes:
                self._processes.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def voices() -> list[str]:
    """The names of all voices that can be had here, for `doctor`. Raises RenderError when speech cannot be had."""
    try:
        process = RenderProcess(Voice())
        try:
            names: list[str] = process.ask({"voices": True}, RENDER_TIMEOUT_S)["voices"]
        finally:
            process.close()
    except RenderProcessLost as error:
        raise RenderError(f"the speech renderer does not start ({error}); run: voice-coach doctor") from error
    return names
