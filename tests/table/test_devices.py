"""Devices and renderers that fail: the talk goes on, and it is said once. The broken ones are of our making."""

import time

import pytest
from support.broken import BLOCK, BrokenMicrophone, BrokenMouth, Notices

from voice_coach.table import steady_microphone
from voice_coach.table.protocols import SourceChange
from voice_coach.table.steady_microphone import SteadyMicrophone
from voice_coach.table.steady_mouth import SteadyMouth


@pytest.fixture
def notices() -> Notices:
    return Notices()


def test_what_cannot_be_rendered_counts_as_said(notices: Notices, caplog: pytest.LogCaptureFixture) -> None:
    broken = BrokenMouth()
    mouth = SteadyMouth(broken, notices)
    mouth.say(["Hello."], 1)
    mouth.say(["And more."], 2)
    broken.render_error = "the renderer failed twice"
    assert mouth.finished() == 2
    assert notices.told == ["the renderer failed twice (what is said is shown here)"]
    assert "cannot be rendered" in caplog.text
    mouth.say(["The next one works again."], 3)
    assert mouth.finished() == 3


def test_a_loudspeaker_that_is_soon_back_goes_on(notices: Notices) -> None:
    broken = BrokenMouth()
    mouth = SteadyMouth(broken, notices)
    mouth.say(["Hello."], 1)
    broken.gone = True
    for at in range(3):
        assert mouth.finished() is None
        mouth.tend(100.0 + at)
    assert len(notices.told) == 1
    broken.gone = False
    mouth.tend(103.0)
    assert mouth.finished() == 1
    mouth.tend(106.0)
    assert notices.shown == {}


def test_a_loudspeaker_that_goes_on_at_once_is_not_worth_a_word(notices: Notices) -> None:
    broken = BrokenMouth()
    mouth = SteadyMouth(broken, notices)
    mouth.say(["Hello."], 1)
    broken.gone = True
    assert mouth.finished() is None
    broken.gone = False
    mouth.tend(100.0)
    assert mouth.finished() == 1
    mouth.tend(110.0)
    assert notices.told == []


def test_a_loudspeaker_that_opens_and_plays_nothing_is_told_once_and_holds_nobody_up(notices: Notices) -> None:
    broken = BrokenMouth()
    broken.opens_in_vain = True
    mouth = SteadyMouth(broken, notices)
    mouth.say(["Hello."], 1)
    broken.gone = True
    finished = []
    for tenth in range(600):
        finished.append(mouth.finished())
        mouth.tend(100.0 + tenth / 10)
    assert [token for token in finished if token] == [1]
    assert len(notices.told) == 1


def test_a_missing_loudspeaker_is_told_once_and_makes_nobody_deaf(notices: Notices) -> None:
    broken = BrokenMouth()
    broken.gone = True
    mouth = SteadyMouth(broken, notices, "no loudspeaker was found")
    mouth.say(["Hello."], 1)
    assert not mouth.speaking
    assert mouth.finished() == 1
    for at in range(60):
        mouth.tend(100.0 + at)
    assert len(notices.told) == 1
    assert notices.told[0].startswith("no loudspeaker was found (trying again")
    broken.gone = False
    mouth.tend(200.0)
    mouth.say(["Aloud."], 2)
    assert mouth.speaking


def test_what_counted_as_said_is_not_lost_when_the_loudspeaker_comes_back(notices: Notices) -> None:
    broken = BrokenMouth()
    broken.gone = True
    mouth = SteadyMouth(broken, notices, "no loudspeaker was found")
    mouth.tend(100.0)
    mouth.say(["The session waits for this."], 1)
    broken.gone = False
    mouth.tend(102.0)
    assert mouth.finished() == 1


def test_a_loudspeaker_that_stays_away_holds_nobody_up(notices: Notices, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    broken = BrokenMouth()
    mouth = SteadyMouth(broken, notices)
    mouth.say(["Hello."], 1)
    broken.gone = True
    finished = []
    for tenth in range(80):
        token = mouth.finished()
        if token is not None:
            finished.append((token, tenth / 10))
        mouth.tend(100.0 + tenth / 10)
    assert [token for token, _ in finished] == [1]
    assert 4.5 <= finished[0][1] <= 6.0
    assert not mouth.speaking
    assert 6 <= broken.reopened <= 9  # about once a second
    mouth.chime("time", 2)
    assert mouth.finished() == 2
    broken.gone = False
    mouth.tend(120.0)
    mouth.say(["Aloud again."], 3)
    assert mouth.speaking
    assert mouth.finished() == 3
    mouth.tend(130.0)
    assert len(notices.told) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "loudspeaker lost: the loudspeaker has gone away",
        "muted: what is said is only shown",
        "loudspeaker back",
    ]


def test_a_microphone_is_tried_again_about_every_second(
    notices: Notices, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    broken = BrokenMicrophone()
    microphone = SteadyMicrophone(broken, notices, lambda: False)
    assert microphone.read(0.05) is BLOCK
    assert microphone.change is None
    broken.there = False
    assert microphone.read(0.05) is None
    assert microphone.change is SourceChange.LOST
    began = time.monotonic()
    reads = 0
    while len(broken.tries) < 3:
        assert microphone.read(0.05) is None
        assert microphone.change is None
        reads += 1
        assert time.monotonic() - began < 10
    # It waits as long as a microphone would, and does not spin.
    assert reads < 100
    assert broken.tries[0] <= began, "once at once"
    assert broken.tries[1] - broken.tries[0] == pytest.approx(1.0, abs=0.5)
    assert broken.tries[2] - broken.tries[1] == pytest.approx(1.0, abs=0.5)
    broken.there = True
    while microphone.change is None:
        microphone.read(0.05)
        assert time.monotonic() - began < 10
    assert microphone.change is SourceChange.BACK
    assert [record.getMessage() for record in caplog.records] == [
        "microphone lost: the microphone has stopped giving sound",
        "microphone back",
    ]
    assert notices.shown == {}
    assert len(notices.told) == 1
    assert microphone.read(0.05) is BLOCK


def test_a_microphone_that_goes_on_at_once_is_not_worth_a_word(notices: Notices) -> None:
    broken = BrokenMicrophone()
    microphone = SteadyMicrophone(broken, notices, lambda: False)
    assert microphone.read(0.05) is BLOCK
    broken.is_open = False
    assert microphone.read(0.05) is None
    assert microphone.change is None
    assert microphone.read(0.05) is BLOCK
    assert notices.told == []


def test_a_microphone_that_opens_and_gives_no_sound_is_lost_once_and_never_said_to_be_back(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steady_microphone, "_RETRY_S", 0.0)
    broken = BrokenMicrophone()
    microphone = SteadyMicrophone(broken, notices, lambda: False)
    assert microphone.read(0.05) is BLOCK
    broken.there, broken.opens_in_vain = False, True
    changes = []
    for _ in range(50):
        assert microphone.read(0.05) is None
        changes.append(microphone.change)
    assert [change for change in changes if change] == [SourceChange.LOST]
    assert len(notices.told) == 1
    broken.there = True
    while microphone.read(0.05) is None:
        assert microphone.change is None
    assert microphone.change is SourceChange.BACK


def test_a_missing_microphone_is_told_once_with_the_reason(notices: Notices) -> None:
    broken = BrokenMicrophone()
    broken.there = broken.is_open = False
    microphone = SteadyMicrophone(broken, notices, lambda: False, "no microphone was found")
    microphone.read(0.01)
    assert microphone.change is SourceChange.LOST
    microphone.read(0.01)
    assert microphone.change is None
    assert notices.told == ["no microphone was found (trying again)"]
