"""The partial result of an utterance in progress, split at the wake phrase: what it is, and what it may become."""

from dataclasses import dataclass

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN, Match
from voice_coach.hearing.acceptance import AcceptancePolicy
from voice_coach.hearing.endpointer import QUIET_MORE_S, QUIET_PIECES_S
from voice_coach.hearing.wake_window import WakeWindow

WAIT_FOR_REST_S = 1.2
"""The quiet after words that only begin a command: people think in mid-sentence."""
_LAG_S = 0.6
"""The time by which a partial result is late."""
_LEAST_WORD_S = 0.12
"""The least sound of a word."""


@dataclass(frozen=True, slots=True)
class PartialResult:
    """The words recognised so far. Times: seconds of audio since the stream began."""

    called: bool
    """Whether the wake phrase is among them."""
    words: tuple[str, ...]
    """The words behind the wake phrase, or all."""
    commands: Commands
    wake_window: WakeWindow

    def is_called_for(self) -> bool:
        """Whether there is an unreported wake phrase, or a whole command after one, even while speech goes on."""
        return self.called and (not self.wake_window.wake_reported or self.commands.exact(self.words) is not None)

    def is_call_for(self, match: Match) -> bool:
        """Whether there is a wake phrase and then, exactly, the command of a match."""
        partial = self.commands.exact(self.words) if self.is_called_for() else None
        return partial is not None and (match.intent, match.slots) == (partial.intent, partial.slots)

    def may_be_complete(
        self, policy: AcceptancePolicy, attention: Attention, now: float, *, loud_s: float, for_long: bool
    ) -> bool:
        """Whether a command that counts may be complete.

        `loud_s`: the seconds of sound. `for_long`: whether it seems over for some time. The partial result is
        late: its last word may be missing, and an early result finds it.
        """
        awake = self.called or self.wake_window.is_open(now - _LAG_S)
        if attention.mode is Mode.GUARDED and not awake:
            return False
        if not self.called and not self.words:
            # What does not show yet was said just now: a single word, which counts where it is asked for alone.
            single = bool(attention.answers) or awake
            return single and loud_s >= _LEAST_WORD_S and self.commands.nearly_done(())
        match = self.commands.exact(self.words)
        counts = match is not None and not match.free
        if match is not None and counts and policy.refusal(match, self.words, attention, called=awake) is None:
            return for_long or not self.commands.may_change(self.words)
        return self.commands.nearly_done(self.words)

    def more_may_follow(self, now: float, unchanged_s: float) -> bool:
        """Whether the coach was just called, or the words only begin a command and the gap is still short.

        `unchanged_s`: the seconds without another word.
        """
        if self.called and not self.words:
            return self.wake_window.is_open(now)
        if not self.words or UNKNOWN in self.words or unchanged_s > WAIT_FOR_REST_S:
            return False
        if match := self.commands.exact(self.words):
            # Words show late: of one told in pieces, the next may have begun. An early result ends it sooner.
            pieces = match.intent in self.commands.asked_only
            more_s = WAIT_FOR_REST_S if pieces else quiet_more_s(self.commands, self.words, match.intent)
            return unchanged_s < more_s and self.commands.may_change(self.words)
        return self.commands.may_go_on(self.words)


def quiet_more_s(commands: Commands, words: tuple[str, ...], intent: str) -> float:
    """The quiet after a whole command that may yet become another one, in seconds."""
    if commands.awaits_free_words(words):
        return WAIT_FOR_REST_S  # what is to be noted takes a moment's thought
    return QUIET_PIECES_S if intent in commands.asked_only else QUIET_MORE_S
