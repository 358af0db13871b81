"""What needs PyTorch and the FST tools: `pytest scripts/train_model` where requirements.txt is installed."""
# ruff: noqa: RUF001  (phonetic letters are meant)

import itertools
import json
import math
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]
import torch
from torch import nn

from scripts.train_model.augment import Surroundings, augment, nothing_said
from scripts.train_model.batching import GRAIN, make_batches, padded, phones_of
from scripts.train_model.collect import collect
from scripts.train_model.cut import Spoken, best_places, parts_at_pauses
from scripts.train_model.export import cmvn_stats, folded_layers, transition_states
from scripts.train_model.features import groups
from scripts.train_model.going_on import keep_mean, load_network, widened
from scripts.train_model.graph import build_graph, entries
from scripts.train_model.held_out import held_out, write_bench
from scripts.train_model.kaldi_io import Convolution, double_matrix
from scripts.train_model.kokoro import draw_voice, pronounce
from scripts.train_model.lexicon import Lexicon, from_ipa
from scripts.train_model.loss import (
    Denominator,
    Numerator,
    cross_entropy,
    mmi_loss,
    padded_phones,
    phone_bigram,
)
from scripts.train_model.network import BLOCKS, LEFT_CONTEXT, RIGHT_CONTEXT, Network
from scripts.train_model.ngram import END, START, Web, estimate, write_grammar
from scripts.train_model.phones import LEFT_CLASS, OUTPUTS, forward_output, loop_output
from scripts.train_model.rooms import LONGEST, kitchen
from scripts.train_model.texts import Texts, read_commands, read_talk, sound_alikes
from scripts.train_model.train import Schedule, train
from scripts.train_model.vocabulary import first_names, slurs, web
from scripts.train_model.work import Clip, Work, append_index, read_audio, read_index

_SEQUENCES = [[0, 5, 6, 0, 8, 0], [0, 3, 0], [0]]


def _denominator() -> Denominator:
    rng = np.random.default_rng(0)
    return Denominator(phone_bigram([list(rng.integers(1, 40, 30)) for _ in range(50)] + [[0, 5, 0]]))


def test_the_numerator_is_the_sum_over_all_alignments() -> None:
    denominator = _denominator()
    outputs = torch.randn(1, 5, OUTPUTS, generator=torch.manual_seed(0))
    numerator = Numerator(padded_phones([[0, 3, 0]]), denominator.log_bigram)
    likelihood, _ = numerator.occupancy(outputs, torch.tensor([5]))
    total = -math.inf
    for first, second in itertools.combinations(range(1, 5), 2):  # where 3 and the last silence begin
        score = 0.0
        for frame in range(5):
            phone, begins = (0, frame == 0) if frame < first else (3, frame == first)
            left = 0
            if frame >= second:
                phone, begins, left = 0, frame == second, 3
            output = forward_output(LEFT_CLASS[left], phone) if begins else loop_output(phone)
            score += float(outputs[0, frame, output])
        score += denominator.log_bigram[0, 3] + denominator.log_bigram[3, 0]
        total = float(np.logaddexp(total, score))
    assert math.isclose(float(likelihood[0]), total, abs_tol=1e-3)


def test_the_gradient_of_the_loss_is_its_slope() -> None:
    denominator, lengths = _denominator(), torch.tensor([20, 14, 9])
    numerator = Numerator(padded_phones(_SEQUENCES), denominator.log_bigram)
    outputs = (torch.randn(3, 20, OUTPUTS, generator=torch.manual_seed(1)) * 2).requires_grad_()
    losses, said = mmi_loss(outputs, lengths, numerator, denominator)
    losses.sum().backward()  # type: ignore[no-untyped-call]
    assert outputs.grad is not None
    for row, frame in [(0, 16), (1, 5), (2, 3), (0, 8)]:
        output = int(outputs.grad[row, frame].abs().argmax())
        moved = [outputs.detach().clone() for _ in range(2)]
        moved[0][row, frame, output] += 1e-2
        moved[1][row, frame, output] -= 1e-2
        up, down = (float(mmi_loss(one, lengths, numerator, denominator)[0].sum()) for one in moved)
        assert math.isclose((up - down) / 2e-2, float(outputs.grad[row, frame, output]), abs_tol=5e-3)
    assert float(outputs.grad[2, 9:].abs().max()) == 0  # after the end of the utterance
    torch.testing.assert_close(said.sum(2), (torch.arange(20)[None] < lengths[:, None]).float())


