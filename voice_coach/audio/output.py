"""Where the coach's voice goes: what the mouth needs of a loudspeaker, or of a satellite's."""

from typing import Protocol

from voice_coach.audio.pcm import Samples


class AudioOutput(Protocol):
    """Plays samples in the order they come, and tells how far it is. Filled by `Loudspeaker`.

    Positions are samples at PLAYBACK_RATE since the start.
    """

    gain: float
    """Factor of amplitude for all that is played."""

    @property
    def queued(self) -> int:
        """The position of the end of what was queued."""

    @property
    def taken(self) -> int:
        """The position up to which the device has taken the samples."""

    @property
    def played(self) -> int:
        """The position up to which the samples have been played."""

    @property
    def busy(self) -> bool:
        """Whether anything that was queued is still to be played."""

    @property
    def paused(self) -> bool:
        """Whether `pause` is in force."""

    def play(self, samples: Samples) -> int:
        """Queue samples; the position of their end. Raises DeviceError."""

    def stop(self) -> None:
        """Be silent at once and drop what waits."""

    def pause(self) -> None:
        """Be silent at once and keep what waits."""

    def resume(self) -> None:
        """Go on after `pause`; harmless when not paused."""

    def suspend(self) -> None:
        """Let go of the device while there is nothing to play."""

    def restore(self) -> None:
        """Take the device again, to be ready by the time there is something to play."""

    def check(self) -> None:
        """Raise DeviceError when the device has gone away."""

    def reopen(self) -> None:
        """Take up again after a DeviceError; what waited is gone. Raises DeviceError."""
