"""A Vosk model directory, checked before Vosk sees it: Vosk's own errors go to the log, or end the process."""

import ctypes
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from voice_coach.errors import ModelError
from voice_coach.recognition.model_check import check_loads
from voice_coach.recognition.vocabulary import has_symbols, read_vocabulary

_ARENAS = -8  # glibc's M_ARENA_MAX
_NO_REQUESTS = ModuleType("requests")


@dataclass(frozen=True)
class Model:
    """A model directory that is whole. Its parts are loaded when first needed, and kept."""

    path: Path
    takes_phrases: bool
    """Whether its grammar can be exchanged at run time (it has a look-ahead graph)."""
    named: Path
    """The folder that errors name: the user's own, where `path` is a view of it."""

    @cached_property
    def vosk(self) -> Any:
        """Vosk's model. Raises ModelError when Vosk cannot load it."""
        vosk = import_vosk()
        vosk.SetLogLevel(-2)  # no warnings: a look in mid-word brings one
        try:
            loaded = vosk.Model(model_path=os.fspath(self.path))
        except Exception as error:  # vosk raises nothing narrower
            raise ModelError(
                f"{self.named}: Vosk cannot load this model; fetch it again with 'voice-coach models'"
            ) from error
        give_memory_back()
        return loaded

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each word in the look-ahead graph. Raises ModelError when they cannot be read."""
        return read_vocabulary(graph_folder(self.path))

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary."""
        if self.takes_phrases:
            return word in self.numbers
        return bool(self.vosk.vosk_model_find_word(word) >= 0)


def load_model(path: Path) -> Model:
    """The model in a directory; nothing is downloaded. Raises ModelError when a file is missing or damaged."""
    try:
        takes_phrases = _check(path)
        check_loads(path)
    except OSError as error:
        raise ModelError(f"{error.filename or path}: the model cannot be read: {error.strerror}") from None
    model = Model(path, takes_phrases, path)
    if takes_phrases:
        model.numbers  # noqa: B018 - reads the word list, which Vosk takes as it comes
    return model


def load_view(view: Path, model: Model) -> Model:
    """A view of a model that has been checked (see views.py)."""
    return Model(view, model.takes_phrases, model.path)


def graph_folder(path: Path) -> Path:
    """Where a model directory has its graph. Two layouts: am/, conf/ and graph/, or (older) all at the top."""
    # Vosk tells them apart by this one file.
    return path if (path / "final.mdl").is_file() else path / "graph"


def same_dither() -> None:
    """Begin Kaldi's dither anew: it draws from C's `rand`, so what was heard before would change what is heard."""
    ctypes.CDLL(None).srand(1)


def import_vosk() -> Any:
    """Vosk without `requests`, which it imports to download models: 8 MB, and nothing is downloaded here.

    Slow, and not needed to find a broken directory: so not at the top.
    """
    stood_in = sys.modules.setdefault("requests", _NO_REQUESTS) is _NO_REQUESTS
    try:
        import vosk  # noqa: PLC0415
    finally:
        if stood_in:
            del sys.modules["requests"]  # others get the real one
    return vosk


def keep_memory_together() -> None:
    """Have the C library take memory for all threads from one place, as hardly two of them ever work at once.

    Else each thread has its own, which it never gives back. Call it before they start.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENAS, 1)


def give_memory_back() -> None:
    """Have the C library return what is no longer used: 20 MB where one recogniser has taken over from another.

    Others than glibc need not be asked.
    """
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _check(path: Path) -> bool:
    """Whether there is a look-ahead graph."""
    if not path.is_dir():
        missing = "is a file, not a model's folder" if path.exists() else "no such model directory"
        raise ModelError(f"{path}: {missing}; see 'voice-coach models list'")
    try:
        os.fspath(path.resolve()).encode()
    except UnicodeEncodeError:
        raise ModelError(f"{path}: Vosk needs a path in UTF-8; rename the folder") from None
    graph = graph_folder(path)
    newer = graph != path
    _need(path, ["am/final.mdl", "conf/model.conf"] if newer else ["final.mdl"])
    if newer and not any((path / "conf" / name).is_file() for name in ("mfcc.conf", "fbank.conf")):
        raise ModelError(f"{path}: conf/mfcc.conf is missing; the model is incomplete, fetch it again")
    static = (graph / "HCLG.fst").is_file()
    if not static:
        _need(path, [f"{graph.relative_to(path) / name}" for name in ("HCLr.fst", "Gr.fst")])
        if (graph / "words.txt").is_file() or not has_symbols(graph / "Gr.fst"):
            _need(path, [f"{graph.relative_to(path) / 'words.txt'}"])
    return not static


def _need(path: Path, names: list[str]) -> None:
    for name in names:
        file = path / name
        if not file.is_file():
            raise ModelError(f"{path}: {name} is missing; the model is incomplete, fetch it again")
        if file.stat().st_size == 0:
            raise ModelError(f"{path}: {name} is empty; the model is incomplete, fetch it again")
