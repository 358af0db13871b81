"""Overruns and underruns (xruns): samples that a device dropped, or had to do without, as nobody came in time."""

import logging
import time
from collections.abc import Callable

REPORT_EVERY_S = 1.0
"""A machine that is too slow has some in every block: one line a second tells it as well."""


class XrunCounter:
    """Counts in PortAudio's callback, where nothing may be logged; logs from the thread that uses the device."""

    def __init__(self, what: str, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        """`what`: such as "input overflow"."""
        self._what = what
        self._logger = logger
        self._clock = clock
        self._counted = 0
        self._reported = 0
        self._due = float("-inf")

    def count(self) -> None:
        """One more; called in the callback."""
        self._counted += 1

    def report(self) -> None:
        """Log how many there were since the last report, at most once a second; nothing where there were none."""
        counted = self._counted
        if counted == self._reported or (now := self._clock()) < self._due:
            return
        self._logger.warning("%s: %d, %d in all", self._what, counted - self._reported, counted)
        self._reported = counted
        self._due = now + REPORT_EVERY_S
