"""What stands in for devices and people on a virtual clock: mouth, microphone, voices, and the recording of all.

Virtual time runs in ticks of 1/8000 s, the grid on which both the 16 kHz of the microphone and the 24 kHz of the
recording have whole samples.
"""

import wave
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from voice_coach.audio.pcm import SAMPLE_RATE, factor
from voice_coach.speaking.mouth import CHIME_GAP_S, PARAGRAPH_GAP_S, SENTENCE_GAP_S, VOLUME_STEP_DB

TICKS_PER_S = 8_000
MICROPHONE_PER_TICK = 2
TABLE_PER_TICK = 3
TABLE_RATE = TICKS_PER_S * TABLE_PER_TICK

Sound: TypeAlias = npt.NDArray[np.float32]


class Track:
    """Sounds played one after the other, each `per_tick` samples a tick."""

    def __init__(self, per_tick: int) -> None:
        self._per_tick = per_tick
        self._waiting: deque[Sound] = deque()

    def add(self, sound: Sound) -> None:
        """Play it after the others; it is filled up with silence to a whole tick."""
        self._waiting.append(np.pad(sound, (0, -sound.size % self._per_tick)))

    @property
    def left(self) -> int:
        """Ticks until the track is silent."""
        return sum(sound.size for sound in self._waiting) // self._per_tick

    def play(self, ticks: int) -> Sound:
        """The next `ticks`; silence where nothing is left."""
        out = np.zeros(ticks * self._per_tick, np.float32)
        filled = 0
        while self._waiting and filled < out.size:
            sound = self._waiting[0]
            part = sound[: out.size - filled]
            out[filled : filled + part.size] = part
            filled += part.size
            if part.size == sound.size:
                self._waiting.popleft()
            else:
                self._waiting[0] = sound[part.size :]
        return out


class VirtualMouth:
    """A mouth on the virtual clock; sounds come from `speak(text, rate step)` and `chime(kind)`, 24 kHz."""

    def __init__(self, speak: Callable[[str, int], Sound], chime: Callable[[str], Sound]) -> None:
        self._speak = speak
        self._chime = chime
        self._items: deque[tuple[int, Track]] = deque()
        self._finished: int | None = None
        self._rate = 0
        self._gain = 1.0

    @property
    def speaking(self) -> bool:
        """Whether anything is being said, or waits to be said."""
        return bool(self._items)

    @property
    def left(self) -> int | None:
        """Ticks until what is being said now is over; None in silence."""
        return self._items[0][1].left if self._items else None

    def say(self, sentences: Sequence[str], token: int) -> None:
        """Speak after what was queued before."""
        self._add(token, PARAGRAPH_GAP_S, [self._speak(s, self._rate) for s in sentences])

    def chime(self, kind: str, token: int) -> None:
        """Play an earcon after what was queued before."""
        self._add(token, CHIME_GAP_S, [self._chime(kind)])

    def _add(self, token: int, gap_s: float, sounds: Sequence[Sound]) -> None:
        track = Track(TABLE_PER_TICK)
        for index, sound in enumerate(sounds):
            if index or self._items:
                track.add(_silence(SENTENCE_GAP_S if index else gap_s))
            track.add(sound)
        self._items.append((token, track))

    def hush(self) -> None:
        """Stop at once and drop the queue."""
        self._items.clear()

    def adjust(self, rate: int, volume: int) -> None:
        """The rate from the next line on, the volume at once."""
        self._rate = rate
        self._gain = factor(volume * VOLUME_STEP_DB)

    def finished(self) -> int | None:
        """The highest token that was played to its end since last asked."""
        token, self._finished = self._finished, None
        return token

    def tend(self, _at: float) -> None:
        """Nothing is ever due: it plays when it is told to."""

    def play(self, ticks: int) -> Sound:
        """What comes out in the next `ticks`, at most `left` of them while something is being said."""
        if not self._items:
            return _silence(ticks / TICKS_PER_S)
        token, track = self._items[0]
        out = track.play(ticks) * np.float32(self._gain)
        if not track.left:
            self._items.popleft()
            self._finished = token
        return out


def _silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * TABLE_RATE), np.float32)


@dataclass(frozen=True, slots=True)
class RenderedWords:
    """A person's words, for the microphone (16 kHz) and for the recording (24 kHz)."""

    microphone: Sound
    recording: Sound

    @property
    def seconds(self) -> float:
        """How long it takes to say."""
        return self.recording.size / TABLE_RATE


class Person:
    """Somebody at the table, whose words go to the microphone and into the recording."""

    def __init__(self) -> None:
        self._microphone = Track(MICROPHONE_PER_TICK)
        self._recording = Track(TABLE_PER_TICK)

    def say(self, words: RenderedWords) -> None:
        """Say it after what was said before."""
        self._microphone.add(words.microphone)
        self._recording.add(words.recording)

    def wait(self, seconds: float) -> None:
        """Keep silent for a while."""
        ticks = round(seconds * TICKS_PER_S)
        self._microphone.add(np.zeros(ticks * MICROPHONE_PER_TICK, np.float32))
        self._recording.add(np.zeros(ticks * TABLE_PER_TICK, np.float32))

    @property
    def busy(self) -> bool:
        """Whether there is more to come."""
        return bool(self._recording.left or self._microphone.left)

    def play(self, ticks: int) -> tuple[Sound, Sound]:
        """The next `ticks` for the microphone and for the recording."""
        return self._microphone.play(ticks), self._recording.play(ticks)


class VirtualMicrophone:
    """The sound of people as int16 with a faint noise floor: never digital zero, like a real microphone's."""

    _NOISE_DBFS = -65.0

    def __init__(self, seed: int) -> None:
        noise = np.random.default_rng(seed).standard_normal(SAMPLE_RATE * 10)
        self._noise = (noise * 10 ** (self._NOISE_DBFS / 20)).astype(np.float32)
        self._at = 0

    def take(self, sound: Sound) -> npt.NDArray[np.int16]:
        """The block that a microphone gives of this sound."""
        noise = np.take(self._noise, np.arange(self._at, self._at + sound.size), mode="wrap")
        self._at = (self._at + sound.size) % self._noise.size
        return to_int16(sound + noise)


class Recording:
    """A wav file (16-bit mono 24 kHz) that grows as the time passes."""

    def __init__(self, path: Path) -> None:
        self._file = wave.open(str(path), "wb")  # noqa: SIM115 - it grows until close()
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(TABLE_RATE)

    def write(self, sound: Sound) -> None:
        """Add the next block of the sound at the table."""
        self._file.writeframes(to_int16(sound).astype("<i2").tobytes())

    def close(self) -> None:
        """Complete the file."""
        self._file.close()


def to_int16(sound: Sound) -> npt.NDArray[np.int16]:
    """Float samples (-1 to 1) as 16 bits, clipped."""
    return (np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16)
