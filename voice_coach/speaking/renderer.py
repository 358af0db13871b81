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
from voice_coach.speaking.child import Child, ChildLost
from voice_coach.speaking.voice import Voice

RENDER_TIMEOUT_S = 5.0
"""A sentence takes 30 ms on a laptop and some 200 ms on a Raspberry Pi."""

MOST_CHILDREN = 3
"""The coach and, in a rehearsal, two people."""

MOST_CHARACTERS = 4000
"""More than any sentence: a request must fit into a pipe at once, so that writing it can never block."""

_LOGGER = logging.getLogger(__name__)


class Renderer:
    """Renders sentences to float32 mono samples at 48 kHz. Threads may share it: they take turns."""

    def __init__(self, timeout: float = RENDER_TIMEOUT_S) -> None:
        self._timeout = timeout
        self._children: OrderedDict[Voice, Child] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False
        self.backend = ""
        """What speaks, with its version ("espeak-ng 1.51"), once it has: from another one all sounds otherwise."""

    def render(self, text: str, voice: Voice) -> Samples:
        """The sentence as sound, trimmed and at the common level; empty when it has nothing that can be spoken.

        A child that hangs or dies is replaced once. Raises RenderError when that does not help either.
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
                wav = Path(self._child(voice).ask({"text": text}, self._timeout)["wav"])
            except ChildLost as error:
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

    def _child(self, voice: Voice) -> Child:
        if self._closed:
            raise RenderError("the speech renderer has been closed")
        child = self._children.get(voice)
        if child is None:
            while len(self._children) >= MOST_CHILDREN:
                self._children.popitem(last=False)[1].close()
            child = self._children[voice] = Child(voice)
            self.backend = child.backend
        self._children.move_to_end(voice)
        return child

    def _drop(self, voice: Voice) -> None:
        child = self._children.pop(voice, None)
        if child is not None:
            child.close()

    def close(self) -> None:
        """End the children and remove their files. Waits for a render in progress; none can follow."""
        with self._lock:
            self._closed = True
            while self._children:
                self._children.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def voices() -> list[str]:
    """The names of all voices that can be had here, for `doctor`. Raises RenderError when speech cannot be had."""
    try:
        child = Child(Voice())
        try:
            names: list[str] = child.ask({"voices": True}, RENDER_TIMEOUT_S)["voices"]
        finally:
            child.close()
    except ChildLost as error:
        raise RenderError(f"the speech renderer does not start ({error}); run: voice-coach doctor") from error
    return names
