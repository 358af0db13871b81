"""A mouth that goes on while the loudspeaker or the renderer fails: what is said is then only shown.

The session waits for what has been said; so whatever cannot be heard counts as said at once, and the talk goes on.
"""

import logging
from collections.abc import Sequence
from typing import Protocol

from voice_coach.audio.stall_clock import STALLED_S
from voice_coach.errors import DeviceError, RenderError
from voice_coach.table.protocols import Notice

_RETRY_S = 1.0
"""How often a lost loudspeaker is tried again."""
_PATIENCE_S = 5.0
"""A loudspeaker that is plugged in again within this time goes on with the sentence that was cut off."""
_PROVED_S = STALLED_S + 1.0
"""Within this time a loudspeaker that has been opened again and stands still is found out."""

_LOGGER = logging.getLogger(__name__)


class FailingMouth(Protocol):
    """A mouth whose loudspeaker or renderer may fail (see `speaking.Mouth`)."""

    @property
    def speaking(self) -> bool:
        """Whether anything is still to be played."""

    @property
    def paused(self) -> bool:
        """Whether it has been made to pause."""

    @property
    def saying(self) -> tuple[str, ...]:
        """The sentences that the room may be full of."""

    def say(self, sentences: Sequence[str], token: int) -> None:
        """Speak after what was queued before."""

    def chime(self, kind: str, token: int) -> None:
        """Play an earcon after what was queued before."""

    def hush(self) -> None:
        """Stop at once and drop the queue."""

    def pause(self) -> None:
        """Be silent at once, to go on with `resume`."""

    def resume(self) -> None:
        """Go on after `pause`."""

    def rest(self) -> None:
        """Close the loudspeaker until there is something to play."""

    def rouse(self) -> None:
        """Open the loudspeaker again."""

    def adjust(self, rate: int, volume: int) -> None:
        """Set rate and volume, in steps from -3 to 3 around the setting."""

    def finished(self) -> int | None:
        """The highest token that was played to its end since last asked. Raises RenderError and DeviceError."""

    def reopen(self) -> None:
        """Take up again after a DeviceError. Raises DeviceError."""


class SilentMouth:
    """A mouth without sound: whoever runs the keyboard without a loudspeaker reads what it says."""

    def __init__(self) -> None:
        self._token: int | None = None

    @property
    def speaking(self) -> bool:
        """Whether it has not yet been told that something was said."""
        return self._token is not None

    def say(self, _sentences: Sequence[str], token: int) -> None:
        """Over at once."""
        self._token = token

    def chime(self, _kind: str, token: int) -> None:
        """Over at once."""
        self._token = token

    def hush(self) -> None:
        """Nothing waits."""
        self._token = None

    def adjust(self, rate: int, volume: int) -> None:
        """There is no voice to adjust."""

    def finished(self) -> int | None:
        """What was said last."""
        token, self._token = self._token, None
        return token

    def tend(self, _at: float) -> None:
        """Nothing is ever due."""


class SteadyMouth:
    """A mouth that may fail, with silence in its place while it does. `tend` has to be called now and then.

    A hiccup, after which the loudspeaker opens and goes on at once, is not worth a word.
    """

    def __init__(self, mouth: FailingMouth, notice: Notice, lack: str | None = None) -> None:
        """`lack`: why the loudspeaker could not be opened; None when it is open."""
        self._mouth = mouth
        self._silent = SilentMouth()
        self._notice = notice
        self._last = 0
        self._error: str | None = lack
        """Why the loudspeaker is gone; None while it is open."""
        self._fails_since: float | None = None
        """Since when it is gone, or was and has not yet proved to be back."""
        self._proving = False
        self._proved_at = 0.0
        self._retry_at = 0.0
        self._told = False
        self._mute = lack is not None
        if lack is not None:
            _LOGGER.warning("muted from the start: %s", lack)
            self._tell(lack)

    @property
    def speaking(self) -> bool:
        """Whether anything is being said aloud, or waits to be; not while that could not be heard."""
        return self._error is None and not self._mute and self._mouth.speaking

    def say(self, sentences: Sequence[str], token: int) -> None:
        """Speak after what was queued before."""
        self._last = token
        (self._silent if self._mute else self._mouth).say(sentences, token)

    def chime(self, kind: str, token: int) -> None:
        """Play an earcon after what was queued before."""
        self._last = token
        (self._silent if self._mute else self._mouth).chime(kind, token)

    def hush(self) -> None:
        """Stop at once and drop the queue."""
        self._silent.hush()
        self._mouth.hush()

    def pause(self) -> None:
        """Be silent within 60 ms, to go on with `resume`."""
        self._mouth.pause()

    def resume(self) -> None:
        """Go on after `pause`; harmless when not paused."""
        self._mouth.resume()

    def suspend(self) -> None:
        """Close the loudspeaker until there is something to play, unless anything is being said."""
        if self._error is None:
            self._mouth.rest()

    def restore(self) -> None:
        """Open the loudspeaker again: something may have to be said soon."""
        if self._error is None:
            self._mouth.rouse()

    @property
    def paused(self) -> bool:
        """Whether it has been made to pause."""
        return self._mouth.paused

    @property
    def saying(self) -> tuple[str, ...]:
        """The sentences that the room may be full of."""
        return self._mouth.saying

    def adjust(self, rate: int, volume: int) -> None:
        """Steps from -3 to 3 around the setting."""
        self._mouth.adjust(rate, volume)

    def finished(self) -> int | None:
        """The highest token that is over since last asked. Raises nothing: what fails is shown by `notice`."""
        # Also what counted as said just before the loudspeaker came back.
        shown = self._silent.finished()
        if shown is not None or self._error is not None:
            return shown
        try:
            return self._mouth.finished()
        except RenderError as error:
            _LOGGER.warning("a sentence cannot be rendered: it counts as said")
            self._notice("speech", f"{error} (what is said is shown here)")
            return self._last
        except DeviceError as error:
            _LOGGER.warning("loudspeaker lost: %s", error)
            self._error = str(error)
            return None

    def tend(self, at: float) -> None:
        """Try a loudspeaker that has gone again, about once a second. `at`: seconds on a monotonic clock."""
        if self._error is None:
            if self._proving and at >= self._proved_at:
                self._proving = self._told = self._mute = False
                self._fails_since = None
                _LOGGER.info("loudspeaker back")
                self._notice("loudspeaker", None)
            return
        if at < self._retry_at:
            return
        self._retry_at = at + _RETRY_S
        self._fails_since = at if self._fails_since is None else self._fails_since
        opened_in_vain, self._proving = self._proving, self._reopens()
        if opened_in_vain or not self._proving:
            self._tell(self._error)
            if not self._mute and at >= self._fails_since + _PATIENCE_S:
                self._mute = True
                _LOGGER.warning("muted: what is said is only shown")
                self._mouth.hush()
                self._silent.say((), self._last)
        if self._proving:
            self._error = None
            self._proved_at = at + _PROVED_S
            self._mute = self._mute and opened_in_vain

    def _reopens(self) -> bool:
        try:
            self._mouth.reopen()
        except DeviceError:
            return False
        return True

    def _tell(self, reason: str) -> None:
        if not self._told:
            self._told = True
            self._notice("loudspeaker", f"{reason} (trying again; what is said is shown here)")
