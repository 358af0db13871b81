"""Rehearsals, for real: synthetic people, Vosk, the session and the renderer; only the clock is virtual."""

import json
import os
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.watch import network_use, watched, written_files

from voice_coach.errors import CoachError, ScriptError
from voice_coach.rehearsal.rehearse import find_script, rehearse, shipped
from voice_coach.settings import Settings

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Played:
    """A rehearsal that has been played: its exit status, its folder, what it printed and what it did besides."""

    status: int
    out: Path
    printed: str
    log: Path

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.out / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def _play(name: str, folder: Path, hash_seed: str) -> Played:
    """As a process, watched. `hash_seed`: Python's order of sets, which must not matter."""
    out, log, temporary = folder / "out", folder / "watched.log", folder / "tmp"
    temporary.mkdir()
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "TMPDIR": str(temporary), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "voice_coach", "rehearse", name, "--out", str(out)],
        env=watched(env, log),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    return Played(done.returncode, out, done.stdout + done.stderr, log)


@pytest.fixture(scope="module")
def pause(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return _play("pause", tmp_path_factory.mktemp("pause"), "1")


def test_a_pause_and_the_exact_return(pause: Played) -> None:
    assert pause.status == 0, pause.printed
    assert "17 of 17 expectations came true" in pause.printed
    events = pause.events

    def at(kind: str, *, after: float = -1.0, end: bool = False, **what: object) -> float:
        """When it happened; for a sound, with `end`, when it was over."""
        for event in events:
            if event["kind"] == kind and all(event.get(k) == v for k, v in what.items()) and event["t"] > after:  # type: ignore[operator]
                return float(str(event["until" if end else "t"]))
        raise AssertionError(f"no {kind} {what}")

    began = at("chime", sound="start", end=True)
    stopped = at("heard", intent="pause")
    resumed = at("turn", what="resumed")
    left_s = next(e["left_s"] for e in events if e.get("what") == "resumed")
    went_on = at("chime", sound="start", after=resumed, end=True)
    over = at("turn", what="time", name="Ben")
    chime_at_one_minute = at("chime", sound="one-minute", after=went_on)
    chime_s = at("chime", sound="one-minute", after=went_on, end=True) - chime_at_one_minute
    assert stopped - began == pytest.approx(120 - float(str(left_s)), abs=0.002)
    assert chime_at_one_minute - went_on == pytest.approx(float(str(left_s)) - 60, abs=0.002)
    # The chime does not eat the speaker's time.
    assert (stopped - began) + (over - went_on) - chime_s == pytest.approx(120, abs=0.003)


def test_the_recording_lasts_as_long_as_the_talk(pause: Played) -> None:
    with wave.open(str(pause.out / "table.wav")) as recording:
        assert (recording.getnchannels(), recording.getsampwidth(), recording.getframerate()) == (1, 2, 24_000)
        seconds = recording.getnframes() / 24_000
        frames = recording.readframes(recording.getnframes())
    last = pause.events[-1]
    assert float(str(last.get("until", last["t"]))) <= seconds + 0.05
    assert max(frames[1::2]) > 0


def test_the_transcript_can_be_read(pause: Played) -> None:
    lines = (pause.out / "transcript.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].split()[:3] == ["00:00", "Coach", "Hello"]
    assert any(line.endswith("Ben    hey coach, pause") for line in lines)
    assert any("Coach  [chime: pause]" in line for line in lines)
    assert any("[understood: pause]" in line for line in lines)
    assert [line[:7].strip() for line in lines] == sorted(line[:7].strip() for line in lines)


def test_events_have_a_time_and_a_known_kind(pause: Played) -> None:
    kinds = {"heard", "ignored", "said", "chime", "turn", "pause", "step", "note", "end"}
    assert {event["kind"] for event in pause.events} <= kinds
    times = [float(str(event["t"])) for event in pause.events]
    assert times == sorted(times)


def test_no_network_and_no_file_but_those_asked_for(pause: Played) -> None:
    assert network_use(pause.log) == []
    temporary = pause.out.parent / "tmp"
    others = [f for f in written_files(pause.log) if not f.is_relative_to(pause.out.parent)]
    assert others == []
    outside = [f for f in written_files(pause.log) if not f.is_relative_to(pause.out)]
    assert [f for f in outside if not f.is_relative_to(temporary)] == []
    assert list(temporary.iterdir()) == []
    assert sorted(f.name for f in pause.out.iterdir()) == ["events.jsonl", "table.wav", "transcript.txt"]


def test_the_same_script_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse("early", tmp_path / "here", Settings(), progress=False) == 0, capsys.readouterr().out
    again = _play("early", tmp_path, "2")
    for file in ("events.jsonl", "transcript.txt", "table.wav"):
        assert (again.out / file).read_bytes() == (tmp_path / "here" / file).read_bytes(), file


# "reconnect" has a file of its own, so that another core can take it.
@pytest.mark.parametrize("name", [n for n, _ in shipped() if n not in ("pause", "early", "reconnect")])
def test_shipped_rehearsals_come_true(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse(name, None, Settings(), progress=False) == 0, capsys.readouterr().out


def _script(folder: Path, text: str) -> str:
    path = folder / "talk.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_what_does_not_come_true_is_said_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = _script(
        tmp_path,
        "names: Anna, Ben\nexpect said goodbye within 1 s\nexpect no said\nAnna: hey coach, help\n"
        "expect heard help within 1 s\nexpect heard start within 2 s\nexpect said help-idle within 2 s",
    )
    assert rehearse(script, None, Settings(), progress=False) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"{script}:2: expected said goodbye within 1 s; instead: said greeting"
    assert printed[1] == f"{script}:3: expected no said; instead: said greeting at 0.00 s"
    assert printed[2].startswith(
        f"{script}:6: expected heard start within 2 s; instead: heard help, said help-idle"
    )
    assert "2 of 5 expectations came true" in printed[3]
    assert len(printed) == 4


def test_what_never_comes_ends_the_rehearsal(tmp_path: Path) -> None:
    script = _script(tmp_path, "names: Anna, Ben\nwait for said turns-who within 3 s")
    with pytest.raises(
        ScriptError, match=r"talk.txt:2: waited in vain: .* turns-who .* within 3 s; instead: said"
    ):
        rehearse(script, None, Settings(), progress=False)


def test_nobody_is_heard_over_the_coach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = _script(
        tmp_path,
        "names: Anna, Ben\nAnna (while the coach speaks): start\n"
        "expect nothing heard for 2 s\nexpect nothing ignored",
    )
    assert rehearse(script, None, Settings(), progress=False) == 0, capsys.readouterr().out


def test_the_users_own_settings_change_nothing(tmp_path: Path) -> None:
    script = _script(tmp_path, "names: Anna, Ben\nexpect said greeting within 1 s")
    other = Settings(names=("Cleo", "Dora"), turn_minutes=1.0, wake_phrase="dear coach")
    for folder, settings in (("a", Settings()), ("b", other)):
        assert rehearse(script, tmp_path / folder, settings, progress=False) == 0
    assert (tmp_path / "a/events.jsonl").read_bytes() == (tmp_path / "b/events.jsonl").read_bytes()
    assert "Cleo" not in (tmp_path / "b/transcript.txt").read_text(encoding="utf-8")


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"talk.txt: turn_minutes: "):
        rehearse(_script(tmp_path, "turn: 1 s\nAlex: start"), None, Settings(), progress=False)


def test_a_rehearsal_that_does_not_exist() -> None:
    with pytest.raises(ScriptError, match=r"nowhere: no such rehearsal; give a file, or one of .*reconnect"):
        find_script("nowhere")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = _script(tmp_path, "Alex: start")
    with pytest.raises(CoachError, match=r"file.*: cannot be written: .*choose another folder"):
        rehearse(script, tmp_path / "file" / "out", Settings(), progress=False)


@pytest.mark.parametrize("name", ["table.wav", "transcript.txt", "events.jsonl"])
def test_a_disk_that_is_full_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to("/dev/full")
    with pytest.raises(CoachError, match=r"out: cannot be written: No space left on device; choose another"):
        rehearse(_script(tmp_path, "Alex: start"), tmp_path / "out", Settings(), progress=False)


def test_a_script_with_a_value_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(CoachError, match=r"turn_minutes: expected minutes from 0\.08 .* got 120"):
        rehearse(_script(tmp_path, "turn: 120 min\nAlex: start"), None, Settings(), progress=False)