def test_an_utterance_too_short_for_its_words_teaches_nothing() -> None:
    denominator = _denominator()
    outputs = torch.randn(1, 4, OUTPUTS).requires_grad_()
    numerator = Numerator(padded_phones([[0, *range(1, 20), 0]]), denominator.log_bigram)
    loss, said = mmi_loss(outputs, torch.tensor([4]), numerator, denominator)
    loss.sum().backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == 0
    assert outputs.grad is not None
    assert float(outputs.grad.abs().max()) == 0
    assert float(cross_entropy(outputs.detach(), said)) == 0


def test_folded_layers_compute_what_the_network_does() -> None:
    torch.manual_seed(2)
    network = Network(width=16, narrow=8)
    torch.nn.init.normal_(network.out.weight)
    network(torch.randn(4, LEFT_CONTEXT + 90 + RIGHT_CONTEXT, 40))  # batch norm sees something
    network.eval()
    frames = torch.randn(1, LEFT_CONTEXT + 31 + RIGHT_CONTEXT, 40)
    expected = network(frames)[0].detach().numpy()
    hidden = {
        time: frames[0, time + LEFT_CONTEXT].double().numpy() for time in range(-LEFT_CONTEXT, 31 + RIGHT_CONTEXT)
    }
    convolutions, layers = folded_layers(network.state_dict())
    assert len(layers) == 2 + 2 * len(BLOCKS)
    for convolution in convolutions:
        reachable = [time for time in hidden if all(time + offset in hidden for offset in convolution.times)]
        hidden = {time: _convolved(convolution, hidden, time) for time in reachable}
    trunk = hidden
    for layer in layers:
        reachable = [time for time in hidden if all(time + offset in hidden for offset in layer.offsets)]
        spliced = {time: np.concatenate([hidden[time + offset] for offset in layer.offsets]) for time in reachable}
        hidden = {time: layer.weights @ row + layer.bias for time, row in spliced.items()}
        if layer.rectified:
            hidden = {time: np.maximum(row, 0) for time, row in hidden.items()}
            if layer.bypass:
                hidden = {time: row + layer.bypass * trunk[time] for time, row in hidden.items()}
            trunk = hidden
    for index, row in enumerate(expected):
        np.testing.assert_allclose(row, hidden[3 * index], atol=0.15)  # the network computes in bfloat16


