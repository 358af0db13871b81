"""The measuring itself: mixing at a level, what is asked of whom, and leniency towards peers."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scripts.bench import clips, curve, live, manners, needs, sounds
from scripts.bench.peers import Grammar, PlainVosk, answers_right, orders_right, word_errors
from voice_coach.attention import WAKE_PHRASE, Mode
from voice_coach.audio.files import read_audio
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.models import embedded_model

FRAME = 2048


def loudest(samples: np.ndarray) -> float:
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return float(np.square(frames, dtype=np.float64).sum(1).max())


class Fixed:
    """A peer that always hears the same."""

    def __init__(self, text: str) -> None:
        self.text = text

    def heard(self, audio: np.ndarray) -> str:
        assert audio.dtype == np.int16
        return self.text


@pytest.fixture
def silence(tmp_path: Path) -> Path:
    return sounds.write(tmp_path / "silence.wav", np.zeros(SAMPLE_RATE, np.float32))


def test_the_loudest_frames_of_speech_and_noise_are_as_far_apart_as_asked() -> None:
    rng = np.random.default_rng(0)
    speech = np.zeros(5 * FRAME, np.float32)
    speech[FRAME : 2 * FRAME] = 0.1
    noise = rng.standard_normal(20 * FRAME).astype(np.float32)
    mixed = sounds.in_noise(speech, noise, 12, 3)
    assert np.abs(mixed).max() == pytest.approx(0.5)
    scale = (mixed[FRAME : 2 * FRAME].mean()) / 0.1
    rest = mixed - speech * scale
    assert 10 * np.log10(loudest(speech * scale) / loudest(rest)) == pytest.approx(12, abs=0.5)
    assert np.array_equal(mixed, sounds.in_noise(speech, noise, 12, 3))
    # A recording longer than the noise meets it more than once.
    assert len(sounds.in_noise(np.tile(speech, 9), noise, 12, 3)) == 9 * len(speech)


def test_clips_have_silence_round_them() -> None:
    assert len(sounds.padded(np.ones(10, np.float32))) == SAMPLE_RATE // 3 + 10 + int(0.8 * SAMPLE_RATE)


def test_plain_vosk_is_late_by_what_it_waits(tmp_path: Path) -> None:
    said = clips.spoken("what is next", tmp_path / "said.wav", random.Random(1))
    vosk = PlainVosk(embedded_model(), Grammar(clips.OUR_COMMANDS, clips.our_lists()))
    waits = vosk.late(read_audio(sounds.write(tmp_path / "waits.wav", np.pad(said, (8000, 24_000)))))
    assert waits == [pytest.approx(0.75, abs=0.35)]  # endpoint rules wait for 0.5 to 1 s
    assert vosk.late(read_audio(sounds.write(tmp_path / "cut.wav", np.pad(said, (8000, 1600))))) == []


def test_every_intent_has_its_turn_among_our_sentences() -> None:
    sentences = clips.our_sentences(60, 1)
    assert len(sentences) == 60
    assert len({meaning[0] for _, meaning in sentences}) >= 40
    assert all(len(text.split()) > 1 for text, _ in sentences)
    assert sentences == clips.our_sentences(60, 1)


def test_a_peer_is_right_when_the_nearest_thing_that_can_be_said_is_meant(tmp_path: Path, silence: Path) -> None:
    path = tmp_path / "commands.yaml"
    intents = {"order": {"data": [{"sentences": ["a {drink} please"]}]}}
    lists = {"drink": {"values": ["latte", "coffee"]}}
    path.write_text(json.dumps({"language": "en", "intents": intents, "lists": lists}), encoding="utf-8")
    grammar = Grammar(path)
    heard = [clips.Clip(silence, "", ("order", {"drink": "latte"}))]
    assert orders_right(Fixed("latte peas"), heard, grammar) == 100
    assert orders_right(Fixed("a coffee please"), heard, grammar) == 0
    assert "TRANSITION" in grammar.finite_state(lambda word: word != "coffee")
    assert "coffee" not in grammar.finite_state(lambda word: word != "coffee")


def test_answers_and_words_are_counted(silence: Path) -> None:
    heard = [
        clips.Clip(silence, "yes", ("yes", {})),
        clips.Clip(silence, "no", ("no", {})),
        clips.Clip(silence, "bed"),
    ]
    assert answers_right(Fixed("yes"), heard) == (50, 100)
    assert answers_right(Fixed("[unk]"), heard) == (0, 0)
    read = [clips.Clip(silence, "It's a long, long way.")]
    assert word_errors(Fixed("it's a long way"), read) == pytest.approx(20)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Two calls of each phrase and of another word, and two clips of other people's talk: all of them noise."""
    noise = np.random.default_rng(1).standard_normal(SAMPLE_RATE).astype(np.float32) / 10
    (tmp_path / "speech" / "noise").mkdir(parents=True)
    sounds.write(tmp_path / "speech" / "noise" / "kitchen.flac", noise)
    for name, texts in {"wake": [*manners.PHRASES, "alexa"], "talk-phone": ["well you know"]}.items():
        folder = tmp_path / "speech" / "dev" / name
        folder.mkdir(parents=True)
        rows = ["file\tspeaker\tseconds\ttext"]
        for text in texts:
            for number in range(2):
                file = f"{text.replace(' ', '-')}-{number}.wav"
                sounds.write(folder / file, noise)
                rows.append(f"{file}\t?\t1\t{text}")
        (folder / "clips.tsv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def test_a_call_that_is_not_told_is_missed(shared: Path, scratch: Path) -> None:
    """Of two calls of each phrase, one is told; of ours, all."""
    asked = list[tuple[Mode, str, int]]()

    def listen(files: Sequence[Path], mode: Mode, phrase: str) -> dict[str, list[str]]:
        asked.append((mode, phrase, len(files)))
        return {str(file): ["wake"] for file in files if phrase == WAKE_PHRASE or file.stem.endswith("1")}

    figures = dict(manners.wake(listen, shared, scratch, 1))
    assert figures["wake clean, jarvis: missed %"] == {"coach": 50}
    assert figures["wake 10 dB, mean of four: missed %"] == {"coach": 50}
    assert figures["wake 10 dB, hey coach: missed %"] == {"coach": 0}
    assert asked[0] == (Mode.GUARDED, "computer", 2)
    assert len(asked) == 10


@pytest.fixture
def still_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated rooms need a library that tests do without."""
    monkeypatch.setattr(sounds, "in_kitchen", lambda sound, _metres, _seed: sound)


def at_lead(more: float) -> manners.Listen:
    """The more a call must lead by, the more calls are missed, and the less does talk set off."""

    def listen(files: Sequence[Path], mode: Mode, phrase: str) -> dict[str, list[str]]:
        assert mode is Mode.GUARDED
        if files[0].stem.startswith("talk"):
            assert phrase == WAKE_PHRASE
            return {str(files[0]): ["wake", "heard"], str(files[1]): ["wake"]} if more < 2 else {}
        return {str(file): ["wake"] for file in files if more < 1 or (more < 4 and file.stem.endswith("1"))}

    return listen


@pytest.mark.usefixtures("still_rooms")
def test_the_curve_has_misses_and_false_accepts_of_each_lead(shared: Path, scratch: Path) -> None:
    cheap, middle, dear = curve.measure(at_lead, shared, scratch, 1, [0, 1, 4])
    hours = 4 * (len(sounds.padded(np.zeros(SAMPLE_RATE, np.float32))) / SAMPLE_RATE) / 3600
    assert cheap == curve.Point(
        0, {"clean": 0, "10 dB": 0}, {"clean": 0, "10 dB": 0}, pytest.approx(4 / hours), pytest.approx(2 / hours)
    )
    assert middle.missed == {"clean": 50, "10 dB": 50}
    assert middle.false_wakes == cheap.false_wakes
    assert dear == curve.Point(4, {"clean": 100, "10 dB": 100}, {"clean": 100, "10 dB": 100}, 0, 0)


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    points = [
        [
            curve.Point(more, {"clean": 5 + more, "10 dB": 9 + more}, {"clean": 0, "10 dB": more}, 4 - more, 0)
            for more in leads
        ]
        for leads in ((0.0, 1.0, 2.0), (-1.0, 0.0, 1.0))
    ]
    sizes = set[int]()
    for number, drawn in enumerate(points):
        path = tmp_path / f"{number}.png"
        curve.draw(drawn, path)
        assert path.read_bytes().startswith(b"\x89PNG")
        sizes.add(path.stat().st_size)
    assert len(sizes) == 2
    assert min(sizes) > 20_000


def test_without_matplotlib_the_curve_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit, match=r"needs matplotlib: .*requirements.txt$"):
        curve.pyplot()


def test_what_rows_need_is_missed_before_any_begins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in ("pyroomacoustics", "pocketsphinx"):
        monkeypatch.setitem(sys.modules, module, None)
    needs.check(["cost", "wake"])
    needs.check(["coffee", "read"], peers=False)
    with pytest.raises(SystemExit, match=r"^nothing .* pocketsphinx is missing for coffee \(.*no-peers$"):
        needs.check(["coffee", "cost"])
    with pytest.raises(SystemExit, match=r"pyroomacoustics is missing for ours, talk \(.*requirements.txt\)"):
        needs.check(["ours", "talk", "cost"])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"pulseaudio is missing for live \(apt install pulseaudio") as told:
        needs.check(["live"])
    assert "\n" not in str(told.value)


def test_the_talk_of_the_live_row_is_as_long_and_as_loud_as_asked(shared: Path) -> None:
    samples = live.talk(shared / "speech" / "dev", 2.5)
    assert samples.size == 2.5 * SAMPLE_RATE
    assert np.abs(samples).max() == pytest.approx(live.PEAK)


def test_a_program_is_measured_with_its_children() -> None:
    """A parent that waits, and a child that counts for half a second of processor time and takes 50 MB."""
    spends = "import time; x = b'1' * 50_000_000\nwhile time.process_time() < 0.5: pass\n"
    child = f"{spends}print(1, flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", parent], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        program, ended = live.Program(process.pid), threading.Event()
        assert process.stdout.readline() == "1\n"
        assert 0.4 <= program.cpu_s < 2  # counted in hundredths, less the last one
        itself, children = program.rss_mb
        assert itself < 40
        assert 50 < children < 90
        share, most = program.share(0.6, ended)
        assert share < 30
        assert most[1] >= 50
        process.communicate("\n")
