"""Recognizers for each attention: made when needed, the latest kept."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.recognition.decoding_graph import GrammarBuilder
from voice_coach.recognition.decoys import read_decoys
from voice_coach.recognition.graph_cache import compiled_model
from voice_coach.recognition.model import CompiledModels, Model
from voice_coach.recognition.recognizer import Recognizer
from voice_coach.recognition.weights import Weights

_GraphKey: TypeAlias = tuple[Mode, frozenset[str], frozenset[str]]
"""What a graph depends on of an attention: the mode, the answers, and those behind the wake phrase alone."""


class RecognizerPool:
    """Recognizers of one set of commands behind one wake phrase."""

    def __init__(
        self,
        model: Model,
        commands: Commands,
        wake: tuple[str, ...],
        weights: Mapping[Mode, Weights],
        compiled_models: CompiledModels,
    ) -> None:
        """`wake`: the words of the wake phrase. `compiled_models`: where the model of the latest one is kept."""
        self._model = model
        self._commands = commands
        self._wake = wake
        self._weights = weights
        self._compiled_models = compiled_models
        self._latest: tuple[_GraphKey, Recognizer] | None = None
        self._folders = dict[_GraphKey, Path]()
        self.loaded_model = model
        """The model of the recognizer made last: in memory anyway, for what else takes phrases of its own."""

    def of(self, attention: Attention) -> Recognizer:
        """The recognizer for an attention. Raises ModelError when its graph cannot be made."""
        # A fixed graph: one recognizer of all the model's words has to do.
        fixed = not self._model.takes_phrases
        key: _GraphKey = (Mode.OPEN, frozenset(), frozenset()) if fixed else self._key(attention)
        if self._latest is None or self._latest[0] != key:
            self.loaded_model = (
                self._model if fixed else self._compiled_models.load(self._folder(attention), self._model)
            )
            self._latest = key, Recognizer(self.loaded_model, None)
        return self._latest[1]

    def prepare(self, attentions: Iterable[Attention]) -> None:
        """Compile the graphs for these, so that none has to be in the midst of a talk. Raises ModelError."""
        if self._model.takes_phrases:
            for attention in attentions:
                self._folder(attention)

    @cached_property
    def _grammars(self) -> GrammarBuilder:
        return GrammarBuilder(
            self._commands, self._model.numbers, self._wake, read_decoys(self._commands.language)
        )

    def _folder(self, attention: Attention) -> Path:
        """The compiled model for an attention; made anew only when it is not there, or not any more."""
        key = self._key(attention)
        folder = self._folders.get(key)
        if folder is None or not folder.exists():
            folder = self._folders[key] = self._compile(attention)
        return folder

    def _key(self, attention: Attention) -> _GraphKey:
        return attention.mode, attention.answers, attention.called & self._commands.limited

    def _compile(self, attention: Attention) -> Path:
        return compiled_model(self._model.path, self._grammars.build(attention, self._weights[attention.mode]))
