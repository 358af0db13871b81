"""The memory on disk: the newest state and a list of what happened, in one SQLite file with one writer."""

from voice_coach.journal.entry import REMOVED, Entry
from voice_coach.journal.folder import journal_folder
from voice_coach.journal.journal import Journal, forget
from voice_coach.journal.read_only import ReadOnlyJournal, read_only

__all__ = ["REMOVED", "Entry", "Journal", "ReadOnlyJournal", "forget", "journal_folder", "read_only"]
