"""Barge-in: the coach's own voice, loud, in simulated kitchens, and people who talk into it.

Everything but the sound card is the coach's own: `Playback`, the tap, the cancellers, `DuplexEars`, the hearing.
The sound card is a delay, the room a response by image sources, the loudspeaker bends its peaks.
"""

import random
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soxr

from scripts.bench import clips
from scripts.bench.sounds import Floats, shoebox
from voice_coach.attention import WAKE_PHRASE, Attention, Mode
from voice_coach.audio.loudspeaker import PLAYBACK_BLOCK_S
from voice_coach.audio.pcm import BLOCK_S, SAMPLE_RATE, factor
from voice_coach.audio.pcm import PLAYBACK_RATE as PLAYED_RATE
from voice_coach.audio.playback import Playback
from voice_coach.duplex import EchoCanceller, EchoFrontEnd, Reference
from voice_coach.guide import Book
from voice_coach.guide.catalogue import LINES, Value
from voice_coach.hearing import Heard, Hearing, Wake
from voice_coach.recognition.model import CompiledModels, load_model
from voice_coach.settings import Settings
from voice_coach.speaking import Renderer, Voice
from voice_coach.table.assembly import assemble
from voice_coach.table.duplex_ears import DuplexEars

NEAR_DB = (0, -5, -10)
ECHO_DBFS = -20.0
"""The coach's speech in the microphone: loud, some peaks near full scale."""
_NOISE_DBFS = -62.0
KITCHENS = 6
"""For the interruptions: what is left of the echo depends on the room."""
_OUT_S, _IN_S = 0.06, 0.04
"""Latency of the loudspeaker, and of the microphone beyond its block."""
_TICK = SAMPLE_RATE // 100
_PLAY_EVERY, _HEAR_EVERY = round(PLAYBACK_BLOCK_S * 100), round(BLOCK_S * 100)  # ticks
_PLAYED = PLAYED_RATE * _PLAY_EVERY // 100
_BETWEEN_S = 0.6

Figures = dict[str, float]