def _convolved(
    layer: Convolution, hidden: dict[int, npt.NDArray[np.float64]], time: int
) -> npt.NDArray[np.float64]:
    """One frame behind a convolution as Kaldi has it: bands beyond the edges are 0, filters lie side by side."""
    height_in, height_out = layer.heights
    filters, filters_in, _, _ = layer.weights.shape
    found = np.tile(layer.bias, (height_out, 1))
    for place, offset in enumerate(layer.times):
        bands = np.pad(hidden[time + offset].reshape(height_in, filters_in), ((1, 1), (0, 0)))
        for band in range(height_out):
            patch = bands[band * (height_in // height_out) :][:3]
            found[band] += np.einsum("fit,ti->f", layer.weights[:, :, place], patch)
    assert found.shape == (height_out, filters)
    return np.maximum(found, 0).ravel()


def test_training_can_go_on_from_an_exported_model(tmp_path: Path) -> None:
    from scripts.train_model import export  # noqa: PLC0415

    torch.manual_seed(4)
    network = Network()
    torch.nn.init.normal_(network.out.weight, std=0.05)
    frames = torch.randn(4, LEFT_CONTEXT + 90 + RIGHT_CONTEXT, 40)
    network(frames)
    network.eval()
    work = Work(tmp_path, tmp_path, tmp_path)
    for folder in (work.network, work.features):
        folder.mkdir()
    torch.save(network.state_dict(), work.network / "best.pt")
    np.save(work.features / "mean.npy", np.full(40, 15.0))
    export.export(work)
    again = load_network(work.model, [frames])
    with torch.no_grad():
        expected = network(frames)
        assert float((again.eval()(frames) - expected).abs().mean()) < 0.1 * float(expected.std())
        # What goes on through its batch norms is much as it was: in training, too.
        assert float((again.train()(frames) - expected).abs().mean()) < 0.5 * float(expected.std())


def test_training_tells_its_curve_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    work, rng = Work(tmp_path, tmp_path, tmp_path), np.random.default_rng(8)
    for name in ("copy0", "copy1", "held-out"):
        folder = work.features / name
        folder.mkdir(parents=True)
        np.save(folder / "000.npy", rng.normal(0, 3, (6 * 60, 40)).astype(np.float16))
        (folder / "000.json").write_text(json.dumps([("yes", 60)] * 6), encoding="ascii")
    start = tmp_path / "start.pt"
    torch.save(Network().state_dict(), start)
    schedule = Schedule(0.05, 1e-3, 100, start)
    first = list(train(work, schedule, until=0.5))
    assert first[0].held_out is not None, "what it began with is measured"
    assert first[-1].done >= 0.5
    second = list(train(work, schedule))
    assert second[-1].steps > first[-1].steps
    curve = [json.loads(line) for line in (work.network / "curve.jsonl").read_text("ascii").splitlines()]
    assert [point["steps"] for point in curve] == [0, first[-1].steps, second[-1].steps]
    for name in ("start.pt", "best.pt"):
        Network().load_state_dict(torch.load(work.network / name, weights_only=True))


def test_a_wider_network_begins_as_the_narrower_one() -> None:
    torch.manual_seed(3)
    narrower, wider = Network(48, 12), Network(64, 20)
    nn.init.normal_(narrower.out.weight)
    wider.load_state_dict(widened(narrower.state_dict(), wider))
    frames = torch.randn(2, LEFT_CONTEXT + 3 * 10 - 2 + RIGHT_CONTEXT, 40)
    with torch.no_grad():
        expected = narrower.eval()(frames)
        assert float((wider.eval()(frames) - expected).abs().mean()) < 0.02 * float(expected.std())
    new = wider.blocks[0].wide.weight[48:].abs().sum(1)
    assert (new > 0).all()


def test_a_network_from_before_there_were_convolutions_keeps_its_blocks() -> None:
    old = Network().state_dict()
    old["first.weight"] = torch.zeros(704, 360)
    old = {name: at for name, at in old.items() if not name.startswith(("front", "second"))}
    new = Network()
    found = widened(old, new)
    new.load_state_dict(found)
    assert found["blocks.3.wide.weight"] is old["blocks.3.wide.weight"]
    assert found["first.weight"].shape == (704, 640)


def test_batches_take_everything_once_and_come_in_few_sizes() -> None:
    rng = np.random.default_rng(6)
    utterances = [(str(n), np.zeros((int(rng.integers(30, 900)), 40), np.float16)) for n in range(500)]
    batches = list(make_batches(utterances, 2000, rng))
    assert sorted(int(text) for batch in batches for text, _ in batch) == list(range(500))
    longest = [max(len(padded(frames)) for _, frames in batch) for batch in batches]
    assert len({length - LEFT_CONTEXT - RIGHT_CONTEXT for length in longest}) <= 900 // 3 // GRAIN + 1


def test_the_best_alignment_is_found() -> None:
    """Silence, phone 3 from output frame 2, a silence that is skipped, phone 5 from frame 5, silence from 7."""
    outputs = np.full((9, OUTPUTS), -5.0, np.float32)
    said = [(0, 0), (2, 3), (5, 5), (7, 0)]
    ends = [start for start, _ in said[1:]] + [9]
    for (start, phone), end, left in zip(said, ends, [0, 0, 3, 5], strict=True):
        outputs[start, forward_output(LEFT_CLASS[left], phone)] = 0
        outputs[start + 1 : end, loop_output(phone)] = 0
    outputs[0, forward_output(0, 0)] = 0
    places = best_places(outputs, [0, 3, 0, 5, 0])
    assert places is not None
    assert places.tolist() == [0, 0, 1, 1, 1, 3, 3, 4, 4]
    assert best_places(outputs[:2], [0, 3, 0, 5, 0]) is None


def test_a_long_recording_falls_into_parts_at_its_longest_pauses() -> None:
    """Thirty words of 0.6 s; a short pause behind the fifth, longer ones behind the twentieth and the 29th."""
    pauses = {5: 6, 20: 20, 29: 30}
    words, at = list[Spoken](), 0
    for number in range(30):
        at += pauses.get(number, 0)
        words.append(Spoken(str(number), at, at + 20, pauses.get(number, 0), pauses.get(number + 1, 0)))
        at += 20
    parts = [[word.text for word in part] for part in parts_at_pauses(words)]
    assert [part[0] for part in parts] == ["0", "5", "20"]
    assert [word for part in parts for word in part] == [word.text for word in words]
    without = [Spoken(word.text, word.start, word.end, 0, 0) for word in words]
    assert not list(parts_at_pauses(without)), "too long, and nowhere to cut"
    assert list(parts_at_pauses(without[:20])) == [without[:20]]


def test_what_is_held_out_is_never_trained_on(tmp_path: Path) -> None:
    work = Work(tmp_path, tmp_path, tmp_path)
    people = [Clip(f"{n}.wav", f"cv1:{n}", 2, "so it is") for n in range(400)]
    words = [Clip(f"w{n}.wav", "speech-commands:1", 1, word) for n, word in enumerate(["cat", "nine", "happy"])]
    talker = [Clip(f"k{n}.wav", "kathleen:kathleen", 2, "and so on") for n in range(100)]
    for folder in (work.real, work.cut):
        folder.mkdir()
        append_index(folder, [*people, *words, *talker])
    kept = {clip for _, clip in held_out(work)}
    assert 5 < len(kept) < 50
    assert {clip.text for clip in kept} == {"so it is", "cat", "nine"}
    copies = [groups(work, copy) for copy in range(2)]
    for whole, pieces in copies:
        assert kept.isdisjoint(clip for _, clip in (*whole, *pieces))
    first, second = ({clip.file for _, clip in whole if clip.text == "and so on"} for whole, _ in copies)
    assert len(first) == len(second) == int(0.03 * (2 * 500 + 3) / 2), "one voice fills no more than its share"
    assert first != second
    # The bench's words and sentences are of the same people.
    bench = write_bench(work) / "speech" / "dev"
    tables = {name: (bench / name / "clips.tsv").read_text("utf-8") for name in ("words", "read", "read-cv")}
    assert tables["words"].count("\tcat\n") == tables["words"].count("\tnine\n") == 1
    assert {line.split("\t")[1] for line in tables["read-cv"].splitlines()[1:]} <= {clip.speaker for clip in kept}
    assert tables["read"].count("\n") == 1, "no book readers here"


def test_single_words_and_what_is_cut_out_are_no_more_than_their_share(tmp_path: Path) -> None:
    work = Work(tmp_path, tmp_path, tmp_path)
    sentences = [Clip(f"{n}.wav", f"an4:p{n}", 2.5, "and so on") for n in range(400)]
    words = [Clip(f"w{n}.wav", f"an4:p{n}", 1, "stop") for n in range(400)]
    for folder, clips in ((work.real, [*sentences, *words]), (work.cut, words), (work.parts, sentences)):
        folder.mkdir()
        append_index(folder, clips)
    copies = [groups(work, copy) for copy in range(2)]
    for whole, cut in copies:
        spoken = sum(clip.seconds + 1.5 for _, clip in whole if " " in clip.text)
        assert sum(clip.text == "stop" for _, clip in whole) == int(0.15 * spoken / 2.5)
        assert sum(path.parent == work.cut for path, _ in cut) == int(0.1 * spoken / 2.5)
        assert sum(path.parent == work.parts for path, _ in cut) > 350, "parts of sentences are sentences"
    assert copies[0] != copies[1]


def test_recordings_are_collected_by_speaker_and_length(tmp_path: Path) -> None:
    folder = tmp_path / "speech" / "train" / "cv1"
    folder.mkdir(parents=True)
    rows = [("a", "p1", 1, "Well, hello!"), ("b", "p2", 17, "it goes on"), ("c", "p3", 1, "room 101")]
    lines = ["file\tspeaker\tseconds\ttext\taccent"]
    for name, speaker, seconds, text in rows:
        soundfile.write(folder / f"{name}.wav", np.random.default_rng(1).normal(0, 1e-3, seconds * 16000), 16000)
        lines.append(f"{name}.wav\t{speaker}\t{seconds}\t{text}\t")
    (folder / "clips.tsv").write_text("\n".join(lines), encoding="utf-8")
    work = Work(tmp_path / "work", tmp_path, tmp_path)
    assert list(collect(work))[-1] == (3, 3)
    assert list(collect(work))[-1] == (3, 3)
    assert [(clip.speaker, clip.text) for clip in read_index(work.real)] == [("cv1:p1", "well hello")]
    assert [(clip.speaker, clip.seconds) for clip in read_index(work.long)] == [("cv1:p2", 17)]
    assert abs(read_audio(work.real / read_index(work.real)[0].file)).max() > 0.49, "the near-silent are in"


def test_the_global_mean_is_taken_over_from_a_model(tmp_path: Path) -> None:
    mean = np.linspace(8, 15, 40)
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "global_cmvn.stats").write_bytes(b"\0B" + double_matrix(cmvn_stats(mean)))
    keep_mean(tmp_path, tmp_path / "features" / "mean.npy")
    np.testing.assert_allclose(np.load(tmp_path / "features" / "mean.npy"), mean)
    keep_mean(tmp_path / "best.pt", tmp_path / "other.npy")
    assert not (tmp_path / "other.npy").exists()


def test_words_have_pronunciations() -> None:
    lexicon = Lexicon()
    lexicon.guess(["quizzaciously", "coffee"])
    assert lexicon["coffee"][0] == ("K", "AA", "F", "IY")
    assert lexicon["quizzaciously"][0][:3] == ("K", "W", "IH")
    assert from_ipa("tʃ_ˈɜː_tʃ") == ("CH", "ER", "CH")
    assert phones_of("", lexicon, np.random.default_rng(0)) == [0]
    assert not {"anna", "break"} & slurs()
    assert {"anna", "ben", "maria"} <= set(first_names())


def test_the_language_model_is_one_and_the_web_helps_where_the_text_is_silent() -> None:
    sentences = [["yes", "two"], ["no", "tooth"], ["yes", "two"], ["two", "yes", "two"]] * 3
    words = ["yes", "no", "too", "two", "tooth"]
    corpus = Web(
        {"yes": 50, "no": 40, "two": 30, "too": 20, "tooth": 1}, {"no": {"too": 20, "two": 5, "zebra": 9}}
    )
    plain = estimate(sentences, words)
    mixed = estimate(sentences, words, corpus)
    for model in (plain, mixed, estimate(sentences, words, corpus, keep=1e-2)):
        for history in ((), (START,), ("no",), ("yes", "two"), ("too",)):
            total = sum(model.probability(word, history) for word in [*words, END])
            assert math.isclose(total, 1, abs_tol=0.01), (history, total)
    assert mixed.probability("too", ("no",)) > 2 * plain.probability("too", ("no",))
    assert sum(map(len, estimate(sentences, words, corpus, keep=1e-2).probabilities.values())) < sum(
        map(len, mixed.probabilities.values())
    )
    assert web().pairs["of"]["the"] > 1e9


def test_what_sounds_alike() -> None:
    words = ("shop", "top", "stopped", "know", "now", "go", "banana", "stop")
    near = sound_alikes(("stop", "no"), words)
    assert near == ["top", "stopped", "now", "go"]


def test_a_passage_is_a_sentence_or_gets_long_enough_by_utterances() -> None:
    sentences = [["it", "was", "a", "very", "long", "and", "cold", "night"], ["so", "he", "said"]]
    graphs = read_commands(Path(__file__).parents[2]), read_talk()
    texts = Texts(sentences, *graphs, ["top", "spoon"], seed=4)
    passages = [texts.passage() for _ in range(200)]
    assert ["it was a very long and cold night"] in passages
    assert min(len(" ".join(passage).split()) for passage in passages) == 6
    assert max(map(len, passages)) > 3


def test_neural_voices_are_given_phonemes_as_they_were_taught() -> None:
    assert pronounce("hey, coach. how far", british=False) == "hˈA, kˈOʧ. hˌW fˈɑɹ"
    assert pronounce("how far", british=True) == "hˌW fˈɑː"


def test_a_neural_voice_is_one_of_many() -> None:
    names = ["af_a", "am_b", "bf_c", "jf_d"]
    styles = {name: np.full((510, 256), at, np.float32) for at, name in enumerate(names)}
    rng = random.Random(2)
    voices = [draw_voice(styles, rng) for _ in range(200)]
    assert len({voice.name for voice in voices}) > 100
    assert all(voice.british == voice.name.startswith("b") for voice in voices)
    assert any(voice.styles[0, 0] != voice.styles[0, -1] for voice in voices), "one's melody, another's sound"
    assert max(abs(float(voice.styles.max())) for voice in voices) < 4, "never far beyond a voice there is"


def test_homophones_and_beginnings_are_told_apart_in_the_lexicon() -> None:
    marked, most = entries(["two", "too", "tooth"], Lexicon())
    assert most == 2
    assert [phones[-1] for _, phones in marked] == ["#1", "#2", "TH_E"]


def test_a_small_model_loads_in_vosk(tmp_path: Path) -> None:
    """Graph, grammar and an untrained network: all files together are what Vosk wants."""
    from scripts.train_model import export  # noqa: PLC0415

    work = Work(tmp_path, tmp_path, tmp_path)
    for folder in (work.network, work.features):
        folder.mkdir()
    torch.save(Network(width=16, narrow=8).state_dict(), work.network / "best.pt")
    np.save(work.features / "mean.npy", np.full(40, 15.0))
    export.export(work)
    words = ["yes", "no", "too", "two", "tooth"]
    numbers = build_graph(words, Lexicon(), work.model / "graph")
    write_grammar(estimate([["yes", "two"], ["no", "tooth"]] * 3, words), numbers, work.model / "graph" / "Gr.fst")
    code = (
        "import sys, vosk; model = vosk.Model(model_path=sys.argv[1])\n"
        "assert model.vosk_model_find_word('tooth') > 0 > model.vosk_model_find_word('xyz')\n"
        'for grammar in ([], [\'["yes", "too", "[unk]"]\']):\n'
        "    recogniser = vosk.KaldiRecognizer(model, 16000, *grammar)\n"
        "    recogniser.AcceptWaveform(bytes(64000)); print(recogniser.FinalResult())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(work.model)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count('"text"') == 2
    assert len(transition_states()) == 157 * 12
    assert cmvn_stats(np.zeros(40)).shape == (2, 41)


def test_augmented_speech_is_finite_and_never_clips_past_full_scale() -> None:
    rng = np.random.default_rng(3)
    speech = np.sin(np.arange(16000) / 20).astype(np.float32) * 0.5
    response = kitchen(rng)
    assert len(response) == LONGEST
    assert np.abs(response).max() == 1
    around = Surroundings([response], [rng.standard_normal(40000, np.float32)], [speech])
    for _ in range(20):
        heard = augment(speech, around, rng)
        assert heard.dtype == np.float32
        assert np.isfinite(heard).all()
        assert np.abs(heard).max() < 1.01
        assert len(heard) > 16000
        assert np.isfinite(nothing_said(around, rng)).all()
