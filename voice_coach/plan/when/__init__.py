"""Spoken times: what the slots of the intent `when` (prompts/<lang>/when.yaml) mean at a moment. No clock here."""

from voice_coach.plan.when.notation import notation
from voice_coach.plan.when.reading import combine, read

__all__ = ["combine", "notation", "read"]
