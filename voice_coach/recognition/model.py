"""A Vosk model directory, checked before Vosk sees it: Vosk's own errors go to the log, or end the process."""

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from voice_coach.errors import ModelError
from voice_coach.recognition.model_check import check_loads
from voice_coach.recognition.process import Dither, give_memory_back, import_vosk
from voice_coach.recognition.vocabulary import has_symbols, read_vocabulary

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """A model directory that is whole. Its parts are loaded when first needed, and kept."""

    path: Path
    takes_phrases: bool
    """Whether its grammar can be exchanged at run time (it has a look-ahead graph)."""
    named: Path
    """The folder that errors name: the user's own, where `path` is compiled from it."""

    @cached_property
    def vosk(self) -> Any:
        """Vosk's model. Raises ModelError when Vosk cannot load it."""
        began = time.perf_counter()
        vosk = import_vosk()
        try:
            # Kaldi draws random numbers as it loads a network: not those of the hearing that needs it first.
            with Dither():
                loaded = vosk.Model(model_path=os.fspath(self.path))
        except Exception as error:  # vosk raises nothing narrower
            raise ModelError(
                f"{self.named}: Vosk cannot load this model; fetch it again with 'voice-coach models'"
            ) from error
        give_memory_back()
        _LOGGER.info("model %s loaded in %.2f s", self.path.name, time.perf_counter() - began)
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


class CompiledModels:
    """The compiled model (see `graph_cache`) that was loaded last, kept for whoever wants the same next.

    Each has a network of its own, 25 MB, and another is there in a tenth of a second: one is kept. Whoever has
    several hearings, one after the other, hands the same one to all of them.
    """

    def __init__(self) -> None:
        self._latest: tuple[Path, Model, Model] | None = None

    def load(self, folder: Path, model: Model) -> Model:
        """The model in `folder`, which was compiled from `model`."""
        if self._latest is None or self._latest[:2] != (folder, model):
            self._latest = folder, model, Model(folder, model.takes_phrases, model.path)
        return self._latest[2]


def graph_folder(path: Path) -> Path:
    """The folder of a model's graph. Two layouts: am/, conf/ and graph/, or (older) all at the top."""
    # Vosk tells them apart by this one file.
    return path if (path / "final.mdl").is_file() else path / "graph"


def _check(path: Path) -> bool:
    """Whether there is a look-ahead graph. Raises ModelError for a directory that is no whole model."""
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
    """Raises ModelError where one of these files is missing or empty."""
    for name in names:
        file = path / name
        if not file.is_file():
            raise ModelError(f"{path}: {name} is missing; the model is incomplete, fetch it again")
        if file.stat().st_size == 0:
            raise ModelError(f"{path}: {name} is empty; the model is incomplete, fetch it again")
