"""The costs of a decoding graph, in nats: as tuned for each mode, and as the compiler child takes them.

Tuned with scripts/bench_hearing.py: what makes commands dearer loses some of them to the background or to silence;
what makes the background dearer takes other speech for commands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voice_coach.attention import Mode
from voice_coach.recognition.phonemes import count_phonemes

SHORT_WAKE = 5
"""The number of phonemes of "hey coach", from which longer wake phrases are counted."""


@dataclass(frozen=True, slots=True)
class GraphCosts:
    """The costs of one graph that the compiler child needs: all of its fields are sent there."""

    unknown: float
    """The cost of a word of other speech, besides what each of its phones costs in the model's graph."""
    decoy: float
    """The cost of a common word of ordinary talk."""
    wake: float
    """The cost to begin the wake phrase."""
    skip: float
    """The cost of a word that may stand beside any command ("please")."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The tuned costs of one mode, in nats, from which those of each graph follow."""

    unknown: float
    """The cost of a word of other speech, besides what each of its phones costs in the model's graph."""
    decoy: float
    """The cost of a common word of ordinary talk."""
    command: float = 1.0
    """The cost to begin a command without the wake phrase."""
    complete: float = 0.0
    """The cost to end it. Not all is paid at its beginning: there, the recognizer's beam would give it up."""
    question: float = 1.0
    """The rise of `unknown`, `decoy` and `command` while a question is open: a single word that answers is short,
    and if dear, not recognised."""
    answer: float = 1.0
    """The cost to begin an answer to the open question: for less, one word more would be found in it."""
    deny: float = 4.0
    """The cost for a command to be a negated one: they are rare, and the sound of a "not" says more than that."""
    answer_branch: float = 0.3
    """The same as `branch`, within an answer."""
    wake: float = 1.5
    """The cost to begin a wake phrase of five phonemes ("hey coach")."""
    sound: float = 2.0
    """The discount per phoneme beyond five: long wake phrases are rare in talk."""
    cheapest: float = -3.5
    """The least cost to begin a wake phrase, however long."""
    branch: float = 0.5
    """The cost at each place in a command, times the logarithm of the number of ways on."""
    skip: float = 3.0
    """The cost of a word that may stand beside any command ("please")."""

    def of_wake(self, wake: Sequence[str]) -> float:
        """The cost to begin a wake phrase of these words."""
        return max(self.cheapest, self.wake - self.sound * (count_phonemes(wake) - SHORT_WAKE))

    def of_command(self, *, asked: bool) -> float:
        """The cost to begin a command that answers nothing; `asked`: while a question is open."""
        return self.command + (self.question if asked else 0)

    def of_graph(self, wake: Sequence[str], *, asked: bool) -> GraphCosts:
        """The costs of a graph with this wake phrase; `asked`: while a question is open."""
        dearer = self.question if asked else 0
        return GraphCosts(
            unknown=self.unknown + dearer,
            decoy=self.decoy + dearer,
            wake=self.of_wake(wake),
            skip=self.skip,
        )


WEIGHTS: Mapping[Mode, Weights] = {
    # In noise, commands are recognised where nobody speaks, unless they are dear; and in talk.
    Mode.OPEN: Weights(unknown=3, decoy=5, command=2, complete=4),
    # Only the wake phrase is to be told from talk, and talk neither for silence nor for the wake phrase.
    Mode.GUARDED: Weights(unknown=0, decoy=4),
}
