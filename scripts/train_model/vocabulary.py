"""Which words the model knows: common ones, our own, and first names; slurs and oddities are left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from scripts.train_model.lexicon import known_pronunciations
from scripts.train_model.ngram import Web
from scripts.train_model.texts import in_words, read_commands, read_sentences, read_talk
from voice_coach.commands.template_graph import Graph

COMMON_WORDS = 11_000  # of the text to read aloud
WEB_WORDS = 28_000
FIRST_NAMES = 900  # of each of the census' two lists: nine in ten Americans

# In the filter's list, but words of ordinary talk between two people, of health, or of safety.
_ORDINARY = """
god hell sex sexual kill beer drunk weed fat ugly stroke pot organ breast breasts drug drugs heroin murder lust
pawn thug ovary womb uterus climax stoned thrust bum erect inbred loin loins nude opium playboy rum seaman seamen
snuff souse steamy tampon undies unwed urine virgin vomit vodka weirdo booze
"""


def slurs() -> frozenset[str]:
    """Single words no one wants to see in a transcript: better-profanity's list (MIT) less what is ordinary."""
    listed = resources.files("better_profanity").joinpath("profanity_wordlist.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().lower() for line in listed.splitlines()) - set(_ORDINARY.split())


def first_names() -> list[str]:
    """Common first names of the US census of 1990 (public domain), as the package `names` (MIT) carries them."""
    found = list[str]()
    for kind in ("female", "male"):
        table = resources.files("names").joinpath(f"dist.{kind}.first").read_text(encoding="ascii")
        found += [line.split()[0].lower() for line in table.splitlines()[:FIRST_NAMES]]
    return list(dict.fromkeys(found))


def words_of(graph: Graph) -> set[str]:
    """Every word of a command graph."""
    return {arc.word for arcs in graph.words for arc in arcs}


def common_words(sentences: Iterable[Sequence[str]], count: int) -> list[str]:
    """The `count` most frequent words that CMUdict has and that are no slurs, the most frequent first."""
    banned = slurs()
    counts = Counter(word for words in sentences for word in words)
    return [
        word
        for word, _ in counts.most_common()
        if (len(word) > 1 or word in "aio") and word not in banned and known_pronunciations(word)
    ][:count]


@cache
def web() -> Web:
    """Words and pairs on the web: Norvig's extract of Google's corpus (MIT), as `wordsegment` carries it."""
    folder = resources.files("wordsegment")
    words = dict[str, int]()
    for line in folder.joinpath("unigrams.txt").read_text(encoding="utf-8").splitlines():
        word, count = line.split("\t")
        words[word] = int(count)
    pairs = dict[str, dict[str, int]]()
    for line in folder.joinpath("bigrams.txt").read_text(encoding="utf-8").splitlines():
        pair, count = line.split("\t")
        first, second = pair.split(" ")
        pairs.setdefault(first, {})[second] = int(count)
    return Web(words, pairs)


def vocabulary(shared: Path, repository: Path) -> list[str]:
    """All words of the model, sorted: common ones, those of our commands, table talk and prompts, and names."""
    sentences = read_sentences(shared / "text" / "sentences.txt")
    found = set(common_words(sentences, COMMON_WORDS))
    by_count = sorted(web().words, key=lambda word: -web().words[word])
    found |= set(common_words([[word] for word in by_count], WEB_WORDS))
    found |= words_of(read_commands(repository)) | words_of(read_talk())
    for text in sorted((repository / "prompts" / "en").rglob("*.*")):
        # Keys of YAML files come along; CMUdict keeps what is no word out.
        words = in_words(text.read_text(encoding="utf-8"))
        found |= {word for word in words if len(word) > 1 and known_pronunciations(word)}
    found |= set(first_names())
    return sorted(found - slurs())
