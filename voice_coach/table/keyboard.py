"""`voice-coach run --keyboard`: the same talk, typed. Speaks too where there is a loudspeaker."""

import sys
import time
from contextlib import ExitStack

from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.errors import DeviceError
from voice_coach.settings import Settings
from voice_coach.speaking import Mouth, PromptCache, Renderer
from voice_coach.table.assembly import TalkParts, kept_in
from voice_coach.table.conductor import Conductor
from voice_coach.table.loop import TableLoop
from voice_coach.table.protocols import NoEars
from voice_coach.table.screen import Screen
from voice_coach.table.steady_mouth import SilentMouth, SteadyMouth
from voice_coach.table.typed_commands import TypedCommands
from voice_coach.table.typed_lines import TypedLines
from voice_coach.table.wall import SystemWall

_POLL_S = 0.1
_MANUAL = (
    'Type what you would say, such as "start" or "what\'s next", and press Enter. '
    "Ctrl-D says goodbye, Ctrl-C leaves at once."
)


def run_keyboard(settings: Settings, parts: TalkParts) -> None:
    """Read commands from standard input until the goodbye, which also the end of the input brings.

    Raises InputError when there is no standard input.
    """
    lines = TypedLines()
    typed = TypedCommands(parts.commands, parts.options.wake)
    prompt = "> " if sys.stdin.isatty() and sys.stdout.isatty() else ""
    with ExitStack() as stack:
        screen = stack.enter_context(Screen(parts.book, "", live=False, prompt=prompt))
        screen.plain(_MANUAL)
        mouth, ears = _mouth(stack, settings, parts, screen), NoEars()
        store = stack.enter_context(kept_in(settings, screen.notice))
        conductor = Conductor(parts.guide, parts.book, parts.options, mouth, ears, parts.is_private, store)
        conductor.observe(screen.entry)
        loop = TableLoop(conductor, mouth, ears, typed, wall=SystemWall(screen.notice))
        loop.open(time.monotonic())
        while not loop.over:
            due = loop.deadline
            line = lines.read(_POLL_S if due is None else min(_POLL_S, max(0.0, due - time.monotonic())))
            if line:
                if parts.is_private(line):
                    screen.take_back(line)
                loop.inbox.put(line)
            now = time.monotonic()
            loop.step(now)
            if line:
                screen.ask()
            elif line is None:
                conductor.close(now)
                time.sleep(_POLL_S)  # nothing to wait for any more but the end of what is said


def _mouth(stack: ExitStack, settings: Settings, parts: TalkParts, screen: Screen) -> SilentMouth | SteadyMouth:
    loudspeaker = Loudspeaker(settings.output_device)
    stack.callback(loudspeaker.close)
    try:
        loudspeaker.open()
    except DeviceError as error:
        # What else could be done about it (see `voice-coach doctor`) matters less to who types.
        screen.notice("loudspeaker", f"{str(error).split('; ')[0]} (what is said is shown here)")
        return SilentMouth()
    renderer = stack.enter_context(Renderer())
    prompts = PromptCache(renderer)
    stack.callback(prompts.close)
    return SteadyMouth(stack.enter_context(Mouth(prompts, loudspeaker, parts.voice)), screen.notice)
