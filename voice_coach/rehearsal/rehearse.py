"""`voice-coach rehearse`: plays a script from start to end and prints whether all its expectations came true."""

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from voice_coach.errors import ScriptError, SettingsError
from voice_coach.rehearsal.people import People, ordinary_talk, resample
from voice_coach.rehearsal.report import RehearsalReport
from voice_coach.rehearsal.script import Expect, ExpectNone, Script, read_script
from voice_coach.rehearsal.script_runner import Failure, ScriptRunner
from voice_coach.rehearsal.virtual_devices import TABLE_RATE, TICKS_PER_S, Sound, VirtualMouth
from voice_coach.rehearsal.virtual_table import Coach, VirtualTable
from voice_coach.rehearsal.virtual_wall import VirtualWall
from voice_coach.resources import prompts_dir, rehearsals_dir
from voice_coach.settings import Settings, checked_settings
from voice_coach.speaking import PromptCache, Renderer, earcon
from voice_coach.table.assembly import assemble, open_hearing
from voice_coach.table.conductor import Conductor
from voice_coach.table.event_log import Entry, clock
from voice_coach.table.half_duplex_ears import HalfDuplexEars
from voice_coach.table.loop import TableLoop
from voice_coach.table.store import NoStore, Store, open_store
from voice_coach.table.typed_commands import TypedCommands

DEFAULT = "reconnect"


@dataclass(frozen=True, slots=True)
class _Played:
    """What did not come true, how long the talk was on the virtual clock, and how long it took (seconds)."""

    failures: list[Failure]
    virtual_s: float
    real_s: float


def rehearse(
    script: str | None, out: Path | None, settings: Settings, *, progress: bool = True, show: bool = False
) -> int:
    """Play `script` (a path, or the name of one that ships with the coach; None: the whole guide).

    Of `settings` only language, model and voice count: a rehearsal is the same for everybody. `out` gets
    table.wav, transcript.txt and events.jsonl; `show` prints the transcript as it comes, in place of the progress
    bar. Returns 0 when every expectation came true, else 1.
    Raises ScriptError for a script that cannot be read or that waits in vain, and what loading may raise.
    """
    read = read_script(find_script(script or DEFAULT, settings.language))
    console = Console(highlight=False, markup=False)
    console.soft_wrap = not console.is_terminal
    report = RehearsalReport(out, read.names, console.print if show else None)
    played = _play(read, report, settings, progress and not show)
    for failure in played.failures:
        console.print(f"{read.name}:{failure.line}: expected {failure.expected}; instead: {failure.instead}")
    asked = sum(isinstance(s, Expect | ExpectNone) for s in read.statements)
    where = f"; see {out}" if out is not None else ""
    console.print(
        f"{clock(played.virtual_s)} at the table in {played.real_s:.0f} s: "
        f"{asked - len(played.failures)} of {asked} expectations came true{where}"
    )
    return 1 if played.failures else 0


def rehearse_instead(settings: Settings, why: str) -> int:
    """The whole guide for a machine without devices, to be read; no file is left behind. `why` is said first."""
    told = (
        f"{why}: rehearsing instead, a talk of 40 minutes in one to three; Ctrl-C ends it. A short one: "
        "voice-coach rehearse early --show; to hear one: voice-coach rehearse --out FOLDER; "
        "to type: voice-coach run --keyboard"
    )
    Console(soft_wrap=True, highlight=False, markup=False, stderr=True).print(f"voice-coach: {told}")
    return rehearse(None, None, settings, show=True)


def shipped(language: str = "en") -> list[tuple[str, str]]:
    """The scripts that ship with the coach: name and what its first line says it is about."""
    return [
        (path.stem, path.read_text(encoding="utf-8").splitlines()[0].lstrip("# "))
        for path in sorted(rehearsals_dir(language).glob("*.txt"))
    ]


