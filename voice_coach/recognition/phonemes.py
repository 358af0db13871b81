"""The number of phonemes of words, estimated by their English spelling."""

import re
from collections.abc import Iterable

_SILENT_E = re.compile(r"(?<=[^aeiou])e$")
_SOUND = re.compile(r"(?=iew)i|[aeiou]+[yw]?|y|tch|[cstpgw]h|ck|qu|ng|([^aeiou])\1|[^aeiouy]")


def count_phonemes(words: Iterable[str]) -> int:
    """The estimated number of phonemes of words: "coach" has three."""
    return sum(len(_SOUND.findall(_SILENT_E.sub("", word))) for word in words)
