"""`voice-coach run` without a microphone, and after it stood still: the loudspeaker works on, it is told once."""

import signal
import time
from pathlib import Path

import pytest
from support.devices import BACK, LOST, led
from support.sound_card import SoundCard
from support.wiring import Wiring

pytestmark = pytest.mark.long


def test_without_a_microphone_it_is_told_once_and_one_that_comes_is_taken_up(
    card: SoundCard, tmp_path: Path
) -> None:
    wiring = Wiring(tmp_path, card)
    wiring.plug(ear=None, horn=card)
    with card.record_loudspeaker() as recording, led(card, wiring, tmp_path) as coach:
        lost = coach.wait_for(LOST, 20)
        coach.wait_until_silent(recording, lost)
        recording.wait_for(8)
        wiring.plug(ear=card, horn=card)
        back = coach.wait_for(BACK, 30)
        coach.wait_until_silent(recording, back)
        coach.tell("start")
        coach.wait_for("heard  start", 20)
        printed = coach.printed()
    assert "no microphone was found" in printed
    assert printed.count("(trying again)") == 1
    assert printed.count(LOST) == printed.count(BACK) == 1
    assert "the loudspeaker" not in printed


def test_a_program_that_stood_still_has_lost_no_device(card: SoundCard, tmp_path: Path) -> None:
    wiring = Wiring(tmp_path, card)
    wiring.plug(ear=card, horn=card)
    with card.record_loudspeaker() as recording, led(card, wiring, tmp_path) as coach:
        recording.wait_for(0.5)
        coach.process.send_signal(signal.SIGSTOP)
        recording.wait_for(12)
        coach.process.send_signal(signal.SIGCONT)
        coach.wait_until_silent(recording, time.monotonic())
        coach.tell("start")
        coach.wait_for("heard  start", 30)
        printed = coach.printed()
    assert "trying again" not in printed
    assert LOST not in printed
    assert BACK not in printed
