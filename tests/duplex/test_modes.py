"""Which way of listening is chosen for which devices."""

import sys

import pytest

from voice_coach.duplex import Duplex, EchoCanceller, available, choose
from voice_coach.errors import DuplexError


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """One of the two packages is not installed."""
    monkeypatch.setitem(sys.modules, request.param, None)
    return str(request.param)


def test_echo_cancelling_is_the_default() -> None:
    assert available()
    assert choose(Duplex.AUTO, "USB Audio", "Built-in Audio Analog Stereo") == (Duplex.ECHO, "")
    assert choose(Duplex.AUTO, "", "") == (Duplex.ECHO, "")


@pytest.mark.parametrize(
    ("microphone", "loudspeaker", "mode"),
    [
        ("bluez_input.00_11", "Built-in Audio", Duplex.HALF),
        ("Built-in Audio", "AirPods Pro", Duplex.HALF),
        ("Jabra SPEAK 510 USB", "Jabra SPEAK 510 USB", Duplex.HARDWARE),
        ("Jabra SPEAK 510 USB", "HDMI", Duplex.ECHO),
    ],
)
def test_devices_are_known_by_name(microphone: str, loudspeaker: str, mode: Duplex) -> None:
    assert choose(Duplex.AUTO, microphone, loudspeaker) == (mode, "")
    assert choose(Duplex.HALF, microphone, loudspeaker) == (Duplex.HALF, "")
    assert choose(Duplex.ECHO, microphone, loudspeaker) == (Duplex.ECHO, "")
    assert choose(Duplex.HARDWARE, microphone, loudspeaker) == (Duplex.HARDWARE, "")


@pytest.mark.parametrize("without", ["livekit.rtc"], indirect=True)
def test_without_the_package_it_is_half_duplex_and_says_so_in_one_line(without: str) -> None:
    assert without
    with pytest.raises(DuplexError):
        EchoCanceller()
    for wanted in (Duplex.AUTO, Duplex.ECHO):
        mode, line = choose(wanted, "USB Audio", "USB Audio")
        assert mode is Duplex.HALF
        assert "pip install 'voice-coach[duplex]'" in line
        assert "\n" not in line
    assert choose(Duplex.HALF, "", "") == (Duplex.HALF, "")
    assert choose(Duplex.HARDWARE, "", "") == (Duplex.HARDWARE, "")
