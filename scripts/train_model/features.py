"""Stage: augmented copies of all clips as normalised filterbank frames."""

import itertools
import json
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scripts.train_model.augment import Surroundings, augment, nothing_said
from scripts.train_model.fbank import fbank, normalised
from scripts.train_model.held_out import held_out, is_held_out
from scripts.train_model.noises import recorded_noises
from scripts.train_model.work import Clip, Floats, Work, batches, cores, read_audio, read_index

_PART = 500  # clips a file
_MOST_OF_ONE = 0.03  # of what people say is one person's
SILENT = 0.08  # share of pieces in which nothing is said
_VOICES = 150  # that babble is made of
_AROUND = 1.5  # seconds of silence, about, that `augment` puts around a clip
_ALONE, _CUT = 0.15, 0.1
"""The most of what is heard as single words, and as words and phrases cut out: as shares of all other speech."""

Frames = npt.NDArray[np.float16]
Utterance = tuple[str, Frames]
"""Text, and frames (n, bands)."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a worker process makes of its parts."""

    work: Work
    copy: int
    clips: list[tuple[Path, Clip]]
    parts: list[range]
    around: Surroundings


_KEPT = list[_Kept]()


def groups(work: Work, copy: int = 0) -> list[list[tuple[Path, Clip]]]:
    """All clips that are trained on, shuffled the same way every time: whole ones, and what was cut out of some.

    Of a person who says too much, of single words and of what was cut out each copy has other clips.
    """
    most = _MOST_OF_ONE * sum(clip.seconds for clip in read_index(work.real))
    whole = _balanced(_shuffled(work.real, work.synthetic, work.neural), most, copy)
    alone = {path for path, clip in whole if " " not in clip.text}
    cut = _shuffled(work.cut, work.parts)
    spoken = sum(_heard(clip) for path, clip in whole if path not in alone)
    return [
        _thinned(whole, alone, _ALONE * spoken, copy),
        _thinned(cut, {path for path, _ in cut if path.parent == work.cut}, _CUT * spoken, copy),
    ]


def _heard(clip: Clip) -> float:
    """Seconds that are trained on."""
    return clip.seconds + _AROUND


def _thinned(
    clips: list[tuple[Path, Clip]], short: Collection[Path], most: float, copy: int
) -> list[tuple[Path, Clip]]:
    """With no more of the `short` than are heard in `most` seconds; which those are, `copy` says."""
    left, heard = set[Path](), 0.0
    for index in np.random.default_rng((6, copy)).permutation(len(clips)):
        path, clip = clips[index]
        if path in short:
            heard += _heard(clip)
            if heard > most:
                left.add(path)
    return [(path, clip) for path, clip in clips if path not in left]


def _shuffled(*folders: Path) -> list[tuple[Path, Clip]]:
    clips = [
        (folder / clip.file, clip) for folder in folders for clip in read_index(folder) if not is_held_out(clip)
    ]
    return [clips[index] for index in np.random.default_rng(5).permutation(len(clips))]


def _balanced(clips: list[tuple[Path, Clip]], most: float, copy: int) -> list[tuple[Path, Clip]]:
    """Without what any one person of a corpus says beyond `most` seconds; which clips those are, `copy` says."""
    left, said = set[Path](), dict[str, float]()
    for index in np.random.default_rng((5, copy)).permutation(len(clips)):
        path, clip = clips[index]
        if is_recorded(path):
            said[clip.speaker] = said.get(clip.speaker, 0) + clip.seconds
            if said[clip.speaker] > most:
                left.add(path)
    return [(path, clip) for path, clip in clips if path not in left]


def is_recorded(path: Path) -> bool:
    """Whether a whole clip is of a person."""
    return path.parent.name == "real"


