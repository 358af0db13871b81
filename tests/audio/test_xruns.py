"""Overruns and underruns are counted in the callback and logged elsewhere, now and then."""

import logging

import pytest

from voice_coach.audio.xruns import REPORT_EVERY_S, XrunCounter

LOGGER = logging.getLogger("voice_coach.test")


class Clock:
    """Seconds that pass when told to."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_counting_logs_nothing_and_a_report_tells_how_many(caplog: pytest.LogCaptureFixture) -> None:
    counter = XrunCounter("input overflow", LOGGER, Clock())
    counter.report()
    for _ in range(3):
        counter.count()
    assert caplog.messages == []
    counter.report()
    assert caplog.messages == ["input overflow: 3, 3 in all"]
    counter.report()
    assert len(caplog.messages) == 1, "nothing has happened since"


def test_more_of_them_are_told_once_a_second_and_none_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    counter = XrunCounter("output underflow", LOGGER, clock)
    for _ in range(4):
        counter.count()
        counter.report()
        clock.at += REPORT_EVERY_S / 3
    assert caplog.messages == ["output underflow: 1, 1 in all", "output underflow: 3, 4 in all"]
