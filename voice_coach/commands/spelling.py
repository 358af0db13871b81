"""A text in the spelling of a recognizer: lower case, no punctuation, numbers in words."""

import re
from collections.abc import Sequence

from hassil.expression import TextChunk
from hassil.intents import TextSlotList, TextSlotValue
from hassil.numbers import get_rbnf_engine

from voice_coach.commands.short_forms import ShortForms
from voice_coach.names import spoken_forms

_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u2032\u02bc\uff07\u00b4`]")
_BROKEN = re.compile(r"n[^\w'\s]t\b|n t\b")


def as_recognised(text: str, language: str) -> tuple[str, ...]:
    """The words of a text in a recognizer's spelling."""

    def in_words(number: re.Match[str]) -> str:
        return f" {get_rbnf_engine(language).format_number(int(number.group())).text} "

    text = _BROKEN.sub("n't", _APOSTROPHES.sub("'", text.lower()))
    # A sign is a word of its own, and none that is known: "-30" is not thirty.
    text = re.sub(r"\d+", in_words, re.sub(r"(?<!\w)[-+](?=\d)", " [sign] ", text))
    return tuple(re.sub(r"[^\w'\[\]]+", " ", text).replace("_", " ").split())


def forms_of(value: str, language: str) -> tuple[str, ...]:
    """The spellings that a model may have for a value, with its numbers in words."""
    return spoken_forms(" ".join(as_recognised(value, language)))


def spoken_list(name: str, values: Sequence[str], language: str, short: ShortForms | None) -> TextSlotList:
    """A slot list whose values are said without capitals and punctuation, as a model may write them, or short."""
    texts = [(form, value) for value in values for form in forms_of(value, language)]
    if short is not None:
        words = [as_recognised(value, language) for value in values]
        texts += [(" ".join(piece), values[number]) for piece, number in short.pieces(words).items()]
    return TextSlotList(name, [TextSlotValue(TextChunk(form), value) for form, value in texts])
