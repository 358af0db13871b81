"""The loudspeaker on a virtual sound card: what comes out, how it stops; devices that refuse, vanish or hang."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.sound_card import RATE, Recording, SoundCard

from voice_coach.audio import portaudio
from voice_coach.audio.loudspeaker import PLAYBACK_BLOCK_S, Loudspeaker
from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.audio.stall_clock import STALLED_S
from voice_coach.errors import DeviceError

pytestmark = pytest.mark.real_time


def tone(seconds: float, frequency: float = 440.0, amplitude: float = 0.3) -> Samples:
    t = np.arange(round(seconds * PLAYBACK_RATE)) / PLAYBACK_RATE
    return np.asarray(amplitude * np.sin(2 * np.pi * frequency * t), np.float32)


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def until_error(loudspeaker: Loudspeaker, seconds: float = 20.0) -> DeviceError:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            loudspeaker.check()
        except DeviceError as error:
            return error
        time.sleep(0.01)
    raise AssertionError("no DeviceError came")


def sounding(recording: Recording) -> Samples:
    """The recording from its first to its last sound, as float."""
    samples = recording.samples().astype(np.float32) / 32768
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return np.asarray(samples[loud[0] : loud[-1] + 1], np.float32)


def frequency(samples: Samples) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples * np.hanning(samples.size))))) * RATE / samples.size


def test_what_is_played_comes_out_whole_and_is_counted_as_heard(card: SoundCard, loudspeaker: Loudspeaker) -> None:
    with card.record_loudspeaker() as recording:
        end = loudspeaker.play(tone(0.5))
        assert loudspeaker.busy
        assert loudspeaker.played < end
        until(lambda: not loudspeaker.busy)
        heard_at = time.monotonic()
        recording.wait_for(0.3)
        last_sound = recording.last_sound()
    assert loudspeaker.played == loudspeaker.taken == end
    assert last_sound is not None
    assert abs(heard_at - last_sound) < 0.12, "heard means out of the loudspeaker, not handed to the driver"
    out = sounding(recording)
    assert out.size / RATE == pytest.approx(0.5, abs=0.01)
    assert frequency(out) == pytest.approx(440, abs=3)
    assert np.abs(out).max() == pytest.approx(0.3, abs=0.01)


def test_it_is_silent_within_a_tenth_of_a_second_of_stop(card: SoundCard, loudspeaker: Loudspeaker) -> None:
    delays = []
    with card.record_loudspeaker() as recording:
        for _ in range(7):
            loudspeaker.play(tone(3))
            recording.wait_for(0.3)
            stopped = time.monotonic()
            loudspeaker.stop()
            recording.wait_for(0.25)
            last_sound = recording.last_sound()
            assert last_sound is not None
            delays.append(last_sound - stopped)
            assert not loudspeaker.busy
    # The recorder itself delivers some 10 ms late, and later on a busy machine: so the usual case counts.
    assert statistics.median(delays) < 0.1, delays
    samples = recording.samples().astype(np.float32) / 32768
    assert np.abs(np.diff(samples)).max() < 0.05, "a click"


def test_the_tap_receives_what_is_played(card: SoundCard) -> None:  # noqa: ARG001
    tapped: list[Samples] = []
    with Loudspeaker("pulse", tap=tapped.append) as loudspeaker:
        loudspeaker.gain = 0.5
        loudspeaker.play(tone(0.2))
        until(lambda: not loudspeaker.busy)
    played = np.concatenate(tapped)
    start = int(np.flatnonzero(played)[0]) - 1  # a tone begins with a zero
    ramp = round(PLAYBACK_BLOCK_S * PLAYBACK_RATE)
    assert np.allclose(played[start + ramp : start + 9600], 0.5 * tone(0.2)[ramp:])


def test_a_failure_in_the_tap_is_not_lost_in_the_sound_thread(card: SoundCard) -> None:  # noqa: ARG001
    def broken(_samples: Samples) -> None:
        raise ZeroDivisionError

    with Loudspeaker("pulse", tap=broken) as loudspeaker:
        time.sleep(0.2)
        with pytest.raises(ZeroDivisionError):
            loudspeaker.check()


def test_a_device_that_refuses_48_khz_runs_at_its_own_rate(
    card: SoundCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = []
    open_stream = portaudio.open_stream

    def picky(kind: portaudio.Kind, **options: Any) -> Any:
        rates.append(options["samplerate"])
        if options["samplerate"] == 48_000:
            raise portaudio.sounddevice().PortAudioError("Invalid sample rate", -9997)
        return open_stream(kind, **options)

    monkeypatch.setattr(portaudio, "open_stream", picky)
    with card.record_loudspeaker() as recording, Loudspeaker("pulse") as loudspeaker:
        end = loudspeaker.play(tone(0.5))
        until(lambda: not loudspeaker.busy)
        recording.wait_for(0.2)
        assert loudspeaker.played == end
    assert rates == [48_000, 44_100]
    assert sounding(recording).size / RATE == pytest.approx(0.5, abs=0.01)
    assert frequency(sounding(recording)) == pytest.approx(440, abs=3)


def test_a_device_that_refuses_everything_says_so(card: SoundCard, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    def refuse(_kind: str, **_options: Any) -> Any:
        raise portaudio.sounddevice().PortAudioError("Device unavailable", -9985)

    monkeypatch.setattr(portaudio, "open_stream", refuse)
    with pytest.raises(DeviceError, match=r"cannot be opened.*another program"):
        Loudspeaker("pulse").open()


def test_an_unknown_device_names_those_there_are(card: SoundCard) -> None:  # noqa: ARG001
    with pytest.raises(DeviceError, match='no loudspeaker is called "kitchen"; there is "pulse"'):
        Loudspeaker("kitchen").open()


def test_before_opening_there_is_nothing_to_play_with() -> None:
    with pytest.raises(DeviceError, match="not open"):
        Loudspeaker("pulse").play(tone(0.1))


def test_a_device_that_vanishes_is_noticed_and_taken_up_again(card: SoundCard, loudspeaker: Loudspeaker) -> None:
    loudspeaker.play(tone(5))
    card.unplug()
    gone = time.monotonic()
    error = until_error(loudspeaker, 5)
    assert time.monotonic() - gone < 2.0
    assert "\n" not in str(error)
    with pytest.raises(DeviceError):
        loudspeaker.reopen()
    with pytest.raises(DeviceError):
        loudspeaker.play(tone(1))
    assert not loudspeaker.busy
    card.plug_in()
    loudspeaker.reopen()
    with card.record_loudspeaker() as recording:
        loudspeaker.play(tone(0.3))
        until(lambda: not loudspeaker.busy)
        recording.wait_for(0.2)
    assert sounding(recording).size / RATE == pytest.approx(0.3, abs=0.01)


def test_a_device_that_stands_still_is_noticed_and_never_waited_for(
    card: SoundCard, loudspeaker: Loudspeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio, "ANSWER_S", 0.5)
    loudspeaker.play(tone(5))
    card.stall()
    stalled = time.monotonic()
    assert "stands still" in str(until_error(loudspeaker, STALLED_S + 5))
    assert STALLED_S - 0.5 < time.monotonic() - stalled < 2.0
    with pytest.raises(DeviceError, match="does not answer"):
        loudspeaker.reopen()
    assert time.monotonic() - stalled < STALLED_S + 4
    card.unplug()
    card.plug_in()

    def opens() -> bool:
        try:
            loudspeaker.reopen()
        except DeviceError:
            return False
        return True

    until(opens)
    loudspeaker.play(tone(0.1))
    until(lambda: not loudspeaker.busy)
    loudspeaker.check()


def test_what_is_played_again_after_a_pause_does_not_count_as_heard(
    card: SoundCard, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.play(tone(5))
    with card.record_loudspeaker() as recording:
        recording.wait_for(1.5)
        loudspeaker.pause()
        recording.wait_for(0.5)
        before = loudspeaker.played
        loudspeaker.resume()
        assert loudspeaker.played <= loudspeaker.taken < before
        loudspeaker.stop()
        end = loudspeaker.play(tone(0.1))
        assert loudspeaker.played < end


def test_a_fresh_look_at_the_devices_does_not_cost_what_is_being_played(
    card: SoundCard, loudspeaker: Loudspeaker
) -> None:
    with card.record_loudspeaker() as recording:
        end = loudspeaker.play(tone(2))
        recording.wait_for(0.5)
        portaudio.reinitialise()
        loudspeaker.check()
        until(lambda: not loudspeaker.busy)
        recording.wait_for(0.2)
    assert loudspeaker.played == end
    assert np.count_nonzero(np.abs(sounding(recording)) > 0.01) / RATE > 1.5


def test_at_rest_it_takes_nothing_and_is_not_taken_for_stalled(card: SoundCard) -> None:
    tapped: list[Samples] = []
    suspensions: list[int] = []
    with Loudspeaker("pulse", tapped.append, lambda: suspensions.append(len(tapped))) as loudspeaker:
        loudspeaker.play(tone(0.3))
        loudspeaker.suspend()
        assert not suspensions, "it has something to play"
        until(lambda: not loudspeaker.busy)
        loudspeaker.suspend()
        loudspeaker.suspend()
        assert suspensions == [len(tapped)]
        with card.record_loudspeaker() as recording:
            recording.wait_for(STALLED_S + 0.3)
            loudspeaker.check()
            assert len(tapped) == suspensions[0]
            loudspeaker.play(tone(0.5))
            until(lambda: not loudspeaker.busy)
            recording.wait_for(0.2)
    assert sounding(recording).size / RATE == pytest.approx(0.5, abs=0.01)
    awake = np.concatenate(tapped[suspensions[0] :])
    assert np.flatnonzero(awake)[0] >= 0.3 * PLAYBACK_RATE, "first it has to wake up"


def test_restored_ahead_it_plays_at_once(card: SoundCard) -> None:  # noqa: ARG001
    tapped: list[Samples] = []
    with Loudspeaker("pulse", tapped.append) as loudspeaker:
        loudspeaker.suspend()
        loudspeaker.restore()
        until(lambda: len(tapped) > 10)
        before = len(tapped)
        loudspeaker.play(tone(0.2))
        until(lambda: not loudspeaker.busy)
    assert np.flatnonzero(np.concatenate(tapped[before:]))[0] <= 0.1 * PLAYBACK_RATE


def test_a_device_that_vanishes_while_it_rests_is_noticed_when_there_is_something_to_play(
    card: SoundCard, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.suspend()
    card.unplug()
    loudspeaker.check()
    loudspeaker.restore()
    assert "\n" not in str(until_error(loudspeaker, 5))
    card.plug_in()
    loudspeaker.reopen()
    loudspeaker.play(tone(0.1))
    until(lambda: not loudspeaker.busy)
    loudspeaker.check()
