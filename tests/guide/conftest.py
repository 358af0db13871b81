"""A copy of the English prompts that a test may damage, and what the embedded model can hear."""

import shutil
from pathlib import Path

import pytest

from voice_coach.resources import models_dir, prompts_dir


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A copy of the guides and lines: the `folder` of the loaders."""
    shutil.copytree(prompts_dir() / "guides", tmp_path / "guides")
    shutil.copy(prompts_dir() / "lines.yaml", tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def vocabulary() -> frozenset[str]:
    """The words the embedded model knows."""
    words = (models_dir() / "coach-en" / "graph" / "words.txt").read_text(encoding="utf-8")
    return frozenset(line.split()[0] for line in words.splitlines())
