"""The command line: what a person types."""

from voice_coach.cli.app import main

__all__ = ["main"]
