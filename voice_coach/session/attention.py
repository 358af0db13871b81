"""How attentive the hearing has to be in each phase (design, section 3)."""

from voice_coach.session.actions import Attend, Mode
from voice_coach.session.state import Phase

_GUARDED = frozenset(
    {Phase.TURN, Phase.GRACE, Phase.BREATH, Phase.LISTING, Phase.TIMING, Phase.PAUSED},
)

# Nobody is talking to each other while a question is open, so these single words are safe as well.
_ALWAYS = frozenset({"pause", "stop", "repeat", "help"})

_ANSWERS: dict[Phase, frozenset[str]] = {
    Phase.IDLE: frozenset({"start", "begin", "ready", "next"}),
    Phase.ASKING: frozenset({"yes", "no", "skip"}),
    Phase.CONSENTING: frozenset({"yes", "no", "skip"}),
    Phase.CHOOSING: frozenset({"choose", "skip", "next"}),
    Phase.MEASURING: frozenset({"number", "yes", "skip", "next"}),
    Phase.DRAWING: frozenset({"person", "draw", "begin", "skip"}),
    Phase.WAITING: frozenset({"next", "ready", "begin", "done", "back"}),
    Phase.OFFERING: frozenset({"yes", "no", "begin", "resume"}),
    Phase.RETURNING: frozenset({"yes", "no", "ready", "resume", "not_yet", "begin"}),
    Phase.CONFIRMING: frozenset({"yes", "no", "resume"}),
    Phase.ENDED: frozenset({"start", "begin"}),
}


def is_guarded(phase: Phase) -> bool:
    """Whether only what is said behind the wake phrase counts."""
    return phase in _GUARDED


def attention(phase: Phase) -> Attend:
    """The mode for a phase, and which intents a single word may give in it."""
    if phase in _GUARDED:
        return Attend(Mode.GUARDED)
    if phase in _ANSWERS:
        return Attend(Mode.ASKED, _ANSWERS[phase] | _ALWAYS)
    return Attend(Mode.OPEN)
