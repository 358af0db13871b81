"""What the doctor makes of an echo."""

from dataclasses import replace

import pytest

from voice_coach.doctor.echo import Echo, described, recommend
from voice_coach.duplex import Duplex
from voice_coach.settings import Settings

GOOD = Echo(delay_s=0.12, level_db=-3.0, cancelled_db=22.0, clipped=False)


@pytest.mark.parametrize(
    ("echo", "devices", "mode", "why"),
    [
        (GOOD, ("USB Audio", "USB Audio"), Duplex.ECHO, "you can interrupt"),
        (GOOD, ("bluez_input.1", "bluez_output.1"), Duplex.HALF, "Bluetooth"),
        (replace(GOOD, clipped=True), ("USB", "USB"), Duplex.HALF, "turn it down"),
        (replace(GOOD, delay_s=0.7), ("USB", "USB"), Duplex.HALF, "too late"),
        (replace(GOOD, cancelled_db=3.0), ("USB", "USB"), Duplex.HALF, "cannot be cancelled well"),
        (replace(GOOD, delay_s=None), ("USB", "USB"), Duplex.ECHO, "comes back"),
        (GOOD, ("Jabra SPEAK 510", "Jabra SPEAK 510"), Duplex.HARDWARE, "you can interrupt"),
    ],
)
def test_it_recommends_what_suits_the_echo(echo: Echo, devices: tuple[str, str], mode: Duplex, why: str) -> None:
    recommended, said = recommend(Settings(), echo, *devices)
    assert recommended is mode
    assert why in said
    assert "\n" not in said


def test_the_echo_is_described_in_figures() -> None:
    assert described(GOOD) == "120 ms late at -3 dB, 22 dB of it cancelled"
    assert described(replace(GOOD, delay_s=None)) == "none found"
