"""The ways of listening that tests try most."""

from voice_coach.attention import Attention, Mode
from voice_coach.session.transitions import INTENTS

OPEN = Attention(Mode.OPEN)
ASKED = Attention(Mode.OPEN, frozenset(INTENTS) - {"when"})
"""Whatever is said answers the open question, but for times: these are asked for alone."""
GUARDED = Attention(Mode.GUARDED)


def asked_for(*intents: str) -> Attention:
    """A question is open that these answer."""
    return Attention(Mode.OPEN, frozenset(intents))
