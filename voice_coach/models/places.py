"""Where models lie, and which one is used."""

import logging
from pathlib import Path

import platformdirs

from voice_coach import resources
from voice_coach.errors import ModelError
from voice_coach.models.manifest import load_manifest

_EMBEDDED_LANGUAGE = "en"

_LOGGER = logging.getLogger(__name__)


def embedded_model() -> Path:
    """The folder of the model that ships with the coach."""
    return resources.models_dir() / "coach-en"


def installed_dir() -> Path:
    """The folder that holds fetched models, one folder each. It need not exist."""
    return platformdirs.user_data_path("voice-coach") / "models"


def choose_model(setting: Path | None = None, language: str = "en") -> Path:
    """The model to use: the one that was set, else an installed official one, else the embedded one.

    What was set is not checked here: `recognition.load_model` says what is wrong with it. Raises ModelError where
    none is of the language.
    """
    folder = _choose(setting, language)
    _LOGGER.debug("the model is %s", folder)
    return folder


def _choose(setting: Path | None, language: str) -> Path:
    if setting is not None:
        return setting
    # An installed model is whole: it only gets its name once everything in it has been verified.
    for name, model in load_manifest().items():
        folder = installed_dir() / name
        if model.language == language and folder.is_dir():
            return folder
    if language != _EMBEDDED_LANGUAGE:
        raise ModelError(f"there is no model of the language {language!r} here; name one with the setting `model`")
    return embedded_model()
