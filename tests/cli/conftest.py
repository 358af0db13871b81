"""What the tests of the command line share: the command as a process, in a home of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """The folder of the journal."""
    return tmp_path / "memory"


@pytest.fixture
def plan(tmp_path: Path, memory: Path) -> Command:
    """`plan("show")` runs `voice-coach plan show`, in Berlin; `answer`: what is typed; else nobody answers."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VOICE_COACH", "PULSE", "XDG", "LC_"))}
    env = {**kept, "HOME": str(tmp_path), "VOICE_COACH_HOME": str(memory), "TZ": "Europe/Berlin", "NO_COLOR": "1"}

    def run(*arguments: object, answer: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "voice_coach", "plan", *map(str, arguments)]
        return subprocess.run(
            command, check=False, cwd=tmp_path, env={**env, **more}, capture_output=True, text=True, input=answer
        )

    return run