def speech_level(samples: Floats) -> float:
    """RMS of the 10 ms that are within 30 dB of the loudest."""
    frames = np.square(samples[: len(samples) // _TICK * _TICK].reshape(-1, _TICK)).mean(1)
    return float(np.sqrt(frames[frames > frames.max() * factor(-60)].mean()))


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Responses (16 kHz) from the loudspeaker and from a talker to the microphone, strongest tap 1."""

    echo: Floats
    talker: Floats

    @classmethod
    def random(cls, seed: int) -> "Kitchen":
        """The loudspeaker 15-60 cm from the microphone, the talker 60-100 cm."""
        rng = np.random.default_rng(seed)
        size = np.array([rng.uniform(3, 6), rng.uniform(3, 5), rng.uniform(2.4, 2.8)])
        room = shoebox(size, rng.uniform(0.25, 0.55))
        microphone = np.array([rng.uniform(1.1, size[0] - 1.1), rng.uniform(1.1, size[1] - 1.1), 0.8])
        for nearest, farthest, height in ((0.15, 0.6, 0.05), (0.6, 0.95, 0.35)):
            angle, metres = rng.uniform(0, 2 * np.pi), rng.uniform(nearest, farthest)
            room.add_source(microphone + np.array([metres * np.cos(angle), metres * np.sin(angle), height]))
        room.add_microphone(microphone)
        room.compute_rir()
        return cls(*((r[: SAMPLE_RATE // 2] / np.abs(r).max()).astype(np.float32) for r in room.rir[0]))


class _Response:
    """A room that sound goes through block by block."""

    def __init__(self, response: Floats) -> None:
        self._size = 1 << (len(response) + _PLAYED).bit_length()
        self._spectrum = np.fft.rfft(response, self._size)
        self._rest = np.zeros(self._size, np.float32)

    def through(self, block: Floats) -> Floats:
        out = self._rest + np.fft.irfft(np.fft.rfft(block, self._size) * self._spectrum, self._size)
        self._rest = np.concatenate([out[len(block) :], np.zeros(len(block))]).astype(np.float32)
        return np.asarray(out[: len(block)], np.float32)


class Mouth:
    """A `Playback` that speaks one sentence after the other."""

    def __init__(self) -> None:
        self.playback = Playback()
        self.saying: tuple[str, ...] = ()

    def say(self, text: str, samples: Floats) -> None:
        self.saying = (*self.saying[-1:], text)
        self.playback.add(samples)

    @property
    def speaking(self) -> bool:
        return self.playback.taken < self.playback.queued

    @property
    def paused(self) -> bool:
        return self.playback.held

    def pause(self) -> None:
        self.playback.hold()

    def resume(self) -> None:
        self.playback.release()

    def hush(self) -> None:
        self.playback.drop()


@dataclass(slots=True)
class Seen:
    """What has happened, in seconds since the start."""

    acted: list[tuple[float, str]] = field(default_factory=list)
    called: list[float] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    silent: list[float] = field(default_factory=list)


class Table:
    """A kitchen table on a virtual clock."""

    def __init__(self, hearing: Hearing, kitchen: Kitchen, gain: float, seed: int) -> None:
        self.mouth = Mouth()
        self.seen = Seen()
        self.ticks = 0
        self.cpu_s = 0.0
        self._reference = Reference()
        self.cleaner = EchoFrontEnd(EchoCanceller(), self._reference)
        self.ears = DuplexEars(hearing, self.mouth, self.cleaner, WAKE_PHRASE)
        self._room, self._gain = _Response(kitchen.echo), gain
        self._down = soxr.ResampleStream(PLAYED_RATE, SAMPLE_RATE, 1)
        self._rng = np.random.default_rng(seed)
        self._coming = np.zeros(round((_OUT_S + _IN_S) * SAMPLE_RATE), np.float32)
        self._heard: deque[Floats] = deque()
        self._lags: deque[tuple[int, bool]] = deque()

    @property
    def now(self) -> float:
        return self.ticks / 100

    def run(self, seconds: float, near: Floats | None = None) -> None:
        """Let time pass; `near` is what a person's voice adds to the microphone meanwhile."""
        near = np.zeros(0, np.float32) if near is None else near
        for tick in range(round(seconds * 100)):
            self._tick(near[tick * _TICK : (tick + 1) * _TICK])

    def _tick(self, near: Floats) -> None:
        if self.ticks % _PLAY_EVERY == 0:
            played, _ = self.mouth.playback.take(_PLAYED)
            self._reference.take(played)
            # A small loudspeaker bends what is loud.
            bent = np.float32(0.5) * np.tanh(played * np.float32(2))
            sound = self._room.through(np.asarray(self._down.resample_chunk(bent), np.float32)) * self._gain
            self._coming = np.concatenate([self._coming, np.asarray(sound, np.float32)])
        heard, self._coming = self._coming[:_TICK], self._coming[_TICK:]
        heard = np.pad(heard, (0, _TICK - len(heard)))
        heard = heard + self._rng.normal(0, factor(_NOISE_DBFS), _TICK).astype(np.float32)
        heard[: len(near)] += near
        self._heard.append(heard)
        self.ticks += 1
        if self.ticks % _HEAR_EVERY == 0:
            block = np.concatenate(self._heard)
            self._heard.clear()
            self._hear(np.clip(np.round(block * 32767), -32768, 32767).astype(np.int16))

    def _hear(self, block: np.ndarray) -> None:
        before = self.mouth.paused
        began = time.process_time()
        events = self.ears.hear(block, self.now, speaking=self.mouth.speaking)
        self.cpu_s += time.process_time() - began
        if self.mouth.paused and not before:
            self.seen.paused.append(self.now)
            # The next block of the loudspeaker is the first that is silent, and it comes as late as the others.
            self.seen.silent.append(self.now + _OUT_S + _PLAY_EVERY / 100)
        for event in events:
            if isinstance(event, Wake):
                self.seen.called.append(self.now)
            elif isinstance(event, Heard):
                self.seen.acted.append((self.now, event.intent))
                self.mouth.hush()


class Scene:
    """The coach's lines as it speaks them, and a hearing for its commands."""

    def __init__(self, model: Path) -> None:
        self.settings = Settings(names=("Anna", "Ben"))
        parts = assemble(self.settings, seed=0)
        self._model, self._commands = load_model(model), parts.commands
        self._compiled_models = CompiledModels()
        self.intents = parts.commands.intents
        self.texts = every_line(parts.book, self.settings)
        with Renderer() as renderer:
            self.lines = [(text, renderer.render(text, Voice())) for text in self.texts]

    def table(self, kitchen: Kitchen, seed: int) -> Table:
        """A table in a kitchen, the microphone turned up until the coach is at ECHO_DBFS in it."""
        sample = np.concatenate([samples for _, samples in self.lines[:8]])
        played = np.asarray(soxr.resample(sample, PLAYED_RATE, SAMPLE_RATE), np.float32)
        heard = np.convolve(played, kitchen.echo)
        hearing = Hearing(self._model, self._commands, wake=WAKE_PHRASE, compiled_models=self._compiled_models)
        return Table(hearing, kitchen, factor(ECHO_DBFS) / speech_level(heard), seed)


def every_line(book: Book, settings: Settings) -> list[str]:
    """Every sentence of the guide, and every line of the coach with likely values."""
    found = dict.fromkeys(book.fixed(settings.names, WAKE_PHRASE))
    values: dict[str, Value] = {
        "name": "Anna", "other": "Ben", "name_a": "Anna", "name_b": "Ben", "wake": WAKE_PHRASE,
        "number": 3, "count": 7,
    }  # fmt: skip
    for key, wanted in LINES.items():
        mine: dict[str, Value] = {
            name: 360.0 if name.endswith("_s") else values.get(name, "taking a walk") for name in wanted
        }
        found.update(dict.fromkeys(book.say(key, mine)))
    return list(found)


def duplex(model: Path, scratch: Path, every: int) -> Iterable[tuple[str, Figures]]:
    """First what its own voice sets off, then what of the interruptions is taken, and how fast."""
    scene = Scene(model)
    yield from own_voice(scene, every)
    yield from interruptions(scene, scratch, every)


def own_voice(scene: Scene, every: int) -> Iterable[tuple[str, Figures]]:
    """Every line, loud, in a number of kitchens; whenever the coach is silent, any answer would count."""
    acted = called = paused = 0
    seconds = cpu_s = 0.0
    lines = scene.lines[::every]
    for seed in range(3):
        table = scene.table(Kitchen.random(seed), seed)
        table.ears.attend(Attention(Mode.OPEN, scene.intents))
        for text, samples in lines:
            table.mouth.say(text, samples)
            while table.mouth.speaking:
                table.run(0.06)
            table.run(_BETWEEN_S)
        acted += len(table.seen.acted)
        called += len(table.seen.called)
        paused += len(table.seen.paused)
        seconds += table.now
        cpu_s += table.cpu_s
    hours = seconds / 3600
    yield f"duplex own voice, {hours:.2f} h: actions", {"coach": acted}
    yield f"duplex own voice, {hours:.2f} h: calls", {"coach": called}
    yield "duplex own voice: pauses an hour", {"coach": paused / hours}
    yield "duplex: CPU s per s of the coach's speech", {"coach": cpu_s / seconds}


def interruptions(scene: Scene, scratch: Path, every: int) -> Iterable[tuple[str, Figures]]:
    """Our commands behind the wake phrase, by held-out synthetic voices, in the middle of what is read."""
    sentences = clips.our_sentences(max(8, 120 // every), 3)
    rng = random.Random(5)
    said = [
        (_trimmed(clips.spoken(f"{WAKE_PHRASE}, {text}", scratch / "interruption.wav", rng)), meaning[0])
        for text, meaning in sentences
    ]
    for level in NEAR_DB:
        taken, late = list[bool](), list[float]()
        for seed in range(KITCHENS):
            table = scene.table(Kitchen.random(seed), seed)
            for number, (samples, intent) in enumerate(said[seed::KITCHENS]):
                got, silent = _interrupt(table, scene, Kitchen.random(seed), samples, level, number)
                taken.append(got == intent)
                late.append(silent)
        there = [value for value in late if np.isfinite(value)]
        yield f"duplex {level} dB: interruptions taken %", {"coach": 100 * float(np.mean(taken))}
        yield f"duplex {level} dB: paused %", {"coach": 100 * len(there) / len(late)}
        for share, name in ((50, "median"), (95, "95th percentile")):
            yield f"duplex {level} dB: onset to silence, s, {name}", {"coach": float(np.percentile(there, share))}


def _interrupt(  # noqa: PLR0913, PLR0917 - one scene
    table: Table, scene: Scene, kitchen: Kitchen, samples: Floats, level: float, number: int
) -> tuple[str | None, float]:
    """The intent that was acted on, and seconds from the first sound to the silence of the coach (or infinity)."""
    # What it hears with is that of the way it listened in before it spoke.
    table.ears.attend(Attention(Mode.OPEN, scene.intents if number % 2 else frozenset()))
    for text, line in _some(scene.lines, number):
        table.mouth.say(text, line)
    table.run(1.5 + number % 7 * 0.21)
    near = np.convolve(samples, kitchen.talker)[: len(samples) + SAMPLE_RATE // 4].astype(np.float32)
    near = near * np.float32(factor(ECHO_DBFS + level) / speech_level(near))
    onset = table.now + float(np.flatnonzero(np.abs(near) > 0.02 * np.abs(near).max())[0]) / SAMPLE_RATE
    table.run(len(near) / SAMPLE_RATE + 2.5, near)
    acted = [intent for at, intent in table.seen.acted if at > onset]
    silent = [at - onset for at in table.seen.silent if at > onset]
    table.mouth.hush()
    table.run(1.0)
    return (acted[0] if acted else None), (silent[0] if silent else np.inf)


def _some(lines: Sequence[tuple[str, Floats]], number: int) -> list[tuple[str, Floats]]:
    """Lines enough for an interruption and what follows it."""
    start = number * 13 % len(lines)
    found, length = list[tuple[str, Floats]](), 0
    while length < 12 * PLAYED_RATE:
        found.append(lines[start % len(lines)])
        length += len(found[-1][1])
        start += 1
    return found


def _trimmed(samples: Floats) -> Floats:
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]
