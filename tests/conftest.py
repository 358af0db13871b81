"""What all tests share: their order, real Vosk with the embedded model, synthetic speech; each made once."""

import pytest
from hypothesis import settings
from support.speech import commands, hear, model, say, write

__all__ = ["commands", "hear", "model", "say", "write"]

# How long an example takes says how busy the machine is.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
