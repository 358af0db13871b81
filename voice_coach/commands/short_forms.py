"""Short forms of options: pieces by which one of several is named ("tea" for "a cup of tea together")."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShortForms:
    """The lists that have short forms, and the words that do not make one.

    `stop_words` tell nothing; `not_alone` tell something, but only beside another word ("two" of "two weeks").
    """

    lists: frozenset[str] = frozenset()
    stop_words: frozenset[str] = frozenset()
    not_alone: frozenset[str] = frozenset()

    @classmethod
    def of(cls, raw: Mapping[str, Collection[str]]) -> "ShortForms":
        """The short forms under the key `short_forms` of a command file."""
        return cls(**{key: frozenset(words) for key, words in raw.items()})

    def pieces(self, options: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """Runs of words that only one of the options has -> its index. Options are given as their words."""
        found: dict[tuple[str, ...], int] = {}
        shared = set[tuple[str, ...]]()
        for number, words in enumerate(options):
            for piece in _runs(words):
                key = tuple(map(_stem, piece))
                if found.setdefault(key, number) != number:
                    shared.add(key)
        return {
            piece: number
            for number, words in enumerate(options)
            for piece in _runs(words)
            if tuple(map(_stem, piece)) not in shared and piece not in options and self._tells(piece, words)
        }

    def _tells(self, piece: tuple[str, ...], words: tuple[str, ...]) -> bool:
        # "cup of" is broken off; "check in" is not, as the option ends with it.
        if piece[0] in self.stop_words or (piece[-1] in self.stop_words and piece[-1:] != words[-1:]):
            return False
        return piece[0] not in self.not_alone if len(piece) == 1 else True


def _runs(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [words[at:end] for at in range(len(words)) for end in range(at + 1, len(words) + 1)]


def _stem(word: str) -> str:
    """The same for one and for several ("week", "weeks"), so that they do not pass for different words."""
    return word.removesuffix("s") if len(word) > 3 else word
