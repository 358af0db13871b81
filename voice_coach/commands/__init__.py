"""Text to intent: the command set, its templates and their graph, the matcher. No sound, no recognizer."""

from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import Match

__all__ = ["Commands", "Match"]
