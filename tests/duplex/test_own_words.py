"""What was heard is matched against what is being said."""

import pytest

from voice_coach.duplex import is_own
from voice_coach.settings import Settings
from voice_coach.table.assembly import assemble

SAYING = ("Once you two are talking, I stay quiet until you say hey coach.", "When you are both ready, say start.")


@pytest.mark.parametrize("heard", ["say start", "hey coach when you are both ready", "until you say hey coach"])
def test_its_own_words_are_known(heard: str) -> None:
    assert is_own(heard, SAYING)


@pytest.mark.parametrize(
    "heard", ["hey coach skip", "hey coach what's next", "hey coach we need a break", "hey coach start again", ""]
)
def test_a_command_is_not_its_own(heard: str) -> None:
    assert not is_own(heard, SAYING)
    assert not is_own(heard, ())


def test_words_of_any_alphabet_are_words() -> None:
    assert is_own("πες ξεκινάμε", ["Όταν είστε έτοιμοι, πες: ξεκινάμε."])
    assert is_own("Zoë starts", ["Then Zoë starts."])
    assert not is_own("πες στοπ τώρα", ["Όταν είστε έτοιμοι, πες: ξεκινάμε."])


def test_a_word_that_was_misheard_does_not_hide_it() -> None:
    assert is_own("went you are both ready", SAYING)


def test_few_of_the_coachs_sentences_hide_a_command_that_was_called_for() -> None:
    """Else nobody could say what the coach has just told them to say."""
    parts = assemble(Settings(), seed=0)
    sentences = parts.book.fixed(("Alex", "Sam"), "hey coach")
    for said in ("hey coach skip", "hey coach pause", "hey coach what's next", "hey coach i'm done"):
        assert [sentence for sentence in sentences if is_own(said, [sentence])] == []
