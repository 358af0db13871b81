"""docs/terminal.svg: the live view in the midst of a turn, as the real screen shows a talk that is typed here."""

import io
import re

from rich.console import Console

from voice_coach.settings import Settings
from voice_coach.table.assembly import assemble
from voice_coach.table.conductor import Conductor
from voice_coach.table.loop import TableLoop
from voice_coach.table.protocols import NoEars
from voice_coach.table.screen import Screen
from voice_coach.table.steady_mouth import SilentMouth
from voice_coach.table.typed_commands import TypedCommands

_COLUMNS, _STEP_S = 80, 0.5
_TALK = (
    ("start", 4.0),
    ("yes", 4.0),
    ("yes", 4.0),
    ("yes", 4.0),
    ("go to step two", 8.0),
    ("Anna starts", 80.0),
    ("how long is left", 20.0),
)
"""What is typed, and the seconds that pass behind it."""


def picture() -> str:
    """The picture as SVG: the same whenever it is made."""
    settings = Settings(names=("Anna", "Ben"))
    parts = assemble(settings, seed=0)
    console = Console(
        file=io.StringIO(),
        width=_COLUMNS,
        height=24,
        record=True,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    screen = Screen(
        parts.book, f'say "{settings.wake_phrase}" in a turn · Ctrl-C ends', live=True, console=console
    )
    mouth, ears = SilentMouth(), NoEars()
    conductor = Conductor(parts.guide, parts.book, parts.options, mouth, ears, parts.is_private)
    conductor.observe(screen.entry)
    loop = TableLoop(conductor, mouth, ears, TypedCommands(parts.commands, parts.options.wake))
    now = 0.0
    conductor.open(now)
    for line, seconds in _TALK:
        loop.inbox.put(line)
        for _ in range(int(seconds / _STEP_S)):
            now += _STEP_S
            loop.step(now)
    console.print(screen.view(conductor.state, now))
    # Without web fonts: a picture of something that never uses the network loads nothing.
    return re.sub(
        r"\s*@font-face \{.*?\}",
        "",
        console.export_svg(title="voice-coach run", unique_id="coach"),
        flags=re.DOTALL,
    )
