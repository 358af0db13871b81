"""A second opinion on a phrase: the sound that it was found in is heard again, in two ways, at some paces.

In running talk the phrase is often found across other words: it is the best that a command can be made of. Heard
alone, the phrase has to account for the whole of that sound, and better than all words that the model knows by a
lead that is larger for short phrases, which are found in more of other people's talk. Where both hear the same,
it leads by what the grammar of all words charges for it: 25 nats in all for "computer", 45 for "hey coach".

A command that nobody called for is doubted only where all words give something else, and it leads them by little.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.resampling import at_speed, excerpt
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Recognizer, Word

BEFORE_S, BEHIND_S = 0.25, 0.2
"""Sound around the phrase that is heard again; less where a command follows at once."""

_PACES = (1.0, 0.96, 1.04)
"""At one pace alone the comparison is a matter of luck: dither moves it by a nat or two."""
_LOST = 4.0
"""How far behind, in nats, the phrase is where it is not heard."""
_LEAST_LEAD, _LEAST_SINGLE = 15.0, 4.0
"""Of a command where other words are heard instead, in nats, over all paces: 299 of 300 spoken ones have more.

Of one of a single word, 99 of 100 by real people have more; of other words that were taken for it, two of three.
"""


@dataclass(frozen=True, slots=True)
class _Hearing:
    """At one pace: whether the phrase fits all of the sound, its lead in nats, and whether all words give it."""

    fits: bool
    lead: float
    agrees: bool


class PhraseVerifier:
    """Recognisers of a phrase alone and of everything, made when needed."""

    def __init__(self, model: Model, at_hand: Callable[[], Model]) -> None:
        """`at_hand`: the model for the phrase alone, one that is in memory."""
        self._model = model
        self._at_hand = at_hand
        self._anything: Recognizer | None = None

    def is_call(self, phrase: tuple[str, ...], lead: float, sound: np.ndarray) -> bool:
        """Whether a wake phrase is heard in all of `sound` (int16), over all paces so far ahead of all words.

        Like `is_command`, always true of a model that takes no phrases.
        """
        if not self._model.takes_phrases:
            return True
        hearings = self._hearings(phrase, sound)
        first = next(hearings)
        return first.fits and first.lead + sum(heard.lead for heard in hearings) >= lead

    def is_command(self, words: tuple[str, ...], sound: np.ndarray) -> bool:
        """Whether all words give the same for `sound` (int16) at some pace, or are left well behind."""
        if not self._model.takes_phrases:
            return True
        total = 0.0
        for heard in self._hearings(words, sound):
            if heard.agrees:
                return True
            total += heard.lead
        return total >= (_LEAST_SINGLE if len(words) == 1 else _LEAST_LEAD)

    def _hearings(self, phrase: tuple[str, ...], audio: np.ndarray) -> Iterator[_Hearing]:
        """One at each pace."""
        # Not kept, or it would keep its model when another is at hand.
        only = Recognizer(self._at_hand(), [" ".join(phrase)])
        for pace in _PACES:
            sound = at_speed(audio, pace)
            alone = _best(only, sound)
            if alone is None or _texts(alone) != phrase:
                yield _Hearing(fits=False, lead=-_LOST, agrees=False)
                continue
            if self._anything is None:
                self._anything = Recognizer(self._model, None)
            other = _best(self._anything, sound)
            lead = alone.likelihood - other.likelihood if other else 0.0
            yield _Hearing(fits=True, lead=lead, agrees=other is not None and _texts(other) == phrase)


class WakeVerifier:
    """Whether the wake phrase stands where it was found."""

    def __init__(self, opinion: PhraseVerifier, phrase: tuple[str, ...], lead: float) -> None:
        """`lead`: in nats, over all paces."""
        self._opinion = opinion
        self._phrase, self._lead = phrase, lead
        self._asked: tuple[float, float] = (-1.0, -1.0)
        self._answer = True

    def agrees(self, called: Sequence[Word], behind: Sequence[Word], audio: np.ndarray, now: float) -> bool:
        """Whether the phrase is heard again where `called` has it.

        `behind`: the words that follow; `audio`: int16 up to `now`, in seconds of the stream like all times here.
        """
        start, end = called[0].start, called[-1].end
        until = min(now, end + BEHIND_S, *(word.start for word in behind[:1]))
        asked = (round(start, 2), round(until, 2))
        if asked != self._asked:  # looks come often
            self._asked = asked
            self._answer = self._opinion.is_call(
                self._phrase, self._lead, excerpt(audio, now, start - BEFORE_S, until)
            )
        return self._answer


def _best(recogniser: Recognizer, audio: np.ndarray) -> Hypothesis | None:
    recogniser.feed(audio)
    readings = recogniser.final()
    return readings[0] if readings else None


def _texts(reading: Hypothesis) -> tuple[str, ...]:
    return tuple(word.text for word in reading.words)
