"""Speech output: a queue of sentences and chimes, played one after the other, each reported when it was played."""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from voice_coach.audio.output import AudioOutput
from voice_coach.audio.pcm import PLAYBACK_RATE, Samples, factor
from voice_coach.errors import DeviceError
from voice_coach.speaking.earcons import earcon
from voice_coach.speaking.prompt_cache import PromptCache
from voice_coach.speaking.voice import Voice

SENTENCE_GAP_S = 0.35
PARAGRAPH_GAP_S = 0.6
CHIME_GAP_S = 0.25
AFTER_HUSH_S = 0.15
"""A breath between what was cut off and what is said instead."""

VOLUME_STEP_DB = 3.0
MOST_STEPS = 3

_LEAD_S = 0.12
"""The next sentence is handed over when this much of the last is left: late, so that a new rate can still act."""

_POLL_S = 0.02
_RETRY_S = 0.2

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Item:
    """One sentence or one chime; `last` when the token is finished with it."""

    token: int
    last: bool
    text: str = ""
    chime: str = ""


def gap_s(before: _Item | None, after: _Item) -> float:
    """How long to be silent between two sounds, in seconds; `before` is None when it was hushed."""
    if before is None:
        return AFTER_HUSH_S
    if before.chime or after.chime:
        return CHIME_GAP_S
    return SENTENCE_GAP_S if before.token == after.token else PARAGRAPH_GAP_S


