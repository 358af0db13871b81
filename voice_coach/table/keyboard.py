"""`voice-coach run --keyboard`: the same talk, typed. Speaks too where there is a loudspeaker."""

import random
import sys
import time
from contextlib import ExitStack

from voice_coach.attention import Attention
from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.errors import DeviceError
from voice_coach.guide.catalogue import PRIVATE_EXIT
from voice_coach.hearing import Waiting, WakePhrase
from voice_coach.settings import Settings
from voice_coach.speaking import Mouth, PromptCache, Renderer
from voice_coach.table.assembly import Parts, set_table
from voice_coach.table.conductor import Conductor
from voice_coach.table.screen import Screen
from voice_coach.table.steady_mouth import SilentMouth, SteadyMouth
from voice_coach.table.typed_lines import TypedLines

_POLL_S = 0.1
_MANUAL = (
    'Type what you would say, such as "start" or "what\'s next", and press Enter. '
    "Ctrl-D says goodbye, Ctrl-C leaves at once."
)


class _Deaf:
    """Nothing is listened to, so how attentively does not matter."""

    def attend(self, attention: Attention) -> None:
        """Nobody listens."""


def run_keyboard(settings: Settings) -> int:
    """Read commands from standard input until the goodbye, which also the end of the input brings.

    Returns the exit status. Raises InputError when there is no standard input.
    """
    lines = TypedLines()
    parts = set_table(settings, random.randrange(2**31))
    wake = WakePhrase(parts.options.wake, parts.commands, lambda _word: True)
    prompt = "> " if sys.stdin.isatty() and sys.stdout.isatty() else ""
    with ExitStack() as stack:
        screen = stack.enter_context(Screen(parts.book, "", live=False, prompt=prompt))
        screen.plain(_MANUAL)
        mouth = _mouth(stack, settings, parts, screen)
        conductor = Conductor(parts.guide, parts.book, parts.options, mouth, _Deaf(), parts.is_private)
        conductor.observe(screen.entry)
        conductor.open(time.monotonic())
        while not conductor.over:
            _turn(conductor, mouth, parts, wake, lines, screen)
    return 0


def _mouth(stack: ExitStack, settings: Settings, parts: Parts, screen: Screen) -> SilentMouth | SteadyMouth:
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


def _turn(  # noqa: PLR0913, PLR0917 - the parts of the table
    conductor: Conductor,
    mouth: SilentMouth | SteadyMouth,
    parts: Parts,
    wake: WakePhrase,
    lines: TypedLines,
    screen: Screen,
) -> None:
    """One turn of the loop: a line when there is one, and the clocks."""
    due = conductor.deadline
    line = lines.read(_POLL_S if due is None else min(_POLL_S, max(0.0, due - time.monotonic())))
    now = time.monotonic()
    conductor.advance(now)
    if isinstance(mouth, SteadyMouth):
        mouth.tend(now)
    if line:
        _type(conductor, parts, wake, line, now)
        screen.ask()
    elif line is None:
        if not (mouth.speaking or conductor.ended):
            conductor.command(PRIVATE_EXIT, {}, "", now, explicit=True)
        time.sleep(_POLL_S)  # nothing to wait for any more but the end of what is said


def _type(conductor: Conductor, parts: Parts, wake: WakePhrase, line: str, at: float) -> None:
    """One line: whatever is typed is meant for the coach, so the wake phrase may be left out."""
    called, words = wake.split(" ".join(parts.commands.words(line)))
    if called and not words:
        conductor.hear(Waiting(at, at, at), at)
        return
    match = parts.commands.match(" ".join(words))
    if match is None and (free := parts.commands.free_answer(conductor.attention.answers)):
        intent, slot = free
        conductor.command(intent, {slot: line}, line, at, explicit=False)
    elif match is None:
        conductor.unclear(line, "no-match", at, called=True)
    else:
        explicit = parts.commands.is_explicit(match.intent, " ".join(words))
        conductor.command(match.intent, match.slots, line, at, explicit=explicit)
