"""Rendered sentences, kept in memory: what is asked for now goes before what is rendered ahead."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Self, TypeAlias

import numpy as np

from voice_coach.audio.pcm import PLAYBACK_RATE, Pcm, Samples, to_int16
from voice_coach.errors import RenderError
from voice_coach.speaking.renderer import Renderer
from voice_coach.speaking.voice import Voice

MOST_SECONDS = 120.0
"""Seconds of speech that are kept, as 16 bit: 12 MB. What was not asked for for longest goes first."""

_AHEAD = 0.75
"""Share of the room at which rendering ahead ends: it must not push out what is not yet played."""

_LOGGER = logging.getLogger(__name__)

_Wanted: TypeAlias = tuple[str, Voice]


class PromptCache:
    """Sentences as sound, each rendered once per voice, rate and backend version."""

    def __init__(self, renderer: Renderer, most_seconds: float = MOST_SECONDS) -> None:
        self._renderer = renderer
        self._room = round(most_seconds * PLAYBACK_RATE)
        self._kept: OrderedDict[tuple[str, Voice, str], Pcm] = OrderedDict()
        self._size = 0
        self._backlog: OrderedDict[_Wanted, None] = OrderedDict()
        self._urgent = 0
        self._rendering: set[_Wanted] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._closed = False

    def get(self, text: str, voice: Voice) -> Samples:
        """The sentence as float32 mono at 48 kHz. Renders it now, ahead of any backlog, when it is not there yet.

        Raises RenderError. What cannot be rendered ahead is no reason to fail: it is tried again here.
        """
        self._surface()
        with self._changed:
            self._urgent += 1
        try:
            return self._rendered(text, voice)
        finally:
            with self._changed:
                self._urgent -= 1
                self._changed.notify_all()

    def prerender(self, texts: Iterable[str], voice: Voice) -> None:
        """Render these while nothing else is wanted, in this order, after what waits already. Returns at once.

        A RenderError ends that, until the next call; anything else raises at the next call of `get` or this.
        """
        self._surface()
        with self._changed:
            if self._closed:
                return
            self._backlog.update(dict.fromkeys((text, voice) for text in texts))
            if self._backlog and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="prerender", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many sentences are still to be rendered ahead."""
        with self._changed:
            return len(self._backlog)

    def close(self) -> None:
        """Drop the backlog and end the thread. The renderer is the caller's to close."""
        with self._changed:
            self._closed = True
            self._backlog.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _surface(self) -> None:
        with self._changed:
            failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _work(self) -> None:
        """The thread: one sentence at a time while nobody waits for another; ends at the first failure."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or (self._backlog and not self._urgent))
                if self._closed:
                    return
                (text, voice), _ = self._backlog.popitem(last=False)
                if self._size >= self._room * _AHEAD:
                    self._backlog.clear()
                    continue
            try:
                self._rendered(text, voice)
            except Exception as error:
                with self._changed:
                    _LOGGER.warning("rendering ahead has ended: %s", type(error).__name__)
                    if not isinstance(error, RenderError):
                        self._failure = error  # a fault of the program has to reach somebody
                    self._backlog.clear()
                    self._thread = None
                return

    def _rendered(self, text: str, voice: Voice) -> Samples:
        wanted = (text, voice)
        with self._changed:
            # Somebody may be rendering just this: then wait, rather than render it twice.
            self._changed.wait_for(lambda: wanted not in self._rendering)
            key = (text, voice, self._renderer.backend)
            if key in self._kept:
                self._kept.move_to_end(key)
                return _to_float(self._kept[key])
            self._rendering.add(wanted)
        try:
            samples = to_int16(self._renderer.render(text, voice))
            self._keep((text, voice, self._renderer.backend), samples)
        finally:
            with self._changed:
                self._rendering.discard(wanted)
                self._changed.notify_all()
        return _to_float(samples)

    def _keep(self, key: tuple[str, Voice, str], samples: Pcm) -> None:
        with self._changed:
            self._kept[key] = samples
            self._size += samples.size
            while self._size > self._room:
                self._size -= self._kept.popitem(last=False)[1].size


def _to_float(samples: Pcm) -> Samples:
    return samples.astype(np.float32) / np.float32(32767)
