"""What the whole program costs: `voice-coach run` on a virtual sound card, in quiet and in people's talk.

Its echo canceller is on. First it is open to commands, where talk costs most, then it rests between talks, with
rituals of eight weeks in its journal. The sound card is a PulseAudio server of its own, as in the tests; what that
takes itself does not count.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from datetime import time as dt_time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scripts.bench import clips, sounds
from scripts.bench.sounds import Floats
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.journal import Journal
from voice_coach.plan.types import Kind, Plan, Promise, Rule
from voice_coach.session import Options, Phase, State
from voice_coach.session.state import Place

if TYPE_CHECKING:
    from support.sound_card import Recording, SoundCard

SETTINGS = 'names = ["Anna", "Ben"]\nduplex = "echo-cancelling"\n'
EVERY = 7
"""Of the clips of talk on the telephone, until there is enough of them."""
PEAK = 0.6
_ROOM = 25 / 32768
"""The noise of a quiet room: at most that, which a microphone always has."""
_LONGEST_S = 180.0
"""To the end of the greeting, and of rendering ahead."""
_SILENT_S = 2.0
"""Longer than it pauses between two sentences."""
_STEADY_S, _NEXT_TO_NOTHING = 4.0, 6.0
"""So long no more than so many percent of a core: it does not render any more, and its loudspeaker is closed."""
_POLL_S = 0.5
_PLAYED_MS = 300
"""Latency of what plays into the microphone: then its sound comes in pieces of 60 ms, as it asks for."""

_HOME = "home"

Figures = dict[str, float]


class Program:
    """A process and its children. Seconds are of processor time, megabytes are resident."""

    def __init__(self, pid: int) -> None:
        import psutil  # noqa: PLC0415 - for this row alone

        self._main = psutil.Process(pid)

    @property
    def cpu_s(self) -> float:
        """All of it since the start, children that have ended included."""
        total = 0.0
        for process in (self._main, *self._main.children(recursive=True)):
            times = process.cpu_times()
            total += times.user + times.system
        return total + self._main.cpu_times().children_user + self._main.cpu_times().children_system

    @property
    def rss_mb(self) -> tuple[float, float]:
        """Of itself, and of its children together."""
        children = self._main.children(recursive=True)
        return self._main.memory_info().rss / 1e6, sum(child.memory_info().rss for child in children) / 1e6

    def share(self, seconds: float, until: threading.Event) -> tuple[float, tuple[float, float]]:
        """Percent of a core over so many seconds, or until the event; and the most memory in that time."""
        began, before = time.monotonic(), self.cpu_s
        most = self.rss_mb
        while time.monotonic() < began + seconds and not until.wait(_POLL_S):
            now = self.rss_mb
            most = max(most[0], now[0]), max(most[1], now[1])
        return 100 * (self.cpu_s - before) / (time.monotonic() - began), most

    def settle(self) -> None:
        """Wait until it takes next to nothing: what is rendered ahead is there. Raises TimeoutError."""
        end = time.monotonic() + _LONGEST_S
        while self.share(_STEADY_S, threading.Event())[0] > _NEXT_TO_NOTHING:
            if time.monotonic() > end:
                raise TimeoutError("the coach does not come to rest; what it is busy with is not known")


def talk(dev: Path, seconds: float) -> Floats:
    """Other people on the telephone."""
    found = [sounds.read(clip.path) for clip in clips.listed(dev / "talk-phone", EVERY)]
    samples = np.resize(np.concatenate(found), round(seconds * SAMPLE_RATE))
    return np.asarray(samples * (PEAK / np.abs(samples).max()), np.float32)


def live(model: Path, dev: Path, scratch: Path, seconds: float = 60.0) -> Iterable[tuple[str, Figures]]:
    """Processor and memory, `seconds` of silence and as many of talk."""
    spoken = sounds.write(scratch / "live-talk.wav", talk(dev, seconds))
    yield from _measured("live", model, scratch / "first", spoken, seconds)
    with Journal.open(scratch / "weeks" / _HOME) as journal:
        journal.save(_between_talks().to_json())
    yield from _measured("resting", model, scratch / "weeks", spoken, seconds)


def _between_talks() -> State:
    """A state between talks, with a ritual of eight weeks at an hour that is not now."""
    now = datetime.now(UTC)
    hour = dt_time((now.hour + 12) % 24)
    ritual = Promise("tea-1", Kind.RITUAL, "a cup of tea", Rule(now.date(), (hour,), count=56), "UTC", 10, "tea")
    return State("reconnect", Options(("Anna", "Ben"), stays=True), Place(Phase.RESTING), plan=Plan((ritual,)))


def _measured(
    what: str, model: Path, scratch: Path, spoken: Path, seconds: float
) -> Iterable[tuple[str, Figures]]:
    with _started(model, scratch) as (program, card):
        silence, quiet_mb = program.share(seconds, threading.Event())
        over = threading.Event()
        player = card.play_into_microphone(spoken, _PLAYED_MS)

        def wait() -> None:
            player.wait()
            over.set()

        threading.Thread(target=wait, daemon=True).start()
        talking, talk_mb = program.share(2 * seconds, over)
    yield f"{what}: processor in silence, % of a core", {"coach": silence}
    yield f"{what}: processor in talk, % of a core", {"coach": talking}
    yield f"{what}: RSS in MB before anybody spoke", {"coach": quiet_mb[0]}
    yield f"{what}: RSS in MB in talk, at most", {"coach": talk_mb[0]}
    yield f"{what}: RSS in MB of its children, at most", {"coach": max(quiet_mb[1], talk_mb[1])}


@contextmanager
def _started(model: Path, scratch: Path) -> Iterator[tuple[Program, "SoundCard"]]:
    """The program in a quiet room, after its greeting, when all is rendered that is rendered ahead."""
    sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
    from support.sound_card import SoundCard  # noqa: PLC0415 - it needs what only this row needs

    scratch.mkdir(exist_ok=True)
    settings = scratch / "live.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    rng = np.random.default_rng(1)
    noise = rng.uniform(-_ROOM, _ROOM, round(3 * _LONGEST_S * SAMPLE_RATE)).astype(np.float32)
    room = sounds.write(scratch / "live-room.wav", noise)
    command = [sys.executable, "-m", "voice_coach", "run", "--settings", str(settings), "--model", str(model)]
    with SoundCard(scratch) as card, (scratch / "live.log").open("wb") as log:
        card.play_into_microphone(room, _PLAYED_MS)
        process = subprocess.Popen(
            command,
            env={**card.env, "VOICE_COACH_HOME": str(scratch / _HOME)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            with card.record_loudspeaker() as recording:
                _until_greeted(recording, process)
            program = Program(process.pid)
            program.settle()
            yield program, card
        finally:
            process.terminate()
            process.wait(10)


def _until_greeted(recording: "Recording", process: subprocess.Popen[bytes]) -> None:
    """Wait until something has been heard, and then nothing for a while. Raises TimeoutError."""
    end = time.monotonic() + _LONGEST_S
    while (last := recording.last_sound()) is None or time.monotonic() < last + _SILENT_S:
        if process.poll() is not None or time.monotonic() > end:
            raise TimeoutError("the coach does not greet, or does not end; see what voice-coach run prints")
        time.sleep(_POLL_S)
