"""Acceptance: maps n-best hypotheses to a command and decides whether it counts in this mode; no sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN, Match
from voice_coach.recognition.recognizer import Word

Refusal = Literal["single-word", "no-wake"]
"""The reason why a command does not count."""

_UNKNOWN_IN = 5
"""At most 1 of so many words of a command may be [unk]; behind the wake phrase, 1 of 2."""
_FASTEST = 24.0
"""The letters a second above which words are too fast: of 240 spoken commands of two words or more the fastest has
21."""
_NEARLY = 3
"""The least number of words of a near miss without the wake phrase."""
_LONGEST_ANSWER = 15
"""The most words of an answer in free words that is not behind the wake phrase: talk goes on for longer."""
_SHORT_S = 0.4
"""Unknown sound shorter than this is a cough or a cup, not speech to answer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hypothesis, cut at the wake phrase; times in seconds of the stream."""

    wake: tuple[Word, ...]
    """The words of the wake phrase; empty where it is not there."""
    words: tuple[Word, ...]
    """The words behind the wake phrase, or all."""
    gap: float
    """How much likelier the best hypothesis is, in nats."""
    doubtful: bool = False
    """Whether it was something else when it was decoded again."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The words behind the wake phrase, or all, without their times."""
        return tuple(word.text for word in self.words)

    @property
    def start(self) -> float:
        """When the first of the words begins."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """When the last of the words ends."""
        return self.words[-1].end

    @property
    def is_short(self) -> bool:
        """Whether the words are too short for speech to answer, unless they are known."""
        return self.end - self.start < _SHORT_S

    @property
    def is_noise(self) -> bool:
        """Whether it is short, and none of the words is known."""
        return set(self.texts) == {UNKNOWN} and self.is_short


@dataclass(frozen=True, slots=True)
class CallState:
    """The attention, and until when a command may begin after the last call, in seconds of the stream."""

    attention: Attention
    awake_until: float

    def is_called(self, candidate: Candidate) -> bool:
        """Whether the wake phrase is in a candidate, or came shortly before it."""
        return bool(candidate.wake) or (bool(candidate.words) and candidate.start < self.awake_until)

    def is_prompted(self, match: Match, candidate: Candidate) -> bool:
        """Whether the coach was called, or the open question asks for this."""
        return self.is_called(candidate) or self.attention.asks_for(match.intent, match.slots)

    def needs_explicit_words(self, match: Match) -> bool:
        """Whether the command only counts in explicit words, so that more of them may be to come."""
        return match.intent in self.attention.explicit


class AcceptancePolicy:
    """The rules by which hypotheses are taken for a command, and by which it counts."""

    def __init__(self, commands: Commands) -> None:
        self.commands = commands
        """The commands that there are under the attention: see `Commands.while_asked`."""

    def match(self, candidates: Sequence[Candidate], call_state: CallState) -> Match | None:
        """The command, unless too much of the best candidate is [unk], or it is a near miss of few words."""
        first = candidates[0].texts
        if candidates[0].doubtful:
            return None
        hypotheses = [(candidate.texts, candidate.gap) for candidate in candidates]

        def unknown(*, called: bool) -> bool:
            return first.count(UNKNOWN) * (2 if called else _UNKNOWN_IN) > len(first)

        if unknown(called=False) and not any(map(call_state.is_called, candidates)):
            # All would be refused but free words: near misses need not be sought.
            return self.commands.match_free(hypotheses)
        match = self.commands.match_hypotheses(hypotheses)
        if match is None or match.free:
            return match
        candidate = candidates[match.hypothesis]
        called = call_state.is_called(candidate)
        if unknown(called=called):
            return None
        # "One" is not nearly "on", nor "all on" nearly "all done".
        return match if match.exact or called or self._telling(candidate.texts) >= _NEARLY else None

    def refusal(self, match: Match, words: Sequence[str], attention: Attention, *, called: bool) -> Refusal | None:
        """The reason why a command of these words does not count; None when it does. `called`: by wake phrase."""
        if called:
            return None
        asked = attention.asks_for(match.intent, match.slots)
        if match.intent in self.commands.limited and not asked:
            return "no-wake"
        # A few words and then anything at all is what running talk looks like most often.
        if attention.mode is Mode.GUARDED or (match.free and not (asked and len(words) <= _LONGEST_ANSWER)):
            return "no-wake"
        if self._telling(words) > 1 or asked:
            return None
        return "single-word"

    def is_hurried(self, candidate: Candidate) -> bool:
        """Whether the words are faster than anybody speaks: then they are pieces of others."""
        letters = sum(map(len, candidate.texts))
        return len(candidate.words) > 1 and letters > _FASTEST * (candidate.end - candidate.start)

    def is_unfinished(self, candidate: Candidate) -> bool:
        """Whether the last word is one behind which more is to come."""
        return candidate.texts[-1] in self.commands.hesitation

    def is_answer(self, match: Match, *, called: bool) -> bool:
        """Whether the command answers a question, open or not, and came without the wake phrase."""
        return not called and match.intent in self.commands.answers

    def _telling(self, words: Sequence[str]) -> int:
        """The number of words that tell anything."""
        return sum(word not in self.commands.fillers for word in words if word != UNKNOWN)


@dataclass(frozen=True)
class Interpretation:
    """The candidates of an utterance, likeliest first, and the command that they mean."""

    candidates: Sequence[Candidate]
    call_state: CallState
    policy: AcceptancePolicy

    @property
    def first(self) -> Candidate:
        """The likeliest candidate."""
        return self.candidates[0]

    @cached_property
    def match(self) -> Match | None:
        """The command; it is sought when first asked for, and once."""
        return self.policy.match(self.candidates, self.call_state)

    @property
    def called(self) -> bool:
        """Whether the likeliest candidate has the wake phrase, or begins shortly after it."""
        return self.call_state.is_called(self.first)
