"""Virtual sound cards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sound_card import SoundCard


@pytest.fixture
def card(tmp_path: Path) -> Iterator[SoundCard]:
    with SoundCard(tmp_path) as card:
        yield card


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SoundCard]:
    """A second card, for a device that is pulled out while the first stays."""
    with SoundCard(tmp_path) as other:
        yield other
