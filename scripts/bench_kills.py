"""What a power cut costs: `python -m scripts.bench_kills [--kills N] [--folder DIR]`.

A first evening and a week after it are led at full speed, with the journal on disk. At a random instant the
process is killed (SIGKILL), and what it had said was kept is looked for in what is found when it starts again.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from voice_coach.hearing import Heard
from voice_coach.plan.types import Plan
from voice_coach.session import Phase, State, WallTime
from voice_coach.session.clock import advance
from voice_coach.settings import Settings
from voice_coach.table.assembly import TalkParts, assemble
from voice_coach.table.conductor import Conductor
from voice_coach.table.loop import TableLoop
from voice_coach.table.protocols import NoEars
from voice_coach.table.steady_mouth import SilentMouth
from voice_coach.table.store import open_store
from voice_coach.table.typed_commands import TypedCommands

_BEGAN = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
_ZONE = "Europe/Berlin"
_STEP_S, _TURN_STEP_S, _REST_STEP_S = 0.5, 0.25, 20.0
_WEEK_S = 7 * 86_400.0
_STEP_TAKES_S = 0.02
"""Machine time within which a step, with its commit, is over."""

_Slots: TypeAlias = dict[str, str | int]

_EVENING: Final[Sequence[tuple[str, _Slots]]] = (
    *(("start", {}), ("yes", {}), ("yes", {}), ("yes", {}), ("choose", {"choice": "right now"}), ("next", {})),
    *(("person", {"name": "Alex"}), ("wait", {"s": 60}), ("done", {}), ("wait", {"s": 30}), ("done", {})),
    *(("next", {}), ("note", {"text": "long work hours"}), ("note", {"text": "no time for us"})),
    *(("remove_last", {}), ("note", {"text": "phones in bed"}), ("note", {"text": "old arguments"}), ("done", {})),
    *(("next", {}), ("choose", {"choice": "a cup of tea together"}), ("number", {"n": 10})),
    *(("when", {"hour": 9}), ("yes", {}), ("yes", {})),
    *(("choose", {"choice": "a walk in the park"}), ("number", {"n": 20})),
    *(("when", {"weekday": 6, "hour": 10, "half": "MO"}), ("yes", {}), ("yes", {}), ("go_to", {"step": 6})),
    *(("choose", {"choice": "visit a museum"}), ("number", {"n": 120})),
    *(("when", {"weekday": 5, "hour": 3, "half": "AF"}), ("yes", {}), ("yes", {}), ("next", {})),
    *(("when", {"hour": 8, "half": "EV"}), ("yes", {}), ("yes", {}), ("next", {}), ("yes", {})),
)


@dataclass
class Tally:
    """What was found after the kills."""

    kills: int = 0
    resumed: int = 0
    lost: int = 0
    in_a_turn: int = 0
    worst_s: float = 0.0
    """The most that a turn's clock was off by."""


