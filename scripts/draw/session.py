"""docs/session.md, from the session's table: diagrams in Mermaid of where its rows lead, and a table of phases."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voice_coach.guide import Book, load_guide
from voice_coach.session.events import Trigger
from voice_coach.session.phases import PHASES, Phase, PhaseFacts
from voice_coach.session.transitions import (
    ENTERED,
    ON,
    ON_THE_FLOOR,
    ON_THE_WAY,
    ONWARD,
    QUESTIONS,
    ROWS,
    SAME,
    UNDER_WAY,
    Row,
    Target,
)

_GROUPS = (
    (ON, "anywhere", "any phase of a talk"),
    (UNDER_WAY, "under_way", "any phase of the guide"),
    (ON_THE_WAY, "on_the_way", "telling, a question, or waiting"),
    (ON_THE_FLOOR, "on_the_floor", "turn, grace or breath"),
    (QUESTIONS, "questions", "any question of the guide"),
)
"""Phases that many rows share, the larger ones first: where a row has all of them, one arrow is drawn."""
_TARGETS = {
    "onward": "what comes next in the guide",
    "entered": "a part or an activity begins",
    "beneath": "the place beneath comes back",
    "earlier": "as it was before the last command",
}
_A_LINE = 3
"""Triggers in a line of a label."""


@dataclass(frozen=True)
class Drawing:
    """A diagram: arrows from these phases; of rows that more phases than these have, where `shared`."""

    title: str
    about: str
    phases: tuple[Phase, ...]
    shared: bool = False


_P = Phase
_DRAWINGS = (
    Drawing(
        "The way through the guide",
        'An activity of the guide begins with its reading or its question. "What comes next" is the next '
        "activity, the wait at the end of a part, the next part, or the end.",
        (_P.OFF, _P.IDLE, *ON_THE_WAY, _P.ENDED),
    ),
    Drawing(
        "Turns",
        "Both have the same time; nothing that is read or chimed eats any of it.",
        (_P.DRAWING, *ON_THE_FLOOR),
    ),
    Drawing(
        "Lists, notes and timers",
        "A hug, holding hands or a ritual may also be asked for along the way: then it lies on top, and the place "
        "beneath comes back. So it is with the words of a note.",
        (_P.LISTING, _P.NOTING, _P.TIMING),
    ),
    Drawing(
        "The pause, and the questions that lie on top",
        "They keep the place beneath, with its clocks, and give it back as it was.",
        (_P.OFFERING, _P.PAUSED, _P.RETURNING, _P.CONFIRMING),
    ),
    Drawing(
        "From nearly everywhere",
        "What people may say at almost any moment, drawn as if it were any; in which phases exactly stands below.",
        ON,
        shared=True,
    ),
)
_HEAD = """\
<!-- Written by `python -m scripts.draw` from voice_coach/session/; what is changed here by hand is lost. -->
# The session, phase by phase

The session is a table (`voice_coach/session/transitions.py`): in a *phase*, a *trigger* - an intent that was
understood, or something that happens by itself - makes a *move*, which leads to one of the phases that its row
names. What follows is drawn from that table.

In the diagrams a trigger in (parentheses) happens by itself: (spoke) all that was to be said has been played,
(due) the time or the patience is up. A star* marks answers that count only in words that mean this and nothing
else. Moves that stay in their phase are left out, and so is the phase that a move may stay in under some
condition. Several phases with the same arrow are drawn as one group.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for drawing in _DRAWINGS:
        parts.append(f"## {drawing.title}\n\n{drawing.about}\n\n{_diagram(drawing)}\n")
    return "\n".join([*parts, _shared_rows(), _phases(), _staying()])


def _diagram(drawing: Drawing) -> str:
    """A Mermaid state diagram. Rows of several of the drawings' phases belong to the shared one alone."""
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in ROWS:
        if _is_shared(row) is not drawing.shared or _is_elsewhere(row, drawing):
            continue
        for source in ("anywhere",) if drawing.shared else _sources(row, drawing.phases):
            for target in _targets(row):
                if source != target:
                    edges[source, target] += _labels(row)
    nodes = dict.fromkeys(node for edge in edges for node in edge)
    known = {name: title for _, name, title in _GROUPS} | _TARGETS
    if drawing.shared:
        known["anywhere"] = "nearly any phase"
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{known[node]}" as {node}' for node in nodes if node in known]
    for (source, target), triggers in edges.items():
        lines.append(f"    {source} --> {target}: {_wrapped(list(dict.fromkeys(triggers)))}")
    grouped = [node for node in nodes if node in known]
    if grouped:
        lines += ["    classDef group stroke-dasharray: 4 4", f"    class {', '.join(grouped)} group"]
    return "\n".join([*lines, "```"])


