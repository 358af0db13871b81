"""The coach's own voice, for the tests of echo."""

from support.echo import coach

__all__ = ["coach"]
