"""The two people's words, rendered in synthetic voices of their own."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import soxr

from voice_coach.audio.pcm import PLAYBACK_RATE
from voice_coach.errors import PromptError
from voice_coach.rehearsal.virtual_devices import (
    MICROPHONE_PER_TICK,
    TABLE_RATE,
    TICKS_PER_S,
    RenderedWords,
    Sound,
)
from voice_coach.speaking import PERSON_VOICES, PromptCache


class People:
    """Renders the people's words, each text only once. `talk`: sentences of ordinary talk."""

    def __init__(self, prompts: PromptCache, talk: Sequence[str]) -> None:
        self.talk = talk
        self._prompts = prompts
        self.words = cache(self._words)

    def _words(self, who: int, text: str) -> RenderedWords:
        sound = self._prompts.get(text, PERSON_VOICES[who])
        return RenderedWords(
            microphone=resample(sound, TICKS_PER_S * MICROPHONE_PER_TICK),
            recording=resample(sound, TABLE_RATE),
        )


def resample(sound: Sound, rate: int) -> Sound:
    """Rendered speech or an earcon (48 kHz) at another rate."""
    return np.asarray(soxr.resample(sound, PLAYBACK_RATE, rate), np.float32)


def ordinary_talk(folder: Path) -> tuple[str, ...]:
    """The sentences of free talk in `talk.txt`, one a line. Raises PromptError where there are none."""
    path = folder / "talk.txt"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path}: expected sentences of ordinary talk, one a line: {error}") from None
    talk = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if not talk:
        raise PromptError(f"{path}: expected sentences of ordinary talk, one a line; it is empty")
    return talk
