"""When to look at an utterance in progress as if it ended now. Times: seconds of audio since the stream began."""

from collections.abc import Callable

QUIET_S = 0.17
"""Quiet after the last word of a command: hardly anybody pauses for as long within a sentence."""
QUIET_MORE_S = 0.55
"""Quiet after a command with which one of another meaning begins."""
QUIET_OPEN_S = 0.2
"""Quiet after a command that nobody called for: some people do, and then go on."""
QUIET_ANSWER_S = 0.4
"""Quiet after an answer without the wake phrase, asked for or not: talk goes on behind "of course"."""
_NEARLY_MORE_S = 0.5
_NOTHING_NEW_S = 0.45
"""In noise that is as loud as speech, the end shows in words of the partial result that stay as they are."""


class Endpointer:
    """Looks once in each pause that is worth it, and at times agreed on; new words call those off."""

    def __init__(self) -> None:
        self.text = ""
        """The partial result so far."""
        self._changed = 0.0
        self._look_at: float | None = None
        self._looked_in_pause = False

    def hear(self, text: str, now: float) -> bool:
        """Take the partial result; whether it has changed."""
        if text == self.text:
            return False
        self.reset(now)
        self.text = text
        return True

    def unchanged_s(self, now: float) -> float:
        """For how long the partial result has been as it is."""
        return now - self._changed

    def come_back(self, at: float) -> None:
        """Look again at `at`, if not before."""
        self._look_at = at if self._look_at is None else min(at, self._look_at)

    def next_look(self, default: float) -> float:
        """When the next look is due, if that was agreed on."""
        return default if self._look_at is None else self._look_at

    def look_again(self) -> None:
        """Look in this pause even if it was looked at before."""
        self._looked_in_pause = False

    def is_due(self, quiet_s: float, now: float, worth_a_look: Callable[[bool], bool]) -> bool:
        """Whether to look now, after `quiet_s` seconds of quiet.

        `worth_a_look` is asked in a pause, with whether that has lasted long enough for a command that may go on.
        """
        nothing_new = bool(self.text) and self.unchanged_s(now) >= _NOTHING_NEW_S
        if quiet_s < QUIET_S and not nothing_new:
            self._looked_in_pause = False
        elif not self._looked_in_pause and worth_a_look(nothing_new or quiet_s >= _NEARLY_MORE_S):
            self._looked_in_pause = True
            self._look_at = now
        if self._look_at is None or now < self._look_at:
            return False
        self._look_at = None
        return True

    def reset(self, now: float) -> None:
        """Begin with another utterance."""
        self.text = ""
        self._changed = now
        self._look_at = None
        self._looked_in_pause = False
