"""What rows need beyond the coach itself: looked for before any begins, as some take hours to get there."""

import importlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_PIP = ".venv/bin/pip install -r scripts/bench/requirements.txt"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that rows cannot do without."""

    name: str
    is_there: Callable[[], bool]
    rows: frozenset[str]
    install: str
    """What to type to have it."""
    for_peers: bool = False
    """Not needed where no peers are measured."""


def _module(name: str) -> Callable[[], bool]:
    """Whether it can be imported: one that is there may still lack a library."""

    def imports() -> bool:
        try:
            importlib.import_module(name)
        except (ImportError, OSError):
            return False
        return True

    return imports


def _commands(*names: str) -> Callable[[], bool]:
    return lambda: all(map(shutil.which, names))


NEEDS = (
    Need(
        "pyroomacoustics",
        _module("pyroomacoustics"),
        frozenset({"ours", "latency", "talk", "duplex", "negation", "situations", "curve"}),
        _PIP,
    ),
    Need("pocketsphinx", _module("pocketsphinx"), frozenset({"coffee", "words", "read"}), _PIP, for_peers=True),
    Need("matplotlib", _module("matplotlib"), frozenset({"curve"}), _PIP),
    Need(
        "espeak-ng",
        _commands("espeak-ng"),
        frozenset({"ours", "latency", "wake", "duplex", "negation", "situations", "live", "curve"}),
        "apt install espeak-ng",
    ),
    Need("livekit", _module("livekit.rtc"), frozenset({"duplex", "live"}), "scripts/setup test"),
    Need(
        "pulseaudio",
        _commands("pulseaudio", "pactl", "paplay", "parec"),
        frozenset({"live"}),
        "apt install pulseaudio pulseaudio-utils libasound2-plugins",
    ),
    Need("psutil", _module("psutil"), frozenset({"live"}), "scripts/setup test"),
    Need("pytest", _module("pytest"), frozenset({"live"}), "scripts/setup test"),
)


def check(rows: Iterable[str], *, peers: bool = True) -> None:
    """End the program with one line where anything is missing that these rows need."""
    asked = list(rows)
    told = []
    for need in NEEDS:
        which = [row for row in asked if row in need.rows]
        if which and (peers or not need.for_peers) and not need.is_there():
            told.append(f"{need.name} is missing for {', '.join(which)} ({need.install})")
    if told:
        without = "--no-peers" if any("pocketsphinx" in line for line in told) else "other --rows"
        raise SystemExit(f"nothing was measured: {'; '.join(told)}; or ask for {without}")
