"""Single-word verification: a short answer is decoded several times, as its few sounds do not tell it at once.

A network gives a score for every 30 ms: where its frames begin, and how fast somebody speaks, moves the scores of
a word of two or three sounds by more than words differ. So the same sound is decoded again with its frames
elsewhere and at other speeds, and the mean decides between the answers and everything else.
"""

import logging
import math
from collections.abc import Callable, Collection, Iterable

import numpy as np

from voice_coach.audio.resampling import at_speed, excerpt
from voice_coach.commands.matcher import UNKNOWN
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Recognizer

LONGEST_S = 1.2
"""The longest single word."""
AROUND_S = 0.22
"""The sound before and behind the word that is decoded with it."""
_DECODINGS = [(1.0, 0), (0.92, 320), (1.08, 160), (1.0, 160), (0.92, 0), (1.08, 320)]
"""The speed of each decoding, and the samples left out at its beginning: thirds of a frame of the network."""
_FEW_ANSWERS = 10
_FEW = 3
"""Stop after this many decodings if the margin is clear."""
_NO_DOUBT = 4.0
"""The margin per decoding, in nats, that is clear."""
_LEAST_LEAD = -1.4
"""The least lead of the best of ten answers over all else, per decoding in nats: a little behind will do."""
_MORE_LEAD = 1.5
"""The rise of that for e times as many answers: one of them is sooner like another word."""
_LOST = 6.0
"""The gap, in nats, assumed for a word that is not among the hypotheses."""

_LOGGER = logging.getLogger(__name__)


class SingleWordVerifier:
    """Recognizers of single words and everything else, made when needed."""

    def __init__(self, loaded_model: Callable[[], Model]) -> None:
        """`loaded_model`: gives a model that is in memory."""
        self._loaded_model = loaded_model
        self._latest: tuple[frozenset[str], float, float] | None = None
        self._verdict: str | None = None

    @property
    def ready(self) -> bool:
        """Whether the model takes phrase lists."""
        return self._loaded_model().takes_phrases

    def best(
        self, answers: Collection[str], start: float, end: float, audio: np.ndarray, now: float
    ) -> str | None:
        """The one of `answers` (words that the model knows) that is said from `start` to `end`; None for none.

        `audio`: int16 up to `now`, in seconds of the stream like all times here.
        """
        words, until = frozenset(answers), min(now, end + AROUND_S)
        question = words, round(start, 2), round(until, 2)
        if question != self._latest:  # early results come often
            self._latest = question
            self._verdict = self._decide(words, excerpt(audio, now, start - AROUND_S, until))
        return self._verdict

    def _decide(self, words: frozenset[str], audio: np.ndarray) -> str | None:
        if not words:
            return None
        # Not kept, or it would keep its model when another is loaded.
        recognizer = Recognizer(self._loaded_model(), [*sorted(words), UNKNOWN])
        totals = dict.fromkeys([*sorted(words), UNKNOWN], 0.0)
        for count, (speed, skipped) in enumerate(_DECODINGS, start=1):
            recognizer.feed(at_speed(audio, speed)[skipped:])
            for word, gap in _gaps(words, recognizer.final()).items():
                totals[word] -= gap
            best, second = sorted(totals, key=lambda word: -totals[word])[:2]
            if count == _FEW and totals[best] - totals[second] >= count * _NO_DOUBT:
                break
        best = max(words, key=lambda word: (totals[word], word))
        least = _LEAST_LEAD + _MORE_LEAD * max(0.0, math.log(len(words) / _FEW_ANSWERS))
        lead = totals[best] - totals[UNKNOWN]
        candidates = len(words)
        _LOGGER.debug(
            "single word, one of %d: lead of %.1f nats, %.1f wanted, %d decodings",
            candidates,
            lead,
            count * least,
            count,
        )
        return best if lead >= count * least else None


def _gaps(words: frozenset[str], hypotheses: Iterable[Hypothesis]) -> dict[str, float]:
    """How much less likely than the best hypothesis each word is, and anything else, in nats."""
    gaps = dict.fromkeys([*words, UNKNOWN], _LOST)
    for hypothesis in hypotheses:
        word = hypothesis.text if hypothesis.text in words else UNKNOWN
        gaps[word] = min(gaps[word], hypothesis.gap)
    return gaps
