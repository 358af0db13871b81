"""The words of prompts/ as typed, checked objects: guides, and everything else the coach says."""

from voice_coach.guide.book import Book
from voice_coach.guide.catalogue import Value
from voice_coach.guide.loader import list_guides, load_guide, read_guide
from voice_coach.guide.types import Guide

__all__ = ["Book", "Guide", "Value", "list_guides", "load_guide", "read_guide"]
