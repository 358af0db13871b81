"""Half-duplex: while the coach speaks, and a moment longer, the microphone is not listened to."""

from collections.abc import Sequence

from voice_coach.attention import Attention
from voice_coach.audio.pcm import BLOCK, SAMPLE_RATE, Pcm
from voice_coach.hearing import HearingEvent
from voice_coach.table.protocols import StreamHearing
from voice_coach.table.spoken_times import TAIL_S


def wants_s(hearing: StreamHearing) -> float:
    """The seconds of sound that are missing to the block in which a hearing takes them."""
    return (BLOCK - round(hearing.consumed * SAMPLE_RATE) % BLOCK) / SAMPLE_RATE


class HalfDuplexEars:
    """Ears that are deaf while the coach speaks, and start a new utterance after it."""

    def __init__(self, hearing: StreamHearing) -> None:
        self._hearing = hearing
        self._deaf_until: float | None = None

    def attend(self, attention: Attention) -> None:
        """Change what counts from now on."""
        self._hearing.attend(attention)

    @property
    def wants_s(self) -> float:
        """The seconds of sound that are missing until anything can come of them."""
        return wants_s(self._hearing)

    def hear(self, block: Pcm, at: float, *, speaking: bool) -> Sequence[HearingEvent]:
        """The events that a block brings which ended `at`; `speaking`: whether the coach spoke in it."""
        if speaking:
            self._deaf_until = at + TAIL_S
        if self._deaf_until is not None:
            if at < self._deaf_until:
                return []
            self._deaf_until = None
            self._hearing.reset()
        return self._hearing.feed(block)

    def tend(self, _at: float) -> None:
        """Nothing is ever due without sound."""