def main() -> int:
    """Print what was lost; 1 where anything was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder when not given")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    parts, chance, tally = assemble(Settings(), 0, stays=True), random.Random(options.seed), Tally()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        # A third of them in the turns, and a third in the evening, which are the shorter parts.
        spans = _spans(parts, Path(folder) / "whole")
        for number in range(options.kills):
            steps = chance.choice(spans[number % len(spans)])
            _kill_one(parts, Path(folder) / str(number), (steps, chance.uniform(0.0, _STEP_TAKES_S)), tally)
    sys.stdout.write(
        f"{tally.kills} kills: resumed {tally.resumed}, kept and lost {tally.lost}; "
        f"{tally.in_a_turn} in a turn, its clock off by {tally.worst_s:.2f} s at most\n"
    )
    return 1 if tally.lost or tally.resumed < tally.kills or tally.worst_s > 1.0 else 0


def _spans(parts: TalkParts, folder: Path) -> Sequence[Sequence[int]]:
    """The numbers of all steps, of those in the evening, and of those in its turns."""
    steps = list(_led(parts, folder))
    evening = [number for number, told in enumerate(steps) if not told["records"]]
    return range(len(steps)), evening, [number for number in evening if steps[number]["turn"]]


def _kill_one(parts: TalkParts, folder: Path, after: tuple[int, float], tally: Tally) -> None:
    """Kill after so many steps and so many seconds."""
    steps, then_s = after
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with suppress(BaseException):
            for told in _led(parts, folder):
                os.write(writer, json.dumps(told).encode() + b"\n")
        os._exit(0)
    os.close(writer)
    written = b""
    while written.count(b"\n") < steps and (more := os.read(reader, 1 << 16)):
        written += more
    time.sleep(then_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reader, 1 << 16):
        written += more
    os.close(reader)
    lines = written.split(b"\n")[:-1]
    _check(parts, folder, json.loads(lines[-1]) if lines else {}, tally)


def _check(parts: TalkParts, folder: Path, told: dict[str, object], tally: Tally) -> None:
    tally.kills += 1
    with open_store(folder, lambda: _BEGAN, lambda _about, _text: None) as store:
        state = store.load()
        if state is None:
            tally.resumed += not told
            tally.lost += bool(told)
            return
        found = _kept(state)
        tally.lost += any(not set(_list(told, key)) <= set(_list(found, key)) for key in ("promises", "records"))
        tally.lost += bool(told) and len(_list(found, "notes")) < len(_list(told, "notes")) - 1
        if told.get("turn") and found["turn"]:
            tally.in_a_turn += 1
            tally.worst_s = max(tally.worst_s, _off_s(_numbers(told), _numbers(found)))
        conductor = Conductor(
            parts.guide, parts.book, parts.options, SilentMouth(), NoEars(), parts.is_private, store
        )
        conductor.open(0.0, WallTime(0.0, state.utc, _ZONE))
        tally.resumed += conductor.state.place.phase is not Phase.OFF


def _led(parts: TalkParts, folder: Path) -> Iterator[dict[str, object]]:
    """Lead the evening and the week; gives what has been said to be kept, after every step."""
    now = 0.0
    mouth = SilentMouth()

    def wall(at: float, _plan: Plan) -> WallTime:
        return WallTime(at, _BEGAN + timedelta(seconds=at), _ZONE)

    with open_store(folder, lambda: wall(now, Plan()).utc, lambda _about, _text: None) as store:
        conductor = Conductor(parts.guide, parts.book, parts.options, mouth, NoEars(), parts.is_private, store)
        loop = TableLoop(conductor, mouth, NoEars(), TypedCommands(parts.commands, parts.options.wake), wall=wall)

        def passing(seconds: float, step_s: float) -> Iterator[dict[str, object]]:
            nonlocal now
            end = now + seconds
            while now < end:
                now += step_s
                loop.step(now)
                yield _kept(advance(conductor.state, now))

        def hear(intent: str, slots: dict[str, str | int]) -> None:
            conductor.hear(Heard(intent, slots, intent, now, now, now, explicit=True), now)

        loop.open(now)
        for intent, slots in _EVENING:
            yield from passing(3.0, _STEP_S)
            if intent == "wait":
                yield from passing(float(slots["s"]), _TURN_STEP_S)
            else:
                hear(intent, slots)
                yield _kept(advance(conductor.state, now))
        answers = iter(("yes", "later", "no", "yes") * 20)
        while now < _WEEK_S:
            yield from passing(_REST_STEP_S, _REST_STEP_S)
            if conductor.state.place.phase is Phase.REMINDING:
                hear(next(answers), {"minutes": 30})
                yield _kept(advance(conductor.state, now))


def _kept(state: State) -> dict[str, object]:
    """What has been said to be kept, and what a running turn still has."""
    turns = state.place.turns if state.place.phase is Phase.TURN else None
    paused = next((p.turns for p in state.beneath if p.phase is Phase.TURN), None)
    left = turns or paused
    return {
        "promises": [promise.id for promise in state.plan.promises],
        "records": [f"{r.occurrence.promise} {r.occurrence.day} {r.outcome}" for r in state.plan.records],
        "notes": [note.text for note in state.notes],
        "turn": [] if left is None else [left.speaker, *left.used_s],
    }


def _numbers(kept: dict[str, object]) -> list[float]:
    return [float(number) for number in _list(kept, "turn")]


def _off_s(told: Sequence[float], found: Sequence[float]) -> float:
    """By how much the clocks differ; where the turn was handed over before that was told, what is lost of them."""
    if told[0] == found[0]:
        return max(abs(a - b) for a, b in zip(told[1:], found[1:], strict=True))
    return max(0.0, *(a - b for a, b in zip(told[1:], found[1:], strict=True)))


def _list(kept: dict[str, object], key: str) -> list[str]:
    found = kept.get(key, [])
    return [str(item) for item in found] if isinstance(found, list) else []


if __name__ == "__main__":
    sys.exit(main())
