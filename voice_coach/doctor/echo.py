"""The part of the doctor that listens to the coach's own voice coming back, and says which `duplex` suits that."""

import time
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.levels import clips
from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import PLAYBACK_RATE
from voice_coach.duplex import (
    Duplex,
    EchoCanceller,
    EchoFrontEnd,
    NoCanceller,
    Reference,
    available,
    choose,
    is_bluetooth,
)
from voice_coach.duplex.canceller import MISSING
from voice_coach.errors import DeviceError
from voice_coach.settings import Settings
from voice_coach.speaking import Renderer
from voice_coach.table.assembly import assemble

_LATEST_S = 0.4
"""An echo later than this comes from a device that answers too late to interruptions as well."""
_LEAST_CANCELLED_DB = 10.0
_SETTLE_S = 0.6


@dataclass(frozen=True, slots=True)
class Echo:
    """The coach's voice in its own microphone. None where it was not found there."""

    delay_s: float | None
    level_db: float | None
    """Of the microphone, over what was played."""
    cancelled_db: float
    """What is left for the recogniser is so much quieter than the microphone."""
    clipped: bool


def measure(settings: Settings) -> Echo:
    """Reads a sentence aloud and listens meanwhile. Raises DeviceError, RenderError, PromptError."""
    parts = assemble(settings, seed=0)
    name_a, name_b = settings.names
    values = {"name_a": name_a, "name_b": name_b, "title": parts.guide.title, "wake": settings.wake_phrase}
    reference = Reference()
    with Renderer() as renderer:
        samples = np.concatenate(
            [renderer.render(s, parts.voice) for s in parts.book.say("greeting", values)[1:3]]
        )
    # Before the devices are open: loading takes time that they do not have.
    canceller = EchoCanceller() if available() else NoCanceller()
    microphone = Microphone(settings.input_device)
    with microphone, Loudspeaker(settings.output_device, reference.take) as loudspeaker:
        front_end = EchoFrontEnd(canceller, reference, lambda: microphone.waiting_s)
        loudspeaker.play(samples)
        latest = time.monotonic() + samples.size / PLAYBACK_RATE + 5
        seen = _Seen()
        silent_at: float | None = None
        while silent_at is None or time.monotonic() < silent_at + _SETTLE_S:
            block = microphone.read(timeout=0.1)
            if block is not None:
                seen.take(block, front_end)
            loudspeaker.check()
            if silent_at is None and not loudspeaker.busy:
                silent_at = time.monotonic()
            if time.monotonic() > latest:
                raise DeviceError("the loudspeaker takes sound too slowly; try another with `output_device`")
    found = front_end.alignment
    return Echo(found.delay_s, found.echo_db, seen.cancelled_db(), seen.clips)


class _Seen:
    """Energies of what came in, once the delay was known and the canceller had learnt it."""

    def __init__(self) -> None:
        self._heard = self._left = 0.0
        self.clips = False
        """Whether so much was cut off that it cannot be cancelled."""

    def take(self, block: np.ndarray, front_end: EchoFrontEnd) -> None:
        """One block of the microphone."""
        self.clips = self.clips or clips(block)
        cleaned, _ = front_end.clean(block)
        if front_end.alignment.delay_s is not None and len(cleaned) == len(block):
            self._heard += float(np.sum(np.square(block, dtype=np.float64)))
            self._left += float(np.sum(np.square(cleaned, dtype=np.float64)))

    def cancelled_db(self) -> float:
        """How much quieter the sound became."""
        return float(10 * np.log10((self._heard + 1) / (self._left + 1)))


def recommend(settings: Settings, echo: Echo, microphone: str, loudspeaker: str) -> tuple[Duplex, str]:
    """The mode that suits devices of these names and this echo, and why."""
    fits, _ = choose(Duplex.AUTO, microphone, loudspeaker)
    if is_bluetooth(microphone) or is_bluetooth(loudspeaker):
        return Duplex.HALF, "Bluetooth answers too late for interruptions"
    if echo.clipped:
        return (
            Duplex.HALF,
            "the microphone clips while the coach speaks: turn it down",
        )
    if echo.delay_s is not None and echo.delay_s > _LATEST_S:
        return Duplex.HALF, "these devices answer too late for interruptions"
    if echo.delay_s is None:
        mode = fits if settings.duplex is Duplex.AUTO else settings.duplex
        return mode, "nothing of the coach's voice comes back"
    if not available():
        return Duplex.HALF, MISSING
    if echo.cancelled_db < _LEAST_CANCELLED_DB:
        return Duplex.HALF, "the echo cannot be cancelled well: turn the loudspeaker down, or move the microphone"
    return fits, "the echo can be cancelled: you can interrupt"


def advice(settings: Settings, recommended: Duplex, microphone: str, loudspeaker: str) -> str:
    """What to change; empty when the setting leads there anyway with devices of these names."""
    chosen, _ = choose(settings.duplex, microphone, loudspeaker)
    return "" if chosen is recommended else f'set duplex = "{recommended}" in the settings'


def described(echo: Echo) -> str:
    """The echo in figures."""
    if echo.delay_s is None or echo.level_db is None:
        return "none found"
    cancelled = f", {echo.cancelled_db:.0f} dB of it cancelled" if available() else ""
    return f"{1000 * echo.delay_s:.0f} ms late at {echo.level_db:+.0f} dB{cancelled}"
