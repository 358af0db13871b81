"""Typed lines to events, the same as the hearing tells."""

import re

from voice_coach.attention import Attention
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Heard, HearingEvent, Ignored, Waiting, WakePhrase


class TypedCommands:
    """Understands what was typed. All of it is meant for the coach, so the wake phrase may be left out."""

    def __init__(self, commands: Commands, wake: str) -> None:
        """Raises SettingsError for a wake phrase that will not do."""
        self._commands = commands
        self._wake = WakePhrase(wake, commands, lambda _word: True)

    def understand(self, line: str, attention: Attention, at: float) -> HearingEvent:
        """The event that a line brings, typed `at`."""
        commands = self._commands.while_asked(attention.expected)
        called, words = self._wake.split(" ".join(commands.words(line)))
        if called and not words:
            return Waiting(at, at, at)
        text = " ".join(words)
        match = commands.match(text)
        if match is not None:
            explicit = commands.is_explicit(match.intent, text)
            return Heard(match.intent, match.slots, line, at, at, at, explicit)
        if free := commands.free_answer(attention.answers):
            intent, slot = free
            return Heard(intent, {slot: self._behind_wake(line)}, line, at, at, at)
        return Ignored(line, at, at, at, "no-match", called=True)

    def _behind_wake(self, line: str) -> str:
        """What was typed behind the wake phrase, or all, as it was typed."""
        wake = r"\W+".join(map(re.escape, self._wake.words))
        return re.split(rf"\b{wake}\b\W*", line, flags=re.IGNORECASE)[-1].strip()
