"""A whole check-in of forty minutes, as `scripts/start` rehearses it where there is no sound."""

import pytest

from voice_coach.rehearsal.rehearse import rehearse
from voice_coach.settings import Settings

pytestmark = pytest.mark.long


def test_the_whole_guide_comes_true(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse("reconnect", None, Settings(), progress=False) == 0, capsys.readouterr().out
