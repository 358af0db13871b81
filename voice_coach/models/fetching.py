"""Fetching an official model: resumed where it was cut off, verified, and in place all at once or not at all.

pooch, which does the rest of this, starts every download from zero again (its downloader knows no ranges), and
40 MB over a kitchen's wireless should not. So this uses requests, which Vosk needs anyhow.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import requests

from voice_coach.errors import ModelError
from voice_coach.models.manifest import OfficialModel
from voice_coach.models.unpacking import unpack

Progress = Callable[[int, int], None]
"""A function that is called with the bytes that are there and the bytes there will be."""

_TRIES = 4
_BLOCK = 64 * 1024
_TIMEOUT = (10.0, 30.0)  # seconds to connect; seconds without a byte

_LOGGER = logging.getLogger(__name__)


def _unseen(_done: int, _total: int) -> None:
    """Nobody watches."""


def fetch(
    model: OfficialModel,
    folder: Path,
    progress: Progress = _unseen,
    *,
    zip_file: Path | None = None,
    retry_after: float = 2.0,
) -> Path:
    """Installs `model` as `folder`/NAME, from its address or from a local `zip_file`, and returns that folder.

    Does nothing when it is installed. A download that is cut off is taken up again where it stopped, up to three
    times after `retry_after` seconds, and by the next call. Raises ModelError.
    """
    target = folder / model.name
    if target.is_dir():
        _LOGGER.info("%s is installed", target)
        return target
    part = folder / f".{model.name}.zip.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if zip_file is not None:
            _install(model, zip_file, target)
            return target
        _download(model, part, progress, retry_after)
        try:
            _install(model, part, target)
        finally:
            part.unlink(missing_ok=True)  # complete and yet wrong: of no use to the next try either
    except OSError as error:
        raise ModelError(f"{model.name}: {error.filename or folder}: {error.strerror or error}") from error
    return target


def _install(model: OfficialModel, file: Path, target: Path) -> None:
    _verify(model, file)
    _LOGGER.info("%s is the official %s; unpacking it as %s", file, model.name, target)
    unpack(file, target, model.unpacked)
    _LOGGER.info("installed %s", target)


def _verify(model: OfficialModel, file: Path) -> None:
    """Raises ModelError unless `file` is the very zip."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if (size := file.stat().st_size) == model.size and digest == model.sha256:
        return
    raise ModelError(
        f"{file}: not the official {model.name}: expected {model.size} bytes with SHA-256 {model.sha256}, "
        f"got {size} with {digest}; fetch it again"
    )


def _download(model: OfficialModel, part: Path, progress: Progress, retry_after: float) -> None:
    """Appends to `part` until it has all bytes. Raises ModelError when it cannot be had now."""
    reason: Exception | None = None
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(retry_after)
        try:
            with part.open("ab") as file:
                if file.tell() < model.size:
                    _append(model, file, progress)
                if file.tell() >= model.size:
                    return
        except requests.RequestException as error:
            reason = error
            _LOGGER.warning("attempt %d of %d broke off: %s", attempt + 1, _TRIES, type(error).__name__)
    there = part.stat().st_size if part.exists() else 0
    raise ModelError(
        f"{model.url}: the download broke off at {there / 1e6:.1f} of {model.size / 1e6:.1f} MB"
        f"{_short(reason)}; run the same command again to go on"
    )


def _append(model: OfficialModel, file: BinaryIO, progress: Progress) -> None:
    """One request for what is missing. Stops at one byte too many, which verifying then finds."""
    headers = {"Accept-Encoding": "identity"}
    if start := file.tell():
        headers["Range"] = f"bytes={start}-"
    with requests.get(model.url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
        _LOGGER.info("%s: status %d, from byte %d", model.url, response.status_code, start)
        if response.status_code >= 500:
            raise requests.HTTPError(f"the server answered {response.status_code}")
        if response.status_code not in (200, 206):
            raise ModelError(f"{model.url}: the server answered {response.status_code} {response.reason}")
        if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            file.seek(0)
            file.truncate()  # a server that knows no ranges sends all of it again
        for block in response.iter_content(_BLOCK):
            file.write(block)
            progress(min(file.tell(), model.size), model.size)
            if file.tell() > model.size:
                return


def _short(error: Exception | None) -> str:
    """What went wrong, without the libraries' nesting."""
    if error is None:
        return ""
    if isinstance(error, requests.Timeout):
        return " (no answer)"
    return f" ({error})" if isinstance(error, requests.HTTPError) else " (no connection)"
