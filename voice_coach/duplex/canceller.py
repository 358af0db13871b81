"""Echo cancellation: the coach's own voice taken out of the microphone's sound, once for each of two purposes.

WebRTC's canceller (livekit, in the extra `duplex`) leaves so little that a voice activity detector finds people
alone, but distorts their words. The filter of our own (echo_filter.py) leaves more, and the words whole.
"""

import importlib
import logging
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from voice_coach.audio.pcm import FRAME, SAMPLE_RATE, Pcm
from voice_coach.duplex.echo_filter import EchoFilter
from voice_coach.errors import DuplexError

_HINT_MS = 40
"""Milliseconds of delay that are left after the alignment; WebRTC finds what is missing by itself."""
MISSING = "people cannot interrupt: echo cancelling needs livekit; pip install 'voice-coach[duplex]'"

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """10 ms of the microphone without the coach's voice (int16 mono 16 kHz)."""

    for_vad: Pcm
    """With the strongest suppression of the echo, for a voice activity detector."""
    for_asr: Pcm
    """With the least distortion of speech, for a recogniser."""


class Canceller(Protocol):
    """Takes 10 ms of the microphone, and of what the loudspeaker played that comes back in them."""

    def cancel(self, microphone: Pcm, reference: Pcm) -> Cleaned:
        """Both int16 mono 16 kHz, FRAME samples."""

    def reset(self) -> None:
        """The delay between the two has changed: forget what was learnt."""


class NoCanceller:
    """No cancelling, for a speakerphone that does it by itself."""

    def cancel(self, microphone: Pcm, reference: Pcm) -> Cleaned:  # noqa: ARG002
        """The microphone as it is."""
        return Cleaned(microphone, microphone)

    def reset(self) -> None:
        """Nothing is learnt."""


class EchoCanceller:
    """WebRTC's canceller and our own filter; 10 ms cost about 0.2 ms. Raises DuplexError without livekit."""

    def __init__(self) -> None:
        try:
            self._rtc: Any = importlib.import_module("livekit.rtc")
            self.reset()
        except Exception as error:  # it raises as it pleases where its own library does not load
            raise DuplexError(MISSING) from error

    def reset(self) -> None:
        """Begin anew: WebRTC's then lets nothing through that may be an echo, until it knows better."""
        self._webrtc: Any = self._rtc.AudioProcessingModule(
            echo_cancellation=True, noise_suppression=True, high_pass_filter=True
        )
        self._webrtc.set_stream_delay_ms(_HINT_MS)
        self._filter = EchoFilter(FRAME)

    def cancel(self, microphone: Pcm, reference: Pcm) -> Cleaned:
        """Both int16 mono 16 kHz, FRAME samples."""
        return Cleaned(self._by_webrtc(microphone, reference), self._filter.cancel(microphone, reference))

    def _by_webrtc(self, microphone: Pcm, reference: Pcm) -> Pcm:
        far = self._rtc.AudioFrame(bytearray(reference.tobytes()), SAMPLE_RATE, 1, FRAME)
        self._webrtc.process_reverse_stream(far)
        near = bytearray(microphone.tobytes())
        frame = self._rtc.AudioFrame(near, SAMPLE_RATE, 1, FRAME)
        self._webrtc.process_stream(frame)  # in place
        return np.frombuffer(bytes(frame.data), np.int16)


def available() -> bool:
    """Whether WebRTC's canceller is installed and loads."""
    try:
        EchoCanceller()
    except DuplexError as error:
        _LOGGER.info("no echo canceller: %s", type(error.__cause__).__name__)
        return False
    return True
