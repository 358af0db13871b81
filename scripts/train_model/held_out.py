"""Who is kept out of training, to choose by: people and words of the corpora of many people.

What trains, what cuts and what is measured all ask here, so nothing of these people is ever learnt from, and the
recordings under shared/speech/dev need not be looked at to choose a network, a threshold or an end of training.
"""

import zlib
from collections import Counter
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
    corpus = clip.speaker.partition(":")[0]
    if corpus not in CORPORA:
        return False
    if corpus == _WORDS_FROM and clip.text in WORDS:
        return True
    return zlib.crc32(clip.speaker.encode()) % ONE_IN == 0


def held_out(work: Work, most: int = _MEASURED) -> list[tuple[Path, Clip]]:
    """Recordings that measure a training: up to `most` of each corpus, in an order that stays."""
    clips = [clip for clip in read_index(work.real) if is_held_out(clip)]
    taken, found = Counter[str](), list[tuple[Path, Clip]]()
    for index in np.random.default_rng(5).permutation(len(clips)):
        corpus = clips[index].speaker.partition(":")[0]
        taken[corpus] += 1
        if taken[corpus] <= most:
            found.append((work.real / clips[index].file, clips[index]))
    return found
