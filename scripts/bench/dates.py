"""Spoken times: what they are taken for while a question asks for one, typed and by held-out synthetic voices."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scripts.bench.clips import OUR_COMMANDS, Clip, our_lists
from voice_coach.attention import Attention, Mode, SlotValue
from voice_coach.commands.command_set import Commands
from voice_coach.plan.types import ReadingKind
from voice_coach.plan.when import notation, read

CASES = Path(__file__).resolve().parents[2] / "tests" / "plan" / "when.tsv"
NOW = datetime(2026, 11, 27, 18, 30)
"""When they are said."""
ASKED = Attention(Mode.OPEN, frozenset({"when"}))
LEVELS: Mapping[str, float | None] = {"quiet": None, "12 dB": 12.0}
Listen = Callable[[Sequence[Clip], Attention], Mapping[str, Sequence[Mapping[str, Any]]]]
"""The commands that were understood in each file."""
Speak = Callable[[Sequence[str], float | None], list[Clip]]
"""Clips of the phrases, in noise at so many dB."""


@dataclass(frozen=True, slots=True)
class Case:
    """A phrase and all values that it may have; none where it is no time."""

    phrase: str
    values: frozenset[frozenset[str]]


def cases(path: Path = CASES) -> list[Case]:
    """The cases of a table with the columns phrase, kind, value and alternatives; lines with a # are comments."""
    with path.open(encoding="utf-8") as table:
        rows = list(csv.DictReader((line for line in table if not line.startswith("#")), delimiter="\t"))
    return [Case(row["phrase"], _values(row) if row["kind"] != "none" else frozenset()) for row in rows]


def _values(row: Mapping[str, str]) -> frozenset[frozenset[str]]:
    return frozenset(map(parts, [row["value"], *filter(None, row["alternatives"].split("|"))]))


def parts(value: str) -> frozenset[str]:
    """The parts of a value: those of a rule have no order."""
    return frozenset(value.split(";"))


def meaning(intent: str, slots: Mapping[str, SlotValue]) -> tuple[str, bool]:
    """The value of a command, "" where it is no time, and whether it is asked whether it was meant."""
    if intent != "when":
        return "", False
    reading = read(slots, NOW)
    return ("", False) if reading.kind is ReadingKind.NONE else (notation(reading, NOW.date()), bool(reading.ask))


@dataclass(slots=True)
class Tally:
    """What became of the phrases that are times, and of those that are none."""

    right: int = 0
    asked: int = 0
    """Taken for another time, and asked about."""
    silent: int = 0
    """Taken for another time or a command, and not asked about."""
    nothing: int = 0
    false: int = 0
    times: int = 0
    others: int = 0

    def add(self, case: Case, found: Sequence[tuple[str, bool, str]]) -> str:
        """Count a phrase by what was understood: value, whether it is asked about, intent. Returns what it was."""
        found = [one for one in found if one[0] or one[2] != "when"]  # a day that there is not is refused
        if not case.values:
            self.others += 1
            self.false += bool(found)
            return "false" if found else "right"
        self.times += 1
        if not found:
            self.nothing += 1
            return "nothing"
        if len(found) == 1 and parts(found[0][0]) in case.values:
            self.right += 1
            return "right"
        if all(asked for _, asked, _ in found):
            self.asked += 1
            return "asked"
        self.silent += 1
        return "silent"

    def figures(self, where: str) -> Iterator[tuple[str, dict[str, float]]]:
        """The figures, in percent."""
        for name, count, of in (
            ("right", self.right, self.times),
            ("wrong, asked about", self.asked, self.times),
            ("wrong, not asked about", self.silent, self.times),
            ("not understood", self.nothing, self.times),
            ("no times taken for something", self.false, self.others),
        ):
            yield f"dates {where}: {name} %", {"coach": 100 * count / max(1, of)}


def dates(listen: Listen, speak: Speak, every: int, *, show: bool) -> Iterator[tuple[str, dict[str, float]]]:
    """What becomes of every `every`th case, typed and spoken."""
    wanted = cases()[::every]
    commands = Commands.load(OUR_COMMANDS, our_lists()).while_asked(ASKED.answers)
    tally = Tally()
    for case in wanted:
        match = commands.match(case.phrase)
        _told(tally, case, [] if match is None else [(*meaning(match.intent, match.slots), match.intent)], show)
    yield from tally.figures("typed")
    for where, level in LEVELS.items():
        clips = speak([case.phrase for case in wanted], level)
        heard = listen(clips, ASKED)
        tally = Tally()
        for case, clip in zip(wanted, clips, strict=True):
            events = heard.get(str(clip.path), ())
            _told(tally, case, [(*meaning(e["intent"], e["slots"]), e["intent"]) for e in events], show)
        yield from tally.figures(where)


def _told(tally: Tally, case: Case, found: Sequence[tuple[str, bool, str]], show: bool) -> None:
    what = tally.add(case, found)
    if show and what != "right":
        sys.stderr.write(f"{what}\t{case.phrase}\t{found}\n")