class Mouth:
    """Speaks through an open Loudspeaker with sentences from a PromptCache; both are the caller's to close.

    `say` and `chime` return at once; a thread renders and queues. Methods may be called from one other thread.
    """

    def __init__(self, cache: PromptCache, loudspeaker: AudioOutput, voice: Voice | None = None) -> None:
        self._cache = cache
        self._loudspeaker = loudspeaker
        self._usual = self._voice = voice or Voice()
        self._queue: deque[_Item] = deque()
        self._playing: deque[tuple[int, _Item]] = deque()
        self._said = ""
        self._done: int | None = None
        self._failure: Exception | None = None
        self._interruptions = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="mouth", daemon=True)
        self._thread.start()

    def say(self, sentences: Sequence[str], token: int) -> None:
        """Speak these sentences after all that waits; `token` is finished when the last has been played."""
        texts = list(sentences) or [""]
        self._add([_Item(token, i == len(texts) - 1, text=text) for i, text in enumerate(texts)])

    def chime(self, kind: str, token: int) -> None:
        """Play an earcon after all that waits. Raises ValueError for an unknown kind."""
        earcon(kind)
        self._add([_Item(token, True, chime=kind)])

    def _add(self, items: list[_Item]) -> None:
        with self._changed:
            self._queue.extend(items)
            self._changed.notify_all()

    def hush(self) -> None:
        """Be silent within 100 ms and forget what waits. Its tokens never finish."""
        with self._changed:
            self._interruptions += 1
            self._queue.clear()
            self._failure = None
            self._note_played()
            self._playing.clear()
            self._loudspeaker.stop()
            self._changed.notify_all()

    def pause(self) -> None:
        """Be silent within 60 ms, to go on with `resume`; nothing is forgotten. It still counts as speaking."""
        with self._changed:
            if self._queue or self._loudspeaker.busy:
                self._loudspeaker.pause()

    def resume(self) -> None:
        """Go on after `pause`, from the word that was cut off. Harmless when not paused, or hushed meanwhile."""
        with self._changed:
            self._loudspeaker.resume()
            self._changed.notify_all()

    def suspend(self) -> None:
        """Let go of the loudspeaker, unless anything is being said; it is restored when something is to be."""
        with self._changed:
            if not self._queue:
                self._loudspeaker.suspend()

    def restore(self) -> None:
        """Something may have to be said soon: have the loudspeaker run by then. Harmless when it does."""
        with self._changed:
            self._loudspeaker.restore()

    @property
    def paused(self) -> bool:
        """Whether it has been made to pause; saying something else after a `hush` ends that."""
        return self._loudspeaker.paused

    @property
    def saying(self) -> tuple[str, ...]:
        """The sentences that the room may be full of: the last that was played to its end, and those under way."""
        with self._changed:
            self._note_played()
            return tuple(text for text in (self._said, *(item.text for _, item in self._playing)) if text)

    def adjust(self, rate: int, volume: int) -> None:
        """Speak -3 to 3 steps from the settings: volume (3 dB a step) at once, rate from the next sentence."""
        rate, volume = (max(-MOST_STEPS, min(MOST_STEPS, steps)) for steps in (rate, volume))
        with self._changed:
            self._voice = self._usual.faster(rate)
            self._loudspeaker.gain = factor(volume * VOLUME_STEP_DB)
            self._changed.notify_all()

    def finished(self) -> int | None:
        """The highest token that has been played to its end since this was last asked, else None.

        Raises RenderError once when a sentence could not be rendered; what waited is then forgotten. Raises
        DeviceError as long as the loudspeaker is gone; what waits is kept for `reopen`.
        """
        with self._changed:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            self._loudspeaker.check()
            self._note_played()
            done, self._done = self._done, None
            return done

    @property
    def speaking(self) -> bool:
        """Whether anything is still to be played, or fading away."""
        with self._changed:
            return bool(self._queue) or self._loudspeaker.busy

    def reopen(self) -> None:
        """Take up again, with the sentence that was cut off, after a DeviceError.

        Raises DeviceError when the loudspeaker is still gone: try again later (see `Loudspeaker.reopen`).
        """
        with self._changed:
            self._interruptions += 1
            self._note_played()
            self._queue.extendleft(item for _, item in reversed(self._playing))
            self._playing.clear()
            self._loudspeaker.reopen()
            self._changed.notify_all()

    def close(self) -> None:
        """Hush, and end the thread."""
        self.hush()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what follows is called with the lock held, but for _work and _sound

    def _note_played(self) -> None:
        played = self._loudspeaker.played
        while self._playing and self._playing[0][0] <= played:
            _, item = self._playing.popleft()
            self._said = item.text
            if item.last:
                self._done = item.token if self._done is None else max(self._done, item.token)

    def _work(self) -> None:
        """The thread: render the next sentence while the last is played, hand it over just in time."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._queue)
                if self._closed:
                    return
                item, voice, interruptions = self._queue[0], self._voice, self._interruptions
            try:
                samples = self._sound(item, voice)
            except Exception as error:  # whatever it is, `finished` has to raise it
                _LOGGER.warning("a sentence or chime could not be made: %s", type(error).__name__)
                with self._changed:
                    if interruptions == self._interruptions:
                        self._failure = error
                        self._queue.clear()
                continue
            with self._changed:
                if self._wait_for_turn(voice, interruptions):
                    self._hand_over(item, samples)

    def _sound(self, item: _Item, voice: Voice) -> Samples:
        if item.chime:
            return earcon(item.chime)
        return self._cache.get(item.text, voice)

    def _wait_for_turn(self, voice: Voice, interruptions: int) -> bool:
        """Wait until the last sound is nearly over; False when by then another sentence or rate is wanted."""
        while not self._closed and interruptions == self._interruptions and voice == self._voice:
            left_s = (self._loudspeaker.queued - self._loudspeaker.taken) / PLAYBACK_RATE - _LEAD_S
            if left_s <= 0:
                return True
            # Not all of it: devices take sound in bursts.
            self._changed.wait(max(_POLL_S, left_s / 2))
        return False

    def _hand_over(self, item: _Item, samples: Samples) -> None:
        if self._loudspeaker.busy and samples.size:
            gap = gap_s(self._playing[-1][1] if self._playing else None, item)
            samples = np.concatenate([np.zeros(round(gap * PLAYBACK_RATE), np.float32), samples])
        try:
            end = self._loudspeaker.play(samples)
        except DeviceError:
            self._changed.wait(_RETRY_S)  # `finished` raises it, and `reopen` may mend it
            return
        self._queue.popleft()
        self._playing.append((end, item))
