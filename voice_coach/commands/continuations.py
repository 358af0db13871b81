"""What may follow on words so far: whether a command can go on, change its meaning, or be completed."""

from collections.abc import Mapping, Sequence

from voice_coach.attention import SlotValue
from voice_coach.commands.template_graph import START, Graph, Labels, read_labels


def may_go_on(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> bool:
    """Whether a longer command begins with exactly these words ("next" -> "next step")."""
    return any(graph.words[node] or node in graph.free for node, _ in _places(graph, words, skip))


def awaits_free_words(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> bool:
    """Whether words taken as they come may follow on exactly these words ("note" -> "note more sleep")."""
    return any(node in graph.free for node, _ in _places(graph, words, skip))


def last_words(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> set[str]:
    """The words any of which completes a command that begins with exactly these words."""
    arcs = (arc for node, _ in _places(graph, words, skip) for arc in graph.words[node])
    return {arc.word for arc in arcs if not graph.ends.isdisjoint(graph.closure(arc.to))}


def may_change(
    graph: Graph, words: Sequence[str], skip: frozenset[str], meaning: tuple[str, Mapping[str, SlotValue]]
) -> bool:
    """Whether a longer command that begins with exactly these words means something else than `meaning`.

    ("next" -> "next step please" means the same; "pause" -> "pause for five minutes" does not.)
    """
    for node, labels in _places(graph, words, skip):
        if node in graph.free:
            return True
        intent, slots, _ = read_labels(labels)
        goes_on = [arc.to for arc in graph.words[node]]
        if goes_on and ((intent, slots) != meaning or any(_adds_meaning(graph, to) for to in goes_on)):
            return True
    return False


def _places(graph: Graph, words: Sequence[str], skip: frozenset[str]) -> set[tuple[int, Labels]]:
    """The nodes to which exactly these words lead, with the labels on the way."""
    here = _closed(graph, {(START, ())})
    for word in words:
        there: set[tuple[int, Labels]] = {
            (arc.to, labels) for node, labels in here for arc in graph.words[node] if arc.word == word
        }
        there |= {(graph.free[node][1], labels) for node, labels in here if node in graph.free}
        if word in skip:
            there |= here
        here = _closed(graph, there)
    return here


def _closed(graph: Graph, places: set[tuple[int, Labels]]) -> set[tuple[int, Labels]]:
    """The places, and those reached from them without a word."""
    seen, todo = set(places), list(places)
    while todo:
        node, labels = todo.pop()
        for arc in graph.silent[node]:
            place = arc.to, labels if arc.label is None else (*labels, arc.label)
            if place not in seen:
                seen.add(place)
                todo.append(place)
    return seen


def _adds_meaning(graph: Graph, node: int) -> bool:
    """Whether anything behind `node` adds to the meaning."""
    return any(at in graph.free or any(arc.label for arc in graph.silent[at]) for at in graph.reached(node))
