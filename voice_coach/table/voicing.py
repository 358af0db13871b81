"""A mouth that is never at a loss: while the loudspeaker or the renderer fails, what is said is only shown.

The session waits for what has been said; so whatever cannot be heard counts as said at once, and the talk goes on.
"""

from collections.abc import Callable, Sequence

from voice_coach.errors import CoachError, DeviceError, RenderError
from voice_coach.speaking import Mouth

_RETRY_S = 1.0
# A loudspeaker that is plugged in again within this time goes on with the sentence that was cut off.
_PATIENCE_S = 5.0

Notice = Callable[[str, str | None], None]
"""Shows something about a device (what it is about, the text; None when it is over)."""


class SilentMouth:
    """Says nothing: whoever runs the keyboard without a loudspeaker reads it."""

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


class SteadyMouth:
    """The live mouth, with silence in its place while it fails. `tend` has to be called now and then."""

    def __init__(self, mouth: Mouth, notice: Notice) -> None:
        self._mouth = mouth
        self._silent = SilentMouth()
        self._notice = notice
        self._last = 0
        self._gone = False
        self._mute_at = 0.0
        self._retry_at = 0.0
        self._mute = False

    @property
    def speaking(self) -> bool:
        """Whether anything is being said aloud, or waits to be."""
        return not self._mute and self._mouth.speaking

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

    def rest(self) -> None:
        """Let the loudspeaker rest, unless anything is being said."""
        if not self._gone:
            self._mouth.rest()

    def rouse(self) -> None:
        """Something may have to be said soon."""
        if not self._gone:
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
        if self._mute:
            return self._silent.finished()
        try:
            return self._mouth.finished()
        except RenderError as error:
            self._notice("speech", f"{error} (what is said is shown here)")
            return self._last
        except DeviceError as error:
            self._lost(error)
            return None

    def tend(self, at: float) -> None:
        """Try a loudspeaker that has gone again, about once a second. `at`: seconds on a monotonic clock."""
        if not self._gone or at < self._retry_at:
            return
        self._mute_at = self._mute_at or at + _PATIENCE_S
        self._retry_at = at + _RETRY_S
        try:
            self._mouth.reopen()
        except DeviceError:
            if not self._mute and at >= self._mute_at:
                self._mute = True
                self._mouth.hush()
                self._silent.say((), self._last)
            return
        self._gone, self._mute, self._mute_at = False, False, 0.0
        self._notice("loudspeaker", None)

    def _lost(self, error: CoachError) -> None:
        if not self._gone:
            self._gone = True
            self._notice("loudspeaker", f"{error} (trying again; what is said is shown here)")
