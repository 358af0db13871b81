"""A second opinion on a call: the sound that the phrase was found in is heard again, in two ways, at some paces.

In running talk the phrase is often found across other words: it is the best that a command can be made of. Heard
alone, the phrase has to account for the whole of that sound, and better than all words that the model knows by a
lead that is larger for short phrases, which are found in more of other people's talk. Where both hear the same,
it leads by what the grammar of all words charges for it: 25 nats in all for "computer", 45 for "hey coach".
"""

from collections.abc import Callable, Sequence

import numpy as np

from voice_coach.hearing.excerpt import at_pace, excerpt
from voice_coach.hearing.model import Model
from voice_coach.hearing.recogniser import Reading, Recogniser, Word

_BEFORE_S, _BEHIND_S = 0.25, 0.2
"""Sound around the phrase that is heard again; less where a command follows at once."""

_PACES = (1.0, 0.96, 1.04)
"""At one pace alone the comparison is a matter of luck: dither moves it by a nat or two."""
_LOST = 4.0
"""How far behind, in nats, the phrase is where it is not heard."""


class SecondOpinion:
    """Recognisers of the phrase alone and of everything, made when needed."""

    def __init__(self, model: Model, phrase: tuple[str, ...], lead: float, at_hand: Callable[[], Model]) -> None:
        """`lead`: in nats, over all paces; `at_hand`: the model for the phrase alone, one that is in memory."""
        self._model, self._phrase, self._lead = model, phrase, lead
        self._at_hand = at_hand
        self._anything: Recogniser | None = None
        self._asked: tuple[float, float] = (-1.0, -1.0)
        self._answer = True

    def agrees(self, called: Sequence[Word], behind: Sequence[Word], audio: np.ndarray, now: float) -> bool:
        """Whether the phrase is heard again where `called` has it.

        `behind`: the words that follow; `audio`: int16 up to `now`, in seconds of the stream like all times here.
        Always true of a model that takes no phrases.
        """
        if not self._model.takes_phrases:
            return True
        start, end = called[0].start, called[-1].end
        until = min(now, end + _BEHIND_S, *(word.start for word in behind[:1]))
        asked = (round(start, 2), round(until, 2))
        if asked != self._asked:  # looks come often
            self._asked = asked
            self._answer = self._hears(excerpt(audio, now, start - _BEFORE_S, until))
        return self._answer

    def _hears(self, audio: np.ndarray) -> bool:
        # Not kept, or it would keep its model when another is at hand.
        phrase = Recogniser(self._at_hand(), [" ".join(self._phrase)])
        lead = 0.0
        for pace in _PACES:
            sound = at_pace(audio, pace)
            alone = _best(phrase, sound)
            if alone is None or tuple(word.text for word in alone.words) != self._phrase:
                if pace == 1:
                    return False
                lead -= _LOST
                continue
            if self._anything is None:
                self._anything = Recogniser(self._model, None)
            other = _best(self._anything, sound)
            lead += alone.likelihood - other.likelihood if other else 0.0
        return lead >= self._lead


def _best(recogniser: Recogniser, audio: np.ndarray) -> Reading | None:
    recogniser.feed(audio)
    readings = recogniser.final()
    return readings[0] if readings else None
