"""The parts of model training that need neither PyTorch nor an FST library; the others are tested beside them."""

import json
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scripts.train_model import kaldi_io
from scripts.train_model.fbank import BANDS, GLOBAL, WINDOW, fbank, normalised
from scripts.train_model.ngram import END, START, estimate
from scripts.train_model.phones import (
    KALDI_PHONES,
    LEFT_CLASSES,
    OUTPUTS,
    PHONES,
    forward_output,
    in_word_positions,
    loop_output,
    plain_phone,
)
from scripts.train_model.texts import draw, in_words, read_commands, read_talk
from voice_coach.commands.command_set import Commands

REPOSITORY = Path(__file__).resolve().parents[2]
EMBEDDED = REPOSITORY / "models" / "coach-en"


def test_every_phone_is_in_one_left_class_and_every_output_has_one_meaning() -> None:
    assert sorted(phone for members in LEFT_CLASSES for phone in members) == sorted(PHONES)
    meanings = [forward_output(left, phone) for left in range(len(LEFT_CLASSES)) for phone in range(len(PHONES))]
    meanings += [loop_output(phone) for phone in range(len(PHONES))]
    assert sorted(meanings) == list(range(OUTPUTS))


def test_phones_know_their_place_in_a_word() -> None:
    assert in_word_positions(["K", "AE", "T"]) == ["K_B", "AE_I", "T_E"]
    assert in_word_positions(["AY"]) == ["AY_S"]
    assert [PHONES[plain_phone(KALDI_PHONES.index(name))] for name in ("SIL", "AY_S", "T_E")] == ["SIL", "AY", "T"]


def test_features_are_those_of_kaldi() -> None:
    time = np.arange(8000) / 16000
    chirp = 0.3 * np.sin(2 * np.pi * (300 * time + 1500 * time**2)) + 0.1 * np.sign(np.sin(2 * np.pi * 170 * time))
    features = fbank(chirp.astype(np.float32))
    assert features.shape == (48, BANDS)
    # kaldi-native-fbank 1.22 with the options of conf/fbank.conf, without dither.
    np.testing.assert_allclose(features[10, ::8], [12.718, 22.074, 19.642, 20.817, 21.041], atol=2e-3)
    np.testing.assert_allclose(features[40, ::8], [12.926, 20.805, 19.67, 20.817, 21.041], atol=2e-3)
    assert fbank(np.zeros(399, np.float32)).shape == (0, BANDS)


def test_normalisation_looks_back_a_window_and_starts_from_the_global_mean() -> None:
    features = np.random.default_rng(0).normal(5, 2, (WINDOW + 50, 3)).astype(np.float32)
    mean = np.array([4.0, 5.0, 6.0])
    out = normalised(features, mean)
    np.testing.assert_allclose(out[0], features[0] - (features[0] + GLOBAL * mean) / (1 + GLOBAL), atol=1e-5)
    last = features[-WINDOW:].mean(0)
    np.testing.assert_allclose(out[-1], features[-1] - last, atol=1e-4)


@pytest.mark.parametrize(("compression", "kind", "steps"), [("CM2", "<u2", 65535), ("CM3", "u1", 255)])
def test_a_compressed_matrix_reads_back(compression: kaldi_io.Compression, kind: str, steps: int) -> None:
    matrix = np.random.default_rng(1).normal(0, 1, (7, 5))
    data = kaldi_io.matrix(matrix, compression)
    assert data.startswith(compression.encode() + b" ")
    least, span, rows, columns = struct.unpack_from("<ffii", data, 4)
    values = np.frombuffer(data, kind, offset=20).reshape(rows, columns)
    np.testing.assert_allclose(least + values.astype(float) * span / steps, matrix, atol=span / steps)


def test_an_unsorted_transition_model_is_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        kaldi_io.transition_model([1, 2], [(2, 0, 40), (1, 0, 40)])


def test_written_network_and_transitions_run_in_vosk(tmp_path: Path) -> None:
    """Random weights beside the embedded model's graph: stock Vosk loads them and decodes to the end."""
    folder = tmp_path / "model"
    shutil.copytree(EMBEDDED, folder)
    rng = np.random.default_rng(2)
    patches = [
        kaldi_io.Convolution("a", [-1, 0, 1], (BANDS, BANDS), rng.normal(0, 0.1, (2, 1, 3, 3)), np.zeros(2)),
        kaldi_io.Convolution("b", [-3, 0], (BANDS, 20), rng.normal(0, 0.1, (4, 2, 2, 3)), np.zeros(4)),
    ]
    layers = [
        kaldi_io.Layer("first", [-3, 0, 3], rng.normal(0, 0.1, (16, 3 * 20 * 4)), np.zeros(16), rectified=True),
        kaldi_io.Layer("out", [0], rng.normal(0, 0.1, (OUTPUTS, 16)), np.zeros(OUTPUTS), rectified=False),
    ]
    phones = range(1, len(KALDI_PHONES))
    states = sorted(
        (phone, forward_output(left, plain_phone(phone)), loop_output(plain_phone(phone)))
        for phone in phones
        for left in range(len(LEFT_CLASSES))
    )
    model = b"\0B" + kaldi_io.transition_model(phones, states) + kaldi_io.nnet3(patches, layers, BANDS, "CM2")
    (folder / "am" / "final.mdl").write_bytes(model)
    # In a process of its own: Vosk ends the process when a model cannot be read.
    code = (
        "import json, sys, vosk; vosk.SetLogLevel(-1); model = vosk.Model(model_path=sys.argv[1])\n"
        "recogniser = vosk.KaldiRecognizer(model, 16000)\n"
        "recogniser.AcceptWaveform(bytes(32000)); print(recogniser.FinalResult())"
    )
    run = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "text" in json.loads(run.stdout)


def test_text_becomes_spoken_words() -> None:
    assert in_words("\u201cWhat\u2019s next?\u201d she asked - 'quietly'.") == [
        "what's",
        "next",
        "she",
        "asked",
        "quietly",
    ]


def test_drawn_commands_are_commands() -> None:
    graph, rng = read_commands(REPOSITORY), random.Random(3)
    lists = {"name": ["anna", "ben"], "choice": ["apologising to a friend"], "example": ["stress"]}
    commands = Commands.load(REPOSITORY / "prompts" / "en" / "commands.yaml", lists)
    drawn = [" ".join(draw(graph, rng)) for _ in range(300)]
    assert len(set(drawn)) > 150
    matched = sum(commands.match(text) is not None for text in drawn)
    assert matched > 0.8 * len(drawn)  # other names and examples than these are drawn as well


def test_table_talk_is_said_in_words_alone() -> None:
    graph, rng = read_talk(), random.Random(4)
    for _ in range(300):
        words = draw(graph, rng)
        assert words
        assert all(word.replace("'", "").isalpha() for word in words)


def test_trigram_probabilities_sum_to_one_and_follow_the_text() -> None:
    text = [["we", "need", "a", "break"], ["we", "need", "time"], ["a", "walk"]] * 4 + [["we", "xyzzy", "walk"]]
    words = ["we", "need", "a", "break", "time", "walk", "never"]
    model = estimate(text, words)
    for history in [(), (START,), ("we",), ("we", "need"), ("need", "a"), ("never",), ("never", "we")]:
        total = sum(model.probability(word, history) for word in [*words, END])
        assert total == pytest.approx(1, abs=1e-6), history
    assert model.probability("need", (START, "we")) > 0.7
    assert 0 < model.probability("never", ("we",)) < 0.05
