"""Stage: speech of Kokoro's neural voices, several utterances to a rendering with pauses between them."""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import soxr

from scripts.train_model.kokoro import RATE as KOKORO_RATE
from scripts.train_model.kokoro import Kokoro, Voices, draw_voice, fetch_voices, network_path, read_voices
from scripts.train_model.synthesise import all_texts, render
from scripts.train_model.work import RATE, Clip, Work, cores, write_audio

_BATCH = 20
_KEPT = list[tuple[Kokoro, Voices]]()


def synthesise_neural(work: Work, count: int, seed: int = 1) -> Iterator[int]:
    """Render utterances until there are `count`; yields how many there are. Goes on where it was interrupted."""
    kept = network_path(), fetch_voices(work.root / "kokoro")
    with ProcessPoolExecutor(cores(), initializer=_prepare, initargs=kept) as pool:

        def draw(first: int, size: int) -> list[list[str]]:
            texts = all_texts(work, seed * 1_000_003 + first)
            return [texts.passage() for _ in range(size)]

        yield from render(work.neural, count, _BATCH, draw, partial(_part, work, seed=seed), pool)


def _prepare(network: Path, voices: Path) -> None:
    """What a worker process keeps for all its parts."""
    _KEPT[:] = [(Kokoro(network), read_voices(voices))]


def _part(work: Work, first: int, texts: list[list[str]], seed: int) -> list[Clip]:
    rng, clips = random.Random(seed * 1_000_033 + first), list[Clip]()
    kokoro, voices = _KEPT[0]
    for number, utterances in enumerate(texts, first):
        voice, speed = draw_voice(voices, rng), rng.uniform(0.8, 1.3)
        said = "".join(utterance + rng.choice([".", ".", ",", "?", "!"]) for utterance in utterances)
        sound = kokoro.say(said, voice, speed)
        samples = np.asarray(soxr.resample(sound, KOKORO_RATE, RATE), np.float32)
        name = f"k{number:06}.wav"
        write_audio(work.neural / name, samples)
        clips.append(Clip(name, f"kokoro:{voice.name}", len(samples) / RATE, " ".join(utterances)))
    return clips
