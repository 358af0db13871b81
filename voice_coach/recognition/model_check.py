"""A check that Vosk can load a model and decode with it, in a child process: a damaged file may end that.

It takes half a second, so what came out well is remembered until one of the model's files changes.
"""

import hashlib
import logging
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from voice_coach.errors import ModelError
from voice_coach.recognition.cache_folder import cache_folder

_LOGGER = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("model_child.py")
_TIMEOUT_S = 300  # the largest official models take a minute to load


def check_loads(path: Path) -> None:
    """Raises ModelError when Vosk cannot use the model in directory `path`."""
    mark = cache_folder("models") / _fingerprint(path)
    if mark.exists():
        return
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-P", _CHILD, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ModelError(f"{path}: the model could not be tried: {error}") from None
    _LOGGER.info(
        "model %s tried in %.2f s: exit status %d", path.name, time.perf_counter() - began, done.returncode
    )
    if done.returncode:
        raise ModelError(
            f"{path}: Vosk cannot load this model: a file in it is damaged; get it again ('voice-coach models')"
        )
    with suppress(OSError):
        mark.mkdir()


def _fingerprint(path: Path) -> str:
    """A hash of the names, sizes and times of all files."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    stamps = [(str(file.relative_to(path)), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.sha256(os.fsencode(f"{path.resolve()} {stamps}")).hexdigest()[:32]
