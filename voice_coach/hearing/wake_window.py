"""The wake window: for how long after the wake phrase a command counts without another one.

    state    the wake phrase was reported  a command may begin      next state
    ASLEEP   -                             no                       CALLED by a call
    CALLED   in this utterance             within WAKE_WINDOW_S     AWAKE with the next utterance
    AWAKE    in an earlier utterance       within WAKE_WINDOW_S     CALLED by another call
    SPENT    in this utterance             no more                  ASLEEP with the next utterance

A command, or the end of the time, leads from CALLED to SPENT and from AWAKE to ASLEEP: one call, one command. Once
in a call, when nothing follows, it is time to show that the coach waits. Times are in seconds of audio since the
stream began.
"""

from voice_coach.attention import WAKE_WINDOW_S

WAITING_S = 0.8
"""The quiet after the wake phrase before the coach shows that it waits: most people have gone on by then."""
TAIL_S = 0.2
"""What begins this soon after an early decision is the end of the same breath ("... please"), or an echo."""
_NEVER = -1.0


class WakeWindow:
    """The state above; the time is that of the words that are asked about."""

    def __init__(self) -> None:
        self.wake_reported = False
        """Whether the wake phrase was reported in this utterance."""
        self.open_until = _NEVER
        """When the time for a command ends; before all times where nobody has called."""
        self._waiting_at: float | None = None
        self._tail_until = _NEVER

    def call(self, end: float) -> None:
        """The wake phrase, which ended at `end`, is reported."""
        self.wake_reported = True
        self.open_until = end + WAKE_WINDOW_S
        self._waiting_at = end + WAITING_S

    def close(self) -> None:
        """A command has come."""
        self.open_until, self._waiting_at = _NEVER, None

    def begin_tail(self, now: float) -> None:
        """A command was decided on before its utterance was over: more of that may follow."""
        self._tail_until = now + TAIL_S

    def next_utterance(self) -> None:
        """Another utterance begins."""
        self.wake_reported = False

    def is_open(self, at: float) -> bool:
        """Whether a command that begins at `at` was called for by an earlier wake phrase."""
        return at < self.open_until

    def is_tail(self, start: float) -> bool:
        """Whether words that begin at `start` belong to the command before."""
        return start < self._tail_until

    def take_waiting(self, now: float) -> float | None:
        """Since when the coach has waited for a command: once in a call, when it is time to show it; else None."""
        if self._waiting_at is None or now < self._waiting_at:
            return None
        since, self._waiting_at = self._waiting_at - WAITING_S, None
        return since
