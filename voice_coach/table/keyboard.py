"""`voice-coach run --keyboard`: the same talk, typed. Speaks too where there is a loudspeaker."""

import queue
import random
import sys
import threading
import time
from contextlib import ExitStack

from voice_coach.errors import DeviceError
from voice_coach.hearing import Attention
from voice_coach.settings import Settings
from voice_coach.speaking import Loudspeaker, Mouth, PromptCache, Renderer
from voice_coach.table.conductor import Conductor
from voice_coach.table.parts import Parts, set_table
from voice_coach.table.screen import Screen
from voice_coach.table.voicing import SilentMouth, SteadyMouth

_POLL_S = 0.1


class _Deaf:
    """Nothing is listened to, so how attentively does not matter."""

    def attend(self, attention: Attention) -> None:
        """Nobody listens."""


def run_keyboard(settings: Settings) -> int:
    """Read commands from standard input until the goodbye or the end of the input. Returns the exit status."""
    parts = set_table(settings, random.randrange(2**31))
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    with ExitStack() as stack:
        screen = stack.enter_context(Screen(parts.guide, "", live=False))
        mouth = _mouth(stack, settings, parts, screen)
        conductor = Conductor(parts.guide, parts.book, parts.options, mouth, _Deaf())
        conductor.observe(screen.entry)
        conductor.open(time.monotonic())
        threading.Thread(target=_read, args=(lines,), name="keyboard", daemon=True).start()
        _talk(conductor, mouth, parts, lines)
    return 0


def _mouth(stack: ExitStack, settings: Settings, parts: Parts, screen: Screen) -> SilentMouth | SteadyMouth:
    loudspeaker = Loudspeaker(settings.output_device)
    stack.callback(loudspeaker.close)
    try:
        loudspeaker.open()
    except DeviceError as error:
        screen.notice("loudspeaker", f"{error} (what is said is shown here)")
        return SilentMouth()
    renderer = stack.enter_context(Renderer())
    prompts = PromptCache(renderer)
    stack.callback(prompts.close)
    return SteadyMouth(stack.enter_context(Mouth(prompts, loudspeaker, parts.voice)), screen.notice)


def _talk(
    conductor: Conductor, mouth: SilentMouth | SteadyMouth, parts: Parts, lines: "queue.SimpleQueue[str | None]"
) -> None:
    """Until the talk has ended, or the input has and nothing is being said any more."""
    typing = True
    while not conductor.over and (typing or mouth.speaking):
        due = conductor.deadline
        wait = _POLL_S if due is None else min(_POLL_S, max(0.0, due - time.monotonic()))
        try:
            line = lines.get(timeout=wait)
        except queue.Empty:
            line = ""
        now = time.monotonic()
        conductor.advance(now)
        if isinstance(mouth, SteadyMouth):
            mouth.tend(now)
        if line is None:
            typing = False
        elif line.strip():
            _type(conductor, parts, line.strip(), now)


def _type(conductor: Conductor, parts: Parts, line: str, at: float) -> None:
    """One line: whatever is typed is meant for the coach, so the wake phrase may be left out."""
    words = line.casefold()
    if words.startswith(parts.options.wake):
        words = words.removeprefix(parts.options.wake).lstrip(" ,")
    match = parts.commands.match(words)
    if match is None:
        conductor.unclear(line, "no-match", at, called=True)
    else:
        explicit = parts.commands.is_explicit(match.intent, words)
        conductor.command(match.intent, match.slots, line, at, explicit=explicit)


def _read(lines: "queue.SimpleQueue[str | None]") -> None:
    """The thread: standard input, which nothing can interrupt, so it must not be what the clocks wait for."""
    try:
        for line in sys.stdin:
            lines.put(line)
    finally:
        lines.put(None)
