"""Where the stages find and leave things: one folder, one kind of file for each stage."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]
import soxr

RATE = 16_000  # Hz, of all audio here

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording or rendering: its file, who says it, how long it is, and what is said in lower-case words."""

    file: str
    speaker: str
    seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Work:
    """The folders of one training run; `shared` holds the given data (speech, text), which is never written."""

    root: Path
    shared: Path
    repository: Path
    into: Path | None = None
    """The model's folder, where it is not to lie with the rest."""

    @property
    def synthetic(self) -> Path:
        """Renderings by synthesisers, with an index."""
        return self.root / "synthetic"

    @property
    def neural(self) -> Path:
        """Renderings by neural voices, with an index."""
        return self.root / "neural"

    @property
    def real(self) -> Path:
        """Recordings of people, with an index."""
        return self.root / "real"

    @property
    def long(self) -> Path:
        """Recordings of people that are too long to train on as they are, with an index."""
        return self.root / "long"

    @property
    def cut(self) -> Path:
        """Words and phrases cut out of `real`, with an index."""
        return self.root / "cut"

    @property
    def parts(self) -> Path:
        """What the recordings in `long` fall into at their pauses, with an index."""
        return self.root / "parts"

    @property
    def features(self) -> Path:
        """One folder for each augmented copy of all clips."""
        return self.root / "features"

    @property
    def network(self) -> Path:
        """The best network so far, and the state of its training."""
        return self.root / "network"

    @property
    def model(self) -> Path:
        """The finished Vosk model directory."""
        return self.into or self.root / "model"


def read_index(folder: Path) -> list[Clip]:
    """The clips a folder holds; none if it has no index yet."""
    index = folder / "index.jsonl"
    if not index.exists():
        return []
    return [Clip(**json.loads(line)) for line in index.read_text(encoding="utf-8").splitlines()]


def append_index(folder: Path, clips: Iterable[Clip]) -> None:
    """Add finished clips: what the index names is there in full, so an interrupted stage goes on from it."""
    with (folder / "index.jsonl").open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(asdict(clip)) + "\n" for clip in clips)


def read_audio(path: Path) -> Floats:
    """A file's first channel at 16 kHz, full scale +-1."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples[:, 0]
    return mono if rate == RATE else np.asarray(soxr.resample(mono, rate, RATE), np.float32)


def write_audio(path: Path, samples: Floats) -> None:
    """Write 16-bit mono at 16 kHz, at half of full scale whatever it was."""
    loudest = max(1e-3, float(np.abs(samples).max(initial=0)))
    soundfile.write(path, samples * (0.5 / loudest), RATE, subtype="PCM_16")


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0))


def batches(count: int, size: int) -> Iterator[range]:
    """Ranges that cover 0..count, `size` at a time."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))
