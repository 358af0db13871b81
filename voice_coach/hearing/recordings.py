"""Recordings through exactly the hearing of the live loop, for measuring it."""

import resource
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from voice_coach.attention import Attention, Mode
from voice_coach.audio.files import audio_blocks
from voice_coach.commands.command_set import Commands
from voice_coach.errors import AudioFileError, SettingsError
from voice_coach.hearing.events import Heard, HearingEvent, Wake
from voice_coach.hearing.hearing import Hearing
from voice_coach.recognition.decoding_graph import WEIGHTS, Weights
from voice_coach.recognition.model import load_model

Emit = Callable[[dict[str, Any]], None]
Progress = Callable[[Path, float], None]
"""Called with the file and the seconds of it that have been heard."""


def _unseen(_path: Path, _seconds: float) -> None:
    """Nobody watches."""


def listen(  # noqa: PLR0913 - the command line's options, all named
    files: Iterable[Path],
    *,
    model: Path,
    commands: Path,
    attention: Attention | None,
    wake: str,
    emit: Emit,
    lists: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[Mode, Weights] = WEIGHTS,
    known: Collection[str] | None = None,
    progress: Progress = _unseen,
) -> int:
    """Emit one dict for each thing understood, then a summary; returns how many files could not be read.

    `attention`: None for an open question that every intent there is answers.

    Kinds: `heard`, `wake`, `summary` as in the manual; `missing` (words the model lacks) when there are any;
    `error` ({file, message}) for a file that cannot be read, after which the others go on. Each file is a stream
    of its own, of which no more than a second is in memory. `known`: see `Commands.load`. `cpu_s` is the time of
    hearing alone, without reading and resampling the files.

    Raises ModelError, PromptError or SettingsError before any file is read.
    """
    began = time.perf_counter()
    loaded = load_model(model)
    compiled = Commands.load(commands, lists, known)

    attending = Attention(Mode.OPEN, compiled.intents) if attention is None else attention
    if strange := attending.answers - compiled.intents:
        there = ", ".join(sorted(compiled.intents))
        raise SettingsError(f"answers: there is no intent {', '.join(sorted(strange))}; there are {there}")

    def fresh() -> Hearing:
        return Hearing(loaded, compiled, wake=wake, attention=attending, weights=weights)

    def tell(path: Path, events: Iterable[HearingEvent]) -> None:
        for event in events:
            if isinstance(event, Heard | Wake):
                kind = "heard" if isinstance(event, Heard) else "wake"
                told = {key: value for key, value in asdict(event).items() if key != "explicit"}
                emit({"kind": kind, "file": str(path), **_rounded(told)})

    hearing = fresh()
    load_s = time.perf_counter() - began
    if hearing.missing:
        emit({"kind": "missing", "words": list(hearing.missing)})
    audio_s = cpu_s = 0.0
    failed = 0
    for path in files:
        hearing = fresh()
        try:
            for sound in audio_blocks(path):
                began = time.process_time()
                events = hearing.feed(sound)
                cpu_s += time.process_time() - began
                tell(path, events)
                progress(path, hearing.consumed)
        except AudioFileError as error:
            emit({"kind": "error", "file": str(path), "message": str(error)})
            failed += 1
        else:
            began = time.process_time()
            events = hearing.finish()
            cpu_s += time.process_time() - began
            tell(path, events)
        audio_s += hearing.consumed
    summary = {"kind": "summary", "audio_s": audio_s, "cpu_s": cpu_s, "load_s": load_s, "rss_mb": _most_memory()}
    emit(_rounded(summary))
    return failed


def _most_memory() -> float:
    """The most that this process has had in memory, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        # What getrusage says may be of the process that this one was forked from.
        found = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), None)
        if found:
            return int(found.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}
