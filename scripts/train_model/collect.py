"""Stage: the recordings of real people, decoded once to 16 kHz PCM with their words normalised.

Sources and licences: speechocean762 (free, CC BY 4.0), LibriSpeech (CC BY 4.0), VCTK (ODC-By / CC BY 4.0), dc_tts
(Apache-2.0), dataset-voice-kathleen (CC0), CMU AN4 and ARCTIC (BSD style), LJ Speech (public domain), Common Voice
(CC0), Speech Commands (CC BY 4.0).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from scripts.train_model.lexicon import Lexicon
from scripts.train_model.texts import in_words
from scripts.train_model.work import RATE, Clip, Work, append_index, read_audio, read_index, write_audio

LONGEST = 16.0  # seconds; longer ones slow every batch they are in, and `cut` makes shorter ones of them
_BATCH = 100


def collect(work: Work) -> Iterator[tuple[int, int]]:
    """Take over every clip of `shared/speech/train` that can be used; yields (done, of)."""
    folders = (work.real, work.long)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    listed = [
        (table.parent, row)
        for table in sorted((work.shared / "speech" / "train").glob("*/clips.tsv"))
        for row in csv.DictReader(table.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
    ]
    done = {clip.file for folder in folders for clip in read_index(folder)}
    lexicon = Lexicon()
    lexicon.guess(word for _, row in listed for word in in_words(row["text"]))
    ready: dict[Path, list[Clip]] = {folder: [] for folder in folders}
    for number, (folder, row) in enumerate(listed, 1):
        name = f"{folder.name}-{row['file'].removesuffix('.opus')}.wav"
        words = in_words(row["text"])
        sayable = words and all(word.replace("'", "").isalpha() and lexicon[word] for word in words)
        if name not in done and sayable:
            into = work.real if float(row["seconds"]) <= LONGEST else work.long
            samples = read_audio(folder / row["file"])
            write_audio(into / name, samples)
            clip = Clip(name, f"{folder.name}:{row['speaker']}", len(samples) / RATE, " ".join(words))
            ready[into].append(clip)
        if number % _BATCH == 0 or number == len(listed):
            for into, clips in ready.items():
                append_index(into, clips)
                clips.clear()
            yield number, len(listed)
