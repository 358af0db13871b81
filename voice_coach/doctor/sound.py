"""The part of the doctor that is heard and seen: a sentence is played, then the microphone's level is shown."""

import math
import time
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from voice_coach.audio.levels import CLIPPED_SHARE, SILENT_PEAK_DBFS, clipped_share
from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import FULL_SCALE, PLAYBACK_RATE, SAMPLE_RATE, Pcm, db
from voice_coach.errors import DeviceError
from voice_coach.hearing import Heard, Wake
from voice_coach.settings import Settings
from voice_coach.speaking import Renderer
from voice_coach.table.assembly import assemble, open_ears

_QUIET_DB = -40.0
"""Talk across a table peaks well above; what stays below is noise, or a microphone that is turned down."""
_CLIPPED_SHARE = CLIPPED_SHARE / 10
"""The share of all that came in, most of which is quiet, where a loud word clips."""


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
            task = meter.add_task("", total=-SILENT_PEAK_DBFS, db=SILENT_PEAK_DBFS)
            # Counted in sound, not by the clock: a microphone that stops giving any raises an error by itself.
            while self.samples < seconds * SAMPLE_RATE:
                block = microphone.read(timeout=0.1)
                if block is None:
                    continue
                level = self.take(block)
                meter.update(task, completed=max(0.0, level - SILENT_PEAK_DBFS), db=level)
                for event in ears.hear(block, time.monotonic(), speaking=False):
                    if isinstance(event, Heard | Wake):
                        self.understood.append(event.intent if isinstance(event, Heard) else event.phrase)

    def take(self, block: Pcm) -> float:
        """Counts a block in; returns its peak in dB below full scale (0 is full scale, -90 silence)."""
        peak = int(np.abs(block.astype(np.int32)).max(initial=0))
        level = db(max(peak, 1) / FULL_SCALE)
        self.samples += block.size
        self.clipped += round(clipped_share(block) * block.size)
        self.peak_db = max(self.peak_db, level)
        return level

    def advice(self) -> str:
        """What is wrong with what came in, and what to do; empty when it will do."""
        if self.peak_db < SILENT_PEAK_DBFS:
            return "the microphone is silent: is it muted, or is another one meant (setting `input_device`)?"
        if self.peak_db < _QUIET_DB:
            return "the microphone is very quiet: turn it up in the system's sound settings, or move it closer"
        if self.clipped > self.samples * _CLIPPED_SHARE:
            return "the microphone is too loud and clips: turn it down in the system's sound settings"
        return ""
