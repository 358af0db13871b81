"""The report of a rehearsal: table.wav, transcript.txt and events.jsonl in a folder, written as it goes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from voice_coach.errors import CoachError
from voice_coach.rehearsal.virtual_devices import Recording, Sound
from voice_coach.table.event_log import Entry, as_json, clock


class RehearsalReport:
    """The three files, or none without a folder; `show` is called with each line of the transcript."""

    def __init__(self, folder: Path | None, names: tuple[str, str], show: Callable[[str], None] | None) -> None:
        self._folder = folder
        self._names = names
        self._show = show
        self._recording: Recording | None = None
        if folder is None:
            return
        with self._writing():
            folder.mkdir(parents=True, exist_ok=True)
            self._recording = Recording(folder / "table.wav")
            self._transcript = (folder / "transcript.txt").open("w", encoding="utf-8")
            self._events = (folder / "events.jsonl").open("w", encoding="utf-8")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CoachError(
                f"{self._folder}: cannot be written: {error.strerror}; choose another folder for --out"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._recording is None:
            return
        # What went wrong before is told, and not that it goes wrong again.
        with suppress(CoachError) if error else nullcontext(), ExitStack() as closing:
            closing.enter_context(self._writing())
            for file in (self._recording, self._transcript, self._events):
                closing.callback(file.close)

    def sound(self, block: Sound) -> None:
        """Add the next block of the sound at the table."""
        if self._recording is not None:
            with self._writing():
                self._recording.write(block)

    def entry(self, entry: Entry) -> None:
        """Add an entry of the log: to events.jsonl, and to the transcript where people would notice it."""
        if self._recording is not None:
            with self._writing():
                self._events.write(as_json(entry) + "\n")
        text = _noticed(entry)
        if text is not None:
            self._line(float(str(entry["t"])), *text)

    def told(self, at: float, who: int, text: str) -> None:
        """Add what one of the people says."""
        self._line(at, self._names[who], text)

    def _line(self, at: float, who: str, text: str) -> None:
        width = max(len("Coach"), *(len(name) for name in self._names))
        line = f"{clock(at):>7}  {who:<{width}}  {text}"
        if self._recording is not None:
            with self._writing():
                self._transcript.write(line + "\n")
        if self._show is not None:
            self._show(line)


def _noticed(entry: Entry) -> tuple[str, str] | None:
    match entry["kind"]:
        case "said":
            return "Coach", str(entry["text"])
        case "chime":
            return "Coach", f"[chime: {entry['sound']}]"
        case "heard":
            slots = entry["slots"]
            told = ", ".join(f"{k} {v}" for k, v in slots.items()) if isinstance(slots, dict) else ""
            return "", f"[understood: {entry['intent']}{' ' + told if told else ''}]"
        case "ignored" if entry["reason"] == "no-match":
            return "", f"[not understood: {entry['text']}]"
    return None
