"""The utterance in progress: its audio, what it sounds like so far, and what it would be if it ended now.

While nobody speaks, the recogniser is not bothered; then it hears what came just before as well. To look at the
utterance as if it ended means to hear it all again if it goes on: so it rests until there is a reason to go on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.audio.resampling import at_speed
from voice_coach.audio.voice_activity import VoiceActivityGate
from voice_coach.hearing.utterance_buffer import UtteranceBuffer
from voice_coach.recognition.model import give_memory_back
from voice_coach.recognition.recognizer import Hypothesis, Recognizer

_LEAD_S = 1.2  # audio kept from before the first word: partial results come up to 0.7 s late
_FADES_S = 0.1
"""What is left of a word behind its end."""
LONGEST_S = 15.0
"""Speech without a gap is cut here, so that neither audio nor lattice grows without bound."""


@dataclass(slots=True)
class _Rest:
    """The recogniser has not heard what is kept; it need not, while it stays quiet `until` then."""

    until: float = math.inf
    readings: list[Hypothesis] | None = None
    """Of a look; None where there was none."""


class Utterance:
    """One recogniser, and the audio that it has heard of the utterance, to hear it again where need be."""

    def __init__(self, recogniser: Recognizer) -> None:
        self._recogniser = recogniser
        self._gate = VoiceActivityGate()
        self._kept = UtteranceBuffer()
        self._fed = 0
        self._rest: _Rest | None = None
        self.partial = ""

    def feed(self, block: np.ndarray) -> bool:
        """Take a block; whether the utterance seems over."""
        self._kept.take(block)
        self._fed += len(block)
        over = False
        if self._gate.is_open(block) or self.partial:
            if self._rest is None or self._rest_ends(self._rest):
                over = self._recogniser.feed(block if self._rest is None else self._kept.audio)
                self._rest = None
                self.partial = self._recogniser.partial()
        elif self._rest is None:
            self._recogniser.reset()
            self._rest = _Rest()
        if not self.partial:
            self._kept.keep_last(_LEAD_S)
        return over or self._kept.samples >= LONGEST_S * SAMPLE_RATE

    def _rest_ends(self, rest: _Rest) -> bool:
        return self.consumed >= rest.until or self._kept.goes_on(softly=rest.until == math.inf)

    @property
    def consumed(self) -> float:
        """Seconds of audio taken since the stream began."""
        return self._fed / SAMPLE_RATE

    def quiet_s(self) -> float:
        """For how long it has been quiet; infinite where there is no audio yet."""
        return self._kept.quiet_s()

    def loud_s(self) -> float:
        """How much of the utterance, as far as it is kept, is not quiet."""
        return self._kept.loud_s()

    def look(self) -> list[Hypothesis]:
        """The readings if the utterance ended here, likeliest first, in seconds of the stream."""
        if self._rest is not None and self._rest.readings is not None:
            return self._rest.readings
        # It ends the recogniser's utterance: if that goes on after all, it is heard again from its beginning.
        readings = self._shifted(self._recogniser.final())
        self._rest = _Rest(self.consumed, readings)
        if not self.partial and readings:
            # A partial result is late: from now on these words are the utterance, to its end.
            self.partial = readings[0].text
        return readings

    def rest(self, until: float) -> None:
        """Hear nothing more after a look until then, in seconds of the stream, or until it is no longer quiet.

        Where the look found no word, more quiet will bring none.
        """
        if self._rest is not None:
            words = self.partial or any(reading.words for reading in self._rest.readings or ())
            self._rest.until = until if words else math.inf

    def final(self, *, more: bool = False) -> list[Hypothesis]:
        """The readings of the utterance, which ends here; `more`: another may have begun already.

        The end shows up to a second late: what came after the last word is then heard again, as the beginning of
        the next utterance.
        """
        if self._rest is not None and (self._rest.readings is not None or self.partial):
            self._recogniser.feed(self._kept.audio)
        readings = self._shifted(self._recogniser.final(more=more))
        kept = self._kept
        self.reset()
        if more:
            end = readings[0].words[-1].end + _FADES_S if readings and readings[0].words else 0.0
            kept.keep_at_most(self.consumed - end)
            self._kept = kept
            self._rest = _Rest() if kept.samples else None
        return readings

    def audio(self) -> np.ndarray:
        """The audio of this utterance, up to now; call it before `final`."""
        return self._kept.audio

    def again(self, audio: np.ndarray, pace: float) -> list[Hypothesis]:
        """What `audio`, which ends now, is heard as at another pace (and pitch). Right after a look or the end."""
        self._recogniser.feed(at_speed(audio, pace))
        return self._shifted(self._recogniser.final())

    def reset(self) -> None:
        """Forget the utterance."""
        self._recogniser.reset()
        self._kept = UtteranceBuffer()
        self._rest = None
        self.partial = ""

    def hand_to(self, recogniser: Recognizer) -> None:
        """Go on with another recogniser, which hears what there is of the utterance."""
        if recogniser is not self._recogniser:
            self._recogniser.reset()
            recogniser.reset()
            self._recogniser = recogniser
            self._rest = _Rest(until=0.0)
            give_memory_back()  # the other one's, if nobody keeps it

    def _shifted(self, readings: Sequence[Hypothesis]) -> list[Hypothesis]:
        """The recogniser counts what it was fed, which is less or more than the stream."""
        by = (self._fed - self._recogniser.fed) / SAMPLE_RATE
        return [
            Hypothesis(
                tuple(replace(word, start=word.start + by, end=word.end + by) for word in reading.words),
                reading.gap,
                reading.likelihood,
            )
            for reading in readings
        ]
