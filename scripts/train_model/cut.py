"""Stage: words and short phrases cut out of the recordings of people, where a first network says they are.

Answers are single words, and hardly any of the recordings are.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from scripts.train_model.batching import padded, phones_of
from scripts.train_model.fbank import SHIFT, fbank, normalised
from scripts.train_model.features import HELD_OUT, groups
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.network import SUBSAMPLING, Network
from scripts.train_model.phones import LEFT_CLASS, forward_output, loop_output
from scripts.train_model.work import RATE, Clip, Floats, Work, append_index, read_audio, read_index, write_audio

PIECES = 3  # of each recording
_FRAME = SUBSAMPLING * SHIFT  # samples of one output frame
_SHORTEST, _LONGEST = 0.18, 2.5  # seconds
_MARGIN, _WIDE_MARGIN = int(0.05 * RATE), int(0.15 * RATE)  # samples kept on either side; where nothing is said
_FADE = int(0.01 * RATE)
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with the output frames it begins at and ends before, and how many of silence lie on either side."""

    text: str
    start: int
    end: int
    before: int
    after: int


def cut(work: Work) -> Iterator[tuple[int, int]]:
    """Cut pieces out of every recording that is trained on; yields (done, of). Goes on where it stopped."""
    work.cut.mkdir(parents=True, exist_ok=True)
    network = Network()
    network.load_state_dict(torch.load(work.network / "best.pt", weights_only=True))
    network.eval()
    mean, lexicon = np.load(work.features / "mean.npy"), Lexicon()
    # What measures the training must not be part of it.
    clips = [clip for path, clip in groups(work)[0][HELD_OUT:] if path.parent == work.real]
    lexicon.guess(word for clip in clips for word in clip.text.split())
    done = {clip.file.rsplit("-", 1)[0] for clip in read_index(work.cut)}
    ready = list[Clip]()
    for number, clip in enumerate(clips, 1):
        name = clip.file.removesuffix(".wav")
        if name not in done:
            samples, rng = read_audio(work.real / clip.file), np.random.default_rng((17, number))
            words = align(network, normalised(fbank(samples), mean), clip.text, lexicon)
            for index, (text, piece) in enumerate(_pieces(samples, words, rng)):
                write_audio(work.cut / f"{name}-{index}.wav", piece)
                ready.append(Clip(f"{name}-{index}.wav", clip.speaker, len(piece) / RATE, text))
        if number % _BATCH == 0 or number == len(clips):
            append_index(work.cut, ready)
            ready.clear()
            yield number, len(clips)


def align(network: Network, frames: Floats, text: str, lexicon: Lexicon) -> list[Spoken]:
    """When each word of `text` is said in normalised `frames`; nothing where they are too few for it."""
    phones = phones_of(text, lexicon, np.random.default_rng(0), usual=True)
    with torch.no_grad():
        outputs = network(torch.from_numpy(padded(frames)[None]))[0, : len(frames) // SUBSAMPLING].numpy()
    places = best_places(outputs, phones)
    if places is None:
        return []
    # Silence (phone 0) parts the words; a silence that was skipped has no frames.
    gaps = [index for index, phone in enumerate(phones) if phone == 0]
    times = [(np.searchsorted(places, gap), np.searchsorted(places, gap, "right")) for gap in gaps]
    words = text.split()
    return [
        Spoken(word, int(left[1]), int(right[0]), int(left[1] - left[0]), int(right[1] - right[0]))
        for word, (left, right) in zip(words, itertools.pairwise(times), strict=True)
    ]


def best_places(outputs: Floats, phones: list[int]) -> npt.NDArray[np.int64] | None:
    """For each output frame (frames, outputs), which of `phones` it belongs to on the best way through all."""
    count, frames = len(phones), len(outputs)
    left = [0, *phones[:-1]]
    loops = outputs[:, [loop_output(phone) for phone in phones]]
    enters = outputs[:, [forward_output(LEFT_CLASS[b], p) for b, p in zip(left, phones, strict=True)]]
    skips = np.full_like(loops, -np.inf)
    for place in range(2, count):
        if phones[place - 1] == 0:
            skips[:, place] = outputs[:, forward_output(LEFT_CLASS[phones[place - 2]], phones[place])]
    scores = np.full(count, -np.inf)
    scores[0] = outputs[0, 0]
    steps = np.zeros((frames, count), np.int64)
    for frame in range(1, frames):
        ways = np.full((3, count), -np.inf)
        ways[0] = scores + loops[frame]
        ways[1, 1:] = scores[:-1] + enters[frame, 1:]
        ways[2, 2:] = scores[:-2] + skips[frame, 2:]
        steps[frame] = ways.argmax(0)
        scores = ways.max(0)
    if not np.isfinite(scores[-1]):
        return None
    places = np.empty(frames, np.int64)
    at = count - 1
    for frame in range(frames - 1, -1, -1):
        places[frame] = at
        at -= steps[frame, at]
    return places


def _pieces(samples: Floats, words: list[Spoken], rng: np.random.Generator) -> Iterator[tuple[str, Floats]]:
    """Up to PIECES runs of one to three words, those that stand alone first."""
    runs = list[tuple[float, list[Spoken]]]()
    for start in range(len(words)):
        run = words[start : start + int(rng.choice([1, 2, 3], p=[0.7, 0.2, 0.1]))]
        alone = min(run[0].before, 2) + min(run[-1].after, 2)
        runs.append((alone + rng.uniform(0, 2.5), run))
    for _, run in sorted(runs, key=lambda ranked: -ranked[0])[:PIECES]:
        seconds = (run[-1].end - run[0].start) * _FRAME / RATE
        if _SHORTEST <= seconds <= _LONGEST:
            begin = max(0, run[0].start * _FRAME - _margin(run[0].before))
            piece = samples[begin : run[-1].end * _FRAME + _margin(run[-1].after)].copy()
            ramp = np.linspace(0, 1, _FADE, dtype=np.float32)
            piece[:_FADE] *= ramp
            piece[-_FADE:] *= ramp[::-1]
            yield " ".join(word.text for word in run), piece


def _margin(silence: int) -> int:
    """Samples kept beside a run, by the output frames of silence there."""
    return _WIDE_MARGIN if silence * _FRAME > 0.2 * RATE else _MARGIN
