"""The doctor: what is there, what is wrong, what to do, with and without a sound card."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.sound_card import SoundCard

from voice_coach.doctor.sound import Ear

pytestmark = pytest.mark.real_time


def command(*arguments: str) -> list[str]:
    """The doctor as a process."""
    return [sys.executable, "-m", "voice_coach", "doctor", *arguments]


def examine(env: dict[str, str], folder: Path, *arguments: str) -> tuple[int, str]:
    """Its exit status and all that it printed."""
    home = {k: v for k, v in env.items() if not k.startswith(("VOICE_COACH", "XDG"))}
    done = subprocess.run(
        command(*arguments),
        check=False,
        env={**home, "HOME": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stderr == "", "nobody wants to read what the sound libraries have to say"
    return done.returncode, done.stdout


@pytest.fixture
def deaf(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with neither a sound card nor a sound server."""
    return {**os.environ, "PULSE_SERVER": f"unix:{tmp_path / 'nothing'}"}


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundCard]:
    """A virtual sound card for this module."""
    with SoundCard(tmp_path_factory.mktemp("card")) as card:
        yield card


def test_without_devices_it_says_so_and_what_to_do(deaf: dict[str, str], tmp_path: Path) -> None:
    status, printed = examine(deaf, tmp_path)
    assert status == 1
    for line in ("microphone   none", "loudspeaker  none", "-> no microphone was found; plug one in", "2 to mend"):
        assert line in printed
    for found in (
        "coach-en (ships with the coach), loaded in",
        "using gmw/en-us",
        "PortAudio    V19",
        "settings.toml",
    ):
        assert found in printed


def test_what_is_wrong_in_the_settings_is_said_and_does_not_stop_it(deaf: dict[str, str], tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("turn_minutes = 0\n")
    status, printed = examine(deaf, tmp_path, "--settings", str(settings), "--no-sound")
    assert status == 1
    assert f"-> {settings}: turn_minutes: expected minutes from 0.08" in printed
    assert "PortAudio    V19" in printed


def test_a_missing_model_an_unknown_voice_and_a_strange_name_are_said(
    deaf: dict[str, str], tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('model = "/nowhere"\nvoice = "gmw/klingon"\n')
    _, printed = examine(deaf, tmp_path, "--settings", str(settings), "--no-sound")
    assert "/nowhere" in printed.split("-> ")[1]
    assert "there is no voice gmw/klingon; in English there are" in printed
    settings.write_text('names = ["Alex", "Qxyzzy"]\n')
    _, printed = examine(deaf, tmp_path, "--settings", str(settings), "--no-sound")
    assert '-> qxyzzy is not among the words it can hear: take a nickname for "Qxyzzy"' in printed


def test_names_are_known_by_the_words_that_are_said(deaf: dict[str, str], tmp_path: Path) -> None:
    for names in (("Zo\u00eb", "Jos\u00e9"), ("Anne-Marie", "O'Brien")):
        settings = tmp_path / "settings.toml"
        settings.write_text(f"names = {list(names)}", encoding="utf-8")
        _, printed = examine(deaf, tmp_path, "--settings", str(settings), "--no-sound")
        assert "nickname" not in printed, printed


def test_names_that_are_commands_are_said(deaf: dict[str, str], tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('names = ["Stop", "Yes"]')
    _, printed = examine(deaf, tmp_path, "--settings", str(settings), "--no-sound")
    assert '-> the name "Stop" is also a command or an answer (stop): take a nickname' in printed
    assert '-> the name "Yes" is also a command or an answer (yes): take a nickname' in printed


def test_a_guide_that_cannot_be_led_is_said(deaf: dict[str, str], tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('guide = "gone"')
    status, printed = examine(deaf, tmp_path, "--settings", str(settings), "--no-sound")
    assert status == 1
    assert "expected a guide, one of apologise-friend" in printed


def test_with_a_sound_card_it_speaks_listens_and_understands(card: SoundCard, tmp_path: Path) -> None:
    raw, wav = tmp_path / "raw.wav", tmp_path / "next.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-w", raw, "what's next"], check=True)
    samples, rate = soundfile.read(raw, dtype="float32")
    padded = np.zeros(samples.size + 2 * rate, np.float32)
    padded[rate : rate + samples.size] = samples * 0.5
    soundfile.write(wav, padded + np.random.default_rng(1).normal(0, 0.0003, padded.size), rate)
    env = {**card.env, "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with (
        card.record_loudspeaker() as recording,
        subprocess.Popen(command("--seconds", "6"), env=env, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("Say something"):
                card.play_into_microphone(wav)
    text = "".join(printed)
    assert process.returncode == 0, text
    assert 'you should have heard: "Hello Alex, hello Sam."' in text
    assert recording.last_sound() is not None
    assert "understood   next\n" in text
    assert "All is well." in text


def test_a_silent_microphone_is_noticed(card: SoundCard, tmp_path: Path) -> None:
    status, printed = examine(card.env, tmp_path, "--seconds", "1")
    assert status == 1
    assert "-> the microphone is silent: is it muted" in printed
    assert "understood   no command" in printed


def test_a_device_that_is_not_there_is_named(card: SoundCard, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('input_device = "Nightingale"\n')
    status, printed = examine(card.env, tmp_path, "--no-sound", "--settings", str(settings))
    assert status == 1
    assert '-> no microphone is called "Nightingale"; there is' in printed


@pytest.mark.parametrize(
    ("amplitude", "said"),
    [(0, "is silent"), (100, "very quiet"), (8_000, ""), (40_000, "too loud and clips")],
)
def test_the_level_is_judged(amplitude: int, said: str) -> None:
    ear = Ear()
    wave = amplitude * np.sin(np.arange(16_000) * 0.1)
    level = ear.take(np.clip(wave, -32_768, 32_767).astype(np.int16))
    assert ear.peak_db == level
    assert said in ear.advice()
    assert bool(said) == bool(ear.advice())


def test_an_echo_is_measured_and_a_mode_recommended(tmp_path: Path) -> None:
    with SoundCard(tmp_path, echo=True) as card:
        _, printed = examine(card.env, tmp_path, "--seconds", "1")
    line = next(line for line in printed.splitlines() if line.startswith("echo"))
    assert " ms late at " in line
    assert "recommended: echo-cancelling (the echo can be cancelled: you can interrupt)" in line
