"""Between the session and the world: carries out its actions on a mouth and ears, and tells it what happened.

It has no clock: every call brings `at`, seconds on the caller's clock, so that the live loop, the keyboard and the
rehearsal on a virtual clock use it unchanged.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from voice_coach import session
from voice_coach.attention import Attention, Mode
from voice_coach.guide import Book, Guide
from voice_coach.guide.catalogue import PRIVATE_EXIT, Value
from voice_coach.hearing import Heard, HearingEvent, Ignored, Waiting
from voice_coach.session import Phase, actions, events
from voice_coach.session.actions import Action
from voice_coach.session.phases import PHASES
from voice_coach.table.event_log import Entry, Observer


class Mouth(Protocol):
    """What speaks: the live mouth, the virtual one of a rehearsal, or none at all."""

    @property
    def speaking(self) -> bool:
        """Whether anything is being said, or waits to be said."""

    def say(self, sentences: Sequence[str], token: int) -> None:
        """Speak after what was queued before."""

    def chime(self, kind: str, token: int) -> None:
        """Play an earcon after what was queued before."""

    def hush(self) -> None:
        """Stop at once and drop the queue."""

    def adjust(self, rate: int, volume: int) -> None:
        """Steps from -3 to 3 around the setting."""

    def finished(self) -> int | None:
        """The highest token that has been heard to its end since last asked."""


class Listener(Protocol):
    """What can be told how attentive to be."""

    def attend(self, attention: Attention) -> None:
        """Listen in this way from now on."""


@dataclass(frozen=True, slots=True)
class _Queued:
    """Something handed to the mouth and not yet known to be over."""

    token: int
    entry: dict[str, object]


class Conductor:
    """Holds the session's state. Actions go out, events come in, observers see an entry for each (see log.py)."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of the table
        self,
        guide: Guide,
        book: Book,
        options: session.Options,
        mouth: Mouth,
        ears: Listener,
        is_private: Callable[[str], bool],
    ) -> None:
        """`is_private`: whether words that were not understood are near the private exit, and leave no trace."""
        self.guide = guide
        self.book = book
        self.state = session.start(guide, options)
        self.attention = Attention(Mode.OPEN)
        self._mouth = mouth
        self._ears = ears
        self._is_private = is_private
        self._observers: list[Observer] = []
        self._queue: deque[_Queued] = deque()
        self._began: float | None = None

    def observe(self, observer: Observer) -> None:
        """From now on this one sees every entry, too."""
        self._observers.append(observer)

    def open(self, at: float) -> None:
        """The coach is switched on: the first call."""
        self._began = at
        self._send(events.Opened(at), at)

    def hear(self, event: HearingEvent, at: float) -> None:
        """Something came from the hearing: a command goes to the session, all else is only noted."""
        match event:
            case Heard():
                self.command(event.intent, event.slots, event.text, at, explicit=event.explicit)
            case Ignored():
                self.unclear(event.text, event.reason, at, called=event.called)
            case Waiting():
                # Like `announce`, nothing that the session waits for.
                self._mouth.chime("wake", self.state.token)
                self._queued(_Queued(self.state.token, {"kind": "chime", "sound": "wake"}), at)

    def command(
        self, intent: str, slots: Mapping[str, str | int], text: str, at: float, *, explicit: bool
    ) -> None:
        """A command was understood, by ear or from the keyboard. `explicit`: see `hearing.Heard`."""
        # Who needs the private exit must not be given away by the screen or a log.
        if intent != PRIVATE_EXIT:
            self._note({"kind": "heard", "intent": intent, "slots": dict(slots), "text": text}, at)
        self._send(events.Heard(at, intent, dict(slots), explicit), at)

    def unclear(self, text: str, reason: str, at: float, *, called: bool) -> None:
        """Words that had no effect; where meant for the coach, it may ask back. `called`: see `Ignored`."""
        # Asking back would give away whoever tried to leave.
        if self._is_private(text):
            return
        self._note({"kind": "ignored", "text": text, "reason": reason}, at)
        guarded = self.attention.mode is Mode.GUARDED
        # To an open question a word that does not answer it is no answer either.
        if (reason == "no-match" and (called or not guarded)) or (reason == "single-word" and self._asks()):
            self._send(events.Unclear(at, called), at)

    def announce(self, line: str, at: float) -> None:
        """Say a line that is not the session's but about the devices; the session does not wait for it."""
        self._carry_out(actions.Say(line, self.state.token), at)

    def advance(self, at: float) -> None:
        """Time has passed: hand on what has been spoken, and a tick when one is due."""
        token = self._mouth.finished()
        if token is not None:
            self._spoken(token, at)
            self._send(events.Spoke(at, token), at)
        due = self.deadline
        if due is not None and at >= due:
            self._send(events.Tick(at), at)

    @property
    def deadline(self) -> float | None:
        """When `advance` has to be called next, at the latest; None while nothing but events can happen."""
        return session.deadline(self.state)

    @property
    def over(self) -> bool:
        """The talk has ended and everything has been said."""
        return self.ended and not self._queue

    @property
    def ended(self) -> bool:
        """The talk has ended; something may still be said."""
        return self.state.place.phase is Phase.ENDED

    def _asks(self) -> bool:
        return PHASES[self.state.place.phase].asks

    def _send(self, event: events.Event, at: float) -> None:
        self.state, todo = session.step(self.guide, self.state, event)
        for action in todo:
            self._carry_out(action, at)

    def _carry_out(self, action: Action, at: float) -> None:
        match action:
            case actions.Say():
                sentences = self.book.say(action.line, action.values, brief=action.brief)
                self._mouth.say(sentences, action.token)
                entry: dict[str, object] = {"kind": "said", "line": action.line, "text": " ".join(sentences)}
                self._queued(_Queued(action.token, entry), at)
            case actions.Chime():
                self._mouth.chime(action.kind.value, action.token)
                self._queued(_Queued(action.token, {"kind": "chime", "sound": action.kind.value}), at)
            case actions.Hush():
                self._mouth.hush()
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

    def _queued(self, item: _Queued, at: float) -> None:
        """Log it when its sound begins: now if nothing is before it, else when that is over."""
        if not self._queue:
            self._note(item.entry, at)
        self._queue.append(item)

    def _spoken(self, token: int, at: float) -> None:
        while self._queue and self._queue[0].token <= token:
            self._queue.popleft()
            if self._queue:
                self._note(self._queue[0].entry, at)

    def _note(self, entry: Entry, at: float) -> None:
        began = at if self._began is None else self._began
        for observe in self._observers:
            observe({"t": round(at - began, 3), **entry})


def _plain(data: Mapping[str, Value]) -> dict[str, object]:
    """Seconds to the millisecond."""
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in data.items()}
