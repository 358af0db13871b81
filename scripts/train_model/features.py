"""Stage: augmented copies of all clips as normalised filterbank frames."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scripts.train_model.augment import Surroundings, augment, nothing_said
from scripts.train_model.fbank import fbank, normalised
from scripts.train_model.noises import recorded_noises
from scripts.train_model.work import Clip, Floats, Work, batches, read_audio, read_index

_PART = 500  # clips a file
_SILENT = 0.03  # share of pieces in which nothing is said
_VOICES = 150  # that babble is made of

Frames = npt.NDArray[np.float16]
Utterance = tuple[str, Frames]
"""Text, and frames (n, bands)."""


def clips_of(work: Work) -> list[tuple[Path, Clip]]:
    """All clips, real and synthetic, shuffled the same way every time."""
    folders = (work.real, work.synthetic)
    clips = [(folder / clip.file, clip) for folder in folders for clip in read_index(folder)]
    order = np.random.default_rng(5).permutation(len(clips))
    return [clips[index] for index in order]


def make_features(work: Work, copy: int) -> Iterator[tuple[int, int]]:
    """Write one augmented copy of every clip; yields (done, of). Goes on where it was interrupted."""
    folder = work.features / f"copy{copy}"
    folder.mkdir(parents=True, exist_ok=True)
    clips = clips_of(work)
    rng = np.random.default_rng((7, copy))
    chosen = [clips[index][0] for index in rng.permutation(len(clips))[:_VOICES]]
    rooms = np.load(work.root / "rooms.npy").astype(np.float32)
    around = Surroundings(list(rooms), recorded_noises(work.shared), [read_audio(path) for path in chosen])
    mean = global_mean(work, clips, around)
    for number, part in enumerate(batches(len(clips), _PART)):
        if not (folder / f"{number:03}.json").exists():
            part_rng = np.random.default_rng((7, copy, number))
            hearings = [_hear(*clips[index], around, part_rng) for index in part]
            _write(folder / f"{number:03}", [(text, normalised(frames, mean)) for text, frames in hearings])
        yield part.stop, len(clips)


def global_mean(work: Work, clips: list[tuple[Path, Clip]], around: Surroundings) -> npt.NDArray[np.float64]:
    """The mean of all bands over augmented speech: what normalisation starts from, here and in the model."""
    path = work.features / "mean.npy"
    if not path.exists():
        rng = np.random.default_rng(11)
        heard = [fbank(augment(read_audio(file), around, rng)) for file, _ in clips[:300]]
        np.save(path, np.concatenate(heard).mean(0, dtype=np.float64))
    return np.asarray(np.load(path), np.float64)


def read_features(folder: Path) -> list[Utterance]:
    """The utterances of one copy, as far as it has been written."""
    found = list[Utterance]()
    for index in sorted(folder.glob("*.json")):
        frames = np.load(index.with_suffix(".npy"))
        start = 0
        for text, length in json.loads(index.read_text(encoding="utf-8")):
            found.append((text, frames[start : start + length]))
            start += length
    return found


def _hear(file: Path, clip: Clip, around: Surroundings, rng: np.random.Generator) -> tuple[str, Floats]:
    if rng.random() < _SILENT:
        return "", fbank(nothing_said(around, rng))
    return clip.text, fbank(augment(read_audio(file), around, rng))


def _write(path: Path, utterances: list[tuple[str, Floats]]) -> None:
    np.save(path.with_suffix(".npy"), np.concatenate([frames for _, frames in utterances]).astype(np.float16))
    # The list comes last: where it is, the frames are whole.
    part = path.with_suffix(".part")
    part.write_text(json.dumps([(text, len(frames)) for text, frames in utterances]), encoding="utf-8")
    part.replace(path.with_suffix(".json"))
