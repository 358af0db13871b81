"""The sentences of talk.txt and the guide's own, by voices that no model was trained on; what is known to fail."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.bench import clips
from voice_coach.attention import Mode
from voice_coach.guide import Book, list_guides

PATH = Path(__file__).with_name("talk.txt")
WAKE = "hey coach"
_VARIANTS = sorted(voice.partition("+")[2] for voice in clips.VOICES)
_ACCENTS = ("en-us", "en-gb", "en-gb-scotland")
_WORDS_PER_MINUTE = (140, 185)
_SHARE_OF_GUIDE = 20  # all of them would take two minutes
_KNOWN = "# -- known to fail"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence, who says it, how fast (words a minute), and under which attention."""

    mode: Mode
    voice: str
    speed: int
    text: str

    def __str__(self) -> str:
        return f"{self.mode} {self.voice}: {self.text}"


def talk() -> list[Spoken]:
    """Every sentence of talk.txt by two voices in guarded mode; with +, by one there and by one in open mode."""
    found = []
    for line in _split()[0].splitlines():
        if line and not line.startswith("#"):
            text = line.removeprefix("+").strip()
            modes = (Mode.GUARDED, Mode.OPEN if line.startswith("+") else Mode.GUARDED)
            found += [Spoken(mode, *by, text) for mode, by in zip(modes, _by_voices(text, 2), strict=True)]
    return found


def guide_lines() -> list[Spoken]:
    """A share of the sentences of all guides and of lines.yaml, as somebody reads them out, by one voice each."""
    texts = {text for guide in list_guides() for text in Book.load(guide).fixed(("Anna", "Ben"), WAKE)}
    chosen = sorted(text for text in texts if WAKE not in text)[::_SHARE_OF_GUIDE]
    return [Spoken(Mode.GUARDED, *by, text) for text in chosen for by in _by_voices(text, 1)]


def known_to_fail() -> list[str]:
    """The renderings, as `str` gives them, that failed when the list at the end of talk.txt was written."""
    return _split()[1].splitlines()


def write_known(fails: Iterable[str], of: int) -> None:
    """Put the `fails` among so many renderings in place of those known."""
    listed = sorted(fails)
    head = f"{_KNOWN}: {len(listed)} of {of} renderings\n"
    PATH.write_text(_split()[0] + head + "".join(f"{line}\n" for line in listed), encoding="utf-8")


def _split() -> tuple[str, str]:
    """The sentences, and the list at the end without its heading."""
    before, _, after = PATH.read_text(encoding="utf-8").partition(_KNOWN)
    return before, after.partition("\n")[2]


def _by_voices(text: str, count: int) -> list[tuple[str, int]]:
    """Voices and speeds that hang on the text alone: neither more sentences nor more voices change the others."""
    found = []
    for variant in random.Random(text).sample(_VARIANTS, len(_VARIANTS))[:count]:
        rng = random.Random(f"{variant}: {text}")
        found.append((f"{rng.choice(_ACCENTS)}+{variant}", rng.randint(*_WORDS_PER_MINUTE)))
    return found
