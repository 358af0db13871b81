"""Whether recognised words are the coach's own: the last line of defence against acting on its own speech."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

_ALIKE = 85.0
"""Least similarity in percent: a recogniser mishears a word in seven even of a clear voice."""
_NO_WORD = re.compile(r"[^\w' ]+|_")


def is_own(heard: str, saying: Iterable[str]) -> bool:
    """Whether all of `heard` (the wake phrase included) is a piece of what is being said."""
    said = " ".join(_plain(sentence) for sentence in saying)
    words = _plain(heard)
    # Shorter than what it is sought in: else the sentence would be sought in the words.
    return bool(words) and len(words) <= len(said) and fuzz.partial_ratio(f" {words} ", f" {said} ") >= _ALIKE


def _plain(text: str) -> str:
    return " ".join(_NO_WORD.sub(" ", text.casefold()).split())
