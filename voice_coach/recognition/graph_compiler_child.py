"""The compiler of decoding graphs, in a process of its own: an OpenFst binding and Vosk were seen to hang in one.

Run as a file, with the path to write as its argument and, as JSON on standard input, {"graph": a
`decoding_graph.Grammar`, "sections": {name: {"file", "of"}}}. A section is made of `of` and written to `file`;
where there is no `of`, it was made before, and is read from there.
"""

import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kaldifst

_INFINITE = math.inf
_NOWHERE = -1
"""Stands for a state where no command begins with these words, only the opposite of one."""


def deterministic(parts: Sequence[dict[str, Any]]) -> Any:
    """A minimal deterministic acceptor of what any of the parts accepts, but for nothing at all.

    A way round without a word would be a loop, which Vosk refuses.
    """
    fst = kaldifst.StdVectorFst()
    fst.start = fst.add_state()
    for part in parts:
        first = fst.num_states
        for _ in range(1 + max((max(source, to) for source, to, _ in part["arcs"]), default=0)):
            fst.add_state()
        fst.add_arc(fst.start, kaldifst.StdArc(0, 0, 0.0, first))
        for source, to, word in part["arcs"]:
            fst.add_arc(first + source, kaldifst.StdArc(word, word, 0.0, first + to))
        for state in part["ends"]:
            fst.set_final(first + state, 0.0)
    kaldifst.rmepsilon(fst)
    fst = kaldifst.determinize(fst)
    kaldifst.minimize(fst)
    if fst.num_states:
        fst.set_final(fst.start, _INFINITE)
    return fst


def weighed(section: dict[str, Any]) -> Any:
    """An acceptor of commands and their opposites; a way on costs `branch` times the log of the number of ways on.

    A command has as many ways on as without its opposites, which cost no less there, and `deny` more where they
    become other sentences; behind that, words `inserted` anywhere are not counted.
    """
    inserted, deny = frozenset(section["inserted"]), section["deny"]
    alone, both = deterministic([section["commands"]]), deterministic([section["commands"], section["opposites"]])
    fst = kaldifst.StdVectorFst()
    if not both.num_states:
        return fst
    states: dict[tuple[int, int], int] = {}
    todo: list[tuple[int, int]] = []

    def state(of_both: int, of_alone: int) -> int:
        place = of_both, of_alone
        if place not in states:
            states[place] = fst.add_state()
            todo.append(place)
        return states[place]

    fst.start = state(both.start, alone.start if alone.num_states else _NOWHERE)
    while todo:
        place = todo.pop()
        arcs = list(kaldifst.ArcIterator(both, place[0]))
        onward = (
            {arc.ilabel: arc.nextstate for arc in kaldifst.ArcIterator(alone, place[1])} if place[1] >= 0 else {}
        )
        ends = _is_final(both, place[0])
        if place[1] >= 0:
            count = len(onward) + _is_final(alone, place[1])
        else:
            count = sum(arc.ilabel not in inserted for arc in arcs) + ends
        cost = section["branch"] * math.log(max(1, count))
        if ends:
            fst.set_final(states[place], cost)
        for arc in arcs:
            to = state(arc.nextstate, onward.get(arc.ilabel, _NOWHERE))
            becomes_other = place[1] >= 0 and arc.ilabel not in onward
            fst.add_arc(states[place], kaldifst.StdArc(arc.ilabel, arc.olabel, cost + deny * becomes_other, to))
    return fst


def _is_final(fst: Any, state: int) -> bool:
    return not math.isinf(float(fst.final(state).value))


class Joined:
    """One acceptor of a whole grammar; state 0 is the background, start and end of all."""

    def __init__(self, grammar: dict[str, Any], sections: dict[str, Any]) -> None:
        """`sections`: the weighed acceptors by their names."""
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
        for route in grammar["uncalled"]:
            self._commands(background, route, sections[route["section"]])
        at = background
        for index, word in enumerate(grammar["wake"]):
            to = self._fst.add_state()
            self._arc(at, to, word, 0.0 if index else weights["wake"])
            at = to
        self._arc(at, background, 0, 0.0)
        self._beside(at, grammar["skip"])
        for route in grammar["called"]:
            self._commands(at, route, sections[route["section"]])

    def written(self, path: Path) -> None:
        """Write the acceptor to `path`, sorted as look-ahead composition needs it."""
        kaldifst.arcsort(self._fst, sort_type="ilabel")
        self._fst.write(str(path))

    def _arc(self, source: int, to: int, word: int, cost: float) -> None:
        self._fst.add_arc(source, kaldifst.StdArc(word, word, cost, to))

    def _beside(self, state: int, words: list[int]) -> None:
        """Add words that may be skipped at a state."""
        for word in words:
            self._arc(state, state, word, self._weights["skip"])

    def _commands(self, source: int, route: dict[str, Any], commands: Any) -> None:
        """Add ways from `source` through the commands of a section back to the background."""
        first = self._fst.num_states
        for _ in range(commands.num_states):
            self._fst.add_state()
        for state in range(commands.num_states):
            for arc in kaldifst.ArcIterator(commands, state):
                self._arc(first + state, first + arc.nextstate, arc.ilabel, float(arc.weight.value))
            final = float(commands.final(state).value)
            if final < _INFINITE:
                self._arc(first + state, 0, 0, final + route["end"])
        if commands.num_states:
            self._arc(source, first + commands.start, 0, route["begin"])


def section_of(file: str, made_of: str | None) -> Any:
    """The weighed acceptor that is in a file, or is made and written there; it gets its name in full."""
    if made_of is None:
        return kaldifst.StdVectorFst.read(file)
    section = weighed(json.loads(made_of))
    part = f"{file}.{os.getpid()}"
    section.write(part)
    with Path(part).open("rb") as written:
        os.fsync(written.fileno())
    Path(part).rename(file)
    return section


if __name__ == "__main__":
    os.nice(5)  # most are made ahead of need, while somebody is listened to
    request = json.load(sys.stdin)
    made = {name: section_of(section["file"], section["of"]) for name, section in request["sections"].items()}
    Joined(request["graph"], made).written(Path(sys.argv[1]))
