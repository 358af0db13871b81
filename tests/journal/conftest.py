"""What the tests of the journal share: a folder for it."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the journal is to lie; it is not there yet."""
    return tmp_path / "memory"
