"""The measuring itself: mixing at a level, what is asked of whom, and leniency towards peers."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scripts.bench import clips, manners, sounds
from scripts.bench.peers import Grammar, answers_right, orders_right, word_errors
from voice_coach.hearing import SAMPLE_RATE, Mode

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


def test_a_call_that_is_not_told_is_missed(tmp_path: Path) -> None:
    """Of two calls of each phrase, one is told; of ours, all."""
    noise = np.random.default_rng(1).standard_normal(SAMPLE_RATE).astype(np.float32) / 10
    dev, scratch = tmp_path / "speech" / "dev" / "wake", tmp_path / "scratch"
    for folder in (dev, tmp_path / "speech" / "noise", scratch):
        folder.mkdir(parents=True)
    sounds.write(tmp_path / "speech" / "noise" / "kitchen.flac", noise)
    rows = ["file\tspeaker\tseconds\ttext"]
    for phrase in [*manners.PHRASES, "alexa"]:
        for number in range(2):
            name = f"{phrase.replace(' ', '-')}-{number}.wav"
            sounds.write(dev / name, noise)
            rows.append(f"{name}\t?\t1\t{phrase}")
    (dev / "clips.tsv").write_text("\n".join(rows), encoding="utf-8")
    asked = list[tuple[Mode, str, int]]()

    def listen(files: Sequence[Path], mode: Mode, phrase: str) -> dict[str, list[str]]:
        asked.append((mode, phrase, len(files)))
        return {str(file): ["wake"] for file in files if phrase == manners.OUR_CALL or file.stem.endswith("1")}

    figures = dict(manners.wake(listen, tmp_path, scratch, 1))
    assert figures["wake clean, jarvis: missed %"] == {"coach": 50}
    assert figures["wake 10 dB, mean of four: missed %"] == {"coach": 50}
    assert figures["wake 10 dB, hey coach: missed %"] == {"coach": 0}
    assert asked[0] == (Mode.GUARDED, "computer", 2)
    assert len(asked) == 10
