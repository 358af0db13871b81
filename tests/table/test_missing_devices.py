"""`voice-coach run` where a device is missing, comes later or goes: the other works on, it is told once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sound_card import SoundCard
from support.wiring import Wiring
from table.live_coach import LiveCoach

SETTINGS = 'names = ["Anna", "Ben"]\nwords_per_minute = 300\nduplex = "half-duplex"\n'
LOST, BACK = "I cannot hear you now", "I can hear you again"


@pytest.fixture
def card(tmp_path: Path) -> Iterator[SoundCard]:
    with SoundCard(tmp_path) as card:
        yield card


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SoundCard]:
    """A second card, for a device that is pulled out while the first stays."""
    with SoundCard(tmp_path) as other:
        yield other


@contextmanager
def led(card: SoundCard, wiring: Wiring, folder: Path, settings: str = SETTINGS) -> Iterator[LiveCoach]:
    with LiveCoach(card, folder, settings, folder / "watched.log", wiring.env) as coach:
        coach.wait_for("Hello Anna, hello Ben.", 30)
        yield coach
        assert "Traceback" not in coach.printed()


def starts(env: dict[str, str], folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voice_coach", "run", *options],
        env={**env, "HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--input-device", "studio"), 'no microphone is called "studio"; there is "ear", "default"'),
        (("--output-device", "studio"), 'no loudspeaker is called "studio"; there is "horn", "default"'),
        (
            ("--input-device", "studio", "--output-device", "kitchen"),
            'no microphone is called "studio"; there is "ear", "default"; '
            'no loudspeaker is called "kitchen"; there is "horn", "default"',
        ),
    ],
)
def test_a_named_device_that_is_not_there_ends_it_with_the_names_there_are(
    card: SoundCard, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    wiring = Wiring(tmp_path, card)
    wiring.plug(ear=card, horn=card)
    done = starts(wiring.env, tmp_path, *options)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"voice-coach: {said}\n"
    assert not (tmp_path / "rehearsal").exists()


def test_a_name_where_there_are_no_devices_at_all_is_no_reason_to_rehearse(tmp_path: Path) -> None:
    env = {**os.environ, "PULSE_SERVER": f"unix:{tmp_path / 'nothing'}"}
    done = starts(env, tmp_path, "--output-device", "kitchen")
    assert done.returncode == 2
    assert done.stdout == ""
    assert 'no loudspeaker is called "kitchen"; there is none' in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_sound_server_that_hangs_at_the_start_is_one_line(card: SoundCard, tmp_path: Path) -> None:
    card.stall()
    done = starts(card.env, tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "the sound system does not answer" in done.stderr
    assert done.stderr.count("\n") == 1


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


def test_a_loudspeaker_that_is_pulled_out_costs_nobody_the_microphone(
    card: SoundCard, other: SoundCard, tmp_path: Path
) -> None:
    wiring = Wiring(tmp_path, card)
    wiring.plug(ear=card, horn=other)
    settings = SETTINGS + 'output_device = "horn"\ninput_device = "ear"\n'
    with led(card, wiring, tmp_path, settings) as coach:
        with other.record_loudspeaker() as recording:
            coach.wait_until_silent(recording, 0)
        other.unplug()
        wiring.plug(ear=card, horn=None)
        coach.tell("repeat that")
        gone = coach.wait_for("(trying again", 20)
        coach.wait_for("heard  repeat that", 20)
        coach.tell("how long is left")
        coach.wait_for("heard  how long is left", 20, after=gone)
        other.plug_in()
        wiring.plug(ear=card, horn=other)
        with other.record_loudspeaker() as recording:
            recording.wait_for(8)
            coach.tell("start")
            heard = coach.wait_for("heard  start", 20)
            coach.wait_until_silent(recording, heard)
        printed = coach.printed()
    assert printed.count("(trying again") == 1
    assert LOST not in printed


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
