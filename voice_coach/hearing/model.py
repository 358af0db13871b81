"""A Vosk model directory, checked before Vosk sees it: Vosk's own errors go to the log, or end the process."""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice_coach.errors import ModelError


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model. `knows` tells whether a word is in its vocabulary."""

    path: Path
    vosk: Any
    knows: Callable[[str], bool]
    takes_phrases: bool
    """Whether it can be given a phrase list at run time (it has a look-ahead graph)."""


def load_model(path: Path) -> Model:
    """Load the model in a directory; nothing is downloaded. Raises ModelError naming a missing file."""
    takes_phrases = _check(path)
    import vosk  # noqa: PLC0415 - slow to import, and not needed to find a broken directory

    vosk.SetLogLevel(-1)
    try:
        loaded = vosk.Model(model_path=os.fspath(path))
    except Exception as error:  # vosk raises nothing narrower
        raise ModelError(
            f"{path}: Vosk cannot load this model; fetch it again with 'voice-coach models'"
        ) from error
    return Model(path, loaded, lambda word: loaded.vosk_model_find_word(word) >= 0, takes_phrases)


def same_dither() -> None:
    """Begin Kaldi's dither anew: it draws from C's `rand`, so what was heard before would change what is heard."""
    ctypes.CDLL(None).srand(1)


def _check(path: Path) -> bool:
    """Whether there is a look-ahead graph. Two layouts: am/, conf/ and graph/, or (older) all at the top."""
    if not path.is_dir():
        raise ModelError(f"{path}: no such model directory; see 'voice-coach models list'")
    # The older layout has am, graph and configuration at the top, and Vosk tells them apart by this one file.
    newer = not (path / "final.mdl").is_file()
    needed = ["am/final.mdl", "conf/model.conf"] if newer else ["final.mdl"]
    graph = path / "graph" if newer else path
    _need(path, needed)
    if newer and not any((path / "conf" / name).is_file() for name in ("mfcc.conf", "fbank.conf")):
        raise ModelError(f"{path}: conf/mfcc.conf is missing; the model is incomplete, fetch it again")
    static = (graph / "HCLG.fst").is_file()
    if not static:
        folder = "graph/" if newer else ""
        _need(path, [f"{folder}HCLr.fst", f"{folder}Gr.fst", f"{folder}words.txt"])
    return not static


def _need(path: Path, names: list[str]) -> None:
    for name in names:
        file = path / name
        if not file.is_file():
            raise ModelError(f"{path}: {name} is missing; the model is incomplete, fetch it again")
        if file.stat().st_size == 0:
            raise ModelError(f"{path}: {name} is empty; the model is incomplete, fetch it again")
