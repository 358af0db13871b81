"""Stage: speech of many synthetic voices (espeak-ng, flite, festival; all of Debian's main section).

Licences: the programs are GPL-3 (espeak-ng) and BSD-style (flite, festival and their CMU voices); what they say is
not covered by the programs' licences.
"""

import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import soundfile  # type: ignore[import-untyped]

from scripts.train_model.texts import Texts, read_commands, read_sentences, read_talk
from scripts.train_model.vocabulary import common_words, first_names
from scripts.train_model.work import (
    RATE,
    Clip,
    Work,
    append_index,
    batches,
    cores,
    read_audio,
    read_index,
    write_audio,
)
from voice_coach.commands.template_graph import Graph

ACCENTS = [
    *["en-us"] * 5,
    *["en-gb"] * 2,
    *["en-gb-scotland", "en-gb-x-rp", "en-029", "en-us-nyc", "en-gb-x-gbclan", "en-gb-x-gbcwmd"],
]
# Kept back, so that benchmarks have synthetic voices that were never trained on.
HELD_OUT_VARIANTS = frozenset({"f3", "m4", "linda", "adam", "steph2", "grandma", "Michael", "quincy"})
_NOT_HUMAN = ("whisper", "croak", "robo", "alien", "half", "klatt5", "klatt6", "demonic", "boris")
FLITE_VOICES = ["rms", "slt", "awb", "rms", "slt", "awb", "kal16"]
FESTIVAL_VOICES = ["cmu_us_slt_arctic_hts", "kal_diphone", "ked_diphone"]
_Text = TypeVar("_Text")
FESTIVAL_BATCH = 40  # starting festival takes longer than a sentence


def espeak_variants() -> list[str]:
    """The variants of espeak-ng's voice that sound like a person and are not held out."""
    version = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
    folder = Path(version.split("Data at:")[1].strip()) / "voices" / "!v"
    names = sorted(path.name for path in folder.iterdir())
    return [
        name
        for name in names
        if name not in HELD_OUT_VARIANTS and not any(odd in name.lower() for odd in _NOT_HUMAN)
    ]


def synthesise(work: Work, count: int, seed: int = 1) -> Iterator[int]:
    """Render utterances until there are `count`; yields how many there are. Goes on where it was interrupted."""
    part = partial(_part, work, seed=seed, variants=espeak_variants())
    with ProcessPoolExecutor(cores()) as pool:

        def draw(first: int, size: int) -> list[str]:
            texts = all_texts(work, seed * 1_000_003 + first)
            return [" ".join(texts.next()) for _ in range(size)]

        yield from render(work.synthetic, count, FESTIVAL_BATCH, draw, part, pool)


def render(  # noqa: PLR0913, PLR0917 - what, how and where
    folder: Path,
    count: int,
    size: int,
    draw: Callable[[int, int], list[_Text]],
    part: Callable[[int, list[_Text]], list[Clip]],
    pool: Executor,
) -> Iterator[int]:
    """Render `size` texts at a time into `folder` until there are `count`; yields how many there are.

    `draw` and `part` get the number of the first: what is said and how depends on that alone, so an
    interrupted run goes on with fresh text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = read_index(folder)
    # By number, not by count: a text that a voice could not render leaves a gap.
    done = int(made[-1].file[1:7]) + 1 if made else 0
    yield done
    parts = [range(done + at.start, done + at.stop) for at in batches(count - done, size)]
    texts = [draw(at.start, len(at)) for at in parts]
    for numbers, clips in zip(parts, pool.map(part, [at.start for at in parts], texts), strict=True):
        append_index(folder, clips)
        yield numbers.stop


def all_texts(work: Work, seed: int) -> Texts:
    """Everything that is to be said, in an order that `seed` gives."""
    material = _material(work.shared / "text" / "sentences.txt", work.repository)
    return Texts(*material, seed)


@cache
def _material(sentences_file: Path, repository: Path) -> tuple[list[list[str]], Graph, Graph, list[str]]:
    sentences = read_sentences(sentences_file)
    words = [*common_words(sentences, 6_000), *first_names()]
    return sentences, read_commands(repository), read_talk(), words


def _part(work: Work, first: int, texts: list[str], seed: int, variants: list[str]) -> list[Clip]:
    rng, clips = random.Random(seed * 1_000_033 + first), list[Clip]()
    with tempfile.TemporaryDirectory() as folder:
        rendered = dict[Path, tuple[str, str]]()
        for_festival = dict[Path, tuple[str, str]]()
        for number, text in enumerate(texts):
            raw, kind = Path(folder) / f"s{first + number:06}.wav", rng.random()
            if kind < 0.45:
                rendered[raw] = (_espeak(raw, text, rng, variants), text)
            elif kind < 0.86:
                rendered[raw] = (_flite(raw, text, rng), text)
            else:
                for_festival[raw] = (rng.choice(FESTIVAL_VOICES), text)
        _festival(for_festival, rng)
        for raw, (speaker, text) in sorted((rendered | for_festival).items()):
            # Now and then a voice renders nothing: such a text is left out.
            if not raw.exists() or soundfile.info(raw).duration < 0.15:
                continue
            samples = read_audio(raw)
            write_audio(work.synthetic / raw.name, samples)
            clips.append(Clip(raw.name, speaker, len(samples) / RATE, text))
    return clips


def _espeak(out: Path, text: str, rng: random.Random, variants: list[str]) -> str:
    voice = rng.choice(ACCENTS) + (f"+{rng.choice(variants)}" if rng.random() < 0.85 else "")
    speed, pitch = str(rng.randint(120, 215)), str(rng.randint(10, 90))
    _run("espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", str(out), text)
    return f"espeak:{voice}"


def _flite(out: Path, text: str, rng: random.Random) -> str:
    voice = rng.choice(FLITE_VOICES)
    settings = ["--setf", f"duration_stretch={rng.uniform(0.8, 1.25):.2f}"]
    if rng.random() < 0.6:
        low, high = (150, 240) if voice == "slt" else (85, 160)
        settings += ["--setf", f"int_f0_target_mean={rng.randint(low, high)}"]
    _run("flite", "-voice", voice, *settings, "-t", text, "-o", str(out))
    return f"flite:{voice}"


def _festival(texts: dict[Path, tuple[str, str]], rng: random.Random) -> None:
    """Render all in one process; the texts are plain words, so nothing in them needs escaping."""
    if not texts:
        return
    script = [
        f"(voice_{voice})(Parameter.set 'Duration_Stretch {rng.uniform(0.85, 1.2):.2f})"
        f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{out}")'
        for out, (voice, text) in texts.items()
    ]
    file = next(iter(texts)).with_suffix(".scm")
    file.write_text("\n".join(script), encoding="ascii")
    _run("festival", "-b", str(file))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
