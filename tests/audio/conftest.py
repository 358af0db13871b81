"""The sound card and loudspeaker that the tests of devices play with."""

from support.cards import card, loudspeaker

__all__ = ["card", "loudspeaker"]
