"""`voice-coach run`: the table with real devices and the real clock, in one thread."""

import gc
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import takewhile
from types import FrameType

from voice_coach.audio import portaudio
from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import BLOCK_S
from voice_coach.duplex import Duplex, EchoCanceller, EchoFrontEnd, NoCanceller, Reference, choose
from voice_coach.errors import DeviceError, ModelError, NoDeviceError
from voice_coach.guide.catalogue import Value
from voice_coach.hearing import Hearing
from voice_coach.recognition.model import give_memory_back, keep_memory_together
from voice_coach.rehearsal.run import rehearse_instead
from voice_coach.session import attentions
from voice_coach.settings import Settings
from voice_coach.speaking import Mouth, PromptCache, Renderer
from voice_coach.table.assembly import Parts, open_hearing, set_table
from voice_coach.table.conductor import Conductor
from voice_coach.table.duplex_ears import DuplexEars
from voice_coach.table.ears import Ears, SpokenTimes
from voice_coach.table.idle_detector import Quiet
from voice_coach.table.screen import Screen
from voice_coach.table.steady_microphone import Change, SteadyMicrophone
from voice_coach.table.steady_mouth import SteadyMouth

# Longer than a block of the microphone, so that it is the block that wakes the loop.
_POLL_S = 2 * BLOCK_S
# Where nothing goes on: several blocks of the hearing at a time, and longer than that.
_QUIET_READ_S = 4 * BLOCK_S
_QUIET_POLL_S = 2 * _QUIET_READ_S
_TERMINATED = 143
_LINES = {
    Change.LOST: "microphone-lost",
    Change.BACK: "microphone-back",
    Change.SILENT: "microphone-silent",
    Change.CLIPPING: "microphone-clipping",
}


def run(settings: Settings) -> int:
    """Greet, listen, lead and leave after the goodbye. Returns the exit status.

    Without any device it says so and rehearses instead. Raises PromptError and ModelError; DeviceError when a
    device that was asked for by name is not there, or when there are devices and none can be opened.
    """
    keep_memory_together()
    parts = set_table(settings, random.randrange(2**31))
    reference = Reference()
    microphone = Microphone(settings.input_device)
    loudspeaker = Loudspeaker(settings.output_device, reference.take, reference.suspend)
    with ExitStack() as stack:
        stack.enter_context(_terminable())
        stack.enter_context(_libraries_silent())
        portaudio.require({"input": settings.input_device, "output": settings.output_device})
        deaf, mute = _open(stack, microphone), _open(stack, loudspeaker)
        if deaf and mute:
            lack = dict.fromkeys((str(deaf), str(mute)))
            if isinstance(deaf, NoDeviceError) and isinstance(mute, NoDeviceError):
                # What to do about each is told by the doctor; here, one line has to do for both.
                return rehearse_instead(settings, " and ".join(why.split("; ")[0] for why in lack))
            raise DeviceError("; ".join(lack))
        hearing = open_hearing(settings, parts)
        renderer = stack.enter_context(Renderer())
        prompts = PromptCache(renderer)
        stack.callback(prompts.close)
        mouth = stack.enter_context(Mouth(prompts, loudspeaker, parts.voice))
        screen = stack.enter_context(Screen(parts.guide, f'say "{settings.wake_phrase}" in a turn · Ctrl-C ends'))
        steady = SteadyMouth(mouth, screen.notice, str(mute) if mute else None)
        cleaner = _cleaner(settings, microphone, reference, screen)
        ears = DuplexEars(hearing, steady, cleaner, settings.wake_phrase) if cleaner else Ears(hearing)
        conductor = Conductor(parts.guide, parts.book, parts.options, steady, ears, parts.is_private)
        conductor.observe(screen.entry)
        source = SteadyMicrophone(
            microphone, screen.notice, lambda: not steady.speaking, str(deaf) if deaf else None
        )
        conductor.open(time.monotonic())
        stack.enter_context(_prepared(hearing))
        prompts.prerender(ahead(parts), parts.voice)
        # What has been made up to here stays: nobody need look through it for garbage again and again.
        gc.collect()
        gc.freeze()
        stack.callback(gc.unfreeze)
        _talk(conductor, steady, ears, source, screen)
    return 0


