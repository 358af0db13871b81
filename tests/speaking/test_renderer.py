"""The renderer with real pyttsx3 and espeak-ng, and with a child that hangs, dies or cannot start."""

import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from voice_coach.audio.pcm import PLAYBACK_RATE
from voice_coach.errors import RenderError
from voice_coach.speaking import Renderer, Voice, voices
from voice_coach.speaking.loudness import LEVEL_DBFS, PEAK, speech_level
from voice_coach.speaking.renderer import MOST_CHARACTERS, MOST_PROCESSES

SENTENCES = (
    "Yes.",
    "Welcome, Anna and Ben.",
    "Step two of seven: observations, not accusations.",
    "Take a slow breath, and then Ben will speak for six minutes, while Anna only listens.",
    "What did you notice this week? Say it with “I”.",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go in this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def children() -> list[psutil.Process]:
    return [c for c in psutil.Process().children() if any("render_child.py" in part for part in c.cmdline())]


def new_processes(before: list[psutil.Process]) -> list[psutil.Process]:
    return [c for c in children() if c not in before]


def test_every_sentence_has_the_same_level_and_none_clips(renderer: Renderer) -> None:
    for sentence in SENTENCES:
        samples = renderer.render(sentence, Voice())
        assert samples.dtype == np.float32
        assert samples.ndim == 1
        assert speech_level(samples) == pytest.approx(LEVEL_DBFS, abs=0.7), sentence
        assert np.abs(samples).max() <= PEAK


def test_silence_at_the_ends_is_short_and_constant(renderer: Renderer) -> None:
    for sentence in SENTENCES:
        samples = renderer.render(sentence, Voice())
        loud = np.flatnonzero(np.abs(samples) > 0.003)
        assert loud[0] < 0.06 * PLAYBACK_RATE
        assert samples.size - loud[-1] < 0.06 * PLAYBACK_RATE


def test_the_same_sentences_in_the_same_order_sound_the_same() -> None:
    """What rehearsals rely on; within one child, espeak-ng varies its breath from sentence to sentence."""
    with Renderer() as one, Renderer() as other:
        for sentence in (*SENTENCES, *SENTENCES):
            assert np.array_equal(one.render(sentence, Voice()), other.render(sentence, Voice()))


def test_another_rate_gives_another_length(renderer: Renderer) -> None:
    text = SENTENCES[3]
    usual = renderer.render(text, Voice())
    slow, fast = (renderer.render(text, Voice().faster(steps)).size for steps in (-3, 3))
    expected = Voice().faster(3).words_per_minute / Voice().faster(-3).words_per_minute
    assert slow / fast == pytest.approx(expected, rel=0.12)
    assert fast < usual.size < slow


def test_a_hundred_sentences_come_whole_and_quickly(renderer: Renderer) -> None:
    renderer.render("Hello.", Voice())
    began = time.monotonic()
    lengths = {renderer.render(f"Number {i} of a hundred.", Voice()).size for i in range(100)}
    assert min(lengths) > 0.8 * PLAYBACK_RATE
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\t!"])
def test_nothing_to_say_is_no_sound(renderer: Renderer, text: str) -> None:
    assert renderer.render(text, Voice()).size == 0


def test_odd_characters_are_no_obstacle(renderer: Renderer) -> None:
    assert renderer.render('Tea\nfor\t"two" <break/> \\ [[x]] é 😀', Voice()).size > PLAYBACK_RATE


def test_a_text_beyond_all_bounds_is_refused(renderer: Renderer) -> None:
    with pytest.raises(RenderError, match="too long"):
        renderer.render("word " * MOST_CHARACTERS, Voice())


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_a_child_that_dies_or_hangs_is_replaced(folder: Path, blow: signal.Signals) -> None:
    before = children()
    with Renderer(timeout=1.0) as renderer:
        expected = renderer.render("Hello.", Voice())
        (first,) = new_processes(before)
        first.send_signal(blow)
        assert np.array_equal(renderer.render("Hello.", Voice()), expected)
        (second,) = new_processes(before)
        assert second.pid != first.pid
        assert not first.is_running(), "a zombie"
        assert len(list(folder.iterdir())) == 1, "the dead child's files"
    assert list(folder.iterdir()) == []
    assert not second.is_running()


def test_starting_and_replacing_a_process_are_logged_without_what_it_speaks(
    folder: Path,  # noqa: ARG001
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = children()
    with caplog.at_level(logging.DEBUG, "voice_coach"), Renderer() as renderer:
        renderer.render("Canary.", Voice())
        (first,) = new_processes(before)
        first.kill()
        first.wait()
        renderer.render("Canary.", Voice())
    started = re.compile(r"render process \d+ started in \d\.\d\d s: espeak-ng .*, gmw/en-us, 155 words a minute")
    assert len([message for message in caplog.messages if started.fullmatch(message)]) == 2
    assert f"render process {first.pid} has ended" in caplog.messages
    assert [message for message in caplog.messages if re.fullmatch(r"rendering failed after \d\.\d\d s", message)]
    assert "canary" not in caplog.text.casefold()


def test_a_child_that_fails_twice_is_one_clear_line(folder: Path) -> None:
    with Renderer(timeout=0.0) as renderer, pytest.raises(RenderError, match=r"failed twice.*doctor") as failure:
        renderer.render("Hello.", Voice())
    assert "\n" not in str(failure.value)
    assert list(folder.iterdir()) == []


def test_the_files_are_private_and_gone_after_each_sentence(folder: Path) -> None:
    with Renderer() as renderer:
        renderer.render("Hello.", Voice())
        (private,) = folder.iterdir()
        assert private.stat().st_mode & 0o777 == 0o700
        assert [p.name for p in private.iterdir()] == ["stderr"]


def test_the_child_leaves_with_its_parent(folder: Path) -> None:
    """Even one that is killed and cannot clean up."""
    code = (
        "from voice_coach.speaking import *; r = Renderer(); r.render('Hello.', Voice());"
        "print(next(iter(r._processes.values())).pid, flush=True); import time; time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = psutil.Process(int(parent.stdout.readline()))
    assert list(folder.iterdir())
    parent.kill()
    parent.wait()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE  # its new parent may be slow to reap
    assert list(folder.iterdir()) == []


def test_only_so_many_children_are_kept() -> None:
    before = children()
    with Renderer() as renderer:
        for steps in range(MOST_PROCESSES + 1):
            renderer.render("Yes.", Voice().faster(steps))
        assert len(new_processes(before)) == MOST_PROCESSES
    assert new_processes(before) == []


def test_a_closed_renderer_says_so() -> None:
    renderer = Renderer()
    renderer.close()
    renderer.close()
    with pytest.raises(RenderError, match="closed"):
        renderer.render("Hello.", Voice())


@pytest.mark.parametrize("name", ["gmw/xx-nowhere", "gmw/en-us+nobody"])
def test_an_unknown_voice_names_itself(renderer: Renderer, name: str) -> None:
    with pytest.raises(RenderError, match=rf'no voice "{name}"'.replace("+", r"\+")):
        renderer.render("Hello.", Voice(name))


def test_an_impossible_rate_names_itself(renderer: Renderer) -> None:
    with pytest.raises(RenderError, match="20 words a minute"):
        renderer.render("Hello.", Voice(words_per_minute=20))


def test_without_espeak_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("libespeak-ng.so.1", "libespeak.so.1"):
        (tmp_path / library).write_text("not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    with Renderer() as renderer, pytest.raises(RenderError, match="apt install espeak-ng") as failure:
        renderer.render("Hello.", Voice())
    assert "\n" not in str(failure.value)


def test_the_coach_finds_its_child_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a file in that folder that is called like a module of Python is not taken for it."""
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with Renderer() as renderer:
        assert renderer.render("Hello.", Voice()).size > 0


def test_the_voices_for_the_doctor() -> None:
    names = voices()
    assert Voice().name in names
    assert len(names) > 20
