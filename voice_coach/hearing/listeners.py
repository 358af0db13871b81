"""Recognisers for each mode of attention: made when needed, the latest kept."""

from collections.abc import Mapping
from functools import lru_cache

from voice_coach.hearing.commands import Commands
from voice_coach.hearing.decoys import read_decoys
from voice_coach.hearing.grammar import Weights, build_grammar
from voice_coach.hearing.model import Model, load_view
from voice_coach.hearing.recogniser import Recogniser
from voice_coach.hearing.types import Mode
from voice_coach.hearing.views import make_view

# Each has a network of its own, 25 MB, and another is there in a tenth of a second: one is kept. It outlives its
# hearing, as recordings are heard one after the other, each by a hearing of its own.
_loaded = lru_cache(maxsize=1)(load_view)


class Listeners:
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
        self._made: tuple[Mode, Recogniser] | None = None
        self.at_hand = model
        """The model of the recogniser made last: in memory anyway, for what else takes phrases of its own."""

    def of(self, mode: Mode) -> Recogniser:
        """The recogniser for a mode. Raises ModelError when its graph cannot be made."""
        if not self._model.takes_phrases:
            # A fixed graph: one recogniser of all the model's words has to do.
            mode = Mode.OPEN
        if self._made is None or self._made[0] is not mode:
            self.at_hand = self._graph(mode)
            self._made = mode, Recogniser(self.at_hand, None)
        return self._made[1]

    def _graph(self, mode: Mode) -> Model:
        if not self._model.takes_phrases:
            return self._model
        commands = self._commands
        decoys = read_decoys(commands.language)
        grammar = build_grammar(
            commands.graph,
            self._model.numbers,
            self.wake,
            mode,
            commands.skip,
            decoys,
            self._weights[mode],
        )
        return _loaded(make_view(self._model.path, grammar), self._model)
