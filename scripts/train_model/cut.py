"""Stage: recordings of people cut where a network says that the words are.

Long ones fall into parts at their pauses. Out of the others come words and short phrases: answers are single
words, and hardly any of the recordings are.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from scripts.train_model.batching import padded, phones_of
from scripts.train_model.collect import LONGEST
from scripts.train_model.fbank import BANDS, SHIFT, fbank, normalised
from scripts.train_model.features import groups, is_recorded
from scripts.train_model.going_on import load_network
from scripts.train_model.held_out import is_held_out
from scripts.train_model.lexicon import Lexicon
from scripts.train_model.network import LEFT_CONTEXT, RIGHT_CONTEXT, SUBSAMPLING, Network
from scripts.train_model.phones import LEFT_CLASS, forward_output, loop_output
from scripts.train_model.texts import answers, read_commands
from scripts.train_model.work import RATE, Clip, Floats, Work, append_index, read_audio, read_index, write_audio

PIECES = 3  # of each recording
_FRAME = SUBSAMPLING * SHIFT  # samples of one output frame
_SHORTEST, _LONGEST = 0.18, 2.5  # seconds
_MARGIN, _WIDE_MARGIN = int(0.05 * RATE), int(0.15 * RATE)  # samples kept on either side; where nothing is said
_FADE = int(0.01 * RATE)
_BATCH = 100
_PAUSE = 5  # output frames of silence at which a long recording may be cut
_PART, _SHORTEST_PART = 7.0, 1.0  # seconds: cut what is longer; not into less
_WANTED = 2.0  # rank of an answer among the pieces: as of a word with a pause on one side


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with the output frames it begins at and ends before, and how many of silence lie on either side."""

    text: str
    start: int
    end: int
    before: int
    after: int


def cut(work: Work, start: Path | None = None) -> Iterator[tuple[int, int]]:
    """Cut every recording that is trained on; yields (done, of). Goes on where it stopped.

    `start`: the network that aligns, in place of the best one trained so far (see `going_on`).
    """
    wanted = frozenset(answers(read_commands(work.repository)))
    # What measures the training must not be part of it. Single words are cut already.
    short = [clip for path, clip in groups(work)[0] if is_recorded(path) and " " in clip.text]
    short.sort(key=lambda clip: wanted.isdisjoint(clip.text.split()))
    long = [clip for clip in read_index(work.long) if not is_held_out(clip)]
    done = {into: {clip.file.rsplit("-", 1)[0] for clip in read_index(into)} for into in (work.parts, work.cut)}
    mean, lexicon = np.load(work.features / "mean.npy"), Lexicon()
    lexicon.guess(word for clip in (*long, *short) for word in clip.text.split())
    network = _network(start or work.network / "best.pt")
    clips = [*((work.long, work.parts, clip) for clip in long), *((work.real, work.cut, clip) for clip in short)]
    ready: dict[Path, list[Clip]] = {into: [] for into in done}
    for into in ready:
        into.mkdir(parents=True, exist_ok=True)
    for number, (folder, into, clip) in enumerate(clips, 1):
        name = clip.file.removesuffix(".wav")
        if name not in done[into]:
            samples, rng = read_audio(folder / clip.file), np.random.default_rng((17, number))
            words = align(network, normalised(fbank(samples), mean), clip.text, lexicon)
            runs = parts_at_pauses(words) if into == work.parts else _pieces(words, wanted, rng)
            for index, run in enumerate(runs):
                piece = _cut_out(samples, run)
                write_audio(into / f"{name}-{index}.wav", piece)
                text = " ".join(word.text for word in run)
                ready[into].append(Clip(f"{name}-{index}.wav", clip.speaker, len(piece) / RATE, text))
        if number % _BATCH == 0 or number == len(clips):
            for kept_in, pieces in ready.items():
                append_index(kept_in, pieces)
                pieces.clear()
            yield number, len(clips)


def _network(start: Path) -> Network:
    # It is not trained further, so any frames do for its batch norms.
    frames = torch.randn(4, LEFT_CONTEXT + 90 + RIGHT_CONTEXT, BANDS, generator=torch.manual_seed(1))
    return load_network(start, [frames]).eval()


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


def parts_at_pauses(words: list[Spoken]) -> Iterator[list[Spoken]]:
    """What a recording falls into at its longest pauses; what stays too long for want of one is left out."""
    seconds = _seconds(words) if words else 0
    inner = [
        at
        for at in range(1, len(words))
        if words[at].before >= _PAUSE and min(_seconds(words[:at]), _seconds(words[at:])) >= _SHORTEST_PART
    ]
    if seconds > _PART and inner:
        at = max(inner, key=lambda at: words[at].before)
        yield from parts_at_pauses(words[:at])
        yield from parts_at_pauses(words[at:])
    elif 0 < seconds <= LONGEST:
        yield words


def _pieces(words: list[Spoken], wanted: frozenset[str], rng: np.random.Generator) -> Iterator[list[Spoken]]:
    """Up to PIECES runs of one to three words, `wanted` words and those that stand alone first."""
    runs = list[tuple[float, list[Spoken]]]()
    for start in range(len(words)):
        run = words[start : start + int(rng.choice([1, 2, 3], p=[0.7, 0.2, 0.1]))]
        alone = min(run[0].before, 2) + min(run[-1].after, 2)
        answer = _WANTED if len(run) == 1 and run[0].text in wanted else 0
        runs.append((alone + answer + rng.uniform(0, 2.5), run))
    for _, run in sorted(runs, key=lambda ranked: -ranked[0])[:PIECES]:
        if _SHORTEST <= _seconds(run) <= _LONGEST:
            yield run


def _seconds(run: list[Spoken]) -> float:
    return (run[-1].end - run[0].start) * _FRAME / RATE


def _cut_out(samples: Floats, run: list[Spoken]) -> Floats:
    """The sound of neighbouring words, faded in and out."""
    begin = max(0, run[0].start * _FRAME - _margin(run[0].before))
    piece = samples[begin : run[-1].end * _FRAME + _margin(run[-1].after)].copy()
    ramp = np.linspace(0, 1, _FADE, dtype=np.float32)
    piece[:_FADE] *= ramp
    piece[-_FADE:] *= ramp[::-1]
    return piece


def _margin(silence: int) -> int:
    """Samples kept beside a run, by the output frames of silence there."""
    return _WIDE_MARGIN if silence * _FRAME > 0.2 * RATE else _MARGIN
