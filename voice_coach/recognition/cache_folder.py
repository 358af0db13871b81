"""Folders for files that can be made again: in the user's cache, else for this process alone."""

import os
from pathlib import Path

import platformdirs

from voice_coach.errors import ModelError
from voice_coach.recognition.process import temporary_folder


def cache_folder(name: str) -> Path:
    """The folder `name` of the cache; a temporary one, which goes with the process, where that cannot be written.

    For their owner alone: names and wake phrase are in the graphs. Raises ModelError where there is neither.
    """
    folder = platformdirs.user_cache_path("voice-coach") / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        try:
            temporary = temporary_folder() / name
            temporary.mkdir(mode=0o700, exist_ok=True)
            return temporary
        except OSError as error:
            raise ModelError(
                f"{folder}: neither it nor a temporary folder can be written ({error.strerror}); make one writable"
            ) from None
    return folder