def find_script(name: str, language: str = "en") -> Path:
    """The file of a script: a path, or else a shipped name. Raises ScriptError."""
    path = Path(name)
    if path.is_file():
        return path
    names = [n for n, _ in shipped(language)]
    if name in names:
        return rehearsals_dir(language) / f"{name}.txt"
    raise ScriptError(f"{name}: no such rehearsal; give a file, or one of {', '.join(names)}")


def _settings(script: Script, user: Settings) -> Settings:
    """The default settings, with what the script sets. Raises ScriptError."""
    kept = {key: getattr(user, key) for key in ("language", "model", "voice", "words_per_minute")}
    try:
        return checked_settings({**kept, **script.settings, "names": script.names}, script.name)
    except SettingsError as error:
        raise ScriptError(str(error)) from None


def _play(script: Script, report: RehearsalReport, user: Settings, progress: bool) -> _Played:
    began = time.monotonic()
    settings = _settings(script, user)
    parts = assemble(settings, script.seed, stays=script.stays)
    hearing = open_hearing(settings, parts)
    wall = VirtualWall(script.begins, script.zone)
    with closing(Renderer()) as renderer, report, TemporaryDirectory() as memory:
        prompts = PromptCache(renderer)
        entries: list[Entry] = []
        typed = TypedCommands(parts.commands, parts.options.wake)

        def switch_on(at: float) -> Coach:
            mouth = VirtualMouth(
                lambda text, rate: resample(prompts.get(text, parts.voice.faster(rate)), TABLE_RATE),
                lambda kind: resample(earcon(kind), TABLE_RATE),
            )
            plug = ExitStack()
            store: Store = NoStore()
            if script.stays:
                store = plug.enter_context(open_store(Path(memory), lambda: wall.utc(table.now), _no_notice))
            hearing.reset()
            ears = HalfDuplexEars(hearing)
            conductor = Conductor(parts.guide, parts.book, parts.options, mouth, ears, parts.is_private, store)

            def entered(entry: Entry) -> None:
                entry = {**entry, "t": round(at + float(str(entry["t"])), 3)}
                entries.append(_with_end(entry, mouth))
                report.entry(entries[-1])

            conductor.observe(entered)
            return Coach(TableLoop(conductor, mouth, ears, typed, wall=wall), conductor, mouth, plug.close)

        with _Bar(len(script.statements), shown=progress) as bar:

            def each_block(sound: Sound, at: float) -> None:
                report.sound(sound)
                bar.now(at)

            table = VirtualTable(switch_on, wall, script.seed, each_block, leaps=script.stays)
            people = People(prompts, ordinary_talk(prompts_dir(settings.language)))
            runner = ScriptRunner(script, table, entries, people, report.told)
            try:
                runner.run(bar.done)
            finally:
                table.switch(on=False)
    return _Played(runner.failures, table.now, time.monotonic() - began)


def _no_notice(_about: str, _text: str | None) -> None:
    """What there is to tell about the memory of a rehearsal concerns nobody."""


def _with_end(entry: Entry, mouth: VirtualMouth) -> Entry:
    """The entry, with `until` (seconds) where it is about a sound that begins now: when that will be over."""
    if entry["kind"] not in ("said", "chime") or mouth.left is None:
        return entry
    return {**entry, "until": round(float(str(entry["t"])) + mouth.left / TICKS_PER_S, 3)}


class _Bar:
    """A progress bar with the virtual time; on something else than a terminal nothing is drawn."""

    def __init__(self, statements: int, *, shown: bool) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("rehearsing"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TextColumn("{task.fields[at]} at the table"),
            TimeElapsedColumn(),
            console=console,
            disable=not (shown and console.is_terminal),
        )
        self._task = self._bar.add_task("", total=statements, at=clock(0))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def done(self, statements: int) -> None:
        """Show the number of statements that have been carried out."""
        self._bar.update(self._task, completed=statements)

    def now(self, at: float) -> None:
        """Show the virtual time."""
        self._bar.update(self._task, at=clock(at))