def make_features(work: Work, copy: int) -> Iterator[tuple[int, int]]:
    """Write one augmented copy of every clip; yields (done, of). Goes on where it was interrupted."""
    folder = work.features / f"copy{copy}"
    folder.mkdir(parents=True, exist_ok=True)
    parts, clips = _parts(work, copy)
    around = surroundings(work, clips, copy)
    global_mean(work, clips, around)
    _measuring(work, around)
    missing = [number for number in range(len(parts)) if not (folder / f"{number:03}.json").exists()]
    done = len(clips) - sum(len(parts[number]) for number in missing)
    with ProcessPoolExecutor(cores(), initializer=_prepare, initargs=(work, copy)) as pool:
        for count in pool.map(_part, missing):
            done += count
            yield done, len(clips)


def _measuring(work: Work, around: Surroundings) -> None:
    """Write one augmented copy of what is held out."""
    path = work.features / "held-out" / "000"
    if not path.with_suffix(".json").exists():
        path.parent.mkdir(exist_ok=True)
        mean, rng = np.load(work.features / "mean.npy"), np.random.default_rng(12)
        heard = [(clip.text, fbank(augment(read_audio(file), around, rng))) for file, clip in held_out(work)]
        _write(path, [(text, normalised(frames, mean)) for text, frames in heard])


def _parts(work: Work, copy: int) -> tuple[list[range], list[tuple[Path, Clip]]]:
    """Which clips are in which file, and all clips; each group begins a new file, as what was cut comes later."""
    found, start, together = list[range](), 0, groups(work, copy)
    for group in together:
        found += [range(part.start + start, part.stop + start) for part in batches(len(group), _PART)]
        start += len(group)
    return found, list(itertools.chain(*together))


def surroundings(work: Work, clips: list[tuple[Path, Clip]], copy: int) -> Surroundings:
    """Rooms, noises and voices of one copy."""
    rng = np.random.default_rng((7, copy))
    chosen = [clips[index][0] for index in rng.permutation(len(clips))[:_VOICES]]
    rooms = np.load(work.root / "rooms.npy").astype(np.float32)
    return Surroundings(list(rooms), recorded_noises(work.shared), [read_audio(path) for path in chosen])


def _prepare(work: Work, copy: int) -> None:
    """What a worker process keeps for all its parts."""
    parts, clips = _parts(work, copy)
    _KEPT[:] = [_Kept(work, copy, clips, parts, surroundings(work, clips, copy))]


def _part(number: int) -> int:
    """Write part `number`; returns how many clips it has."""
    kept = _KEPT[0]
    mean = np.load(kept.work.features / "mean.npy")
    rng = np.random.default_rng((7, kept.copy, number))
    hearings = [_hear(*kept.clips[index], kept.around, rng) for index in kept.parts[number]]
    folder = kept.work.features / f"copy{kept.copy}"
    _write(folder / f"{number:03}", [(text, normalised(frames, mean)) for text, frames in hearings])
    return len(hearings)


def global_mean(work: Work, clips: list[tuple[Path, Clip]], around: Surroundings) -> None:
    """Write the mean of all bands over augmented speech: what normalisation starts from, here and in the model."""
    path = work.features / "mean.npy"
    if not path.exists():
        rng = np.random.default_rng(11)
        heard = [fbank(augment(read_audio(file), around, rng)) for file, _ in clips[:300]]
        np.save(path, np.concatenate(heard).mean(0, dtype=np.float64))


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
    if rng.random() < SILENT:
        return "", fbank(nothing_said(around, rng))
    return clip.text, fbank(augment(read_audio(file), around, rng))


def _write(path: Path, utterances: list[tuple[str, Floats]]) -> None:
    np.save(path.with_suffix(".npy"), np.concatenate([frames for _, frames in utterances]).astype(np.float16))
    # The list comes last: where it is, the frames are whole.
    part = path.with_suffix(".part")
    part.write_text(json.dumps([(text, len(frames)) for text, frames in utterances]), encoding="utf-8")
    part.replace(path.with_suffix(".json"))
