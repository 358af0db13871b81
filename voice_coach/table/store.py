"""Where the state of a talk is kept between evenings: in the journal, or nowhere."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from voice_coach.errors import JournalBusyError, JournalError
from voice_coach.journal import Entry, Journal
from voice_coach.session import State
from voice_coach.session.actions import Record
from voice_coach.session.phases import PHASES

_LOGGER = logging.getLogger(__name__)

_ABOUT = "memory"
"""What the notices are about."""
_CLOCK_S = 1.0
"""How often a running clock is kept: what a power cut costs of it at most."""
_RETRY_S = 10.0
"""How long to wait before something that cannot be kept is tried again."""
_NEVER = datetime.min


class Store(Protocol):
    """Keeps the newest state of a talk, and what happened. It never fails: what cannot be kept is told of."""

    @property
    def keeps(self) -> bool:
        """Whether all is kept that was to be kept up to now."""

    def load(self) -> State | None:
        """The state that was saved last; None without one."""

    def save(self, state: State, records: Sequence[Record]) -> None:
        """Keep this state in the place of what was kept before, and these: before anybody hears of it."""

    def tend(self, state: State) -> None:
        """Time has passed, to `state.now`: called often; what may wait is done now."""

    def forget(self) -> None:
        """Delete what is kept. Raises JournalError naming what cannot be deleted."""


class NoStore:
    """A store that remembers nothing, and need not."""

    keeps = True

    def load(self) -> State | None:
        """None."""
        return None

    def save(self, state: State, records: Sequence[Record]) -> None:
        """Keep nothing."""

    def tend(self, state: State) -> None:
        """There is nothing to do."""

    def forget(self) -> None:
        """There is nothing to delete."""


class LostStore(NoStore):
    """In the place of a journal that cannot be used: it remembers nothing, and ought to."""

    keeps = False


class JournalStore:
    """Keeps all of it in a journal. While that fails the talk goes on, and it is tried again.

    What has changed is kept at once; a state in which only time has passed once a second, and only where a clock
    runs that has to be right after a power cut. `wall`: the wall clock, aware. `notice`: as the screen's.
    """

    def __init__(
        self, journal: Journal, wall: Callable[[], datetime], notice: Callable[[str, str | None], None]
    ) -> None:
        self._journal = journal
        self._wall = wall
        self._notice = notice
        self._kept: State | None = None
        self._waiting: tuple[Entry, ...] = ()
        """Entries that could not be kept yet."""
        self._failed = False
        self._due = 0.0
        self._tell()

    @property
    def keeps(self) -> bool:
        """See `Store.keeps`."""
        return not self._failed

    def load(self) -> State | None:
        """The state that was saved last; None without one, or where it cannot be read: it is then set aside."""
        try:
            text = self._journal.load()
            return None if text is None else State.from_json(text)
        except JournalError as error:
            self._fail(error)
        except ValueError:
            aside = self._journal.set_aside()
            self._notice(_ABOUT, f"what was kept cannot be read; it is in {aside}, and nothing is remembered")
        return None

    def save(self, state: State, records: Sequence[Record]) -> None:
        """See `Store.save`."""
        at = self._wall()
        self._waiting += tuple(Entry(at, record.kind, record.data) for record in records)
        if self._failed and state.now < self._due:
            return
        if records or self._kept is None or _timeless(state) != _timeless(self._kept):
            self._write(state)
        else:
            self.tend(state)

    def tend(self, state: State) -> None:
        """See `Store.tend`."""
        if state.now < self._due:
            return
        self._due = state.now + _CLOCK_S
        if self._failed or (_clock_runs(state) and state != self._kept):
            self._write(state)
        if not self._failed:
            self._try(state, self._journal.tidy)

    def forget(self) -> None:
        """See `Store.forget`."""
        self._journal.forget()
        self._kept, self._waiting = None, ()

    def _write(self, state: State) -> None:
        def keep() -> None:
            self._journal.save(state.to_json(), self._waiting)
            self._waiting, self._kept = (), state

        self._try(state, keep)

    def _try(self, state: State, act: Callable[[], object]) -> None:
        try:
            act()
        except JournalError as error:
            self._fail(error)
            self._due = state.now + _RETRY_S
            return
        if self._failed:
            _LOGGER.info("the journal can be written again")
            self._failed = False
            self._notice(_ABOUT, None)
        self._tell()

    def _tell(self) -> None:
        """Tell what the journal has to say of its file."""
        if self._journal.notice:
            self._notice(_ABOUT, self._journal.notice)
            self._journal.notice = None

    def _fail(self, error: JournalError) -> None:
        if not self._failed:
            _LOGGER.warning("the journal cannot be written: %s", type(error).__name__)
            self._failed = True
            self._notice(_ABOUT, f"{error}; nothing can be kept until that is mended")


@contextmanager
def open_store(
    folder: Path, wall: Callable[[], datetime], notice: Callable[[str, str | None], None]
) -> Iterator[Store]:
    """The journal of this folder as a store; one that remembers nothing where it cannot be used, which is told.

    Raises JournalBusyError where another coach is running.
    """
    try:
        journal = Journal.open(folder)
    except JournalBusyError:
        raise
    except JournalError as error:
        _LOGGER.warning("the journal cannot be used: %s", type(error).__name__)
        notice(_ABOUT, f"{error}; nothing is remembered")
        yield LostStore()
        return
    with journal:
        yield JournalStore(journal, wall, notice)


def _timeless(state: State) -> State:
    """The state without what passes by itself."""
    turns = state.place.turns
    place = replace(state.place, left_s=None, turns=turns and replace(turns, used_s=(0.0, 0.0)))
    wall = replace(state.wall, at=0.0, utc=_NEVER)
    return replace(
        state, now=0.0, heard_at=0.0, wall=wall, alarm_s=None if state.alarm_s is None else 0.0, place=place
    )


def _clock_runs(state: State) -> bool:
    """Whether time is being counted that a power cut must not take away; patience with a question is not."""
    place = state.place
    counted = place.left_s is not None or place.turns is not None
    return not state.speaking and (
        state.alarm_s is not None or (counted and PHASES[place.phase].patience_s is None)
    )
