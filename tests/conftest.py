"""What all tests share: their order, real Vosk with the embedded model, synthetic speech; each made once."""

import pytest
from support.speech import commands, hear, model, say, write

__all__ = ["commands", "hear", "model", "say", "write"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
