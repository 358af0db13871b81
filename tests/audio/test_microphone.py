"""The microphone on a virtual sound card: what it gives, and what it says when the card goes away."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from support.sound_card import SoundCard

from voice_coach.attention import Attention, Mode
from voice_coach.audio import portaudio
from voice_coach.audio.levels import Levels
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import BLOCK_S, SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.errors import DeviceError
from voice_coach.hearing import Heard, Hearing
from voice_coach.recognition.model import Model
from voice_coach.table.idle_detector import IdleDetector

pytestmark = pytest.mark.real_time

LIMIT_S = 15.0


@pytest.fixture
def card(tmp_path: Path) -> Iterator[SoundCard]:
    """A card for this test alone, since it may be unplugged."""
    with SoundCard(tmp_path) as card, card.in_this_process():
        yield card


def test_what_is_said_into_it_is_understood(
    card: SoundCard, tmp_path: Path, say, model: Model, commands: Commands
) -> None:
    wav = tmp_path / "said.wav"
    sf.write(wav, say(0.5, "how long is left", 1.0), SAMPLE_RATE)
    hearing = Hearing(model, commands, attention=Attention(Mode.OPEN))
    with Microphone() as microphone:
        player = card.play_into_microphone(wav)
        events, until = [], time.monotonic() + LIMIT_S
        while not any(isinstance(event, Heard) for event in events) and time.monotonic() < until:
            block = microphone.read(0.5)
            if block is not None:
                assert block.dtype == np.int16
                events += hearing.feed(block)
        player.wait()
    assert [event.intent for event in events if isinstance(event, Heard)] == ["time_left"]


def test_a_device_that_refuses_16_khz_is_resampled(
    card: SoundCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A tone of 440 Hz is still one after a refused rate. No virtual card refuses, so the refusal is played."""
    really = portaudio.open_stream

    def refusing(kind: str, **options: object) -> object:
        if options["samplerate"] == SAMPLE_RATE:
            raise portaudio.sounddevice().PortAudioError("Invalid sample rate")
        return really(kind, **options)

    monkeypatch.setattr(portaudio, "open_stream", refusing)
    wav = tmp_path / "tone.wav"
    sf.write(wav, 0.5 * np.sin(2 * np.pi * 440 * np.arange(3 * 48_000) / 48_000), 48_000)
    with Microphone() as microphone:
        assert microphone.rate != SAMPLE_RATE
        player = card.play_into_microphone(wav)
        heard, until = np.zeros(0, np.int16), time.monotonic() + LIMIT_S
        while np.count_nonzero(np.abs(heard) > 3000) < SAMPLE_RATE and time.monotonic() < until:
            block = microphone.read(0.5)
            heard = heard if block is None else np.concatenate([heard, block])
        player.kill()
    loud = heard[np.flatnonzero(np.abs(heard) > 3000)[0] :][: SAMPLE_RATE // 2]
    peak = np.argmax(np.abs(np.fft.rfft(loud))) * SAMPLE_RATE / len(loud)
    assert peak == pytest.approx(440, abs=4)
    # Blocks resampled each by itself would not fit together.
    steepest = float(np.abs(loud).max()) * 2 * np.pi * 440 / SAMPLE_RATE
    assert np.abs(np.diff(loud.astype(int))).max() < 1.1 * steepest, "a click"


@pytest.mark.parametrize("rate", [96_000, 48_000, 44_100, 22_050, 11_025, 8_000])
def test_whatever_rate_a_device_runs_at_no_block_is_empty(
    card: SoundCard, monkeypatch: pytest.MonkeyPatch, rate: int
) -> None:
    assert card.env
    really = portaudio.open_stream

    def refusing(kind: portaudio.Kind, **options: Any) -> Any:
        if options["samplerate"] != rate:
            raise portaudio.sounddevice().PortAudioError("Invalid sample rate")
        return really(kind, **options)

    monkeypatch.setattr(portaudio, "open_stream", refusing)
    monkeypatch.setattr(portaudio, "native_rate", lambda *_: float(rate))
    levels, idle = Levels(), IdleDetector(0.0)
    with Microphone() as microphone:
        given, until = 0, time.monotonic() + LIMIT_S
        while given < 2 * SAMPLE_RATE and time.monotonic() < until:
            block = microphone.read(0.5)
            if block is not None:
                assert block.size
                given += block.size
                assert levels.fault(block) is None
                idle.feed(block, given / SAMPLE_RATE)
    assert given >= 2 * SAMPLE_RATE


def test_a_fresh_look_at_the_devices_does_not_cost_the_microphone(card: SoundCard) -> None:
    assert card.env
    with Microphone() as microphone:
        assert microphone.read(5.0) is not None
        portaudio.reinitialise()
        until = time.monotonic() + LIMIT_S
        while microphone.read(0.1) is None:
            assert time.monotonic() < until


def until_lost(microphone: Microphone) -> float:
    """Read until the device is given up; how many seconds that took."""
    began = time.monotonic()
    with pytest.raises(DeviceError, match="stopped giving sound"):
        while time.monotonic() < began + LIMIT_S:
            microphone.read(0.1)
    return time.monotonic() - began


def is_back(microphone: Microphone) -> bool:
    """Whether it opens, after a fresh look at the devices: what hung with the card is not over at once."""
    try:
        microphone.reopen()
    except DeviceError:
        return False
    return True


@pytest.mark.parametrize("how", ["unplug", "stall"])
def test_a_microphone_that_vanishes_or_stands_still_is_lost_within_two_seconds_and_comes_back(
    card: SoundCard, how: str
) -> None:
    with Microphone() as microphone:
        assert microphone.read(5.0) is not None
        getattr(card, how)()
        assert until_lost(microphone) < 2.0
        microphone.close()
        card.unplug()
        card.plug_in()
        until = time.monotonic() + LIMIT_S
        while not is_back(microphone):
            assert time.monotonic() < until
        assert microphone.read(5.0) is not None


def test_a_microphone_that_is_not_there_is_named(card: SoundCard) -> None:
    with pytest.raises(DeviceError, match="no such thing"):
        Microphone("no such thing").open()
    assert card.env


def test_who_need_not_hurry_gets_larger_pieces(card: SoundCard) -> None:
    assert card.env
    with Microphone() as microphone:
        assert microphone.read(5.0, 0.24).shape == (round(0.24 * SAMPLE_RATE),)
        assert microphone.read(0.0, 0.24) is None
        assert microphone.waiting_s < 0.24
        assert microphone.read(5.0).shape == (round(BLOCK_S * SAMPLE_RATE),)


def test_what_waited_can_be_forgotten(card: SoundCard) -> None:
    assert card.env
    with Microphone() as microphone:
        microphone.read(5.0, 3 * BLOCK_S)
        while microphone.waiting_s < 2 * BLOCK_S:
            time.sleep(BLOCK_S)
        microphone.forget()
        assert microphone.waiting_s < 2 * BLOCK_S


def test_a_closed_microphone_is_not_read() -> None:
    with pytest.raises(DeviceError, match="not open"):
        Microphone().read(0.0)
