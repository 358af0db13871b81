#!/usr/bin/env python3
"""How well and how soon the coach's own commands are heard: synthetic voices through `listen`, beside plain Vosk.

Prints a table, and one JSON line for machines. Plain Vosk is the same phrase list, taken at its final result.
Usage: .venv/bin/python scripts/bench_listen.py [--sentences 60] [--seed 1]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf  # type: ignore[import-untyped]
import vosk
from rich.console import Console
from rich.table import Table

from voice_coach.guide import load_guide
from voice_coach.hearing import SAMPLE_RATE, Commands, Mode, listen, load_model, read_audio
from voice_coach.resources import models_dir, prompts_dir

VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb-scotland", "en-gb+f2", "en-us+m3")
MODEL = models_dir() / "coach-en"
COMMANDS = prompts_dir() / "commands.yaml"
WAKE = "hey coach"
BEFORE_S, AFTER_S = 0.5, 1.5


def lists() -> dict[str, tuple[str, ...]]:
    """What two people and the guide bring to the command file."""
    guide = load_guide("reconnect")
    return {"name": ("Anna", "Ben"), "choice": guide.choices(), "example": guide.examples()}


def sentences(count: int, rng: random.Random) -> list[str]:
    """A sample in which every intent has its turn."""
    commands = Commands.load(COMMANDS, lists())
    by_intent: dict[str, list[str]] = {}
    for phrase in commands.phrases(load_model(MODEL).knows):
        match = commands.match(phrase)
        if match and not match.free:
            by_intent.setdefault(match.intent, []).append(phrase)
    for phrases in by_intent.values():
        rng.shuffle(phrases)
    rounds = (phrases[i] for i in range(count) for phrases in by_intent.values() if i < len(phrases))
    return [phrase for phrase, _ in zip(rounds, range(count), strict=False)]


def record(text: str, path: Path, rng: random.Random) -> float:
    """Speak `text` into a 16 kHz recording with a little room noise; returns where the speech ends, in seconds."""
    voice, speed = rng.choice(VOICES), rng.randint(140, 185)
    subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text], check=True)
    speech = read_audio(path) * 0.7
    loud = np.flatnonzero(np.abs(speech) > 600)
    before, after = (np.zeros(int(s * SAMPLE_RATE)) for s in (BEFORE_S, AFTER_S))
    sound = np.concatenate([before, speech, after])
    sound += np.random.default_rng(len(text)).integers(-25, 26, len(sound))
    sf.write(path, sound.astype(np.int16), SAMPLE_RATE)
    return BEFORE_S + float(loud[-1] + 1) / SAMPLE_RATE


def ours(truth: dict[str, tuple[str, float]], mode: Mode, commands: Commands) -> dict[str, Any]:
    """Run the recordings through `listen` under one attention."""
    emitted: list[dict[str, Any]] = []
    listen(
        [Path(file) for file in truth],
        model=MODEL,
        commands=COMMANDS,
        attention=mode,
        wake=WAKE,
        emit=emitted.append,
        lists=lists(),
    )
    heard: dict[str, list[dict[str, Any]]] = {}
    for event in emitted:
        if event["kind"] == "heard":
            heard.setdefault(event["file"], []).append(event)
    right, wrong, late = 0, 0, []
    for file, (text, end) in truth.items():
        events, match = heard.get(file, []), commands.match(text)
        assert match is not None
        if [(e["intent"], e["slots"]) for e in events] == [(match.intent, match.slots)]:
            right += 1
            late.append(events[0]["decided"] - end)
        else:
            wrong += bool(events)
    summary = emitted[-1]
    return figures(right, wrong, late, len(truth), summary["cpu_s"] / summary["audio_s"], summary["rss_mb"])


def plain_vosk(truth: dict[str, tuple[str, float]], commands: Commands) -> dict[str, Any]:
    """The peer: a phrase list, and the text of the final result matched exactly."""
    model = load_model(MODEL)
    phrases = json.dumps([*commands.phrases(model.knows)])
    right, wrong, cpu, audio = 0, 0, 0.0, 0.0
    late = []
    for file, (text, end) in truth.items():
        sound = read_audio(Path(file))
        recogniser = vosk.KaldiRecognizer(model.vosk, SAMPLE_RATE, phrases)
        began, texts = time.process_time(), []
        for at in range(0, len(sound), 960):
            if recogniser.AcceptWaveform(sound[at : at + 960].tobytes()):
                texts.append((json.loads(recogniser.Result())["text"], (at + 960) / SAMPLE_RATE))
        texts.append((json.loads(recogniser.FinalResult())["text"], len(sound) / SAMPLE_RATE))
        cpu, audio = cpu + time.process_time() - began, audio + len(sound) / SAMPLE_RATE
        said, decided = next(((t, d) for t, d in texts if t), ("", 0.0))
        found, match = commands.exact(tuple(said.split())), commands.match(text)
        assert match is not None
        if found and (found.intent, found.slots) == (match.intent, match.slots):
            right += 1
            late.append(decided - end)
        else:
            wrong += found is not None
    return figures(right, wrong, late, len(truth), cpu / audio, None)


def figures(  # noqa: PLR0913, PLR0917 - one row
    right: int, wrong: int, late: list[float], count: int, cpu: float, rss_mb: float | None
) -> dict[str, Any]:
    """One row of the table."""
    return {
        "understood": round(100 * right / count, 1),
        "wrong": round(100 * wrong / count, 1),
        "late_median_s": round(float(np.median(late)), 2) if late else None,
        "late_p95_s": round(float(np.percentile(late, 95)), 2) if late else None,
        "cpu_s_per_s": round(cpu, 4),
        "rss_mb": rss_mb,
    }


def main() -> None:
    """Synthesise, listen, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    commands = Commands.load(COMMANDS, lists())
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        bare: dict[str, tuple[str, float]] = {}
        called: dict[str, tuple[str, float]] = {}
        for index, text in enumerate(sentences(options.sentences, rng)):
            for truth, said in ((bare, text), (called, f"{WAKE} {text}")):
                path = Path(folder, f"{index}-{truth is called}.wav")
                truth[str(path)] = (text, record(said, path, rng))
        several = {file: said for file, said in bare.items() if len(said[0].split()) > 1}
        rows["asked"] = ours(bare, Mode.ASKED, commands)
        rows["open, two words or more"] = ours(several, Mode.OPEN, commands)
        rows["guarded, behind the wake phrase"] = ours(called, Mode.GUARDED, commands)
        rows["plain Vosk, final results"] = plain_vosk(bare, commands)
    table = Table("", "understood %", "wrong %", "decided - end, median s", "p95 s", "CPU s per s", "RSS MB")
    for name, row in rows.items():
        table.add_row(name, *("" if value is None else str(value) for value in row.values()))
    Console(stderr=True).print(table)
    sys.stdout.write(json.dumps({"sentences": options.sentences, "rows": rows}) + "\n")


if __name__ == "__main__":
    main()
