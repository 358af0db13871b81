"""A short answer is heard several times over: one word has too few sounds to be told by a single hearing.

A network gives a score for every 30 ms: where its frames begin, and how fast somebody speaks, moves the scores of
a word of two or three sounds by more than words differ. So the same sound is heard again with its frames elsewhere
and at other paces, and the mean decides between the answers and everything else.
"""

import math
from collections.abc import Callable, Collection, Iterable

import numpy as np

from voice_coach.audio.resampling import at_speed, excerpt
from voice_coach.commands.matcher import UNKNOWN
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Recognizer

LONGEST_S = 1.2
"""What lasts longer is no single word."""
AROUND_S = 0.22
"""Sound before and behind the word that is heard with it."""
_WAYS = [(1.0, 0), (0.92, 320), (1.08, 160), (1.0, 160), (0.92, 0), (1.08, 320)]
"""Pace, and samples left out at the beginning: thirds of what the network takes a score for."""
_FEW_ANSWERS = 10
_FEW = 3
"""So many hearings do where they leave no doubt."""
_NO_DOUBT = 4.0
_LEAST_LEAD = -1.4
"""How far the best of ten answers must be before everything else, in nats: a little behind is enough."""
_MORE_LEAD = 1.5
"""More for each time that there are e times as many answers: one of them is sooner like some other word."""
_LOST = 6.0
"""How far behind the best a word is that is not among the readings."""


class SingleWordVerifier:
    """Recognisers of single words and everything else, made when needed."""

    def __init__(self, at_hand: Callable[[], Model]) -> None:
        """`at_hand`: a model that is in memory."""
        self._at_hand = at_hand
        self._asked: tuple[frozenset[str], float, float] | None = None
        self._answer: str | None = None

    @property
    def ready(self) -> bool:
        """Whether the model takes phrase lists."""
        return self._at_hand().takes_phrases

    def best(
        self, answers: Collection[str], start: float, end: float, audio: np.ndarray, now: float
    ) -> str | None:
        """Which of `answers` (words that the model knows) is said from `start` to `end`; None for anything else.

        `audio`: int16 up to `now`, in seconds of the stream like all times here.
        """
        words, until = frozenset(answers), min(now, end + AROUND_S)
        asked = words, round(start, 2), round(until, 2)
        if asked != self._asked:  # looks come often
            self._asked = asked
            self._answer = self._decide(words, excerpt(audio, now, start - AROUND_S, until))
        return self._answer

    def _decide(self, words: frozenset[str], audio: np.ndarray) -> str | None:
        if not words:
            return None
        # Not kept, or it would keep its model when another is at hand.
        recogniser = Recognizer(self._at_hand(), [*sorted(words), UNKNOWN])
        totals = dict.fromkeys([*sorted(words), UNKNOWN], 0.0)
        for count, (pace, skipped) in enumerate(_WAYS, start=1):
            recogniser.feed(at_speed(audio, pace)[skipped:])
            for word, behind in _behind_best(words, recogniser.final()).items():
                totals[word] -= behind
            best, second = sorted(totals, key=lambda word: -totals[word])[:2]
            if count == _FEW and totals[best] - totals[second] >= count * _NO_DOUBT:
                break
        best = max(words, key=lambda word: (totals[word], word))
        least = _LEAST_LEAD + _MORE_LEAD * max(0.0, math.log(len(words) / _FEW_ANSWERS))
        return best if totals[best] - totals[UNKNOWN] >= count * least else None


def _behind_best(words: frozenset[str], readings: Iterable[Hypothesis]) -> dict[str, float]:
    """How much less likely than the best reading each word is, and anything else, in nats."""
    behind = dict.fromkeys([*words, UNKNOWN], _LOST)
    for reading in readings:
        word = reading.text if reading.text in words else UNKNOWN
        behind[word] = min(behind[word], reading.gap)
    return behind
