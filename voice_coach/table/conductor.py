"""Between the session and the world: carries out its actions on a mouth and ears, and tells it what happened.

It has no clock: every call brings `at`, seconds on the caller's clock.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from voice_coach import session
from voice_coach.attention import Attention, Mode
from voice_coach.errors import JournalError
from voice_coach.guide import Book, Guide
from voice_coach.guide.catalogue import PRIVATE_EXIT, Value
from voice_coach.hearing import Heard, Ignored, Waiting
from voice_coach.plan.types import Plan
from voice_coach.session import Phase, WallTime, actions, clock, events
from voice_coach.session.actions import Action
from voice_coach.session.phases import PHASES
from voice_coach.table.event_log import Entry, Observer
from voice_coach.table.protocols import Ears, EarsEvent, Mouth, Overheard
from voice_coach.table.store import NoStore, Store

_KEEPS: Mapping[bool, str] = {False: "memory-lost", True: "memory-back"}
"""The line that people hear about whether anything can be kept."""


@dataclass(frozen=True, slots=True)
class _Queued:
    """Something handed to the mouth and not yet known to be over."""

    token: int
    """The mouth's, of which each is given out once."""
    awaited: int | None
    """The session's token, where the session waits for it."""
    entry: Entry


class Conductor:
    """Holds the session's state. Actions go out, events come in, observers see an entry for each.

    For entries see `event_log`.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of the table
        self,
        guide: Guide,
        book: Book,
        options: session.Options,
        mouth: Mouth,
        ears: Ears,
        is_private: Callable[[str], bool],
        store: Store | None = None,
    ) -> None:
        """`is_private`: whether words that were not understood are near the private exit, and leave no trace.

        `store`: is given every new state; None for one that remembers nothing.
        """
        self.guide = guide
        self.book = book
        self.state = session.start(guide, options)
        self.attention = Attention(Mode.OPEN)
        self._mouth = mouth
        self._ears = ears
        self._is_private = is_private
        self._store = store or NoStore()
        self._observers: list[Observer] = []
        self._queue: deque[_Queued] = deque()
        self._token = 0
        self._began: float | None = None
        self._stays = options.stays
        self._said_to_keep = True
        """Whether, for all that has been said, everything is kept."""

    def observe(self, observer: Observer) -> None:
        """From now on this one sees every entry, too."""
        self._observers.append(observer)

    def open(self, at: float, wall: WallTime | None = None) -> None:
        """The coach is switched on: the first call. `wall`: None where the clock on it cannot be trusted."""
        self._began = at
        kept = self._store.load()
        if kept is not None:
            self.state = session.restored(self.guide, kept, self.state.options, at)
        self._send(events.Opened(at, wall or self.state.wall), at)

    def read_wall(self, at: float, wall: WallTime) -> None:
        """The clock on the wall has been read."""
        self._send(events.Wall(at, wall), at)

    def close(self, at: float) -> None:
        """Nobody can say anything more: it says goodbye as soon as it is silent, and does not stay on."""
        self._stays = False
        if not (self._mouth.speaking or self.ended):
            self._send(events.Closed(at), at)

    def hear(self, event: EarsEvent, at: float) -> None:
        """Something was heard or typed: a command goes to the session, all else is only noted."""
        match event:
            case Heard():
                # Who needs the private exit must not be given away by the screen or a log.
                if event.intent != PRIVATE_EXIT:
                    entry = {"intent": event.intent, "slots": dict(event.slots), "text": event.text}
                    self._note({"kind": "heard", **entry}, at)
                self._send(events.Heard(at, event.intent, dict(event.slots), event.explicit), at)
            case Ignored():
                self._ignored(event, at)
            case Overheard():
                self._note_ignored(event.text, "no-wake", at)
            case Waiting():
                self._chime("wake", None, at)

    def announce(self, line: str, at: float) -> None:
        """Say a line of the table's own, about devices or memory; the session does not wait for it."""
        self._say(line, {}, None, at)

    def _ignored(self, event: Ignored, at: float) -> None:
        """Words that had no effect; where they may be meant for the coach, the session decides if it asks back."""
        if not self._note_ignored(event.text, event.reason, at):
            # Asking back would give away whoever tried to leave.
            return
        # To an open question a word that does not answer it is no answer either.
        asks = PHASES[self.state.place.phase].asks
        if event.reason == "no-match" or (event.reason == "single-word" and asks):
            self._send(events.Unclear(at, event.called), at)

    def _note_ignored(self, text: str, reason: str, at: float) -> bool:
        """Whether words without effect may leave a trace; then they do."""
        if self._is_private(text):
            return False
        self._note({"kind": "ignored", "text": text, "reason": reason}, at)
        return True

    def advance(self, at: float) -> None:
        """Time has passed: hand on what has been spoken, and a tick when one is due."""
        token = self._mouth.finished()
        awaited = None if token is None else self._spoken(token, at)
        if awaited is not None:
            self._send(events.Spoke(at, awaited), at)
        due = self.deadline
        if due is not None and at >= due:
            self._send(events.Tick(at), at)
        self._store.tend(clock.advance(self.state, at))
        self._tell_whether_it_keeps(at)

    @property
    def plan(self) -> Plan:
        """What is promised."""
        return self.state.plan

    @property
    def deadline(self) -> float | None:
        """When `advance` has to be called next, at the latest; None while nothing but events can happen."""
        return session.deadline(self.state)

    @property
    def over(self) -> bool:
        """It is of no more use: the talk has ended, everything has been said, and it does not stay on."""
        return self.ended and not self._queue and not self._stays

    @property
    def ended(self) -> bool:
        """The talk has ended; something may still be said."""
        return self.state.place.phase is Phase.ENDED

    def _send(self, event: events.Event, at: float) -> None:
        """The only place where the state changes."""
        before = self.state
        self.state, todo = session.step(self.guide, before, event)
        records = [action for action in todo if isinstance(action, actions.Record)]
        if self.state != before or records:
            # What is about to be called kept is on disk first.
            self._store.save(self.state, records)
        if any(isinstance(action, actions.Forget) for action in todo) and not self._has_forgotten(at):
            # What is not true is not said.
            todo = tuple(
                replace(action, line="forget-failed") if isinstance(action, actions.Say) else action
                for action in todo
            )
        for action in todo:
            self._carry_out(action, at)
        self._tell_whether_it_keeps(at)

    def _carry_out(self, action: Action, at: float) -> None:
        match action:
            case actions.Say():
                self._say(action.line, action.values, action.token, at, brief=action.brief)
            case actions.Chime():
                self._chime(action.kind.value, action.token, at)
            case actions.Hush():
                self._mouth.hush()
                if any(queued.entry.get("line") in _KEEPS.values() for queued in self._queue):
                    self._said_to_keep = not self._store.keeps  # it has been cut off
                self._queue.clear()
            case actions.Attend():
                self.attention = action.attention
                self._ears.attend(action.attention)
            case actions.Adjust():
                self._mouth.adjust(action.rate, action.volume)
            case actions.Mark():
                self._note({"kind": action.kind, **_plain(action.data)}, at)
            case actions.Print():
                text = "\n".join(self.book.say(action.line, action.values))
                self._note({"kind": "note", "printed": text}, at)
            case actions.Record() | actions.Forget():
                pass  # done before any of them

    def _tell_whether_it_keeps(self, at: float) -> None:
        """Say once that nothing can be kept, and once that it can be again."""
        keeps = self._store.keeps
        # Nobody is disturbed by it in a turn, nor in the night: there it comes with what is said anyway.
        quiet = self.attention.mode is Mode.GUARDED and not self._mouth.speaking
        if keeps is not self._said_to_keep and not quiet:
            self._said_to_keep = keeps
            self.announce(_KEEPS[keeps], at)

    def _has_forgotten(self, at: float) -> bool:
        """Whether everything that was kept could be deleted; what could not is told on the screen."""
        try:
            self._store.forget()
        except JournalError as error:
            self._note({"kind": "note", "printed": str(error)}, at)
            return False
        self._store.save(self.state, ())
        return True

    def _say(
        self, line: str, values: Mapping[str, Value], awaited: int | None, at: float, *, brief: bool = False
    ) -> None:
        sentences = self.book.say(line, values, brief=brief)
        self._mouth.say(sentences, self._next_token())
        self._queued(awaited, {"kind": "said", "line": line, "text": " ".join(sentences)}, at)

    def _chime(self, kind: str, awaited: int | None, at: float) -> None:
        self._mouth.chime(kind, self._next_token())
        self._queued(awaited, {"kind": "chime", "sound": kind}, at)

    def _next_token(self) -> int:
        self._token += 1
        return self._token

    def _queued(self, awaited: int | None, entry: Entry, at: float) -> None:
        """Log it when its sound begins: now if nothing is before it, else when that is over."""
        if not self._queue:
            self._note(entry, at)
        self._queue.append(_Queued(self._token, awaited, entry))

    def _spoken(self, token: int, at: float) -> int | None:
        """All up to the mouth's `token` is over; gives the last of the session's tokens among it."""
        awaited = None
        while self._queue and self._queue[0].token <= token:
            over = self._queue.popleft()
            awaited = awaited if over.awaited is None else over.awaited
            if self._queue:
                self._note(self._queue[0].entry, at)
        return awaited

    def _note(self, entry: Entry, at: float) -> None:
        began = at if self._began is None else self._began
        for observe in self._observers:
            observe({"t": round(at - began, 3), **entry})


def _plain(data: Mapping[str, Value]) -> dict[str, object]:
    """Seconds to the millisecond."""
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in data.items()}
