"""When the coach spoke, for sound that is heard late."""

import pytest

from voice_coach.table.spoken_times import SpokenTimes


@pytest.fixture
def spoken() -> SpokenTimes:
    """It speaks from 1.0 to 3.0; nobody looked between 2.0 and 4.0."""
    times = SpokenTimes()
    for at, speaking in ((0.9, False), (1.0, True), (2.0, True), (4.0, False), (4.1, False)):
        times.note(at, speaking=speaking)
    return times


@pytest.mark.parametrize(
    ("at", "spoke"),
    [(0.5, False), (0.9, False), (1.0, True), (1.5, True), (3.5, True), (3.9, True), (4.06, False), (9.0, False)],
)
def test_late_sound_is_judged_by_the_time_it_is_of(spoken: SpokenTimes, at: float, spoke: bool) -> None:
    assert spoken.spoke(at) is spoke


def test_the_present_is_what_was_told_last(spoken: SpokenTimes) -> None:
    spoken.note(5.0, speaking=True)
    assert spoken.spoke(5.0)
    assert spoken.spoke(6.0)


def test_long_ago_is_forgotten(spoken: SpokenTimes) -> None:
    spoken.note(60.0, speaking=False)
    assert not spoken.spoke(1.5)
