"""The part of the doctor that is heard and seen: a sentence is played, then the microphone's level is shown."""

import math
import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import PLAYBACK_RATE
from voice_coach.audio.pcm import SAMPLE_RATE as HEARING_RATE
from voice_coach.errors import DeviceError
from voice_coach.hearing import Heard, Wake
from voice_coach.settings import Settings
from voice_coach.speaking import Renderer
from voice_coach.table.assembly import assemble, open_ears

_FLOOR_DB = -60.0
_QUIET_DB = -40.0
"""Talk across a table peaks well above; what stays below is noise, or a microphone that is turned down."""
_CLIPPED = 32_700
_CLIPPED_SHARE = 0.001


def play(settings: Settings) -> str:
    """Plays the first sentence of the greeting to its end and returns it. Raises DeviceError, RenderError."""
    parts = assemble(settings, seed=0)
    name_a, name_b = settings.names
    values = {"name_a": name_a, "name_b": name_b, "title": parts.guide.title, "wake": settings.wake_phrase}
    sentence = parts.book.say("greeting", values)[0]
    renderer = Renderer()
    loudspeaker = Loudspeaker(settings.output_device)
    try:
        samples = renderer.render(sentence, parts.voice)
        loudspeaker.open()
        loudspeaker.play(samples)
        latest = time.monotonic() + samples.size / PLAYBACK_RATE + 5
        while loudspeaker.busy and time.monotonic() < latest:
            loudspeaker.check()
            time.sleep(0.02)
        if loudspeaker.busy:
            raise DeviceError("the loudspeaker takes sound too slowly; try another with `output_device`")
    finally:
        loudspeaker.close()
        renderer.close()
    return sentence


@dataclass(slots=True)
class Ear:
    """What came in from the microphone."""

    samples: int = 0
    clipped: int = 0
    peak_db: float = -math.inf
    understood: list[str] = field(default_factory=list)

    def listen(self, settings: Settings, seconds: float, console: Console) -> None:
        """Asks for a word, then listens to `seconds` of sound: shows its level on a terminal, notes the commands.

        Raises DeviceError, ModelError, PromptError.
        """
        ears = open_ears(settings, assemble(settings, seed=0))
        columns = (TextColumn("level"), BarColumn(40), TextColumn("{task.fields[db]:4.0f} dB"))
        meter = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        with Microphone(settings.input_device) as microphone, meter:
            console.print(f'Say something, such as "what\'s next": listening for {seconds:g} s.')
            task = meter.add_task("", total=-_FLOOR_DB, db=_FLOOR_DB)
            # Counted in sound, not by the clock: a microphone that stops giving any raises an error by itself.
            while self.samples < seconds * HEARING_RATE:
                block = microphone.read(timeout=0.1)
                if block is None:
                    continue
                level = self.take(block)
                meter.update(task, completed=max(0.0, level - _FLOOR_DB), db=level)
                for event in ears.hear(block, time.monotonic(), speaking=False):
                    if isinstance(event, Heard | Wake):
                        self.understood.append(event.intent if isinstance(event, Heard) else event.phrase)

    def take(self, block: npt.NDArray[np.int16]) -> float:
        """Counts a block in; returns its peak in dB below full scale (0 is full scale, -90 silence)."""
        loud = np.abs(block.astype(np.int32))
        peak = int(loud.max(initial=0))
        level = 20 * float(np.log10(max(peak, 1) / 32768))
        self.samples += block.size
        self.clipped += int((loud >= _CLIPPED).sum())
        self.peak_db = max(self.peak_db, level)
        return level

    def advice(self) -> str:
        """What is wrong with what came in, and what to do; empty when it will do."""
        if self.peak_db < _FLOOR_DB:
            return "the microphone is silent: is it muted, or is another one meant (setting `input_device`)?"
        if self.peak_db < _QUIET_DB:
            return "the microphone is very quiet: turn it up in the system's sound settings, or move it closer"
        if self.clipped > self.samples * _CLIPPED_SHARE:
            return "the microphone is too loud and clips: turn it down in the system's sound settings"
        return ""
