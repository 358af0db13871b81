"""Where the state of a talk is kept between evenings: today, nowhere."""

from typing import Protocol

from voice_coach.session import State


class Store(Protocol):
    """Keeps the newest state of a talk."""

    def load(self) -> State | None:
        """The state that was saved last; None without one."""

    def save(self, state: State) -> None:
        """Keep this state in the place of what was kept before."""

    def forget(self) -> None:
        """Delete what is kept."""


class NoStore:
    """A store that remembers nothing."""

    def load(self) -> State | None:
        """None."""
        return None

    def save(self, state: State) -> None:
        """Keep nothing."""

    def forget(self) -> None:
        """There is nothing to delete."""