def _is_shared(row: Row) -> bool:
    """Whether the phases of a row belong to several of the other drawings."""
    drawings = (drawing for drawing in _DRAWINGS if not drawing.shared)
    return sum(not set(drawing.phases).isdisjoint(row.phases) for drawing in drawings) > 2


def _is_elsewhere(row: Row, drawing: Drawing) -> bool:
    """Whether a row of all phases on the way belongs to another drawing, which has them all."""
    return set(ON_THE_WAY) <= set(row.phases) and not set(ON_THE_WAY) <= set(drawing.phases)


def _sources(row: Row, phases: Sequence[Phase]) -> Iterator[str]:
    left = [phase for phase in row.phases if phase in phases]
    for group, name, _ in _GROUPS:
        if set(group) <= set(left):
            yield name
            left = [phase for phase in left if phase not in group]
    yield from (phase.value for phase in left)


def _targets(row: Row) -> Iterator[str]:
    left = list(row.to)
    for targets, name in ((ONWARD, "onward"), (ENTERED, "entered")):
        if set(targets) <= set(left):
            yield name
            left = [target for target in left if target not in targets]
    for target in left:
        if target is not SAME:
            yield target.value


def _labels(row: Row) -> list[str]:
    by_itself = {trigger.value for trigger in Trigger}
    star = "*" if row.explicit else ""
    return [f"({name})" if name in by_itself else f"{name}{star}" for name in row.triggers.split()]


def _wrapped(labels: Sequence[str]) -> str:
    lines = [labels[at : at + _A_LINE] for at in range(0, len(labels), _A_LINE)]
    return ",<br/>".join(", ".join(line) for line in lines)


def _shared_rows() -> str:
    titles = {name: title for _, name, title in _GROUPS}
    lines = ["| intent | in |", "|---|---|"]
    for row in ROWS:
        if _is_shared(row) and set(row.to) != {SAME}:
            sources = ", ".join(titles.get(source, source) for source in _sources(row, tuple(Phase)))
            lines.append(f"| {', '.join(_labels(row))} | {sources} |")
    return "\n".join([*lines, ""])


def _phases() -> str:
    book = Book.load(load_guide("reconnect"))
    lines = [
        "## The phases",
        "",
        "*Answers* are the intents that the open question asks for: there, a single word will do. After its",
        "*patience* a question is asked again, or silence answers it. *Help* names the line of",
        '`prompts/en/lines.yaml` that answers "what can I say".',
        "",
        "| phase | on the screen | mode | answers | patience | after that | help |",
        "|---|---|---|---|---|---|---|",
    ]
    for phase, facts in PHASES.items():
        cells = [f"`{phase}`", book.label(phase.value), facts.mode, ", ".join(sorted(facts.answers))]
        patience = "" if facts.patience_s is None else f"{facts.patience_s:g} s"
        cells += [patience, _after(facts), f"`{facts.help}`"]
        lines.append(f"| {' | '.join(str(cell) or '-' for cell in cells)} |")
    return "\n".join([*lines, ""])


def _after(facts: PhaseFacts) -> str:
    if facts.patience_s is None:
        return ""
    return "asked again, then waits for the wake phrase" if facts.waits else "silence is an answer"


def _staying() -> str:
    found = defaultdict[str, set[Phase | Target]](set)
    for row in ROWS:
        for name in row.triggers.split():
            found[name].update(row.to)
    staying = sorted(name for name, targets in found.items() if targets == {SAME})
    return (
        "## What never leaves the phase\n\n"
        f"{', '.join(f'`{name}`' for name in staying)}.\n\n"
        'An intent that a phase has no row for is answered with "That does not fit in here just now."\n'
    )
