"""The screen: on a terminal a small live view, else plain lines. It never needs to be looked at.

The view fits 80x24: where the two are, the clock, what was said and heard last, and what can be pressed or said.
"""

import sys
from collections import deque
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from voice_coach import session
from voice_coach.guide import Book
from voice_coach.session import Phase
from voice_coach.session.clock import left_s
from voice_coach.table.event_log import Entry, clock

_ROWS = 18
"""Rows of the view within its frame: it leaves a terminal of 24 rows some room."""
_CAPTIONS = 18
_REFRESH_S = 0.25
_NARROWEST = 20
"""Columns of text at least, however narrow the terminal says it is."""


class Screen:
    """Shows the log (see `event_log`) and the clock. `keys`: what can be pressed, for the last line.

    `prompt`: stands below plain lines on a terminal where one can type. `console`: by default, standard output.
    """

    def __init__(
        self, book: Book, keys: str, *, live: bool | None = None, prompt: str = "", console: Console | None = None
    ) -> None:
        self._console = console or Console(file=sys.stdout, highlight=False)
        self._guide = book.guide
        self._labels = {phase: book.label(phase.value) for phase in Phase}
        self._keys = keys
        self._prompt = prompt
        self._captions: deque[Text] = deque(maxlen=_CAPTIONS)
        self._notices: dict[str, str] = {}
        self._live = (self._console.is_terminal if live is None else live) and Live(
            console=self._console, auto_refresh=False, transient=False
        )
        self._due = 0.0
        self._changes = 0
        self._shown: object = None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
        self._take_prompt_away()

    def entry(self, entry: Entry) -> None:
        """Show what has just happened, where people care about it."""
        if "printed" in entry:
            # It has to stay in reach, so it goes above the view, where the terminal keeps it.
            for line in str(entry["printed"]).splitlines():
                self.plain(line)
            return
        caption = _caption(entry)
        if caption is None:
            return
        label, text = caption
        self._captions.append(Text.assemble(label, text))
        self._changes += 1
        if not self._live:
            self._plain(Text.assemble(clock(_seconds(entry)), "  ", label), text)

    def notice(self, about: str, text: str | None) -> None:
        """Show something about a device until it is over (`text` None). Plain lines have it once."""
        self._changes += 1
        if text is None:
            self._notices.pop(about, None)
            return
        if self._notices.get(about) != text and not self._live:
            self.plain(text)
        self._notices[about] = text

    def plain(self, text: str) -> None:
        """Print a line that stays, broken between words where the terminal ends."""
        self._plain(Text(), Text(text))

    def ask(self) -> None:
        """Show the prompt, where there is one."""
        if self._prompt:
            self._console.file.write(f"\r\x1b[K{self._prompt}")
            self._console.file.flush()

    def take_back(self, line: str) -> None:
        """Wipe out a line that has just been typed at the prompt, with all its rows."""
        if self._prompt:
            rows = -(-Text(self._prompt + line).cell_len // self._console.width)
            self._console.file.write("\x1b[1A\r\x1b[K" * rows)
            self._console.file.flush()

    def _take_prompt_away(self) -> None:
        if self._prompt:
            self._console.file.write("\r\x1b[K")

    def _plain(self, before: Text, text: Text) -> None:
        """`text` behind `before`, with its further lines below its first."""
        self._take_prompt_away()
        # One column is left, as some terminals begin a line of their own in the last one.
        width = max(_NARROWEST, self._console.width - 1 - before.cell_len)
        for row in text.wrap(self._console, width) or [text]:
            row.rstrip()
            self._console.print(Text.assemble(before, row), soft_wrap=True)
            before = Text(" " * before.cell_len)
        self.ask()

    def refresh(self, state: session.State, at: float) -> None:
        """Draw anew what has changed, a few times a second at most. `at`: the same clock as the session's."""
        if self._live and at >= self._due:
            self._due = at + _REFRESH_S
            place = state.place
            shows = (place.part, place.phase, _left(state, at), self._changes, self._console.size)
            if shows == self._shown:
                return
            self._shown = shows
            self._live.update(self.view(state, at), refresh=True)

    def view(self, state: session.State, at: float) -> RenderableType:
        """What is on a terminal now."""
        number, steps = state.place.part, len(self._guide.steps)
        where = f"step {number} of {steps}" if 1 <= number <= steps else self._guide.title
        top = Text.assemble(
            (self._guide.parts[number].title, "bold"),
            f"   {self._labels[state.place.phase]}   ",
            (_left(state, at), "bold"),
        )
        width = max(20, self._console.width - 4)
        captions = [row for caption in self._captions for row in caption.wrap(self._console, width)]
        notices = [
            line for text in self._notices.values() for line in Text(text, "yellow").wrap(self._console, width)
        ]
        rows = _ROWS - 2 - len(notices)
        captions = captions[-rows:]
        lines = [top, Text(), *captions, *[Text()] * (rows - len(captions)), *notices]
        return Panel(Group(*lines), title=where, subtitle=self._keys)


def _left(state: session.State, at: float) -> str:
    """The running clock, with the name of whose turn it is."""
    left = left_s(state.place)
    if left is None:
        return ""
    if not state.speaking:
        left = max(0.0, left - (at - state.now))
    turns = state.place.turns
    whose = state.options.names[turns.speaker] if turns and state.place.phase is Phase.TURN else ""
    return f"{whose} {clock(left + 0.999)}".strip()


def _caption(entry: Entry) -> tuple[Text, Text] | None:
    """The label and the words of an entry; None where people need not see it."""
    match entry["kind"]:
        case "said":
            return Text("coach  ", "cyan"), Text(str(entry["text"]))
        case "heard":
            return Text("heard  ", "green"), Text(str(entry["text"]))
        case "ignored" if entry["reason"] == "no-match":
            return Text("heard  ", "dim"), Text(f"({entry['text']})", "dim")
        case "chime":
            return Text("chime  ", "cyan"), Text(str(entry["sound"]))
        case "end":
            return Text("end"), Text()
    return None


def _seconds(entry: Entry) -> float:
    return float(str(entry["t"]))
