"""The automata work, in a process of its own: an OpenFst binding and Vosk were seen to hang in one process.

Run as a file, with the path to write as its argument and a grammar (`grammar.Grammar` as JSON) on standard input.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import kaldifst

_INFINITE = math.inf


def least(part: dict[str, Any], branch: float, uncounted: frozenset[int]) -> Any:
    """Commands as a minimal deterministic acceptor; a way on costs `branch` times the log of their number.

    Words that are `uncounted` are none of these ways.
    """
    fst = kaldifst.StdVectorFst()
    count = 1 + max((max(source, to) for source, to, _ in part["arcs"]), default=0)
    for _ in range(count):
        fst.add_state()
    fst.start = 0
    for source, to, word in part["arcs"]:
        fst.add_arc(source, kaldifst.StdArc(word, word, 0.0, to))
    for state in part["ends"]:
        fst.set_final(state, 0.0)
    kaldifst.rmepsilon(fst)
    fst = kaldifst.determinize(fst)
    kaldifst.minimize(fst)
    weighed = kaldifst.StdVectorFst()
    for _ in range(fst.num_states):
        weighed.add_state()
    for state in range(fst.num_states):
        # Nothing at all is no command: a way round without a word is a loop that Vosk refuses.
        final = state != fst.start and not math.isinf(float(fst.final(state).value))
        arcs = list(kaldifst.ArcIterator(fst, state))
        cost = branch * math.log(max(1, sum(arc.ilabel not in uncounted for arc in arcs) + final))
        if final:
            weighed.set_final(state, cost)
        for arc in arcs:
            weighed.add_arc(state, kaldifst.StdArc(arc.ilabel, arc.olabel, cost, arc.nextstate))
    if fst.num_states:
        weighed.start = fst.start
    return weighed


class Joined:
    """One acceptor of everything; state 0 is the background, start and end of all."""

    def __init__(self, grammar: dict[str, Any]) -> None:
        self._fst = kaldifst.StdVectorFst()
        self._weights = weights = grammar["weights"]
        background = self._fst.add_state()
        self._fst.start = background
        self._fst.set_final(background, 0.0)
        if grammar["unknown"] is not None:
            self._arc(background, background, grammar["unknown"], weights["unknown"])
        for word in grammar["decoys"]:
            self._arc(background, background, word, weights["decoy"])
        self._beside(background, grammar["skip"])
        uncounted = frozenset(grammar["inserted"])
        opposites = least(grammar["opposites"], weights["branch"], uncounted)
        if grammar["bare"]["arcs"]:
            bare = least(grammar["bare"], weights["branch"], frozenset())
            for acceptor in (bare, opposites):
                self._commands(background, acceptor, weights["command"], weights["complete"])
        at = background
        for index, word in enumerate(grammar["wake"]):
            to = self._fst.add_state()
            self._arc(at, to, word, 0.0 if index else weights["wake"])
            at = to
        self._arc(at, background, 0, 0.0)
        self._beside(at, grammar["skip"])
        for acceptor in (least(grammar["called"], weights["branch"], frozenset()), opposites):
            self._commands(at, acceptor, 0.0, 0.0)

    def written(self, path: Path) -> None:
        """Write it, sorted as look-ahead composition needs it."""
        kaldifst.arcsort(self._fst, sort_type="ilabel")
        self._fst.write(str(path))

    def _arc(self, source: int, to: int, word: int, cost: float) -> None:
        self._fst.add_arc(source, kaldifst.StdArc(word, word, cost, to))

    def _beside(self, state: int, words: list[int]) -> None:
        for word in words:
            self._arc(state, state, word, self._weights["skip"])

    def _commands(self, source: int, commands: Any, begin: float, end: float) -> None:
        """Ways from `source` through `commands` back to the background."""
        first = self._fst.num_states
        for _ in range(commands.num_states):
            self._fst.add_state()
        for state in range(commands.num_states):
            for arc in kaldifst.ArcIterator(commands, state):
                self._arc(first + state, first + arc.nextstate, arc.ilabel, float(arc.weight.value))
            final = float(commands.final(state).value)
            if final < _INFINITE:
                self._arc(first + state, 0, 0, final + end)
        if commands.num_states:
            self._arc(source, first + commands.start, 0, begin)


if __name__ == "__main__":
    Joined(json.load(sys.stdin)).written(Path(sys.argv[1]))
