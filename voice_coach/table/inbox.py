"""What comes to the table by other ways than the microphone: typed lines, and later satellites or a web page."""

from queue import Empty, SimpleQueue
from typing import TypeAlias

from voice_coach.table.protocols import EarsEvent

Item: TypeAlias = str | EarsEvent
"""A line as it was typed, or an event that is understood already."""


class Inbox:
    """A queue into the table's loop; `put` may be called from any thread."""

    def __init__(self) -> None:
        self._items: SimpleQueue[Item] = SimpleQueue()

    def put(self, item: Item) -> None:
        """Hand something in, to be taken by the loop in its turn."""
        self._items.put(item)

    def take(self) -> Item | None:
        """The item that has waited longest; None when nothing waits."""
        try:
            return self._items.get_nowait()
        except Empty:
            return None
