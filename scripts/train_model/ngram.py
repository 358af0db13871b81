"""The open vocabulary's language model: a pruned trigram with back-off, as an acceptor.

The text is small, so what it says about pairs of words is mixed with how often pairs stand on the web.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.train_model.openfst import openfst

START, END = "<s>", "</s>"
DISCOUNT = 0.75
LEAST = 2  # how often three words must have been seen together: once says more of the text than of English
TEXT = {1: 0.5, 2: 0.5}
"""How much of the probability of a word alone, and behind another, comes from the text; the rest from the web."""
WEB_TOTAL = 1e12  # words of the web's corpus
_FLOOR = 0.5  # of a count, for words of the vocabulary that the text lacks
_LEAST_WEB = 1e-8  # the probability of a word that the web's list lacks

History = tuple[str, ...]
Distribution = dict[str, float]


@dataclass(frozen=True, slots=True)
class Web:
    """How often words, and pairs of words, stand in a corpus too large to have: `pairs[first][second]`."""

    words: Mapping[str, int]
    pairs: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Trigram:
    """Probabilities of kept n-grams by history, and the factor on the shorter history for all others."""

    probabilities: dict[History, Distribution]
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


def estimate(
    sentences: Iterable[Sequence[str]], vocabulary: Iterable[str], web: Web | None = None, keep: float = 0.0
) -> Trigram:
    """Count, smooth (Kneser-Ney), mix with `web`, and prune.

    Sentences are cut at words not in `vocabulary`; every word there gets a probability. `keep`: n-grams that make
    less of a difference than this (nats a word of text) are left to the shorter history.
    """
    known = set(vocabulary)
    sayable = known | {START, END}
    counts = [Counter[History](), Counter[History](), Counter[History]()]
    for words in sentences:
        for run in _runs([START, *words, END], sayable):
            for order in (1, 2, 3):
                counts[order - 1].update(tuple(run[i : i + order]) for i in range(len(run) - order + 1))
    # Below the highest order it counts how many different words come before (Kneser and Ney, 1995).
    continued = [_continuations(counts[1]), _continuations(counts[2])]
    for order, seen in ((1, continued[0]), (2, continued[1])):
        # Nothing comes before the start of a sentence: its n-grams keep their counts.
        seen.update({gram: count for gram, count in counts[order - 1].items() if gram[0] == START})
    del continued[0][START,]
    words_alone = _scaled({word: continued[0][word,] + _FLOOR for word in known | {END}})
    if web:
        of_web = _scaled({word: max(web.words.get(word, 0) / WEB_TOTAL, _LEAST_WEB) for word in known})
        words_alone = {word: TEXT[1] * p + (1 - TEXT[1]) * of_web.get(word, p) for word, p in words_alone.items()}
    model = Trigram({(): _scaled(words_alone)}, {})
    often = _scaled({word: float(count) for (word,), count in counts[0].items()})
    pairs = _followers(continued[1])
    for history in sorted(pairs.keys() | ({(word,) for word in web.pairs if word in known} if web else set())):
        seen_after = _discounted(model, history, pairs.get(history, {}))
        if web and history != (START,):
            seen_after = _mixed(model, history, seen_after, _of_web(web, history[0], known))
        weight = often.get(history[0], 0.0)
        _add(model, history, seen_after, weight + (web.words.get(history[0], 0) / WEB_TOTAL if web else 0.0), keep)
    total = sum(counts[0].values())
    for history, after in sorted(_followers(counts[2]).items()):
        if history[1:] in model.probabilities:
            seen_after = _discounted(model, history, after)
            seen_after = {word: p for word, p in seen_after.items() if after[word] >= LEAST}
            _add(model, history, seen_after, counts[1][history] / total, keep)
    return model


def _scaled(weights: Mapping[str, float]) -> Distribution:
    total = sum(weights.values())
    return {word: weight / total for word, weight in sorted(weights.items())}


def _followers(counts: Counter[History]) -> dict[History, dict[str, int]]:
    found = defaultdict[History, dict[str, int]](dict)
    for gram, count in sorted(counts.items()):
        if gram[-1] != START:
            found[gram[:-1]][gram[-1]] = count
    return found


def _discounted(model: Trigram, history: History, after: Mapping[str, int]) -> Distribution:
    """What the text says comes after `history`, less a discount that goes to the shorter history."""
    if not after:
        return {}
    total = sum(after.values())
    free = DISCOUNT * len(after) / total
    return {
        word: max(count - DISCOUNT, 0) / total + free * model.probability(word, history[1:])
        for word, count in after.items()
    }


def _of_web(web: Web, first: str, known: set[str]) -> Distribution:
    after = {word: count for word, count in web.pairs.get(first, {}).items() if word in known}
    total = max(web.words.get(first, 0), 1.05 * sum(after.values()))
    return {word: count / total for word, count in after.items()}


def _mixed(model: Trigram, history: History, text: Distribution, web: Distribution) -> Distribution:
    """Half and half (see TEXT); where one of them says nothing of a word, its share of the word alone."""
    if not web or not text:
        return text or web
    free = [max(1e-3, 1 - sum(text.values())), max(1e-3, 1 - sum(web.values()))]
    mixed = {}
    for word in sorted(text.keys() | web.keys()):
        alone = model.probability(word, history[1:])
        of_text, of_web = text.get(word, free[0] * alone), web.get(word, 0) + free[1] * alone
        mixed[word] = TEXT[2] * of_text + (1 - TEXT[2]) * of_web
    return mixed


def _add(model: Trigram, history: History, after: Distribution, weight: float, keep: float) -> None:
    """Keep what makes a difference; `weight` is how often the history comes, as a share of all words."""
    free = max(1 - sum(after.values()), 1e-3)
    kept = {}
    for word, probability in after.items():
        shorter = model.probability(word, history[1:])
        if weight * probability * abs(math.log(probability / (free * shorter))) >= keep:
            kept[word] = probability
    if kept:
        shorter_too = sum(model.probability(word, history[1:]) for word in kept)
        model.probabilities[history] = kept
        model.back_off[history] = max(1 - sum(kept.values()), 1e-6) / max(1 - shorter_too, 1e-6)


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
