"""How long the journal takes: `python -m scripts.bench_journal [--folder DIR] [--commits N]`.

Each commit is one state of a talk of eight weeks with an entry, as the coach saves it before it says so; every
fifth drops a note, which is then overwritten. The folder decides: a tmpfs has no disk to wait for.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path

from voice_coach.journal import Entry, Journal
from voice_coach.plan.types import Kind, Occurrence, Outcome, Plan, Promise, Record, Rule
from voice_coach.session import Options, Phase, State
from voice_coach.session.state import Note, Place, Turns

_BEGAN = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)


def main() -> None:
    """Print a row for each thing measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder when not given")
    parser.add_argument("--commits", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        saves, tidies, opens = measure(Path(folder), options.commits)
    sys.stdout.write(f"{'':<22} {'n':>5} {'p50':>7} {'p95':>7} {'p99':>7} {'max':>7}  ms\n")
    for name, took in (("commit", saves), ("overwriting what goes", tidies), ("opening", opens)):
        shown = " ".join(f"{_quantile(took, q) * 1000:7.1f}" for q in (0.5, 0.95, 0.99, 1.0))
        sys.stdout.write(f"{name:<22} {len(took):5} {shown}\n")


def measure(folder: Path, commits: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds that each commit, each overwriting of what was dropped, and each opening took."""
    saves, tidies, opens = list[float](), list[float](), list[float]()
    with Journal.open(folder) as journal:
        for number in range(commits):
            state = _state(number).to_json()
            entry = Entry(_BEGAN + timedelta(seconds=number), "noted", {"note": number})
            saves.append(_took(partial(journal.save, state, [entry])))
            if number % 5 == 4:
                tidies.append(_took(journal.tidy))
    for _ in range(20):
        opens.append(_took(lambda: Journal.open(folder).close()))
    return saves, tidies, opens


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _quantile(took: list[float], q: float) -> float:
    return sorted(took)[min(len(took) - 1, int(q * len(took)))]


def _state(number: int) -> State:
    """A talk in a turn, with the plan and the notes of eight weeks."""
    first = _BEGAN.date()
    rule = Rule(first, (clock(21),), count=28)
    promises = tuple(
        Promise(f"ritual-{n}", Kind.RITUAL, f"the evening ritual number {n}", rule, "Europe/Berlin", 10)
        for n in range(6)
    )
    records = tuple(
        Record(Occurrence(f"ritual-{n % 6}", first + timedelta(n // 6), clock(21)), Outcome.KEPT, _BEGAN)
        for n in range(120)
    )
    notes = tuple(Note(3, f"note {n} of the two") for n in range(number - number % 5, number + 10))
    place = Place(Phase.TURN, 2, 0, turns=Turns(0, 360.0, used_s=(float(number), 0.0)))
    plan = Plan(promises, records, began=_BEGAN)
    before = State("reconnect", Options(("Anna", "Ben")), place, notes=notes, plan=plan)
    return State(
        "reconnect", Options(("Anna", "Ben")), place, now=float(number), notes=notes, plan=plan, undo=before
    )


if __name__ == "__main__":
    main()
