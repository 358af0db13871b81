"""Verification of uncertain results by decoding their audio again: calls, answers, unprompted commands."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from voice_coach.audio.resampling import excerpt
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import Match
from voice_coach.hearing.acceptance import AcceptancePolicy, CallState, Candidate, Interpretation
from voice_coach.hearing.endpointer import QUIET_ANSWER_S
from voice_coach.hearing.verification.phrase_verifier import BEFORE_S, BEHIND_S, PhraseVerifier, WakeVerifier
from voice_coach.hearing.verification.single_word_verifier import LONGEST_S, SingleWordVerifier
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Word
from voice_coach.recognition.recognizer_pool import RecognizerPool

SPEEDS, AGREE = (0.96, 1.04, 0.92, 1.08), 2
"""An unprompted short or fuzzy command is decoded again at these speeds; AGREE of them must confirm it."""
FEW_WORDS, FEW_NEARLY = 5, 7
"""Longer commands than this (exact, fuzzy) are not verified: they are unlikely by chance."""
ALONE_S = 1.0
"""The quiet before an answer without the wake phrase: in the midst of talk a "yes" is for somebody else."""
_BEFORE_ANSWER_S = 0.6
"""The part of that quiet that is decoded again with the answer."""

Audio = Callable[[], np.ndarray]
"""Gives the utterance's audio, int16 up to now: joined only where it is needed."""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sound:
    """An utterance's audio up to `now`, in seconds of the stream, and the means to decode it again."""

    audio: Audio
    now: float
    decode_again: Callable[[float], Sequence[Hypothesis]]
    """Gives its n-best hypotheses at another speed."""


class Verifier:
    """Decides what has to be verified under the attention there is, and verifies it."""

    def __init__(
        self,
        model: Model,
        policy: AcceptancePolicy,
        pool: RecognizerPool,
        wake: tuple[str, ...],
        wake_lead: float,
    ) -> None:
        """`pool`: whose loaded model decodes phrases. `wake_lead`: the least lead of the wake phrase, in nats."""
        self._policy, self._knows = policy, model.knows
        self._single_words = dict[Commands, dict[str, Match]]()
        self._phrase_verifier = PhraseVerifier(model, lambda: pool.loaded_model)
        self._wake_verifier = WakeVerifier(self._phrase_verifier, wake, wake_lead)
        self._single_word_verifier = SingleWordVerifier(lambda: pool.loaded_model)

    def _single_words_of(self, commands: Commands) -> dict[str, Match]:
        """The commands of one word: found when a question is first open, as that takes time and memory."""
        found = self._single_words.get(commands)
        if found is None:
            found = self._single_words[commands] = commands.single_words(self._knows)
        return found

    def is_called(self, first: Candidate, sound: Sound) -> bool:
        """Whether the wake phrase of the likeliest candidate, which has one, is verified."""
        return self._wake_verifier.agrees(first.wake, first.words, sound.audio(), sound.now)

    def answered(self, found: Interpretation, sound: Sound, *, over: bool) -> Interpretation:
        """The interpretation, or that of one word that turns out to answer the open question.

        Such a word is decoded again, and so is, where the utterance is `over`, whatever is short and no command.
        """
        first = found.first
        start, end = (first.start, first.end) if first.words else (0.0, math.inf)
        attention = found.call_state.attention
        asked = bool(attention.answers) and self._single_word_verifier.ready and not found.called
        if not asked or end - start > LONGEST_S:
            return found
        commands = self._policy.commands
        words = self._single_words_of(commands)
        answers = [word for word, match in words.items() if attention.asks_for(match.intent, match.slots)]
        answered = len(first.words) == 1 and first.words[0].text in answers
        if not answered and (not over or commands.negation.among(first.texts) or found.match):
            return found
        word = self._single_word_verifier.best(answers, start, end, sound.audio(), sound.now)
        if word:
            return replace(found, candidates=[Candidate((), (Word(word, start, end),), 0.0)])
        if not answered:
            return found
        _LOGGER.debug("answer refused: decoded again, it is another word")
        return replace(found, candidates=[replace(first, doubtful=True)])

    def is_meant(self, match: Match, candidate: Candidate, call_state: CallState, sound: Sound) -> bool:
        """Whether a command that could as well be a piece of talk is one however it is decoded again."""
        if call_state.is_called(candidate):
            return True
        if match.free and call_state.is_prompted(match, candidate):
            return True  # free words cannot be verified; the question that asked for them reads them back
        if self._policy.is_hurried(candidate):
            _LOGGER.debug("command refused: too fast")
            return False
        if len(candidate.words) > (FEW_WORDS if match.exact else FEW_NEARLY):
            return True
        if call_state.is_prompted(match, candidate):
            meant = self._stands(candidate, sound, _BEFORE_ANSWER_S, QUIET_ANSWER_S)
        else:
            confirmed = self._is_confirmed(match, call_state, sound)
            meant = confirmed and self._stands(candidate, sound, BEFORE_S, BEHIND_S)
        if not meant:
            _LOGGER.debug("command refused: not verified")
        return meant

    def _is_confirmed(self, match: Match, call_state: CallState, sound: Sound) -> bool:
        """Whether it is a command at other speeds, too; a near miss exactly."""
        found, exact = 0, match.exact
        for left, speed in zip(range(len(SPEEDS), 0, -1), SPEEDS, strict=True):
            hypotheses = sound.decode_again(speed)
            candidates = [Candidate((), one.words, one.gap) for one in hypotheses if one.words]
            other = self._policy.match(candidates, call_state) if candidates else None
            if other is not None and (other.intent, other.slots) == (match.intent, match.slots):
                found, exact = found + 1, exact or other.exact
            if (found >= AGREE and exact) or found + left <= AGREE:
                break
        _LOGGER.debug("command confirmed at %d speeds, exactly: %s", found, exact)
        return found >= AGREE and exact

    def _stands(self, candidate: Candidate, sound: Sound, before_s: float, behind_s: float) -> bool:
        """Whether all words that the model knows leave the command, and nothing else, where it was recognised."""
        start, end = candidate.start - before_s, candidate.end + behind_s
        return self._phrase_verifier.is_command(candidate.texts, excerpt(sound.audio(), sound.now, start, end))
