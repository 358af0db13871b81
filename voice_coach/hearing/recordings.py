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
from voice_coach.hearing.verification.phrase_verifier import WAKE_THRESHOLD, WakeThreshold
from voice_coach.recognition.model import CompiledModels, load_model
from voice_coach.recognition.weights import WEIGHTS, Weights

Emit = Callable[[dict[str, Any]], None]
Progress = Callable[[Path, float], None]
"""Called with the file and the seconds of it that have been decoded."""


def _unseen(_path: Path, _seconds: float) -> None:
    """Progress that nobody watches."""


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
    wake_threshold: WakeThreshold = WAKE_THRESHOLD,
    known: Mapping[str, Collection[str]] | None = None,
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
    command_set = Commands.load(commands, lists, known)
    compiled_models = CompiledModels()

    attention = Attention(Mode.OPEN, command_set.intents) if attention is None else attention
    if strange := attention.answers - (known_intents := command_set.intents | command_set.asked_only):
        there = ", ".join(sorted(known_intents))
        raise SettingsError(f"answers: there is no intent {', '.join(sorted(strange))}; there are {there}")

    def fresh() -> Hearing:
        return Hearing(
            loaded,
            command_set,
            wake=wake,
            attention=attention,
            weights=weights,
            wake_threshold=wake_threshold,
            compiled_models=compiled_models,
        )

    def report(path: Path, events: Iterable[HearingEvent]) -> None:
        for event in events:
            if isinstance(event, Heard | Wake):
                kind = "heard" if isinstance(event, Heard) else "wake"
                fields = {key: value for key, value in asdict(event).items() if key != "explicit"}
                emit({"kind": kind, "file": str(path), **_rounded(fields)})

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
                report(path, events)
                progress(path, hearing.consumed)
        except AudioFileError as error:
            emit({"kind": "error", "file": str(path), "message": str(error)})
            failed += 1
        else:
            began = time.process_time()
            events = hearing.finish()
            cpu_s += time.process_time() - began
            report(path, events)
        audio_s += hearing.consumed
    summary = {"kind": "summary", "audio_s": audio_s, "cpu_s": cpu_s, "load_s": load_s, "rss_mb": _most_memory()}
    emit(_rounded(summary))
    return failed


def _most_memory() -> float:
    """The peak memory of this process, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        # What getrusage says may be of the process that this one was forked from.
        found = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), None)
        if found:
            return int(found.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}
