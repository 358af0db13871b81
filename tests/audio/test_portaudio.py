"""PortAudio shared by microphone and loudspeaker, on a virtual sound card and without one."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.sound_card import SoundCard

from voice_coach.audio import portaudio
from voice_coach.errors import DeviceError

pytestmark = pytest.mark.real_time


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundCard]:
    with SoundCard(tmp_path_factory.mktemp("card")) as card, card.in_this_process():
        yield card


def test_the_devices_of_the_card_are_listed(card: SoundCard) -> None:  # noqa: ARG001
    pulse = next(d for d in portaudio.devices() if d.name == "pulse")
    assert pulse.channels("input") > 0
    assert pulse.channels("output") > 0
    assert portaudio.native_rate(pulse.index, "output") == pulse.rate == 44_100


@pytest.mark.parametrize("name", ["pulse", "Pulse", "uls"])
@pytest.mark.parametrize("kind", ["input", "output"])
def test_a_device_is_found_by_its_name_or_a_part_of_it(card: SoundCard, name: str, kind: portaudio.Kind) -> None:  # noqa: ARG001
    index = portaudio.find(name, kind)
    assert next(d for d in portaudio.devices() if d.index == index).name == "pulse"


def test_without_a_name_it_is_the_systems_default(card: SoundCard) -> None:  # noqa: ARG001
    assert portaudio.find(None, "output") is None
    assert portaudio.find(None, "input") is None


def test_an_unknown_name_is_answered_with_those_there_are(card: SoundCard) -> None:  # noqa: ARG001
    with pytest.raises(DeviceError, match='no microphone is called "studio"; there is "pulse"'):
        portaudio.find("studio", "input")


@pytest.fixture
def plug(card: SoundCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:  # noqa: ARG001
    """Have devices of these names before the card's own, in this order, and let PortAudio look afresh."""
    config = tmp_path / "asound.conf"
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))

    def plug(*names: str) -> None:
        entries = [f"pcm.{name} {{ type pulse }}" for name in names]
        config.write_text("\n".join([*entries, "</usr/share/alsa/alsa.conf>"]), encoding="utf-8")
        portaudio.reinitialise()

    yield plug
    monkeypatch.delenv("ALSA_CONFIG_PATH")
    portaudio.reinitialise()


@pytest.mark.parametrize("kind", ["input", "output"])
def test_a_device_kept_by_name_is_found_wherever_it_comes_in_the_list(
    plug: Callable[..., None], kind: portaudio.Kind
) -> None:
    places = []
    for names in (["speakerphone"], ["webcam", "television", "speakerphone"]):
        plug(*names)
        index = portaudio.find("speakerphone", kind)
        assert next(d for d in portaudio.devices() if d.index == index).name == "speakerphone"
        stream = portaudio.open_stream(kind, device=index, samplerate=48_000, channels=1)
        assert stream.active
        portaudio.close_stream(stream)
        places.append(index)
    assert len(set(places)) == 2
    plug("webcam", "television")
    with pytest.raises(DeviceError, match=r'called "speakerphone"; there is .*"television"'):
        portaudio.find("speakerphone", kind)


def test_looking_afresh_closes_all_streams_and_new_ones_can_be_opened(card: SoundCard) -> None:  # noqa: ARG001
    options = {"samplerate": 48_000, "channels": 1, "device": portaudio.find("pulse", "output")}
    streams = [portaudio.open_stream("output", **options), portaudio.open_stream("input", **options)]
    assert all(stream.active for stream in streams)
    portaudio.reinitialise()
    assert all(stream.closed for stream in streams)
    again = portaudio.open_stream("output", **options)
    assert again.active
    portaudio.close_stream(again)
    portaudio.close_stream(again)
    portaudio.close_stream(streams[0])
    assert again.closed


def test_a_refused_stream_leaves_nothing_open(card: SoundCard) -> None:  # noqa: ARG001
    with pytest.raises(portaudio.sounddevice().PortAudioError):
        portaudio.open_stream("output", samplerate=48_000, channels=999, device=portaudio.find("pulse", "output"))
    portaudio.reinitialise()


def test_a_device_that_was_asked_for_and_is_not_there_is_named_with_those_there_are(card: SoundCard) -> None:  # noqa: ARG001
    portaudio.require({"input": None, "output": "pulse"})
    with pytest.raises(DeviceError) as raised:
        portaudio.require({"input": "studio", "output": "kitchen"})
    assert re.match(
        'no microphone is called "studio"; there is .*; no loudspeaker is called "kitchen"; there is ',
        str(raised.value),
    )


def test_a_stream_that_opens_too_late_is_closed_and_one_that_opens_just_in_time_belongs_to_somebody(
    card: SoundCard,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sd, made, go_on = portaudio.sounddevice(), [], threading.Event()
    make = sd.RawOutputStream

    def late(**options: Any) -> Any:
        assert go_on.wait(20)
        made.append(make(**options))
        return made[-1]

    options = {"samplerate": 48_000, "channels": 1, "device": portaudio.find("pulse", "output")}
    with monkeypatch.context() as patch:
        patch.setattr(sd, "RawOutputStream", late)
        patch.setattr(portaudio, "ANSWER_S", 0.1)
        with pytest.raises(DeviceError, match="does not answer"):
            portaudio.open_stream("output", **options)
        with pytest.raises(DeviceError, match="does not answer"):
            portaudio.devices()
        go_on.set()
    end = time.monotonic() + 20
    while not (made and made[0].closed):
        assert time.monotonic() < end
    really = portaudio._in_time

    def at_the_last_instant(action: Callable[[], Any], answer_s: float | None = None) -> Any:
        really(action, answer_s)
        raise DeviceError("the sound system does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(portaudio, "_in_time", at_the_last_instant)
        stream = portaudio.open_stream("output", **options)
    assert stream.active
    portaudio.close_stream(stream)


def _in_another_process(code: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


_TRY = """
from voice_coach.audio import portaudio
from voice_coach.errors import DeviceError
try:
    portaudio.find(None, "output")
except DeviceError as error:
    print(error)
"""


@pytest.mark.parametrize(("kind", "called"), [("input", "microphone"), ("output", "loudspeaker")])
def test_without_a_sound_card_it_says_so(
    monkeypatch: pytest.MonkeyPatch, kind: portaudio.Kind, called: str
) -> None:
    monkeypatch.setattr(portaudio, "devices", list)
    with pytest.raises(DeviceError, match=f"no {called} was found.*--keyboard"):
        portaudio.find(None, kind)


def test_without_the_library_it_says_what_to_install(tmp_path: Path) -> None:
    """A library of that name that cannot be loaded goes before the system's."""
    hide = "import ctypes.util; ctypes.util.find_library = lambda name: None\n"
    said = _in_another_process(hide + _TRY, dict(os.environ, HOME=str(tmp_path)))
    assert "apt install libportaudio2" in said
    assert said.count("\n") == 1
