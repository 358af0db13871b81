"""How a name is said: the words that a recogniser may have for it, derived from how it is written."""

import re
import unicodedata
from collections.abc import Callable

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
"""Letters that have no accent to be left out."""
_PREFIX = re.compile(r"(?<=\b\w)'(?=\w{3})")
"""The apostrophe of O'Brien and D'Angelo, and not that of "let's"."""


def spoken_forms(name: str) -> tuple[str, ...]:
    """The ways in which a vocabulary may write `name`, the likeliest first: "zoë", "zoe" of Zoë.

    In lower case, with spaces in place of hyphens and other signs. Empty when nothing in it can be said.
    """
    written = re.sub(r"[^\w']+", " ", name.lower().replace("\u2019", "'")).replace("_", " ")
    plain = without_accents(written)
    forms = [written, plain, *(_PREFIX.sub(with_, plain) for with_ in (" ", ""))]
    return tuple(dict.fromkeys(form for form in (" ".join(form.split()) for form in forms) if form))


def is_heard(forms: tuple[str, ...], known: Callable[[str], bool]) -> bool:
    """Whether one of these forms has only words that are `known`."""
    return any(all(known(word) for word in form.split()) for form in forms)


def without_accents(text: str) -> str:
    """`text` in the letters of English, as far as it has any of them at heart."""
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))
