"""The command: every stage, or those named, with a progress bar each."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from scripts.train_model.afresh import train_afresh
from scripts.train_model.collect import collect
from scripts.train_model.cut import cut
from scripts.train_model.export import export
from scripts.train_model.features import make_features
from scripts.train_model.going_on import keep_mean
from scripts.train_model.held_out import write_bench
from scripts.train_model.neural import synthesise_neural
from scripts.train_model.rooms import simulate_rooms
from scripts.train_model.synthesise import synthesise
from scripts.train_model.train import Progress as Trained
from scripts.train_model.train import Schedule, train
from scripts.train_model.words_and_grammar import make_graph
from scripts.train_model.work import Work

STAGES = [
    "synthesise",
    "neural",
    "collect",
    "held-out",
    "rooms",
    "first",
    "cut",
    "features",
    "train",
    "afresh",
    "export",
    "graph",
    "check",
]
WHEN_NAMED = "afresh"
"""It takes minutes on a GPU and hours without one."""
FIRST_SHARE = 0.1  # of the training, on one copy, before words are cut out
_FRAMES_ON_GPU = 32_000  # output frames of a batch
REPOSITORY = Path(__file__).resolve().parents[2]


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.train_model", description="Train the Vosk model.")
    stages = f"of {', '.join(STAGES)} (default: all but {WHEN_NAMED})"
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=stages)
    parser.add_argument("--work", type=Path, default=REPOSITORY / "build" / "train-model", help="its files")
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared", help="speech/ and text/")
    parser.add_argument("--into", type=Path, help="the folder of the model itself (default: model/ in --work)")
    parser.add_argument(
        "--more-words", type=Path, help="for `graph`: a file of words, one a line, to know as well"
    )
    parser.add_argument("--utterances", type=int, default=24_000, help="synthetic ones to render")
    parser.add_argument("--passages", type=int, default=4_400, help="of neural voices to render")
    parser.add_argument("--rooms", type=int, default=300, help="rooms to simulate")
    parser.add_argument("--copies", type=int, default=4, help="augmented copies of all speech")
    parser.add_argument("--minutes", type=float, default=120, help="of training")
    parser.add_argument("--average", type=Path, nargs="*", default=[], help="networks to average with in `export`")
    parser.add_argument("--start", type=Path, help="a network (best.pt) or a model directory to train further")
    parser.add_argument("--rate", type=float, default=Schedule(0).rate, help="of learning, at its highest")
    parser.add_argument("--threads", type=int, default=2, help="for training")
    options = parser.parse_args(arguments)
    if unknown := set(options.stages) - set(STAGES):
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    if WHEN_NAMED in options.stages and not options.start:
        parser.error(f"{WHEN_NAMED} needs --start: a network to go on from")
    options.stages = options.stages or [stage for stage in STAGES if stage != WHEN_NAMED]
    return options


def main() -> int:
    """Run the stages in order; the exit status is that of the check."""
    options = parse()
    work = Work(options.work, options.shared, REPOSITORY, options.into)
    torch.set_num_threads(options.threads)
    console = Console(stderr=True)
    if options.start:
        keep_mean(options.start, work.features / "mean.npy")
    for stage in [stage for stage in STAGES if stage in options.stages]:
        if stage == "export":
            export(work, options.average)
        elif stage == "held-out":
            console.print(f"scripts/bench_hearing.py --rows words,read --shared {write_bench(work)}")
        elif stage == "graph":
            make_graph(work, options.more_words)
        elif stage == "check":
            # A process of its own: Vosk may hang where kaldifst has been.
            command = [sys.executable, "-m", "scripts.train_model.check", str(work.model)]
            return subprocess.run(command, cwd=REPOSITORY, check=False).returncode
        else:
            _follow(console, stage, _steps(stage, work, options))
        console.print(f"{stage}: done")
    return 0


def _steps(stage: str, work: Work, options: argparse.Namespace) -> Iterator[tuple[float, float, str]]:
    """A stage as (done, of, note)."""
    if stage == "synthesise":
        yield from ((done, options.utterances, "") for done in synthesise(work, options.utterances))
    elif stage == "neural":
        yield from ((done, options.passages, "") for done in synthesise_neural(work, options.passages))
    elif stage == "collect":
        yield from ((done, of, "") for done, of in collect(work))
    elif stage == "rooms":
        yield from ((done, options.rooms, "") for done in simulate_rooms(work, options.rooms))
    elif stage == "first":
        yield from ((done, of, "features") for done, of in make_features(work, 0))
        yield from _training(work, options, FIRST_SHARE)
    elif stage == "cut":
        yield from ((done, of, "") for done, of in cut(work, options.start))
    elif stage == "features":
        for copy in range(options.copies):
            yield from ((copy * of + done, options.copies * of, "") for done, of in make_features(work, copy))
    elif stage == WHEN_NAMED:
        yield from _training_afresh(work, options)
    else:
        yield from _training(work, options, 1.0)


def _training_afresh(work: Work, options: argparse.Namespace) -> Iterator[tuple[float, float, str]]:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    frames = _FRAMES_ON_GPU if device == "cuda" else Schedule(0).frames
    schedule = Schedule(options.minutes, options.rate, frames, options.start)
    yield from _told(train_afresh(work, schedule, device), options.minutes, 1.0)


def _training(work: Work, options: argparse.Namespace, until: float) -> Iterator[tuple[float, float, str]]:
    schedule = Schedule(options.minutes, options.rate, start=options.start)
    yield from _told(train(work, schedule, until=until), options.minutes, until)


def _told(steps: Iterator[Trained], minutes: float, until: float) -> Iterator[tuple[float, float, str]]:
    held_out = ""
    for progress in steps:
        if progress.held_out is not None:
            held_out = f", held out {progress.held_out:.4f}"
        note = f"step {progress.steps}, loss {progress.loss:.4f}{held_out}"
        yield round(progress.done * minutes, 1), until * minutes, note


def _follow(console: Console, stage: str, steps: Iterator[tuple[float, float, str]]) -> None:
    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    ]
    note = ""
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(stage, total=None, note=note)
        for done, of, note in steps:
            bar.update(task, completed=done, total=of, note=note)
    if note:
        console.print(f"{stage}: {note}")


if __name__ == "__main__":
    sys.exit(main())
