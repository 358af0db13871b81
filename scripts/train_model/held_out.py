"""Who is kept out of training, to choose by: people and words of the corpora of many people.

What trains, what cuts and what is measured all ask here, so nothing of these people is ever learnt from, and the
recordings under shared/speech/dev need not be looked at to choose a network, a threshold or an end of training.
"""

import csv
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from scripts.train_model.work import Clip, Work, read_index

CORPORA = frozenset({"an4", "cv-delta", "cv1", "libri5", "speech-commands"})
ONE_IN = 20  # people
WORDS = frozenset({"cat", "nine", "wow"})
"""Words whose recordings as single words are kept out, whoever says them: they stand for all words never heard."""
_WORDS_FROM = "speech-commands"
_MEASURED = 120  # clips of a corpus, and of a corpus' words


def is_held_out(clip: Clip) -> bool:
    """Whether a clip may only measure: by its speaker (`corpus:name`), the same in every run."""
    corpus = _corpus(clip)
    if corpus not in CORPORA:
        return False
    if corpus == _WORDS_FROM and clip.text in WORDS:
        return True
    return zlib.crc32(clip.speaker.encode()) % ONE_IN == 0


def held_out(work: Work, most: int = _MEASURED) -> list[tuple[Path, Clip]]:
    """Recordings that measure a training: up to `most` of each corpus, in an order that stays."""
    taken, found = Counter[str](), list[tuple[Path, Clip]]()
    for clip in _shuffled(read_index(work.real)):
        corpus = _corpus(clip)
        taken[corpus] += 1
        if taken[corpus] <= most:
            found.append((work.real / clip.file, clip))
    return found


def write_bench(work: Work, most: int = _MEASURED) -> Path:
    """Write tables of what is held out as `scripts/bench_hearing.py --shared` reads them; the folder.

    Its `read` are book readers, its `read-cv` people at their own microphones, and its `words` single words, up to
    `most` of each.
    """
    root = work.root / "held-out"
    rows: dict[str, list[Clip]] = {"read": [], "read-cv": [], "words": []}
    taken = Counter[str]()
    for clip in _shuffled([*read_index(work.real), *read_index(work.long)]):
        if " " not in clip.text:
            taken[clip.text] += 1
            if taken[clip.text] <= most:
                rows["words"].append(clip)
        elif _corpus(clip) != "an4":
            rows["read" if _corpus(clip) == "libri5" else "read-cv"].append(clip)
    for name, clips in rows.items():
        _write_table(work, root / "speech" / "dev" / name, clips)
    noise = root / "speech" / "noise"
    if not noise.exists():
        noise.symlink_to((work.shared / "speech" / "noise").resolve(), target_is_directory=True)
    return root


def _write_table(work: Work, folder: Path, clips: Iterable[Clip]) -> None:
    """The recordings as they were given: their level is part of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "clips.tsv").open("w", encoding="utf-8", newline="") as table:
        out = csv.writer(table, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        out.writerow(["file", "speaker", "seconds", "text"])
        for clip in clips:
            corpus = _corpus(clip)
            name = clip.file.removeprefix(f"{corpus}-").removesuffix(".wav")
            recording = (work.shared / "speech" / "train" / corpus / f"{name}.opus").resolve()
            out.writerow([recording, clip.speaker, f"{clip.seconds:.2f}", clip.text])


def _shuffled(clips: list[Clip]) -> list[Clip]:
    """Those held out, in an order that stays."""
    kept = [clip for clip in clips if is_held_out(clip)]
    return [kept[index] for index in np.random.default_rng(5).permutation(len(kept))]


def _corpus(clip: Clip) -> str:
    return clip.speaker.partition(":")[0]