def ahead(parts: Parts) -> list[str]:
    """What to render before it is needed: first what has to come on time."""
    names, turn_s = parts.options.names, parts.options.turn_s
    lines: list[tuple[str, dict[str, Value]]] = [("turn-finish", {})]
    for name, other in (names, names[::-1]):
        lines.append(("turn-change", {"name": name, "other": other}))
        if turn_s is not None:
            lines.append(("turn-start", {"name": name, "left_s": turn_s}))
    lines.append(("pause-offer", {"pause_s": parts.options.pause_s}))
    first = [sentence for key, values in lines for sentence in parts.book.say(key, values)]
    return list(dict.fromkeys([*first, *parts.book.fixed(names, parts.options.wake)]))


def _talk(
    conductor: Conductor,
    mouth: SteadyMouth,
    ears: Ears | DuplexEars,
    microphone: SteadyMicrophone,
    screen: Screen,
) -> None:
    """The loop: until the talk has ended and everything has been said."""
    quiet, rested, spoken = Quiet(time.monotonic()), False, SpokenTimes()
    # While the model was loaded, nobody was there to be heard.
    microphone.forget()
    while not conductor.over:
        now = time.monotonic()
        due = conductor.deadline
        rests = quiet.lasts(now, due)
        (mouth.suspend if rests else mouth.restore)()
        if rests and not rested:
            give_memory_back()
        rested = rests
        poll_s = _QUIET_POLL_S if rests else _POLL_S
        at_least_s = _QUIET_READ_S if rests else ears.wants_s
        block = microphone.read(poll_s if due is None else min(poll_s, max(0.0, due - now)), at_least_s)
        now = time.monotonic()
        speaking = mouth.speaking
        spoken.note(now, speaking=speaking)
        # What waits behind a block is later than it: the coach may have ended since.
        heard_at = now - microphone.waiting_s
        if block is not None:
            quiet.hear(block, now)
            for event in ears.hear(block, heard_at, speaking=spoken.spoke(heard_at)):
                conductor.hear(event, now)
        if microphone.change is not None:
            conductor.announce(_LINES[microphone.change], now)
        conductor.advance(now)
        mouth.tend(now)
        ears.tend(heard_at)
        if speaking:
            quiet.stir(now)
        screen.refresh(conductor.state, now)


def _cleaner(
    settings: Settings, microphone: Microphone, reference: Reference, screen: Screen
) -> EchoFrontEnd | None:
    """What takes the coach's voice out of the microphone; None where it cannot be interrupted."""
    duplex, shortcoming = choose(
        Duplex(settings.duplex),
        portaudio.name(settings.input_device, "input"),
        portaudio.name(settings.output_device, "output"),
    )
    if shortcoming:
        screen.notice("duplex", shortcoming)
    if duplex is Duplex.HALF:
        return None
    canceller = EchoCanceller() if duplex is Duplex.ECHO else NoCanceller()
    return EchoFrontEnd(canceller, reference, lambda: microphone.waiting_s)


def _open(stack: ExitStack, device: Microphone | Loudspeaker) -> DeviceError | None:
    """Open a device until the end of the talk; gives the reason when that fails now, for it may be plugged in."""
    stack.callback(device.close)
    try:
        device.open()
    except DeviceError as error:
        return error
    return None


@contextmanager
def _prepared(hearing: Hearing) -> Iterator[None]:
    """While it greets, make the graphs of all phases, so that none has to be made in the midst of a talk."""
    leaving = threading.Event()

    def prepare() -> None:
        # What cannot be made is told when it is needed.
        with suppress(ModelError):
            hearing.prepare(takewhile(lambda _: not leaving.is_set(), attentions()))

    thread = threading.Thread(target=prepare, name="graphs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()


@contextmanager
def _libraries_silent() -> Iterator[None]:
    """ALSA and PortAudio write straight to standard error, into the view; their errors reach us otherwise."""
    sys.stderr.flush()
    kept = os.dup(2)
    before = sys.stderr
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with open(kept, "w", buffering=1, encoding="utf-8", closefd=False) as ours:
            os.dup2(nowhere, 2)
            sys.stderr = ours
            yield
    finally:
        sys.stderr = before
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM leaves like Ctrl-C: through all the `finally`s."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(_TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
