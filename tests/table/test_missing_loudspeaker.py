"""`voice-coach run` without a loudspeaker: it hears, and one that comes is taken up."""

from pathlib import Path

import pytest
from support.devices import LOST, SETTINGS, led
from support.sound_card import SoundCard
from support.wiring import Wiring

pytestmark = pytest.mark.long


@pytest.mark.parametrize("mode", ["half-duplex", "echo-cancelling"])
def test_without_a_loudspeaker_it_hears_and_one_that_comes_is_taken_up(
    card: SoundCard, tmp_path: Path, mode: str
) -> None:
    wiring = Wiring(tmp_path, card)
    wiring.plug(ear=card, horn=None)
    settings = SETTINGS.replace("half-duplex", mode)
    with card.record_loudspeaker() as recording, led(card, wiring, tmp_path, settings) as coach:
        coach.tell("how long is left")
        coach.wait_for("heard  how long is left", 20)
        assert recording.last_sound() is None
        wiring.plug(ear=card, horn=card)
        recording.wait_for(10)
        coach.tell("start")
        heard = coach.wait_for("heard  start", 20)
        coach.wait_until_silent(recording, heard)
        printed = coach.printed()
    assert printed.count("no loudspeaker was found") == 1
    assert printed.count("(trying again") == 1
    assert LOST not in printed
