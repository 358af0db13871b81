"""`voice-coach run`: the table with real devices and the real clock, in one thread."""

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from typing import Protocol

from voice_coach.attention import Attention
from voice_coach.audio import portaudio
from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.microphone import Microphone
from voice_coach.audio.pcm import BLOCK_S
from voice_coach.duplex import Duplex, EchoCanceller, EchoFrontEnd, NoCanceller, Reference, choose
from voice_coach.errors import DeviceError, ModelError, NoDeviceError
from voice_coach.guide.catalogue import Value
from voice_coach.recognition.process import give_memory_back, keep_memory_together
from voice_coach.session import attentions
from voice_coach.settings import Settings
from voice_coach.speaking import Mouth, PromptCache, Renderer
from voice_coach.table.assembly import TalkParts, kept_in, open_hearing
from voice_coach.table.conductor import Conductor
from voice_coach.table.duplex_ears import DuplexEars
from voice_coach.table.half_duplex_ears import HalfDuplexEars
from voice_coach.table.idle_detector import IdleDetector
from voice_coach.table.loop import TableLoop
from voice_coach.table.process import libraries_silent, terminable
from voice_coach.table.protocols import AudioSource, Ears
from voice_coach.table.screen import Screen
from voice_coach.table.steady_microphone import SteadyMicrophone
from voice_coach.table.steady_mouth import SteadyMouth
from voice_coach.table.typed_commands import TypedCommands
from voice_coach.table.wall import SystemWall

_LOGGER = logging.getLogger(__name__)

_POLL_S = 2 * BLOCK_S
"""Longer than a block of the microphone, so that it is the block that wakes the loop."""
_IDLE_READ_S = 4 * BLOCK_S
"""Sound read at a time while nothing goes on."""
_IDLE_POLL_S = 2 * _IDLE_READ_S


def run(settings: Settings, parts: TalkParts) -> None:
    """Greet, listen, lead and leave after the goodbye.

    Raises PromptError and ModelError; NoDeviceError when there is neither a microphone nor a loudspeaker;
    DeviceError when a device that was asked for by name is not there, or when there are devices and none can be
    opened.
    """
    keep_memory_together()
    reference = Reference()
    microphone = Microphone(settings.input_device)
    loudspeaker = Loudspeaker(settings.output_device, reference.take, reference.suspend)
    with ExitStack() as stack:
        stack.enter_context(terminable())
        stack.enter_context(libraries_silent())
        portaudio.require({"input": settings.input_device, "output": settings.output_device})
        deaf, mute = _open(stack, microphone), _open(stack, loudspeaker)
        if deaf and mute:
            raise _none_opened(deaf, mute)
        hearing = open_hearing(settings, parts)
        renderer = stack.enter_context(Renderer())
        prompts = PromptCache(renderer)
        stack.callback(prompts.close)
        mouth = stack.enter_context(Mouth(prompts, loudspeaker, parts.voice))
        screen = stack.enter_context(Screen(parts.book, f'say "{settings.wake_phrase}" in a turn · Ctrl-C ends'))
        steady = SteadyMouth(mouth, screen.notice, str(mute) if mute else None)
        cleaner = _cleaner(settings, microphone, reference, screen)
        ears: Ears = (
            DuplexEars(hearing, steady, cleaner, settings.wake_phrase) if cleaner else HalfDuplexEars(hearing)
        )
        store = stack.enter_context(kept_in(settings, screen.notice))
        conductor = Conductor(parts.guide, parts.book, parts.options, steady, ears, parts.is_private, store)
        conductor.observe(screen.entry)
        typed = TypedCommands(parts.commands, parts.options.wake)
        loop = TableLoop(conductor, steady, ears, typed, screen.refresh, SystemWall(screen.notice))
        source = SteadyMicrophone(
            microphone, screen.notice, lambda: not steady.speaking, str(deaf) if deaf else None
        )
        # While the model was loaded, nobody was there to be heard; from the greeting on, somebody may answer.
        source.forget()
        loop.open(time.monotonic())
        stack.enter_context(graphs_prepared(hearing))
        prompts.prerender(ahead(parts), parts.voice)
        # What has been made up to here stays: nobody need look through it for garbage again and again.
        gc.collect()
        gc.freeze()
        stack.callback(gc.unfreeze)
        lead(loop, steady, source)


def _none_opened(deaf: DeviceError, mute: DeviceError) -> DeviceError:
    """Why the talk cannot be led, from the reasons of both devices."""
    reasons = dict.fromkeys((str(deaf), str(mute)))
    if isinstance(deaf, NoDeviceError) and isinstance(mute, NoDeviceError):
        # What to do about each is told by the doctor; here, one line has to do for both.
        return NoDeviceError(" and ".join(reason.split("; ")[0] for reason in reasons))
    return DeviceError("; ".join(reasons))


def ahead(parts: TalkParts) -> list[str]:
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


def lead(
    loop: TableLoop, mouth: SteadyMouth, source: AudioSource, clock: Callable[[], float] = time.monotonic
) -> None:
    """Bring sound and time to the loop until the talk has ended and everything has been said.

    While nothing goes on it is woken less often, and the loudspeaker is closed. That is done here and not in the
    loop, as only devices gain by it.
    """
    activity, was_idle = IdleDetector(clock()), False
    while not loop.over:
        now, due = clock(), loop.deadline
        idle = activity.is_idle(now, due)
        if idle != was_idle:
            _LOGGER.debug("idle: %s", idle)
        (mouth.suspend if idle else mouth.restore)()
        if idle and not was_idle:
            give_memory_back()
        was_idle = idle
        poll_s = _IDLE_POLL_S if idle else _POLL_S
        at_least_s = _IDLE_READ_S if idle else loop.wants_s
        block = source.read(poll_s if due is None else min(poll_s, max(0.0, due - now)), at_least_s)
        now = clock()
        if mouth.speaking:
            activity.speech(now)
        if block is not None:
            activity.feed(block, now)
        loop.step(now, block, waiting_s=source.waiting_s, change=source.change)


def _cleaner(
    settings: Settings, microphone: Microphone, reference: Reference, screen: Screen
) -> EchoFrontEnd | None:
    """What takes the coach's voice out of the microphone; None where it cannot be interrupted."""
    duplex, shortcoming = choose(
        settings.duplex,
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


class Preparable(Protocol):
    """A hearing with graphs to be made (see `hearing.Hearing`)."""

    def prepare(self, attentions: Iterable[Attention]) -> None:
        """Make the graphs of these. Raises ModelError."""


@contextmanager
def graphs_prepared(hearing: Preparable) -> Iterator[None]:
    """While it greets, make the graphs of all phases, so that none has to be made in the midst of a talk."""
    leaving = threading.Event()

    def prepare() -> None:
        try:
            hearing.prepare(takewhile(lambda _: not leaving.is_set(), attentions()))
        except ModelError:
            # What cannot be made is told when it is needed.
            _LOGGER.warning("a decoding graph cannot be made ahead")

    thread = threading.Thread(target=prepare, name="graphs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()
