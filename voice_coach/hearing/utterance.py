"""The utterance in progress: its audio, its partial result, and its early and final results.

Silence is not decoded. An early result ends Vosk's utterance, so if speech goes on the buffered audio is decoded
again; until there is a reason for that, decoding is suspended.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.audio.resampling import at_speed
from voice_coach.audio.voice_activity import VoiceActivityGate
from voice_coach.hearing.utterance_buffer import UtteranceBuffer
from voice_coach.recognition.process import give_memory_back
from voice_coach.recognition.recognizer import Hypothesis, Recognizer, Word

_PREROLL_S = 1.2
"""The audio kept from before the first word: partial results come up to 0.7 s late."""
_FADES_S = 0.1
"""The time for which a word fades behind its end."""
_STRESSED = 0.4
"""The level of a stressed syllable is at least this share of the loudest: 8 dB less."""
_GAP_S = 0.1
"""The gap between a word and what is found in noise behind it."""
LONGEST_S = 15.0
"""The longest utterance: speech without a gap is cut here, lest audio and lattice grow without bound."""


@dataclass(slots=True)
class _Suspension:
    """Decoding is suspended until `until`, or until speech is detected; the buffered audio is not decoded."""

    until: float = math.inf
    hypotheses: list[Hypothesis] | None = None
    """The early result; None where there was none."""


class Utterance:
    """One recognizer, and the audio of the utterance that it decodes, to be decoded again where need be."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._gate = VoiceActivityGate()
        self._buffer = UtteranceBuffer()
        self._fed = 0
        self._suspension: _Suspension | None = None
        self._early_text = ""
        self.partial = ""
        """The partial result as of the last block; empty while no word is recognised."""

    def feed(self, block: np.ndarray) -> bool:
        """Take a block (int16 mono at 16 kHz); whether the utterance seems over."""
        self._buffer.take(block)
        self._fed += len(block)
        # A partial result is late: behind an early result, its words are the utterance, to its end.
        partial, self._early_text = self.partial or self._early_text, ""
        over = False
        if self._gate.is_open(block) or partial:
            if self._suspension is None or self._ends(self._suspension):
                over = self._recognizer.feed(block if self._suspension is None else self._buffer.audio)
                self._suspension = None
                partial = self._recognizer.partial()
        elif self._suspension is None:
            self._recognizer.reset()
            self._suspension = _Suspension()
        if not partial:
            self._buffer.keep_last(_PREROLL_S)
        self.partial = partial
        return over or self._buffer.samples >= LONGEST_S * SAMPLE_RATE

    def _ends(self, suspension: _Suspension) -> bool:
        return self.consumed >= suspension.until or self._buffer.goes_on(softly=suspension.until == math.inf)

    @property
    def consumed(self) -> float:
        """Seconds of audio taken since the stream began."""
        return self._fed / SAMPLE_RATE

    def quiet_s(self) -> float:
        """Seconds of quiet up to now; infinite where there is no audio yet."""
        return self._buffer.quiet_s()

    def noise_from(self) -> float:
        """Since when there has been nothing as loud as speech is somewhere, in seconds of the stream."""
        return self.consumed - self._buffer.quiet_s(least=_STRESSED)

    def loud_s(self) -> float:
        """Seconds of the buffered utterance that are not quiet."""
        return self._buffer.loud_s()

    def early_result(self) -> list[Hypothesis]:
        """The n-best hypotheses as if the utterance ended here, likeliest first, in seconds of the stream."""
        if self._suspension is not None and self._suspension.hypotheses is not None:
            return self._suspension.hypotheses
        hypotheses = self._shifted(self._recognizer.final())
        self._suspension = _Suspension(self.consumed, hypotheses)
        if not self.partial and hypotheses:
            self._early_text = hypotheses[0].text
        return hypotheses

    def suspend(self, until: float) -> None:
        """Decode nothing after an early result until then, in seconds of the stream, or until speech is detected.

        Where the result has no word, more quiet will bring none.
        """
        if self._suspension is not None:
            words = self.partial or any(hypothesis.words for hypothesis in self._suspension.hypotheses or ())
            self._suspension.until = until if words else math.inf

    def final(self, *, more: bool = False) -> list[Hypothesis]:
        """The n-best hypotheses of the utterance, which ends here; `more`: another may have begun already.

        The end shows up to a second late: what came after the last word is then decoded again, as the beginning of
        the next utterance.
        """
        suspension = self._suspension
        if suspension is not None and (suspension.hypotheses is not None or self.partial or self._early_text):
            self._recognizer.feed(self._buffer.audio)
        hypotheses = self._shifted(self._recognizer.final(more=more))
        buffer = self._buffer
        self.reset()
        if more:
            end = hypotheses[0].words[-1].end + _FADES_S if hypotheses and hypotheses[0].words else 0.0
            buffer.keep_at_most(self.consumed - end)
            self._buffer = buffer
            self._suspension = _Suspension() if buffer.samples else None
        return hypotheses

    def audio(self) -> np.ndarray:
        """The audio of this utterance, up to now (int16); call it before `final`."""
        return self._buffer.audio

    def decode_again(self, audio: np.ndarray, speed: float) -> list[Hypothesis]:
        """The n-best hypotheses of `audio` (int16), which ends now, played `speed` times as fast.

        Only right after an early result or the end.
        """
        self._recognizer.feed(at_speed(audio, speed))
        return self._shifted(self._recognizer.final())

    def reset(self) -> None:
        """Forget the utterance."""
        self._recognizer.reset()
        self._buffer = UtteranceBuffer()
        self._suspension = None
        self.partial = self._early_text = ""

    def hand_to(self, recognizer: Recognizer) -> None:
        """Go on with another recognizer, which decodes what there is of the utterance."""
        if recognizer is not self._recognizer:
            self._recognizer.reset()
            recognizer.reset()
            self._recognizer = recognizer
            self._suspension = _Suspension(until=0.0)
            give_memory_back()  # the other one's, if nobody keeps it

    def _shifted(self, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
        """The hypotheses in seconds of the stream; the recognizer counts what it was fed, less or more."""
        by = (self._fed - self._recognizer.fed) / SAMPLE_RATE
        return [
            replace(
                hypothesis,
                words=tuple(replace(word, start=word.start + by, end=word.end + by) for word in hypothesis.words),
            )
            for hypothesis in hypotheses
        ]


def without_noise(words: tuple[Word, ...], noise_from: float) -> tuple[Word, ...]:
    """The words up to the first gap behind which there is only noise: speech that goes on is loud somewhere."""
    for at in range(1, len(words)):
        if words[at].start >= max(noise_from, words[at - 1].end + _GAP_S):
            return words[:at]
    return words
