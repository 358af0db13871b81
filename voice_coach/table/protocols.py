"""The places at the table that more than one thing can fill: mouth, ears, audio source and display.

A satellite with a microphone of its own, say, implements these. Times (`at`) are seconds on the caller's clock,
which never runs backwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, TypeAlias

from voice_coach.attention import Attention
from voice_coach.audio.pcm import Pcm
from voice_coach.hearing import HearingEvent
from voice_coach.session import State


class Mouth(Protocol):
    """Text to speech with a queue. Tokens are chosen by the caller and grow with every call.

    Filled by `SteadyMouth` (a loudspeaker that may fail), `SilentMouth` (none) and the rehearsal's `VirtualMouth`.
    """

    @property
    def speaking(self) -> bool:
        """Whether anything is being said, or waits to be said."""

    def say(self, sentences: Sequence[str], token: int) -> None:
        """Speak after what was queued before."""

    def chime(self, kind: str, token: int) -> None:
        """Play an earcon after what was queued before."""

    def hush(self) -> None:
        """Stop at once and drop the queue. The tokens of what was dropped never finish."""

    def adjust(self, rate: int, volume: int) -> None:
        """Set rate and volume, in steps from -3 to 3 around the setting."""

    def finished(self) -> int | None:
        """The highest token that was played to its end since this was last asked; None when there is none."""

    def tend(self, at: float) -> None:
        """Do what is due without being told to, such as trying a failed device again. To be called steadily."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """Speech during the coach's own that was not taken for a command: it talks on, and does not ask back."""

    text: str


EarsEvent: TypeAlias = HearingEvent | Overheard


class StreamHearing(Protocol):
    """Speech to commands in a stream of sound, as ears use it. Filled by `hearing.Hearing`."""

    @property
    def consumed(self) -> float:
        """Seconds of sound fed so far."""

    def attend(self, attention: Attention, *, at_once: bool = False) -> None:
        """Change what counts from now on; `at_once`: with the decoding graph at hand."""

    def feed(self, samples: Pcm) -> list[HearingEvent]:
        """The events that more sound brings."""

    def reset(self) -> None:
        """Forget the utterance in progress."""


class Ears(Protocol):
    """Speech to events, from the microphone's blocks.

    Filled by `HalfDuplexEars`, `DuplexEars` and `NoEars`.
    """

    @property
    def wants_s(self) -> float:
        """The seconds of sound that are missing until anything can come of them."""

    def attend(self, attention: Attention) -> None:
        """Change what counts from now on."""

    def hear(self, block: Pcm, at: float, *, speaking: bool) -> Sequence[EarsEvent]:
        """The events that a block brings which ended `at`; `speaking`: whether the coach spoke in it."""

    def tend(self, at: float) -> None:
        """Do what is due without sound. To be called steadily."""


class NoEars:
    """Ears where nothing is listened to: at the keyboard."""

    wants_s = 0.0

    def attend(self, attention: Attention) -> None:
        """Nobody listens, in whatever way."""

    def hear(self, _block: Pcm, _at: float, *, speaking: bool) -> Sequence[EarsEvent]:
        """Nothing."""
        del speaking
        return ()

    def tend(self, _at: float) -> None:
        """Nothing is ever due."""


class SourceChange(Enum):
    """What has just happened to an audio source."""

    LOST = auto()
    BACK = auto()
    SILENT = auto()
    """It gives digital silence."""
    CLIPPING = auto()


class AudioSource(Protocol):
    """Where the blocks come from in real time. Filled by `SteadyMicrophone`."""

    @property
    def change(self) -> SourceChange | None:
        """What the last `read` found; None when nothing changed."""

    @property
    def waiting_s(self) -> float:
        """The seconds of sound that `read` would give at once."""

    def read(self, timeout: float, at_least_s: float = 0.0) -> Pcm | None:
        """The next block, of `at_least_s` seconds or more; None when none came within `timeout` seconds."""


Display: TypeAlias = Callable[[State, float], None]
"""Shows the state of the talk at a time."""

Notice: TypeAlias = Callable[[str, str | None], None]
"""Shows something about a device (what it is about, the text; None when it is over)."""
