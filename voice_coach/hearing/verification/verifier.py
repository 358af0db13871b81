"""What is doubtful is heard again before anything comes of it: calls, short answers, commands out of the blue."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from voice_coach.audio.resampling import excerpt
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import Match
from voice_coach.hearing.acceptance import Attending, Candidate, Meaning
from voice_coach.hearing.endpointer import QUIET_ANSWER_S
from voice_coach.hearing.verification.phrase_verifier import BEFORE_S, BEHIND_S, PhraseVerifier, WakeVerifier
from voice_coach.hearing.verification.single_word_verifier import LONGEST_S, SingleWordVerifier
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Word
from voice_coach.recognition.recognizer_pool import RecognizerPool

SPEEDS, AGREE = (0.96, 1.04, 0.92, 1.08), 2
"""A command that nobody called for, of a few words or but nearly one, is heard again at these paces; so many must
find it, too."""
FEW_WORDS, FEW_NEARLY = 5, 7
"""So many words are few: of a command as it is, and of a near miss. More of them than that are no chance."""

ALONE_S = 1.0
"""Quiet before an answer that nobody called for: in the midst of talk a "yes" is for somebody else."""
_BEFORE_ANSWER_S = 0.6
"""Of that, what is heard again with the answer."""

Audio = Callable[[], np.ndarray]
"""Gives the utterance's audio, int16 up to now: joined only where it is needed."""


@dataclass(frozen=True, slots=True)
class Sound:
    """An utterance's sound up to `now`, in seconds of the stream; `again`: its readings at another pace."""

    audio: Audio
    now: float
    again: Callable[[float], Sequence[Hypothesis]]


class Verifier:
    """Doubts under the attention there is, and what the sound says to them."""

    def __init__(self, model: Model, commands: Commands, meaning: Meaning, listeners: RecognizerPool) -> None:
        """`listeners`: what hears first, and the model that it has in memory."""
        self._commands, self._meaning, self._knows = commands, meaning, model.knows
        self._opinion = PhraseVerifier(model, lambda: listeners.at_hand)
        self._calls = WakeVerifier(self._opinion, listeners.wake, listeners.lead)
        self._short = SingleWordVerifier(lambda: listeners.at_hand)

    @cached_property
    def _single(self) -> dict[str, Match]:
        """The commands of one word: found when somebody is asked, as that takes time and memory."""
        return self._commands.single_words(self._knows)

    def is_called(self, first: Candidate, sound: Sound) -> bool:
        """Whether the wake phrase stands of the likeliest reading, which has one."""
        return self._calls.agrees(first.wake, first.words, sound.audio(), sound.now)

    def answered(
        self, readings: list[Candidate], attending: Attending, sound: Sound, *, over: bool
    ) -> list[Candidate]:
        """The readings, or what one word turns out to be that answers an open question.

        Such a word is heard again, and so is, where the utterance is `over`, whatever is short and no command.
        """
        first = readings[0]
        start, end = (first.words[0].start, first.words[-1].end) if first.words else (0.0, math.inf)
        attention = attending.attention
        asked = bool(attention.answers) and self._short.ready and not attending.is_called(first)
        if not asked or end - start > LONGEST_S:
            return readings
        answers = [word for word, match in self._single.items() if attention.asks_for(match.intent, match.slots)]
        answered = len(first.words) == 1 and first.words[0].text in answers
        if not answered and (
            not over or self._commands.negation.among(first.texts) or self._meaning.match(readings, attending)
        ):
            return readings
        word = self._short.best(answers, start, end, sound.audio(), sound.now)
        if word:
            return [Candidate((), (Word(word, start, end),), 0.0)]
        return [replace(first, doubtful=True)] if answered else readings

    def is_meant(self, match: Match, said: Candidate, attending: Attending, sound: Sound) -> bool:
        """Whether a command that could as well be a piece of talk is one however it is heard again."""
        if attending.is_called(said):
            return True
        if self._meaning.is_hurried(said):
            return False
        if len(said.words) > (FEW_WORDS if match.exact else FEW_NEARLY):
            return True
        if attending.is_prompted(match, said):
            return self._stands(said, sound, _BEFORE_ANSWER_S, QUIET_ANSWER_S)
        return self._is_found_again(match, attending, sound) and self._stands(said, sound, BEFORE_S, BEHIND_S)

    def _is_found_again(self, match: Match, attending: Attending, sound: Sound) -> bool:
        """Whether it is a command at other paces, too; a near miss exactly."""
        found, exact = 0, match.exact
        for left, pace in zip(range(len(SPEEDS), 0, -1), SPEEDS, strict=True):
            readings = [Candidate((), way.words, way.gap) for way in sound.again(pace) if way.words]
            other = self._meaning.match(readings, attending) if readings else None
            if other is not None and (other.intent, other.slots) == (match.intent, match.slots):
                found, exact = found + 1, exact or other.exact
            if (found >= AGREE and exact) or found + left <= AGREE:
                break
        return found >= AGREE and exact

    def _stands(self, said: Candidate, sound: Sound, before_s: float, behind_s: float) -> bool:
        """Whether all words that the model knows leave the command, and nothing else, where it was heard."""
        start, end = said.words[0].start - before_s, said.words[-1].end + behind_s
        return self._opinion.is_command(said.texts, excerpt(sound.audio(), sound.now, start, end))
