"""What devices do is logged with their names and rates; what a callback sees, later and from elsewhere."""

import logging
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from support.sound_card import SoundCard

from voice_coach.audio import portaudio
from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import BLOCK
from voice_coach.errors import DeviceError

pytestmark = pytest.mark.real_time

LOST_WITHIN_S = 20.0


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG, "voice_coach"):
        yield caplog


def test_opening_and_closing_are_logged_with_name_and_rate(
    card: SoundCard,  # noqa: ARG001
    log: pytest.LogCaptureFixture,
) -> None:
    with Microphone("pulse"), Loudspeaker("pulse"):
        assert log.messages[-2:] == ['opened input "pulse" at 16000 Hz', 'opened output "pulse" at 48000 Hz']
    assert log.messages[-2:] == ['closed output "pulse" at 48000 Hz', 'closed input "pulse" at 16000 Hz']


def test_a_device_that_is_lost_and_one_that_is_back_are_logged(
    card: SoundCard, log: pytest.LogCaptureFixture
) -> None:
    with Loudspeaker("pulse") as loudspeaker:
        card.unplug()
        until = time.monotonic() + LOST_WITHIN_S
        with pytest.raises(DeviceError):
            while time.monotonic() < until:
                loudspeaker.check()
                time.sleep(0.01)
        assert [r.levelname for r in log.records if "is lost" in r.message] == ["WARNING"]
        card.plug_in()
        loudspeaker.reopen()
        assert log.messages[-1] == 'the loudspeaker "pulse" is open again'


def test_what_a_callback_sees_is_counted_there_and_logged_elsewhere(
    card: SoundCard,  # noqa: ARG001
    log: pytest.LogCaptureFixture,
) -> None:
    """No virtual card loses samples on demand: the flags are handed over as PortAudio would."""
    flags = portaudio.sounddevice().CallbackFlags()
    flags.input_overflow = flags.output_underflow = True
    times = SimpleNamespace(outputBufferDacTime=0.0, currentTime=0.0)
    with Microphone("pulse") as microphone, Loudspeaker("pulse") as loudspeaker:
        microphone._take(bytes(2 * BLOCK), BLOCK, None, flags)
        loudspeaker._callback(memoryview(bytearray(4 * BLOCK)), BLOCK, times, flags)
        assert not [message for message in log.messages if "flow" in message]
        microphone.read(1.0)
        loudspeaker.check()
    # The card may lose some of its own on a busy machine.
    for flow in ("input overflow: ", "output underflow: "):
        assert [record.levelname for record in log.records if record.message.startswith(flow)] == ["WARNING"]
