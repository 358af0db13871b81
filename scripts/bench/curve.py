"""The trade of table manners: calls missed against what talk sets off, at several leads of the call."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench import manners
from voice_coach.attention import WAKE_PHRASE, Mode

MORE = (-20.0, -10.0, 0.0, 10.0, 20.0)
"""How much more than what ships a call must lead all words, in nats (see `WakeThreshold`)."""
NEEDED = "--curve needs matplotlib: .venv/bin/pip install -r scripts/bench/requirements.txt"


@dataclass(frozen=True, slots=True)
class Point:
    """What one lead comes to, in guarded mode."""

    more: float
    """In nats; 0 is what ships."""
    missed: dict[str, float]
    """Percent of calls, by how they are heard ("clean", "10 dB"): mean of four phrases by real people."""
    missed_ours: dict[str, float]
    """The same of our call, by synthetic voices."""
    false_wakes: float
    """An hour of other people's talk, as it is and in a kitchen."""
    false_actions: float


def measure(
    listen_at: Callable[[float], manners.Listen], shared: Path, scratch: Path, every: int, more: Sequence[float]
) -> list[Point]:
    """A point for each lead, all on the same sounds; `listen_at` gives the hearing that wants so much more."""
    false, hours = defaultdict[float, Counter[str]](Counter), 0.0
    for _, files, longer in manners.other_talk(shared, scratch, every):
        hours += longer
        for nats in more:
            false[nats] += manners.counted(listen_at(nats)(files, Mode.GUARDED, WAKE_PHRASE))
    missed = defaultdict[tuple[float, bool], dict[str, float]](dict)
    for where, phrase, files in manners.calls(shared, scratch, every):
        is_ours = phrase == WAKE_PHRASE
        for nats in more:
            share = manners.missed(listen_at(nats)(files, Mode.GUARDED, phrase), files)
            so_far = missed[nats, is_ours].get(where, 0.0)
            missed[nats, is_ours][where] = so_far + (share if is_ours else share / len(manners.PHRASES))
    return [
        Point(x, missed[x, False], missed[x, True], false[x]["wake"] / hours, false[x]["heard"] / hours)
        for x in more
    ]


def pyplot() -> Any:
    """Matplotlib's pyplot, for files alone. Ends the program with one line where there is none."""
    try:
        import matplotlib  # noqa: PLC0415 - for the curve alone
    except ImportError:
        raise SystemExit(NEEDED) from None
    matplotlib.use("agg")
    import matplotlib.pyplot  # noqa: PLC0415

    return matplotlib.pyplot


def draw(points: Sequence[Point], path: Path) -> None:
    """A PNG: misses over false wakes and over false actions an hour; what ships is marked."""
    plot = pyplot()
    figure, sides = plot.subplots(1, 2, figsize=(11, 5), sharey=True, layout="constrained")
    for side, kind in zip(sides, ("false_wakes", "false_actions"), strict=True):
        across = [getattr(point, kind) for point in points]
        for where in points[0].missed:
            for name, ours, style in (("four phrases", False, "o-"), (WAKE_PHRASE, True, "s--")):
                up = [(point.missed_ours if ours else point.missed)[where] for point in points]
                [line] = side.plot(across, up, style, markersize=4, label=f"{name}, {where}")
                for point, x, y in zip(points, across, up, strict=True):
                    if point.more == 0:
                        side.plot(x, y, "o", markersize=13, fillstyle="none", color=line.get_color())
                    if not ours:
                        side.annotate(f"{point.more:+g}", (x, y), (4, 4), textcoords="offset points", fontsize=8)
        side.set_xlabel(f"{kind.replace('_', ' ')} an hour of other people's talk")
        side.set_xlim(left=-0.02 * max(1.0, *across))
        side.grid(alpha=0.3)
    sides[0].set_ylabel("calls missed, %")
    sides[0].set_ylim(0, 5 * math.ceil(sides[0].get_ylim()[1] / 5))
    sides[0].legend()
    figure.suptitle("Guarded mode: how much more than now a call must lead all words (nats); what ships is ringed")
    figure.savefig(path, dpi=120)
    plot.close(figure)
