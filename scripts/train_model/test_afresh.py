"""Sounds made anew at every step: `pytest scripts/train_model` where requirements.txt is installed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
import soxr
import torch

from scripts.train_model import fbank, hearings
from scripts.train_model.afresh import Scorer, train_afresh
from scripts.train_model.hearings import World, hear, masked
from scripts.train_model.held_out import is_held_out
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.loss import Denominator, Numerator, mmi_loss, padded_phones, phone_bigram
from scripts.train_model.network import Network
from scripts.train_model.phones import OUTPUTS
from scripts.train_model.planning import HOPS, Planner, Sounds, read_sounds
from scripts.train_model.train import Schedule
from scripts.train_model.work import RATE, Clip, Floats, Work, append_index, write_audio

KEPT_OUT = next(f"cv1:{number}" for number in range(999) if is_held_out(Clip("", f"cv1:{number}", 1, "")))
_WORDS = ["hello", "yes", "hello coach", "stop", "what is next", "no"]


def _speech(seconds: float, seed: int) -> Floats:
    """A voice of sorts: low-passed noise that comes and goes."""
    rng = np.random.default_rng(seed)
    noise = np.convolve(rng.standard_normal(int(seconds * RATE)), np.hanning(9), "same")
    return np.asarray(noise * np.sin(np.arange(len(noise)) / 900) * 0.05, np.float32)


def _work(tmp_path: Path) -> Work:
    work = Work(tmp_path / "work", tmp_path / "shared", tmp_path)
    for folder in (work.real, work.cut, work.features, work.network, work.shared / "speech" / "noise"):
        folder.mkdir(parents=True)
    for folder, speaker in ((work.real, KEPT_OUT), (work.cut, "libri:2")):
        for number, text in enumerate(_WORDS):
            write_audio(folder / f"{number}.wav", _speech(0.6 + 0.3 * number, number))
            append_index(folder, [Clip(f"{number}.wav", speaker, 0.6 + 0.3 * number, text)])
    soundfile.write(work.shared / "speech" / "noise" / "tap.flac", _speech(8, 9), RATE)
    rooms = np.zeros((2, 9600), np.float16)
    rooms[:, 0] = 1
    rooms[1, 800] = 0.5
    np.save(work.root / "rooms.npy", rooms)
    np.save(work.features / "mean.npy", np.full(fbank.BANDS, 12.0))
    np.save(work.network / "bigram.npy", _bigram())
    return work


def _bigram() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rng = np.random.default_rng(0)
    return phone_bigram([list(rng.integers(1, 40, 30)) for _ in range(50)] + [[0, 5, 0]])


def _sounds() -> Sounds:
    clips = [(_speech(0.5 + number / 4, number) * 32767).astype(np.int16) for number in range(len(_WORDS))]
    lengths = np.array([len(clip) for clip in clips])
    chances = np.full(len(clips), 1 / len(clips))
    return Sounds(np.concatenate(clips), np.cumsum(lengths) - lengths, lengths, _WORDS, chances)


def _world(sounds: Sounds) -> World:
    noises = torch.randint(-9000, 9000, (80_000,), dtype=torch.int16, generator=torch.manual_seed(3))
    segments = torch.tensor([[0, 40_000], [40_000, 20_000], [60_000, 20_000]])
    rooms = torch.zeros(2, 9600)
    rooms[:, 0] = 1
    return World(torch.from_numpy(sounds.samples), noises, segments, 1, rooms, torch.full((40,), 12.0).double())


def _plan(frames: int = 1000, seed: int = 1) -> dict[str, torch.Tensor]:
    plan = next(iter(Planner(_sounds(), Lexicon(), frames, 2).batches(seed)))
    return {name: torch.from_numpy(np.asarray(values)) for name, values in plan.items()}


def test_features_are_those_of_the_other_stages() -> None:
    samples = _speech(7.5, 1)
    features = hearings.fbank(torch.from_numpy(samples)[None], fbank.SHIFT)
    np.testing.assert_allclose(features[0].numpy(), fbank.fbank(samples), atol=1e-3)
    mean = np.linspace(8, 15, fbank.BANDS)
    normalised = hearings.normalised(features, torch.from_numpy(mean))
    np.testing.assert_allclose(normalised[0].numpy(), fbank.normalised(features[0].numpy(), mean), atol=1e-4)


def test_a_voice_is_heard_at_its_speed_and_place() -> None:
    sounds, lead = _sounds(), 3200
    start, length = int(sounds.starts[3]), int(sounds.lengths[3])
    clip = sounds.samples[start : start + length] / np.float32(32768)
    for speed in (1.0, 1.13, 0.87):
        plan = {"start": start, "length": length, "speed": speed, "lead": lead}
        tensors = {name: torch.tensor([value]) for name, value in plan.items()}
        heard = hearings.voices(tensors, _world(sounds), 3 * RATE)[0].numpy()
        expected = np.asarray(soxr.resample(clip, RATE * speed, RATE), np.float32)
        assert np.abs(heard[:lead]).max() == 0
        assert np.abs(heard[lead + len(expected) + 1 :]).max() == 0
        difference = heard[lead : lead + len(expected)] - expected
        assert np.square(difference).mean() < 1e-3 * np.square(expected).mean()


def test_plans_hold_what_was_asked_for() -> None:
    sounds = _sounds()
    planner = Planner(replace(sounds, chances=np.array([0.5, 0, 0, 0, 0.5, 0])), Lexicon(), 600, 5)
    plans = planner.batches(2)
    for _ in range(40):
        plan = next(plans)
        outputs, hop = int(plan["outputs"]), int(plan["hop"])
        assert hop in HOPS
        samples = hop * (3 * outputs - 1) + fbank.FRAME
        assert len(plan["start"]) == 600 // outputs
        assert set(plan["start"].tolist()) <= {int(sounds.starts[0]), int(sounds.starts[4])}
        ends = plan["lead"] + plan["length"] / plan["speed"]
        assert (ends <= samples).all()
        said = (plan["phones"] > 0).any(1)
        assert (said == (plan["length"] > 0)).all()
        assert (said != plan["silent"]).all()


def test_what_is_heard_is_never_twice_the_same_and_always_numbers() -> None:
    plan, world = _plan(2000), _world(_sounds())
    first, second = (masked(hear(plan, world), plan) for _ in range(2))
    assert first.shape == (len(plan["start"]), 3 * int(plan["outputs"]), 40)
    assert torch.isfinite(first).all()
    assert (first - second).abs().max() > 0.1


def test_the_slope_is_that_of_the_loss() -> None:
    denominator = Denominator(_bigram())
    phones = padded_phones([[0, 5, 6, 0], [0, 3, 0], [0]])
    outputs = torch.randn(3, 30, OUTPUTS, generator=torch.manual_seed(1)).requires_grad_()
    lengths = torch.full((3,), 30)
    numerator = Numerator(phones, denominator.log_bigram)
    expected, occupied = mmi_loss(outputs, lengths, numerator, denominator)
    expected.sum().backward()  # type: ignore[no-untyped-call]
    losses, slope, said = Scorer(denominator)(outputs.detach(), phones)
    torch.testing.assert_close(losses, expected.detach())
    torch.testing.assert_close(slope, outputs.grad)
    torch.testing.assert_close(said, occupied)


def test_corpora_are_heard_for_their_part_of_the_time(tmp_path: Path) -> None:
    sounds = read_sounds(_work(tmp_path), {"real": 1, "cut": 1, "cut:libri": 3})
    assert len(sounds.texts) == len(_WORDS)  # those of `real` are held out
    np.testing.assert_allclose((sounds.chances * sounds.lengths).sum() / sounds.lengths.mean(), 1, atol=0.01)


def test_a_network_learns_from_it(tmp_path: Path) -> None:
    work = _work(tmp_path)
    torch.manual_seed(5)
    start = tmp_path / "start.pt"
    torch.save(Network().state_dict(), start)
    progress = list(train_afresh(work, Schedule(0.4, 2e-3, 600, start), "cpu"))
    assert progress[-1].done == 1
    assert progress[-1].steps > 2
    assert progress[-1].held_out is not None
    first = next(iter(train_afresh(work, Schedule(1e-9, 2e-3, 600, start), "cpu")))
    assert first.held_out is not None
    assert progress[-1].held_out < first.held_out
    Network().load_state_dict(torch.load(work.network / "best.pt", weights_only=True))


def test_it_begins_from_nothing_too(tmp_path: Path) -> None:
    progress = list(train_afresh(_work(tmp_path), Schedule(0.05, 3e-3, 600), "cpu"))
    assert progress[-1].steps > 0
    assert progress[-1].held_out is not None
