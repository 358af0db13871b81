"""Which Vosk model is used, and how an official one gets onto this machine."""

from voice_coach.models.fetching import Progress, fetch
from voice_coach.models.manifest import OfficialModel, load_manifest
from voice_coach.models.places import choose_model, embedded_model, installed_dir

__all__ = [
    "OfficialModel",
    "Progress",
    "choose_model",
    "embedded_model",
    "fetch",
    "installed_dir",
    "load_manifest",
]
