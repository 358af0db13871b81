"""Stage: the vocabulary's graph and the trigram over it."""

import random
from collections.abc import Iterator
from pathlib import Path

from scripts.train_model.graph import build_graph
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.ngram import estimate, write_grammar
from scripts.train_model.texts import draw, in_words, read_commands, read_sentences, read_talk
from scripts.train_model.vocabulary import vocabulary, web
from scripts.train_model.work import Work

# How many drawn sentences stand beside the 52,000 read ones: the text has too much prose and too little talk.
COMMANDS, TALK = 8_000, 25_000
KEEP = 5e-7  # nats a word: n-grams that make less of a difference are left out


def grammar_text(work: Work) -> Iterator[list[str]]:
    """Sentences for the trigram."""
    yield from read_sentences(work.shared / "text" / "sentences.txt")
    for path in sorted((work.repository / "prompts" / "en").glob("*.txt")):
        yield from read_sentences(path)
    rng = random.Random(13)
    for graph, count in ((read_commands(work.repository), COMMANDS), (read_talk(), TALK)):
        yield from (draw(graph, rng) for _ in range(count))


def make_graph(work: Work, more: Path | None = None) -> None:
    """Write graph/ of the model directory, which no training needs; `more` is a file of words to know as well."""
    lexicon = Lexicon()
    words = vocabulary(work.shared, work.repository)
    if more:
        words = sorted({*words, *in_words(more.read_text(encoding="utf-8"))})
    lexicon.guess(words)
    sayable = [word for word in words if lexicon[word]]
    folder = work.model / "graph"
    numbers = build_graph(sayable, lexicon, folder)
    write_grammar(estimate(grammar_text(work), sayable, web(), KEEP), numbers, folder / "Gr.fst")
