"""What was said means, and whether that counts under the present attention: words and times alone, no sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN, Match
from voice_coach.recognition.recognizer import Word

Refusal = Literal["single-word", "no-wake"]

_UNKNOWN_IN = 5
"""One in so many words of a command may be none of the phrases; of one behind the wake phrase, every other."""
_FASTEST = 24.0
"""Letters a second: of 240 spoken commands of two words and more the fastest has 21."""
_NEARLY = 3
"""Words that a near miss must have where the coach was not called."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading, cut at the wake phrase; `words` are those behind it, or all. `gap` as in `Reading`."""

    wake: tuple[Word, ...]
    words: tuple[Word, ...]
    gap: float
    doubtful: bool = False
    """Heard again as something else."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The words behind the wake phrase, or all."""
        return tuple(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Attending:
    """What counts, and until when a call lasts, in seconds of the stream."""

    attention: Attention
    awake_until: float

    def is_called(self, said: Candidate) -> bool:
        """Whether the coach was called with what was said, or shortly before."""
        return bool(said.wake) or (bool(said.words) and said.words[0].start < self.awake_until)

    def is_prompted(self, match: Match, said: Candidate) -> bool:
        """Whether the coach was called, or the open question asks for this."""
        return self.is_called(said) or self.attention.asks_for(match.intent, match.slots)

    def is_final(self, match: Match) -> bool:
        """Whether what it sets off needs explicit words, so that there may be no more of them."""
        return match.intent in self.attention.explicit


class Meaning:
    """The commands, and the rules by which one of them is meant."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def match(self, readings: Sequence[Candidate], attending: Attending) -> Match | None:
        """The meaning, unless much of what was said is none of the phrases, or it is but nearly a short one."""
        first = readings[0].texts
        if readings[0].doubtful:
            return None
        ways = [(said.texts, said.gap) for said in readings]

        def unknown(*, called: bool) -> bool:
            return first.count(UNKNOWN) * (2 if called else _UNKNOWN_IN) > len(first)

        if unknown(called=False) and not any(map(attending.is_called, readings)):
            # All would be refused but what takes words as they come: near misses need not be sought.
            return self._commands.free(ways)
        match = self._commands.match_readings(ways)
        if match is None or match.free:
            return match
        said = readings[match.reading]
        called = attending.is_called(said)
        if unknown(called=called):
            return None
        # "One" is not nearly "on", nor "all on" nearly "all done".
        return match if match.exact or called or self._telling(said.texts) >= _NEARLY else None

    def refusal(self, match: Match, words: Sequence[str], attention: Attention, *, called: bool) -> Refusal | None:
        """Why a command of these words does not count; None when it does. `called`: whether the coach was."""
        if called:
            return None
        # A few words and then anything at all is what running talk looks like most often.
        asked = attention.asks_for(match.intent, match.slots)
        if attention.mode is Mode.GUARDED or (match.free and not self._commands.free_answer(attention.answers)):
            return "no-wake"
        if self._telling(words) > 1 or asked:
            return None
        return "single-word"

    def is_hurried(self, said: Candidate) -> bool:
        """Whether its words are faster than anybody speaks: then they are pieces of others."""
        letters, lasts = sum(map(len, said.texts)), said.words[-1].end - said.words[0].start
        return len(said.words) > 1 and letters > _FASTEST * lasts

    def is_unfinished(self, said: Candidate) -> bool:
        """Whether somebody was about to say more."""
        return said.texts[-1] in self._commands.hesitation

    def is_answer(self, match: Match, *, called: bool) -> bool:
        """Whether it is what answers a question, open or not, and the coach was not called."""
        return not called and match.intent in self._commands.answers

    def _telling(self, words: Sequence[str]) -> int:
        """How many of the words tell anything."""
        return sum(word not in self._commands.fillers for word in words if word != UNKNOWN)
