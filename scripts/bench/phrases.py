"""Sentences that cover a command graph: few of them hold every pair of neighbouring words.

Vosk makes a model of word pairs out of the list, so pairs are all it can learn from it; listing every sentence
of a large graph would add nothing but time.
"""

from collections import deque
from collections.abc import Callable, Iterator

from voice_coach.commands.matcher import UNKNOWN
from voice_coach.commands.template_graph import START, Graph


class _Words:
    """The graph seen as word after word: silent arcs folded away, words the model lacks taken out."""

    def __init__(self, graph: Graph, known: Callable[[str], bool]) -> None:
        self.word: dict[int, str] = {START: ""}
        self.after: dict[int, list[int]] = {}
        self.ends: set[int] = set()
        self.before: dict[int, int] = {}
        """The node before each, on a shortest way from the start."""
        todo = deque([START])
        while todo:
            node = todo.popleft()
            closure = graph.closure(node)
            if graph.ends.intersection(closure) and node != START:
                self.ends.add(node)
            self.after[node] = []
            for place in closure:
                onward = [(arc.word, arc.to) for arc in graph.words[place] if known(arc.word)]
                if place in graph.free:
                    onward.append((UNKNOWN, graph.free[place][1]))
                for word, to in onward:
                    self.after[node].append(to)
                    if to not in self.word:
                        self.word[to], self.before[to] = word, node
                        todo.append(to)
        self.onward = self._ways_out()

    def _ways_out(self) -> dict[int, int | None]:
        """The next node on a shortest way to an end; None at an end; absent where there is no way out."""
        incoming: dict[int, list[int]] = {}
        for node, onward in self.after.items():
            for to in onward:
                incoming.setdefault(to, []).append(node)
        out: dict[int, int | None] = dict.fromkeys(sorted(self.ends))
        todo = deque(out)
        while todo:
            node = todo.popleft()
            for source in incoming.get(node, ()):
                if source not in out:
                    out[source] = node
                    todo.append(source)
        return out

    def through(self, node: int, to: int) -> list[str]:
        """A shortest sentence in which `to` follows `node`."""
        words = []
        at = node
        while at != START:
            words.append(self.word[at])
            at = self.before[at]
        words.reverse()
        step: int | None = to
        while step is not None:
            words.append(self.word[step])
            step = self.onward[step]
        return words


def covering_phrases(graph: Graph, known: Callable[[str], bool] = lambda _: True) -> Iterator[str]:
    """Sentences of `known` words with all pairs of neighbouring words, all first and all last, of the graph."""
    view = _Words(graph, known)
    covered: set[tuple[str, str]] = set()
    for node, onward in view.after.items():
        for to in onward:
            if to not in view.onward or (view.word[node], view.word[to]) in covered:
                continue
            words = view.through(node, to)
            covered.update(zip(["", *words], [*words, ""], strict=True))
            yield " ".join(words)
        if node in view.ends and (view.word[node], "") not in covered:
            words = view.through(view.before[node], node)
            covered.update(zip(["", *words], [*words, ""], strict=True))
            yield " ".join(words)
