"""Stage: the recordings of real people, decoded once to 16 kHz PCM with their words normalised.

Sources and licences: speechocean762 (free, CC BY 4.0), LibriSpeech (CC BY 4.0), VCTK (ODC-By / CC BY 4.0), dc_tts
(Apache-2.0), dataset-voice-kathleen (CC0), CMU AN4 (BSD style), LJ Speech (public domain).
"""

import csv
from collections.abc import Iterator

from scripts.train_model.lexicon import Lexicon
from scripts.train_model.texts import in_words
from scripts.train_model.work import RATE, Clip, Work, append_index, read_audio, read_index, write_audio

LONGEST = 12.5  # seconds; longer ones slow every batch they are in
_BATCH = 100


def collect(work: Work) -> Iterator[tuple[int, int]]:
    """Take over every clip of `shared/speech/train` that can be used; yields (done, of)."""
    work.real.mkdir(parents=True, exist_ok=True)
    listed = [
        (table.parent, row)
        for table in sorted((work.shared / "speech" / "train").glob("*/clips.tsv"))
        for row in csv.DictReader(table.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
    ]
    done = {clip.file for clip in read_index(work.real)}
    lexicon = Lexicon()
    lexicon.guess(word for _, row in listed for word in in_words(row["text"]))
    ready = list[Clip]()
    for number, (folder, row) in enumerate(listed, 1):
        name = f"{folder.name}-{row['file'].removesuffix('.opus')}.wav"
        words = in_words(row["text"])
        sayable = words and all(word.replace("'", "").isalpha() and lexicon[word] for word in words)
        if name not in done and sayable and float(row["seconds"]) <= LONGEST:
            samples = read_audio(folder / row["file"])
            write_audio(work.real / name, samples)
            ready.append(Clip(name, f"{folder.name}:{row['speaker']}", len(samples) / RATE, " ".join(words)))
        if len(ready) == _BATCH or number == len(listed):
            append_index(work.real, ready)
            ready.clear()
            yield number, len(listed)
