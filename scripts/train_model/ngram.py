"""The open vocabulary's language model: a pruned Kneser-Ney trigram as an acceptor with back-off."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.train_model.openfst import openfst

START, END = "<s>", "</s>"
DISCOUNT = 0.75
LEAST = {2: 2, 3: 3}  # how often an n-gram must have been seen to be kept
_FLOOR = 0.5  # of a count, for words of the vocabulary that the text lacks

History = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trigram:
    """Probabilities of kept n-grams by history, and the factor on the shorter history for all others."""

    probabilities: dict[History, dict[str, float]]
    back_off: dict[History, float]

    def probability(self, word: str, history: History) -> float:
        """P(word | history), words before the history's last two forgotten."""
        history = history[-2:]
        factor = 1.0
        while word not in self.probabilities.get(history, {}):
            if not history:
                return 0.0
            factor *= self.back_off.get(history, 1.0)
            history = history[1:]
        return factor * self.probabilities[history][word]


def estimate(sentences: Iterable[Sequence[str]], vocabulary: Iterable[str]) -> Trigram:
    """Count and smooth. Sentences are cut at words not in `vocabulary`; every word there gets a probability."""
    known = set(vocabulary)
    counts = [Counter[History](), Counter[History](), Counter[History]()]
    for words in sentences:
        for run in _runs([START, *words, END], known | {START, END}):
            for order in (1, 2, 3):
                counts[order - 1].update(tuple(run[i : i + order]) for i in range(len(run) - order + 1))
    # Below the highest order it counts how many different words come before (Kneser and Ney, 1995).
    continued = [_continuations(counts[1]), _continuations(counts[2])]
    for order, seen in ((1, continued[0]), (2, continued[1])):
        # Nothing comes before the start of a sentence: its n-grams keep their counts.
        seen.update({gram: count for gram, count in counts[order - 1].items() if gram[0] == START})
    del continued[0][START,]
    unigram = {word: continued[0][word,] + _FLOOR for word in known | {END}}
    total = sum(unigram.values())
    model = Trigram({(): {word: count / total for word, count in unigram.items()}}, {})
    for order, seen in ((2, continued[1]), (3, counts[2])):
        _add_order(model, order, seen, counts[order - 1])
    return model


def _add_order(model: Trigram, order: int, seen: Counter[History], raw: Counter[History]) -> None:
    followers = defaultdict[History, dict[str, int]](dict)
    for gram, count in seen.items():
        if gram[-1] != START:
            followers[gram[:-1]][gram[-1]] = count
    for history, after in sorted(followers.items()):
        if len(history) > 1 and history[1:] not in model.probabilities:
            continue
        total = sum(after.values())
        free = DISCOUNT * len(after) / total  # what discounting leaves for the shorter history
        kept = {
            word: max(count - DISCOUNT, 0) / total + free * model.probability(word, history[1:])
            for word, count in sorted(after.items())
            if raw[*history, word] >= LEAST[order]
        }
        if kept:
            shorter = sum(model.probability(word, history[1:]) for word in kept)
            model.probabilities[history] = kept
            model.back_off[history] = max(1 - sum(kept.values()), 1e-6) / max(1 - shorter, 1e-6)


def _continuations(counts: Counter[History]) -> Counter[History]:
    return Counter(gram[1:] for gram in counts)


def _runs(words: Sequence[str], known: set[str]) -> Iterator[list[str]]:
    run = list[str]()
    for word in words:
        if word in known:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def write_grammar(model: Trigram, numbers: dict[str, int], path: Path) -> None:
    """Write Gr.fst over the graph's word numbers: a state for each history, epsilon to the shorter one."""
    state = {history: index for index, history in enumerate(sorted(model.probabilities))}

    def longest(history: History) -> int:
        while history not in state:
            history = history[1:]
        return state[history]

    begin = longest((START,))
    lines = defaultdict[int, list[str]](list)
    for history, after in model.probabilities.items():
        source = state[history]
        for word, probability in after.items():
            cost = -math.log(probability)
            if word == END:
                lines[source].append(f"{source} {cost:.4f}")
            else:
                to = longest((*history, word)[-2:])
                lines[source].append(f"{source} {to} {numbers[word]} {numbers[word]} {cost:.4f}")
        if history:
            cost = -math.log(model.back_off[history])
            lines[source].append(f"{source} {longest(history[1:])} 0 0 {cost:.4f}")
    # The first state named is the start.
    order = [begin, *(source for source in sorted(lines) if source != begin)]
    text = "\n".join(line for source in order for line in lines[source]) + "\n"
    raw, sorted_ = path.with_suffix(".raw"), path.with_suffix(".sorted")
    openfst("fstcompile", "-", raw, text=text)
    openfst("fstarcsort", "--sort_type=ilabel", raw, sorted_)
    openfst("fstconvert", "--fst_type=const", sorted_, path)
    raw.unlink()
    sorted_.unlink()
