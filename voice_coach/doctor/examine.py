"""`voice-coach doctor`: looks at everything the coach needs, and says plainly what is wrong and what to do."""

import logging
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from voice_coach import __version__
from voice_coach.audio import portaudio
from voice_coach.doctor.echo import advice, described, measure, recommend
from voice_coach.doctor.sound import Ear, play
from voice_coach.errors import CoachError, SettingsError
from voice_coach.models import choose_model, embedded_model
from voice_coach.names import is_heard, spoken_forms
from voice_coach.recognition.model import load_model
from voice_coach.settings import Settings, load_settings, settings_path
from voice_coach.speaking import Voice, voices
from voice_coach.table.assembly import assemble

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what is wrong and what to do; empty when all is well."""

    what: str
    found: str
    advice: str = ""
    private: bool = False
    """Whether it may quote names, or what somebody said: then neither `found` nor `advice` is logged."""

    def log(self) -> None:
        """Write it to the log, as far as it may stand there."""
        level = logging.WARNING if self.advice else logging.INFO
        if self.private:
            _LOGGER.log(level, "%s: %s", self.what, "to mend" if self.advice else "well")
        else:
            _LOGGER.log(level, "%s: %s%s", self.what, self.found, f" -> {self.advice}" if self.advice else "")


def examine(settings_file: Path | None, *, sound: bool, seconds: float) -> int:
    """Prints every finding as it comes. With `sound` plays a sentence and listens for `seconds`.

    Returns 0 when nothing is wrong, else 1.
    """
    console = Console(highlight=False)
    console.soft_wrap = not console.is_terminal
    wrong = 0
    for finding in _findings(settings_file, sound, seconds, console):
        finding.log()
        console.print(f"{finding.what:<12} {finding.found}", markup=False)
        if finding.advice:
            wrong += 1
            console.print(f"{'':<12} -> {finding.advice}", markup=False, style="bold")
    console.print(f"{wrong} to mend: see the arrows above." if wrong else "All is well.")
    return 1 if wrong else 0


def _findings(settings_file: Path | None, sound: bool, seconds: float, console: Console) -> Iterator[Finding]:
    yield Finding("coach", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    settings = Settings()
    try:
        settings = load_settings(settings_file)
        path = settings_file or settings_path()
        yield Finding("settings", f"{path}{'' if path.exists() else ' (not there: the defaults hold)'}")
    except SettingsError as error:
        yield Finding("settings", "cannot be used; going on with the defaults", str(error), private=True)
    yield from _model(settings)
    yield from _words(settings)
    yield from _voice(settings)
    here = {"input": False, "output": False}
    yield from _devices(settings, here)
    if sound and here["output"]:
        yield _played(settings)
    if sound and here["output"] and here["input"]:
        yield _echoed(settings)
    if sound and here["input"]:
        yield from _listened(settings, seconds, console)


def _model(settings: Settings) -> Iterator[Finding]:
    """That the model loads, and that it knows the two names: a word it does not know is never heard."""
    began = time.perf_counter()
    folder = None
    try:
        folder = choose_model(settings.model, settings.language)
        model = load_model(folder)
        model.vosk  # noqa: B018 - loads it
    except CoachError as error:
        yield Finding("model", str(folder or "none"), str(error))
        return
    kind = " (ships with the coach)" if folder == embedded_model() else ""
    yield Finding("model", f"{folder}{kind}, loaded in {time.perf_counter() - began:.2f} s")
    for name in settings.names:
        forms = spoken_forms(name)
        if not is_heard(forms, model.knows):
            strange = " ".join(word for word in forms[0].split() if not model.knows(word))
            advice = f'{strange} is not among the words it can hear: take a nickname for "{name}"'
            yield Finding("names", name, f"{advice} (setting `names`), or say: you choose", private=True)


def _words(settings: Settings) -> Iterator[Finding]:
    """That guide, lines and commands can be read, and that the names are none of these commands."""
    try:
        warnings = assemble(settings).name_warnings()
    except CoachError as error:
        yield Finding("words", f"the guide {settings.guide} cannot be led", str(error), private=True)
        return
    yield Finding("words", f"the guide {settings.guide}")
    for warning in warnings:
        yield Finding("names", ", ".join(settings.names), warning, private=True)


def _voice(settings: Settings) -> Iterator[Finding]:
    """That speech can be had, and in the voice that was chosen."""
    wanted = settings.voice or Voice().name
    try:
        there = voices()
    except CoachError as error:
        yield Finding("voices", "none", f"{error}; on Debian: apt install espeak-ng")
        return
    if wanted.split("+")[0] in there:
        yield Finding("voices", f"{len(there)}; using {wanted}")
    else:
        english = ", ".join(voice for voice in there if "en" in voice.split("/")[-1].split("-")[0])
        yield Finding("voices", f"{len(there)}", f"there is no voice {wanted}; in English there are {english}")


def _devices(settings: Settings, here: dict[str, bool]) -> Iterator[Finding]:
    """PortAudio, microphones and loudspeakers; `here` learns which kinds can be used."""
    try:
        sounddevice = portaudio.sounddevice()
        devices = portaudio.devices()
    except CoachError as error:
        yield Finding("PortAudio", "cannot be used", str(error))
        return
    yield Finding("PortAudio", sounddevice.get_portaudio_version()[1].removeprefix("PortAudio "))
    kinds: tuple[tuple[portaudio.Kind, str, str | None], ...] = (
        ("input", "microphone", settings.input_device),
        ("output", "loudspeaker", settings.output_device),
    )
    for kind, what, wanted in kinds:
        names = [f"{d.name} ({d.rate / 1000:g} kHz)" for d in devices if d.channels(kind)]
        found = f"using {wanted or 'the default'}; there is {', '.join(names)}" if names else "none"
        try:
            portaudio.find(wanted, kind)
            here[kind] = True
            yield Finding(what, found)
        except CoachError as error:
            yield Finding(what, found, str(error))


def _played(settings: Settings) -> Finding:
    try:
        sentence = play(settings)
    except CoachError as error:
        return Finding("speaking", "failed", str(error), private=True)
    return Finding(
        "speaking", f'you should have heard: "{sentence}" If not, turn the loudspeaker up.', private=True
    )


def _echoed(settings: Settings) -> Finding:
    """How much of the coach's voice comes back, and what to do about it."""
    try:
        echo = measure(settings)
    except CoachError as error:
        return Finding("echo", "failed", str(error), private=True)
    names = (portaudio.name(settings.input_device, "input"), portaudio.name(settings.output_device, "output"))
    mode, why = recommend(settings, echo, *names)
    return Finding("echo", f"{described(echo)}; recommended: {mode} ({why})", advice(settings, mode, *names))


def _listened(settings: Settings, seconds: float, console: Console) -> Iterator[Finding]:
    ear = Ear()
    try:
        ear.listen(settings, seconds, console)
    except CoachError as error:
        yield Finding("listening", "failed", str(error), private=True)
        return
    yield Finding("listening", f"loudest {ear.peak_db:.0f} dB (0 is full scale)", ear.advice())
    yield Finding("understood", ", ".join(ear.understood) or "no command", private=True)
