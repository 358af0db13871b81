"""What a process and its children do behind one's back: network and files."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

_HOOK = Path(__file__).parent / "watched"


def watched(env: dict[str, str], log: Path) -> dict[str, str]:
    """The environment for a Python process (and its children) that reports into `log`."""
    return {**env, "PYTHONPATH": str(_HOOK), "WATCHED_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1"}


def network_use(log: Path) -> list[str]:
    """What was done that could reach beyond this machine: names looked up, connections, datagrams, open ports."""
    return [line.removeprefix("network ") for line in _lines(log) if line.startswith("network ")]


def written_files(log: Path) -> list[Path]:
    """Files that were opened for writing, each once."""
    names = [line.removeprefix("write ") for line in _lines(log) if line.startswith("write ")]
    # Numbers are descriptors that somebody had opened before.
    return [Path(name) for name in dict.fromkeys(names) if not name.isdecimal() and name != os.devnull]


def open_connections(pid: int) -> list[object]:
    """Internet sockets that the process and its children hold now, those of native libraries included."""
    return [connection for process in _family(pid) for connection in process.net_connections("inet")]


def _family(pid: int) -> Iterator[psutil.Process]:
    parent = psutil.Process(pid)
    yield parent
    yield from parent.children(recursive=True)


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines()
