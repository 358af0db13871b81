"""Phrase verification: is a phrase said in a stretch of sound? A log-likelihood ratio, at several speeds.

In running talk a phrase is often found across other words: it is the best that a command can be made of. Decoded
alone, the phrase has to account for the whole of that sound, and better than all words that the model knows by a
lead that is larger for short phrases, which are found in more of other people's talk. Where both decode to the
same, it leads by what the grammar of all words charges for it: 25 nats in all for "computer", 45 for "hey coach".

An unprompted command is doubted only where all words give something else, and it leads them by little.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.resampling import at_speed, excerpt
from voice_coach.recognition.model import Model
from voice_coach.recognition.phonemes import count_phonemes
from voice_coach.recognition.recognizer import Hypothesis, Recognizer, Word
from voice_coach.recognition.weights import SHORT_WAKE

BEFORE_S, BEHIND_S = 0.25, 0.2
"""The sound around the phrase that is decoded with it; less where a command follows at once."""

_SPEEDS = (1.0, 0.96, 1.04)
"""The speeds of decoding: at one alone the comparison is a matter of luck, as dither moves it by a nat or two."""
_LOST = 4.0
"""The lead, negative, assumed in nats when the phrase is not the best hypothesis."""
_LEAST_LEAD, _LEAST_SINGLE = 15.0, 4.0
"""The least total lead (nats) of a command over all words, where those give something else: 299 of 300 spoken
commands exceed it. Of a single word, 99 of 100 by real people exceed the second; of other words taken for it,
two of three.
"""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WakeThreshold:
    """The least total lead of a wake phrase over all words, in nats."""

    lead: float = 21.0
    """The lead for a wake phrase of five phonemes ("hey coach")."""
    lead_sound: float = 9.0
    """The discount per phoneme beyond five."""
    least_lead: float = 3.0
    """The lead for the longest wake phrases."""

    def of(self, wake: Sequence[str]) -> float:
        """The threshold for a wake phrase of these words."""
        return max(self.least_lead, self.lead - self.lead_sound * (count_phonemes(wake) - SHORT_WAKE))


WAKE_THRESHOLD = WakeThreshold()


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The phrase against all words, at one speed."""

    fits: bool
    """Whether the phrase accounts for all of the sound."""
    lead: float
    """By how much the phrase is likelier than all words, in nats."""
    agrees: bool
    """Whether all words give the phrase, too."""


class PhraseVerifier:
    """Recognizers of a phrase alone and of all words, made when needed."""

    def __init__(self, model: Model, loaded_model: Callable[[], Model]) -> None:
        """`loaded_model`: gives a model that is in memory, for the phrase alone."""
        self._model = model
        self._loaded_model = loaded_model
        self._all_words: Recognizer | None = None

    def is_call(self, phrase: tuple[str, ...], lead: float, sound: np.ndarray) -> bool:
        """Whether a wake phrase fits all of `sound` (int16) and leads all words by `lead` nats, over all speeds.

        Like `is_command`, always true of a model that takes no phrases.
        """
        if not self._model.takes_phrases:
            return True
        comparisons = self._comparisons(phrase, sound)
        first = next(comparisons)
        if not first.fits:
            _LOGGER.debug("wake phrase refused: it does not fit the sound")
            return False
        total = first.lead + sum(comparison.lead for comparison in comparisons)
        _LOGGER.debug("wake phrase: lead of %.1f nats, %.1f wanted", total, lead)
        return total >= lead

    def is_command(self, words: tuple[str, ...], sound: np.ndarray) -> bool:
        """Whether all words give the same for `sound` (int16) at some speed, or are left well behind."""
        if not self._model.takes_phrases:
            return True
        total = 0.0
        for comparison in self._comparisons(words, sound):
            if comparison.agrees:
                return True
            total += comparison.lead
        least = _LEAST_SINGLE if len(words) == 1 else _LEAST_LEAD
        length = len(words)
        _LOGGER.debug("command of %d words: lead of %.1f nats, %.1f wanted", length, total, least)
        return total >= least

    def _comparisons(self, phrase: tuple[str, ...], audio: np.ndarray) -> Iterator[_Comparison]:
        """One at each speed."""
        # Not kept, or it would keep its model when another is loaded.
        only = Recognizer(self._loaded_model(), [" ".join(phrase)])
        for speed in _SPEEDS:
            sound = at_speed(audio, speed)
            alone = _best(only, sound)
            if alone is None or _texts(alone) != phrase:
                yield _Comparison(fits=False, lead=-_LOST, agrees=False)
                continue
            if self._all_words is None:
                self._all_words = Recognizer(self._model, None)
            other = _best(self._all_words, sound)
            lead = alone.likelihood - other.likelihood if other else 0.0
            yield _Comparison(fits=True, lead=lead, agrees=other is not None and _texts(other) == phrase)


class WakeVerifier:
    """Whether the wake phrase is said where a hypothesis has it."""

    def __init__(self, phrase_verifier: PhraseVerifier, phrase: tuple[str, ...], lead: float) -> None:
        """`lead`: the threshold in nats, over all speeds."""
        self._phrase_verifier = phrase_verifier
        self._phrase, self._lead = phrase, lead
        self._latest: tuple[float, float] = (-1.0, -1.0)
        self._verdict = True

    def agrees(self, wake: Sequence[Word], behind: Sequence[Word], audio: np.ndarray, now: float) -> bool:
        """Whether the phrase is verified where the words `wake` stand.

        `behind`: the words that follow; `audio`: int16 up to `now`, in seconds of the stream like all times here.
        """
        start, end = wake[0].start, wake[-1].end
        until = min(now, end + BEHIND_S, *(word.start for word in behind[:1]))
        span = (round(start, 2), round(until, 2))
        if span != self._latest:  # early results come often
            self._latest = span
            sound = excerpt(audio, now, start - BEFORE_S, until)
            self._verdict = self._phrase_verifier.is_call(self._phrase, self._lead, sound)
        return self._verdict


def _best(recognizer: Recognizer, audio: np.ndarray) -> Hypothesis | None:
    recognizer.feed(audio)
    hypotheses = recognizer.final()
    return hypotheses[0] if hypotheses else None


def _texts(hypothesis: Hypothesis) -> tuple[str, ...]:
    return tuple(word.text for word in hypothesis.words)
