"""Recordings through `listen`: every format, and every way in which a file can be no recording."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
import soxr
from support.attention import GUARDED, OPEN

from voice_coach.audio.files import read_audio
from voice_coach.audio.pcm import SAMPLE_RATE, to_int16
from voice_coach.errors import AudioFileError, ModelError
from voice_coach.hearing.recordings import listen
from voice_coach.recognition.model import load_model
from voice_coach.resources import models_dir, prompts_dir

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def spoken(say) -> np.ndarray:
    """Half a second of quiet, "what's next", a second and a half of quiet: floats at 16 kHz."""
    return say(0.5, "what's next", 1.5).astype(np.float32) / 32768


@pytest.fixture
def record(tmp_path: Path, spoken: np.ndarray) -> Write:
    """The sentence in a file of any name, rate and number of channels."""

    def record(name: str, rate: int = SAMPLE_RATE, channels: int = 1, **how: str) -> Path:
        path = tmp_path / name
        sound = soxr.resample(spoken, SAMPLE_RATE, rate)
        # As from a microphone array: the same sound, not quite equally loud.
        sf.write(path, np.stack([sound * (1 - 0.3 * c) for c in range(channels)], axis=1), rate, **how)
        return path

    return record


def heard(*files: Path, **changes: Any) -> list[dict[str, Any]]:
    """Everything that `listen` prints about these files."""
    results: list[dict[str, Any]] = []
    options = {
        "attention": OPEN,
        "wake": "hey coach",
        "commands": prompts_dir() / "commands.yaml",
        "model": models_dir() / "coach-en",
    }
    listen(files, emit=results.append, **options | changes)
    return [r for r in results if r["kind"] != "missing"]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.wav", {}),
        ("a.wav", {"rate": 8000}),
        ("a.wav", {"rate": 44_100, "channels": 2}),
        ("a.wav", {"subtype": "FLOAT"}),
        ("a.flac", {"rate": 48_000}),
        ("a.ogg", {"rate": 22_050}),
        ("a.opus", {"format": "OGG", "subtype": "OPUS", "rate": 48_000}),
        ("a.mp3", {"rate": 32_000, "channels": 2}),
    ],
)
def test_any_format_rate_and_number_of_channels_is_understood(record, name, how):
    first, *_, summary = heard(record(name, **how))
    assert (first["kind"], first["intent"]) == ("heard", "next")
    assert 0.3 < first["start"] < first["end"] < first["decided"] <= summary["audio_s"] + 0.06


def test_results_are_json_with_the_promised_keys(record):
    path = record("a.wav")
    first, summary = heard(path)
    assert json.loads(json.dumps(first)) == first
    assert set(first) == {"kind", "file", "intent", "slots", "text", "start", "end", "decided"}
    assert set(summary) == {"kind", "audio_s", "cpu_s", "load_s", "rss_mb"}
    assert first["file"] == str(path)
    assert summary["cpu_s"] > 0


def test_files_do_not_influence_each_other(record):
    one, other = record("a.wav"), record("b.wav")
    first, second, summary = heard(one, other)
    assert {**first, "file": None} == {**second, "file": None}
    assert summary["audio_s"] == pytest.approx(2 * len(read_audio(one)) / SAMPLE_RATE, abs=0.01)


def test_other_commands_than_ours(tmp_path, record):
    path = tmp_path / "other.yaml"
    path.write_text("language: en\nintents:\n  onward:\n    data:\n      - sentences: [\"what's {thing}\"]\n"
                    "lists: {thing: {values: [next, up, left]}}\n", encoding="utf-8")  # fmt: skip
    first = heard(record("a.wav"), commands=path)[0]
    assert (first["intent"], first["slots"]) == ("onward", {"thing": "next"})


def test_guarded_attention_needs_the_wake_phrase(record, say, tmp_path):
    assert [r["kind"] for r in heard(record("a.wav"), attention=GUARDED)] == ["summary"]
    path = tmp_path / "woken.wav"
    sf.write(path, say(0.5, "hey coach, what's next", 1.5), SAMPLE_RATE)
    results = heard(path, attention=GUARDED)
    assert [r["kind"] for r in results] == ["wake", "heard", "summary"]
    assert results[0]["phrase"] == "hey coach"


def _cut(path: Path, record: Write) -> None:
    whole = record("whole.wav").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _cut_flac(path: Path, record: Write) -> None:
    whole = record("whole.flac").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


BAD = {
    "empty.wav": (lambda path, _: path.write_bytes(b""), "empty"),
    "silent.wav": (lambda path, _: sf.write(path, np.zeros(0), SAMPLE_RATE), "no sound"),
    "text.wav": (lambda path, _: path.write_text("not audio at all\n" * 50), "not audio"),
    "noise.mp3": (lambda path, _: path.write_bytes(bytes(range(256)) * 40), "not audio|no sound"),
    "cut.wav": (_cut, "cut short"),
    "cut.flac": (_cut_flac, "cut short"),
    "missing.wav": (lambda _path, _: None, "no such file"),
    "folder.wav": (lambda path, _: path.mkdir(), "is a folder"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_recording_is_named_in_one_line(tmp_path, record, name):
    make, said = BAD[name]
    path = tmp_path / name
    make(path, record)
    with pytest.raises(AudioFileError, match=said) as error:
        read_audio(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "line", ['cat a.wav | "$0" -c "$1" -', '"$0" -c "$1" - < a.wav', '(cat a.wav > fifo &); "$0" -c "$1" fifo']
)
def test_standard_input_and_a_pipe_are_read_as_a_file_is(record, tmp_path, line):
    path = record("a.wav", rate=44_100, channels=2)
    os.mkfifo(tmp_path / "fifo")
    code = (
        "import sys, pathlib; from voice_coach.audio.files import read_audio\n"
        "print(read_audio(pathlib.Path(sys.argv[1])).sum())"
    )
    done = subprocess.run(
        ["bash", "-c", line, sys.executable, code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"{read_audio(path).sum()}\n", "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"$0" -c "$1" - <&-', "standard input: there is no recording in it"),
        ('"$0" -c "$1" - </dev/null', "standard input: not audio, or cut short; give a wav file"),
        ('echo words | "$0" -c "$1" -', "standard input: not audio, or cut short; give a wav file"),
        ('head -c 20000 a.wav | "$0" -c "$1" -', "standard input: cut short"),
    ],
)
def test_standard_input_that_is_no_recording_is_one_line(record, tmp_path, line, told):
    record("a.wav")
    code = "import sys, pathlib; from voice_coach.audio.files import read_audio as r; r(pathlib.Path(sys.argv[1]))"
    done = subprocess.run(
        ["bash", "-c", line, sys.executable, code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100, 48_000])
def test_what_is_read_block_by_block_is_what_is_read_at_once(tmp_path, rate):
    sound = np.random.default_rng(2).normal(0, 0.1, 3 * rate + 77).astype(np.float32)
    sf.write(tmp_path / "a.wav", sound, rate, subtype="FLOAT")
    at_once = to_int16(soxr.resample(sound, rate, SAMPLE_RATE) if rate != SAMPLE_RATE else sound).astype(int)
    blocks = read_audio(tmp_path / "a.wav").astype(int)
    assert len(blocks) == len(at_once)
    assert np.abs(blocks - at_once).max() <= 1


def test_memory_does_not_grow_with_the_length_of_a_recording(tmp_path):
    def most_mb(minutes: float) -> float:
        path = tmp_path / "long.flac"
        noise = np.random.default_rng(1).normal(0, 0.0005, (int(minutes * 60 * 8000), 2)).astype(np.float32)
        sf.write(path, noise, 8000)
        command = [sys.executable, "-m", "voice_coach", "listen", "--jsonl", path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout.splitlines()[-1])["rss_mb"]

    # Both at once would take 58 MB as floats alone.
    assert most_mb(15) < most_mb(0.1) + 25


def test_samples_that_are_no_numbers_are_silence(tmp_path, recwarn):
    sf.write(tmp_path / "a.wav", np.array([np.nan, np.inf, -np.inf, 0.5] * 4000), SAMPLE_RATE, subtype="FLOAT")
    assert np.isfinite(read_audio(tmp_path / "a.wav").astype(float)).all()
    assert not recwarn.list


def test_a_bad_file_does_not_stop_the_others(tmp_path, record):
    bad = tmp_path / "bad.wav"
    bad.write_text("no")
    results = heard(bad, record("a.wav"))
    assert [r["kind"] for r in results] == ["error", "heard", "summary"]
    assert results[0]["file"] == str(bad)


@pytest.fixture
def half_model(tmp_path: Path) -> Path:
    """The embedded model, by links, to be damaged."""
    for source in (models_dir() / "coach-en").rglob("*"):
        if source.is_file():
            target = tmp_path / "model" / source.relative_to(models_dir() / "coach-en")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source)
    return tmp_path / "model"


FILES = ["am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst", "graph/words.txt"]


@pytest.mark.parametrize("name", FILES)
def test_half_a_model_is_refused_by_the_name_of_what_it_lacks(half_model, name):
    # Either kind of features will do; ours has fbank.
    (half_model / name.replace("mfcc", "fbank")).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        load_model(half_model)


@pytest.mark.parametrize("name", [name for name in FILES if "mfcc" not in name])
def test_a_model_that_was_not_copied_to_its_end_is_refused(half_model, name):
    (half_model / name).unlink()
    (half_model / name).touch()
    with pytest.raises(ModelError, match=f"{name} is empty"):
        load_model(half_model)


def test_no_model_at_all(tmp_path):
    with pytest.raises(ModelError, match="no such model directory"):
        load_model(tmp_path / "nowhere")


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def zeros(content: bytes) -> bytes:
    return bytes(len(content))


def hole(content: bytes) -> bytes:
    at, size = len(content) // 2, min(4096, len(content) // 4)
    return content[:at] + bytes(size) + content[at + size :]


def network(_content: bytes) -> bytes:
    return (models_dir() / "coach-en" / "am" / "final.mdl").read_bytes()


DAMAGE = [
    ("am/final.mdl", half),
    ("am/final.mdl", zeros),
    ("am/global_cmvn.stats", half),
    ("am/global_cmvn.stats", hole),  # fails an assertion as soon as something is heard
    ("conf/model.conf", zeros),
    ("conf/fbank.conf", network),
    ("graph/Gr.fst", half),
    ("graph/Gr.fst", network),
    ("graph/HCLr.fst", half),
    ("graph/HCLr.fst", zeros),
    ("graph/words.txt", half),
    ("graph/words.txt", zeros),
    ("graph/words.txt", network),
    ("graph/disambig_tid.int", half),  # ends the process without a word
    ("graph/phones/word_boundary.int", half),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGE)
def test_a_damaged_model_is_refused_by_the_folder_that_the_user_knows(half_model, name, damage):
    content = (half_model / name).read_bytes()
    (half_model / name).unlink()
    (half_model / name).write_bytes(damage(content))
    with pytest.raises(ModelError) as error:
        load_model(half_model)
    assert str(error.value).startswith(str(half_model))
    assert "\n" not in str(error.value)


def test_a_model_is_tried_once_and_again_when_a_file_has_changed(half_model, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tried = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: (tried.append(a), run(*a, **k))[1])
    load_model(half_model)
    load_model(half_model)
    assert len(tried) == 1
    content = (half_model / "am/final.mdl").read_bytes()
    (half_model / "am/final.mdl").unlink()
    (half_model / "am/final.mdl").write_bytes(half(content))
    with pytest.raises(ModelError):
        load_model(half_model)
    assert len(tried) == 2


def test_a_model_where_nothing_may_be_written(half_model, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert load_model(half_model).knows("next")


def test_a_damaged_command_configuration_is_told_with_the_folder_of_the_model(half_model, record):
    (half_model / "conf/commands.conf").unlink()
    (half_model / "conf/commands.conf").write_bytes(bytes(300))
    with pytest.raises(ModelError, match=f"^{half_model}: "):
        heard(record("a.wav"), model=half_model)


def test_a_file_and_a_folder_of_odd_bytes_are_no_model(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="is a file, not a model's folder"):
        load_model(tmp_path / "file")
    odd = tmp_path / "m\udcff"
    odd.mkdir()
    with pytest.raises(ModelError, match="Vosk needs a path in UTF-8"):
        load_model(odd)
