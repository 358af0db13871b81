"""A missing device is looked for without cost to the one that is open, and taken up when it is there."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.sound_card import SoundCard
from support.wiring import Wiring

from voice_coach.audio import device_watch, portaudio
from voice_coach.audio.device_watch import DeviceWatch
from voice_coach.errors import DeviceError

pytestmark = pytest.mark.real_time


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Have a microphone "ear", a loudspeaker "horn", or one of them."""
    monkeypatch.setattr(device_watch, "LOOK_S", 0.1)
    with SoundCard(tmp_path) as card:
        wiring = Wiring(tmp_path, card)

        def plug(*, ear: bool, horn: bool) -> None:
            wiring.plug(ear=card if ear else None, horn=card if horn else None)

        plug(ear=True, horn=True)
        with card.in_this_process():
            monkeypatch.setenv("ALSA_CONFIG_PATH", wiring.env["ALSA_CONFIG_PATH"])
            yield plug
            monkeypatch.delenv("ALSA_CONFIG_PATH")


def opens(watch: DeviceWatch, seconds: float, kind: portaudio.Kind, *, may_close_others: bool = True) -> bool:
    """Whether the device is found and opened within this time."""
    end = time.monotonic() + seconds
    opened = []

    def open_it() -> None:
        options = {"samplerate": 48_000, "channels": 1}
        opened.append(portaudio.open_stream(kind, device=portaudio.find(None, kind), **options))

    while time.monotonic() < end and not opened:
        with suppress(DeviceError):
            watch.reopen(open_it, may_close_others=may_close_others)
        time.sleep(0.02)
    watch.close()
    return bool(opened)


def horn() -> object:
    return portaudio.open_stream("output", device=portaudio.find("horn", "output"), samplerate=48_000, channels=1)


@pytest.mark.parametrize("name", [None, "EAR"])
def test_while_it_is_missing_the_other_stays_open_and_when_it_comes_it_is_opened(
    plug: Callable[..., None], name: str | None
) -> None:
    plug(ear=False, horn=True)
    portaudio.reinitialise()
    other, watch = horn(), DeviceWatch(name, "input")
    assert not opens(watch, 2.0, "input")
    assert other.active  # type: ignore[attr-defined]
    plug(ear=True, horn=True)
    assert not opens(watch, 2.0, "input", may_close_others=False)
    assert other.active  # type: ignore[attr-defined]
    assert opens(watch, 15.0, "input")


def test_another_device_than_the_named_one_is_no_reason_to_close_anything(plug: Callable[..., None]) -> None:
    plug(ear=False, horn=True)
    portaudio.reinitialise()
    other = horn()
    plug(ear=True, horn=True)
    assert not opens(DeviceWatch("studio", "input"), 2.0, "input")
    assert other.active  # type: ignore[attr-defined]


def test_where_nothing_else_is_open_it_looks_at_once(plug: Callable[..., None]) -> None:
    plug(ear=False, horn=True)
    portaudio.reinitialise()
    plug(ear=True, horn=True)
    assert opens(DeviceWatch("ear", "input"), 0.01, "input")
