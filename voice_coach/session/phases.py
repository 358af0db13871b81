"""What holds in each phase whatever happens: attention, the open question, and what to say for help."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voice_coach.attention import Mode


class Phase(StrEnum):
    """What is going on at the table. `transitions.TABLE` says what each phase does with each event.

    Each has its facts in `PHASES` below, and a label for the screen in prompts/<lang>/lines.yaml.
    """

    OFF = "off"  # before the coach is switched on
    IDLE = "idle"  # greeted; nobody has said start
    TELLING = "telling"  # a part or an activity is read; goes on by itself
    ASKING = "asking"  # a yes-or-no question to the table
    CONSENTING = "consenting"  # each is asked by name
    CHOOSING = "choosing"  # one of several options is asked for
    MEASURING = "measuring"  # a number of minutes is asked for
    DRAWING = "drawing"  # who starts is asked for
    WAITING = "waiting"  # a part is done; waits for "what's next"
    TURN = "turn"  # somebody speaks, by the clock
    GRACE = "grace"  # the time is up; the sentence may be finished
    BREATH = "breath"  # a breath before the next speaker's clock starts
    LISTING = "listing"  # the two make a list
    NOTING = "noting"  # the words of a note are asked for
    TIMING = "timing"  # a hug, holding hands or a ritual is timed
    OFFERING = "offering"  # a pause has been suggested
    PAUSED = "paused"
    RETURNING = "returning"  # after the pause each is asked whether they are ready
    CONFIRMING = "confirming"  # what was said would lose or end something; is it meant?
    WHEN = "when"  # a time is asked for
    WORDING = "wording"  # their own words were read back; are they right?
    AMENDING = "amending"  # which promise shall change is asked for
    ENDED = "ended"
    RESTING = "resting"  # between talks
    REMINDING = "reminding"  # something promised is due
    POSTPONING = "postponing"  # until when it shall be put off is asked for


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """What is true of a phase. Lines are keys of `guide.catalogue.LINES`."""

    help: str
    """What can be said here."""
    mode: Mode = Mode.OPEN
    answers: frozenset[str] = frozenset()
    """The intents that are asked for here, and that a single word may give."""
    patience_s: float | None = None
    """Silence, in seconds, after which the question is asked again, or answered by itself; None without one."""
    prompt: str | None = None
    """The question in a few words, for those whose answer was not understood; None where no question is open."""
    example: str = ""
    """An answer that would be understood."""
    waits: bool = False
    """Whether the question, asked again in vain, waits for the wake phrase; otherwise silence is an answer."""
    recites: bool = False
    """Whether what is read or asked here is said again after an interruption."""
    clock_beneath: bool = False
    """Whether the place beneath is meant by a question about the clock."""

    @property
    def asks(self) -> bool:
        """Whether a question is open."""
        return self.prompt is not None


def _question(answers: str, kind: str, *, help_line: str | None = None) -> PhaseFacts:
    """A question of the guide: asked again after 25 s, then it waits."""
    return PhaseFacts(
        help=help_line or f"help-{kind}",
        answers=frozenset(answers.split()),
        patience_s=25.0,
        prompt=f"prompt-{kind}",
        example=f"example-{kind}",
        waits=True,
        recites=True,
    )


def _on_top(answers: str, kind: str, patience_s: float, prompt: str, example: str) -> PhaseFacts:
    """A question that holds up the place beneath, and that silence answers."""
    return PhaseFacts(
        help=f"help-{kind}",
        answers=frozenset(answers.split()),
        patience_s=patience_s,
        prompt=prompt,
        example=example,
        recites=True,
        clock_beneath=True,
    )


def _guarded(kind: str) -> PhaseFacts:
    return PhaseFacts(help=f"help-{kind}", mode=Mode.GUARDED)


PHASES: Mapping[Phase, PhaseFacts] = {
    Phase.OFF: PhaseFacts(help="help-idle"),
    Phase.IDLE: PhaseFacts(help="help-idle", answers=frozenset({"start"}), patience_s=300.0),
    Phase.TELLING: PhaseFacts(help="help-telling", recites=True),
    Phase.ASKING: _question("yes no", "yes-no"),
    Phase.CONSENTING: _question("yes no", "consent"),
    Phase.CHOOSING: _question("choose other note", "choice"),
    Phase.MEASURING: _question("number yes", "minutes"),
    Phase.DRAWING: _question("person draw", "starter"),
    Phase.WAITING: PhaseFacts(help="help-open", answers=frozenset({"next"}), patience_s=25.0, waits=True),
    Phase.TURN: _guarded("turn"),
    Phase.GRACE: _guarded("turn"),
    Phase.BREATH: _guarded("turn"),
    Phase.LISTING: _guarded("list"),
    Phase.NOTING: _on_top("note", "note", 12.0, "prompt-note", "prompt-note"),
    Phase.TIMING: _guarded("timing"),
    Phase.OFFERING: _on_top("yes no", "offer", 8.0, "prompt-yes-no", "example-yes-no"),
    Phase.PAUSED: _guarded("pause"),
    Phase.RETURNING: PhaseFacts(
        help="help-ready",
        answers=frozenset({"yes", "no", "ready", "not_yet"}),
        patience_s=25.0,
        prompt="prompt-ready",
        example="example-ready",
        waits=True,
        recites=True,
        clock_beneath=True,
    ),
    Phase.CONFIRMING: _on_top("yes no", "confirm", 15.0, "prompt-yes-no", "example-yes-no"),
    Phase.WHEN: _question("when", "when"),
    Phase.WORDING: _question("yes no reword", "wording"),
    Phase.AMENDING: _question("number choose no", "amend"),
    Phase.ENDED: PhaseFacts(help="ended-next", answers=frozenset({"start"}), patience_s=60.0),
    Phase.RESTING: _guarded("resting"),
    Phase.REMINDING: _question("yes no later not_yet", "reminder"),
    Phase.POSTPONING: PhaseFacts(
        help="help-when",
        answers=frozenset({"when"}),
        patience_s=25.0,
        prompt="prompt-when",
        example="example-when",
        recites=True,
    ),
}
"""The facts of every phase."""


def is_guarded(phase: Phase) -> bool:
    """Whether only what is said behind the wake phrase counts."""
    return PHASES[phase].mode is Mode.GUARDED
