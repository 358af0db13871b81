"""`voice-coach run` with devices that are missing, come or go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.live_coach import LiveCoach
from support.sound_card import SoundCard
from support.wiring import Wiring

SETTINGS = 'names = ["Anna", "Ben"]\nwords_per_minute = 300\nduplex = "half-duplex"\n'
LOST, BACK = "I cannot hear you now", "I can hear you again"


@contextmanager
def led(card: SoundCard, wiring: Wiring, folder: Path, settings: str = SETTINGS) -> Iterator[LiveCoach]:
    with LiveCoach(card, folder, settings, folder / "watched.log", wiring.env) as coach:
        coach.wait_for("Hello Anna, hello Ben.", 30)
        yield coach
        assert "Traceback" not in coach.printed()
