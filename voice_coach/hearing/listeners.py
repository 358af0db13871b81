"""Recognisers for each situation: made when needed, the latest kept."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from voice_coach.hearing.commands import Commands
from voice_coach.hearing.decoys import read_decoys
from voice_coach.hearing.grammar import Situation, Weights, build_grammar
from voice_coach.hearing.model import Model, load_model
from voice_coach.hearing.recogniser import Recogniser
from voice_coach.hearing.types import Attention
from voice_coach.hearing.views import make_view

# Each has a network of its own, 25 MB, and another is there in a tenth of a second: one is kept. It outlives its
# hearing, as recordings are heard one after the other, each by a hearing of its own.
_loaded = lru_cache(maxsize=1)(load_model)


class Listeners:
    """Recognisers of one set of commands behind one wake phrase."""

    def __init__(
        self, model: Model, commands: Commands, wake: tuple[str, ...], weights: Mapping[Situation, Weights]
    ) -> None:
        self._model = model
        self._commands = commands
        self.wake = wake
        self._weights = weights
        self.lead = weights[Situation.GUARDED].lead_of_phrase(wake)
        """By how much the wake phrase must lead where it is heard again, in nats."""
        self._made: tuple[Situation, Recogniser] | None = None
        self.at_hand = model
        """The model of the recogniser made last: in memory anyway, for what else takes phrases of its own."""

    def of(self, attention: Attention) -> Recogniser:
        """The recogniser for an attention. Raises ModelError when its graph cannot be made."""
        # A fixed graph: one recogniser of all the model's words has to do.
        situation = Situation.of(attention) if self._model.takes_phrases else Situation.OPEN
        if self._made is None or self._made[0] is not situation:
            self.at_hand = _loaded(self._view(situation)) if self._model.takes_phrases else self._model
            self._made = situation, Recogniser(self.at_hand, None)
        return self._made[1]

    def make_all(self) -> None:
        """Make the graph of every situation, so that none has to be made in the midst of a talk."""
        if self._model.takes_phrases:
            for situation in Situation:
                self._view(situation)

    def _view(self, situation: Situation) -> Path:
        commands = self._commands
        decoys = read_decoys(commands.language)
        grammar = build_grammar(
            commands,
            self._model.numbers,
            self.wake,
            situation,
            decoys,
            self._weights[situation],
        )
        return make_view(self._model.path, grammar)
