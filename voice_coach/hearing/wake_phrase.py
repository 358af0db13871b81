"""The wake phrase: whether it will do, and where it is in a hypothesis."""

from collections.abc import Callable, Sequence

from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN
from voice_coach.errors import SettingsError
from voice_coach.recognition.recognizer import Word

SHORTEST_WAKE = 5
"""The least number of letters of a wake phrase."""
WAKE_LETTER_S = 0.05
"""The least time for a letter of the wake phrase, in seconds: 98 of 100 real calls took longer."""


class WakePhrase:
    """The words by which the coach is called; `words` are as a recognizer writes them."""

    def __init__(self, text: str, commands: Commands, knows: Callable[[str], bool]) -> None:
        """`knows`: whether the model has a word. Raises SettingsError for a phrase that will not do."""
        self.words = commands.words(text)
        if fault := _fault(self.words, commands, knows):
            raise SettingsError(f"wake phrase '{text}': {fault}; choose other words")

    def __str__(self) -> str:
        return " ".join(self.words)

    def split(self, text: str) -> tuple[bool, tuple[str, ...]]:
        """Whether the phrase is in a text, and the words behind its last place there (all, when it is not)."""
        words = tuple(text.split())
        at = self._last_in(words)
        return (False, words) if at is None else (True, words[self._behind(words, at) :])

    def cut(self, words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """The words of the phrase (none, when it is not there), and the words behind it (or all)."""
        texts = tuple(word.text for word in words)
        at = self._last_in(texts)
        if at is None or not self._is_spoken(words[at : at + len(self.words)]):
            return (), words
        return words[at : at + len(self.words)], words[self._behind(texts, at) :]

    def _last_in(self, words: tuple[str, ...]) -> int | None:
        """The index where the phrase last begins; None where it is not there."""
        for at in range(len(words) - len(self.words), -1, -1):
            if words[at : at + len(self.words)] == self.words:
                return at
        return None

    def _behind(self, words: Sequence[str], at: int) -> int:
        """The index behind the phrase that begins at `at`: a cough or a cup in between is nothing."""
        at += len(self.words)
        while at < len(words) and words[at] == UNKNOWN:
            at += 1
        return at

    def _is_spoken(self, wake: Sequence[Word]) -> bool:
        """Whether the phrase took as long as somebody needs to say it: in talk, it is found in less."""
        return wake[-1].end - wake[0].start >= WAKE_LETTER_S * sum(map(len, self.words))


def _fault(words: tuple[str, ...], commands: Commands, knows: Callable[[str], bool]) -> str | None:
    """The reason why a wake phrase cannot be used; None when it can."""
    unknown = [word for word in words if not knows(word)]
    if unknown or not words:
        return f"this model does not know {', '.join(unknown) or 'it'}"
    if sum(map(len, words)) < SHORTEST_WAKE:
        return "too short to be told from other speech"
    if (match := commands.match(" ".join(words))) and not match.free:
        return f"too like a command ({match.intent})"
    return None
