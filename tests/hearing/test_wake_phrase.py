"""Where a wake phrase is found among words, and when it was none."""

import pytest

from voice_coach.commands.command_set import Commands
from voice_coach.errors import SettingsError
from voice_coach.hearing.wake_phrase import WAKE_LETTER_S, WakePhrase
from voice_coach.recognition.phonemes import count_phonemes
from voice_coach.recognition.recognizer import Word

LETTERS_S = len("heycoach") * WAKE_LETTER_S


@pytest.fixture
def phrase(commands: Commands) -> WakePhrase:
    return WakePhrase("Hey, coach!", commands, lambda _: True)


def said(text: str, seconds: float = 1.0) -> tuple[Word, ...]:
    """Words of equal length; `seconds` is how long two of them take."""
    return tuple(Word(word, at * seconds / 2, (at + 1) * seconds / 2) for at, word in enumerate(text.split()))


@pytest.mark.parametrize(
    ("text", "called", "behind"),
    [
        ("hey coach pause", True, "pause"),
        ("so hey coach what's next", True, "what's next"),
        ("hey coach pause hey coach next", True, "next"),
        ("hey coach [unk] [unk] next [unk]", True, "next [unk]"),
        ("hey coach", True, ""),
        ("hey there coach", False, "hey there coach"),
        ("hey", False, "hey"),
        ("", False, ""),
    ],
)
def test_the_words_behind_the_last_call_count(phrase: WakePhrase, text: str, called: bool, behind: str) -> None:
    assert phrase.split(text) == (called, tuple(behind.split()))
    wake, words = phrase.cut(said(text))
    assert [word.text for word in wake] == (["hey", "coach"] if called else [])
    assert [word.text for word in words] == behind.split()


def test_a_phrase_said_faster_than_anybody_can_is_none(phrase: WakePhrase) -> None:
    fast = said("hey coach next", LETTERS_S * 0.9)
    assert phrase.cut(fast) == ((), fast)
    assert phrase.cut(said("hey coach next", LETTERS_S * 1.1))[0]


def test_it_is_written_as_it_is_recognised(phrase: WakePhrase) -> None:
    assert str(phrase) == "hey coach"


@pytest.mark.parametrize("text", ["", "?!"])
def test_no_words_are_no_phrase(commands: Commands, text: str) -> None:
    with pytest.raises(SettingsError, match="does not know it"):
        WakePhrase(text, commands, lambda _: True)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("hey coach", 5),
        ("computer", 8),
        ("smart mirror", 10),
        ("view glass", 7),
        ("table", 4),
        ("okay kitchen", 8),
    ],
)
def test_phonemes_are_counted_by_the_spelling(text: str, count: int) -> None:
    assert count_phonemes(text.split()) == count
