"""Endpointing: when to ask for an early result of an utterance, as if it ended now.

Times are in seconds of audio since the stream began.
"""

from collections.abc import Callable

QUIET_S = 0.17
"""The quiet after the last word of a command: hardly anybody pauses for as long within a sentence."""
QUIET_MORE_S = 0.55
"""The quiet after a command with which one of another meaning begins."""
QUIET_PIECES_S = 0.8
"""The same where it is told piece by piece, as a day and then its hour are."""
QUIET_OPEN_S = 0.2
"""The quiet after an unprompted command: some people pause, and then go on."""
QUIET_ANSWER_S = 0.4
"""The quiet after an answer without the wake phrase, asked for or not: talk goes on behind "of course"."""
_LONG_PAUSE_S = 0.5
"""The quiet after which a pause is long enough for a command that may go on."""
_NOTHING_NEW_S = 0.45
"""The time without a new word that is taken for a pause: in noise as loud as speech, that alone shows the end."""


class Endpointer:
    """Decides when to ask for an early result: once per pause, or when scheduled; new words cancel."""

    def __init__(self) -> None:
        self._words_since: float | None = None
        """When the partial result became what it is; None while it is empty."""
        self._scheduled: float | None = None
        self._asked_in_pause = False

    def partial_changed(self, partial: str, now: float) -> None:
        """The partial result has become another one."""
        self.reset()
        self._words_since = now if partial else None

    def unchanged_s(self, now: float) -> float:
        """The time for which the words of the partial result have been as they are; 0 while there are none."""
        return 0.0 if self._words_since is None else now - self._words_since

    def schedule(self, at: float) -> None:
        """Ask for an early result at `at`, if not before."""
        self._scheduled = at if self._scheduled is None else min(at, self._scheduled)

    def next_scheduled(self, default: float) -> float:
        """The time of the next scheduled early result, else `default`."""
        return default if self._scheduled is None else self._scheduled

    def reopen_pause(self) -> None:
        """Ask for an early result in this pause even if there was one before."""
        self._asked_in_pause = False

    def is_due(self, quiet_s: float, now: float, is_worthwhile: Callable[[bool], bool]) -> bool:
        """Whether to ask for an early result now, after `quiet_s` seconds of quiet.

        `is_worthwhile` is asked in a pause, with whether that is long enough for a command that may go on.
        """
        nothing_new = self._words_since is not None and self.unchanged_s(now) >= _NOTHING_NEW_S
        if quiet_s < QUIET_S and not nothing_new:
            self._asked_in_pause = False
        elif not self._asked_in_pause and is_worthwhile(nothing_new or quiet_s >= _LONG_PAUSE_S):
            self._asked_in_pause = True
            self._scheduled = now
        if self._scheduled is None or now < self._scheduled:
            return False
        self._scheduled = None
        return True

    def reset(self) -> None:
        """Begin with another utterance, or with other words of this one."""
        self._words_since = None
        self._scheduled = None
        self._asked_in_pause = False
