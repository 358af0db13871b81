"""Which Vosk model is used.

How an official one gets here is in fetching.py, imported where one is fetched: it loads an HTTP library, 8 MB that
nothing else has a use for.
"""

from voice_coach.models.manifest import OfficialModel, load_manifest
from voice_coach.models.places import choose_model, embedded_model, installed_dir

__all__ = ["OfficialModel", "choose_model", "embedded_model", "installed_dir", "load_manifest"]
