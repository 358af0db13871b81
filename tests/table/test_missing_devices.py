"""`voice-coach run` with a device that is named and not there, that hangs, or that is pulled out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.devices import LOST, SETTINGS, led
from support.sound_card import SoundCard
from support.wiring import Wiring

pytestmark = pytest.mark.long


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
