"""Recognisers for each attention: made when needed, the latest kept."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands
from voice_coach.recognition.decoding_graph import Weights, build_grammar
from voice_coach.recognition.decoys import read_decoys
from voice_coach.recognition.graph_cache import make_view
from voice_coach.recognition.model import Model, load_view
from voice_coach.recognition.recognizer import Recognizer

# Each has a network of its own, 25 MB, and another is there in a tenth of a second: one is kept. It outlives its
# hearing, as recordings are heard one after the other, each by a hearing of its own.
_loaded = lru_cache(maxsize=1)(load_view)

_Heard: TypeAlias = tuple[Mode, frozenset[str]]
"""What of an attention a graph depends on."""


class RecognizerPool:
    """Recognisers of one set of commands behind one wake phrase."""

    def __init__(
        self, model: Model, commands: Commands, wake: tuple[str, ...], weights: Mapping[Mode, Weights]
    ) -> None:
        self._model = model
        self._commands = commands
        self.wake = wake
        self._weights = weights
        self.lead = weights[Mode.GUARDED].lead_of_phrase(wake)
        """By how much the wake phrase must lead where it is heard again, in nats."""
        self._made: tuple[_Heard, Recognizer] | None = None
        self._views = dict[_Heard, Path]()
        self.at_hand = model
        """The model of the recogniser made last: in memory anyway, for what else takes phrases of its own."""

    def of(self, attention: Attention) -> Recognizer:
        """The recogniser for an attention. Raises ModelError when its graph cannot be made."""
        # A fixed graph: one recogniser of all the model's words has to do.
        fixed = not self._model.takes_phrases
        heard: _Heard = (Mode.OPEN, frozenset()) if fixed else (attention.mode, attention.answers)
        if self._made is None or self._made[0] != heard:
            self.at_hand = self._model if fixed else _loaded(self._view(attention), self._model)
            self._made = heard, Recognizer(self.at_hand, None)
        return self._made[1]

    def prepare(self, attentions: Iterable[Attention]) -> None:
        """Make the graphs for these, so that none has to be made in the midst of a talk. Raises ModelError."""
        if self._model.takes_phrases:
            for attention in attentions:
                self._view(attention)

    def _view(self, attention: Attention) -> Path:
        """Where the graph is; made anew only when it is not, or not any more."""
        heard = attention.mode, attention.answers
        view = self._views.get(heard)
        if view is None or not view.exists():
            view = self._views[heard] = self._make(attention)
        return view

    def _make(self, attention: Attention) -> Path:
        commands = self._commands
        decoys = read_decoys(commands.language)
        grammar = build_grammar(
            commands,
            self._model.numbers,
            self.wake,
            attention,
            decoys,
            self._weights[attention.mode],
        )
        return make_view(self._model.path, grammar)
