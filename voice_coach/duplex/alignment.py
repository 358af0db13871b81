"""What the loudspeaker plays, put beside what the microphone hears at the same time.

Both count their samples. The newest of each are taken for simultaneous once; how much later the echo comes is then
found by correlation while the coach speaks, again and again: sound servers change buffers, and clocks drift.

Cancellers find a delay by themselves, within limits, and any change of it throws them off for seconds. So what is
played is shifted only where the echo would come too late for them, or too soon; then they had better begin anew.
"""

import threading
from collections import deque

import numpy as np
import numpy.typing as npt
import soxr

from voice_coach.duplex.canceller import FRAME, Sound
from voice_coach.hearing import SAMPLE_RATE
from voice_coach.hearing.audio_files import to_int16

KEPT_S = 4.0
LONGEST_DELAY_S = 1.0
"""An echo that comes later is not looked for."""
FIRST_DELAY_S = 0.08
"""Before it is known: the loudspeaker's own latency, and a little for the microphone."""
EARLIEST_S, USUAL_S, LATEST_S = 0.01, 0.03, 0.1
"""How late the echo may come for the cancellers: never before its cause, and with time left for the room."""
_WINDOW_S = 1.0
_EVERY_S = 0.5
_TOLERANCE_S = 0.006
_SURE = 8.0
"""A peak of the correlation, in its standard deviations."""
_LOUD = 100.0  # RMS of the reference: -50 dBFS
_ASTRAY_S = 0.5
_MORE_S = 0.01
_PLAYED_RATE = 48_000

_Floats = npt.NDArray[np.float32]


class Reference:
    """The loudspeaker's tap: takes float32 at 48 kHz in the sound thread, gives int16 at 16 kHz in another."""

    def __init__(self) -> None:
        # The longest that anybody may be busy elsewhere; what is older could not be matched any more.
        self._blocks: deque[_Floats] = deque(maxlen=500)
        self._resample = soxr.ResampleStream(_PLAYED_RATE, SAMPLE_RATE, 1)
        self._lock = threading.Lock()

    def take(self, samples: _Floats) -> None:
        """The tap (see `Loudspeaker`)."""
        with self._lock:
            self._blocks.append(samples.copy())

    def drain(self) -> Sound:
        """What was played since this was last asked."""
        with self._lock:
            blocks = list(self._blocks)
            self._blocks.clear()
        if not blocks:
            return np.zeros(0, np.int16)
        return to_int16(self._resample.resample_chunk(np.concatenate(blocks)))


class _Track:
    """The newest seconds of a stream, by the number of the sample."""

    def __init__(self) -> None:
        self._kept = np.zeros(round(KEPT_S * SAMPLE_RATE), np.int16)
        self.end = 0

    def add(self, samples: Sound) -> None:
        size = self._kept.size
        self.end += len(samples)
        samples = samples[-size:]
        self._kept = np.concatenate([self._kept[len(samples) :], samples])

    def cut(self, start: int, count: int) -> Sound:
        """Silence where there is nothing any more, or not yet."""
        out = np.zeros(count, np.int16)
        begin = self.end - self._kept.size
        first, last = max(start, begin), min(start + count, self.end)
        if first < last:
            out[first - start : last - start] = self._kept[first - begin : last - begin]
        return out


class Alignment:
    """Fed with both streams; gives frames of both that belong together."""

    def __init__(self) -> None:
        self._microphone, self._reference = _Track(), _Track()
        self._given = 0
        self._offset: int | None = None
        self._shift = round((FIRST_DELAY_S - USUAL_S) * SAMPLE_RATE)
        self._found: int | None = None
        self._sure: int | None = None
        self._look_at = 0
        self.moved = False
        """Whether the delay that is left has changed with the last `feed`."""
        self.delay_s: float | None = None
        """How much later the echo comes than its sound is handed to the loudspeaker; None while not known."""
        self.echo_db: float | None = None
        """The level of the microphone over what is played, while that was last looked at."""

    def feed(self, microphone: Sound, reference: Sound, waiting_s: float = 0.0) -> list[tuple[Sound, Sound]]:
        """Take what is new (int16 mono 16 kHz). `waiting_s`: how much the microphone has beyond that.

        Returns pairs of 10 ms of the microphone and of what sounds in it of the loudspeaker.
        """
        self.moved = False
        self._microphone.add(microphone)
        self._reference.add(reference)
        offset = self._reference.end - self._microphone.end - round(waiting_s * SAMPLE_RATE)
        if self._offset is None or abs(offset - self._offset) > _ASTRAY_S * SAMPLE_RATE:
            # At the start, or when one of the two has been opened anew.
            self.moved = self._offset is not None
            self._offset, self._found, self._sure = offset, None, None
        short = self._microphone.end + self._offset - self._shift - self._reference.end
        if short > 0:
            # Sound servers ask for sound in bursts; and what has not even been asked for cannot be heard yet.
            shift = self._shift + short + round(_MORE_S * SAMPLE_RATE)
            # Beyond the known delay, it was this program that had no time: what is missing stays silent.
            if self._sure is None or shift <= self._sure - round(EARLIEST_S * SAMPLE_RATE):
                self._shift = shift
                self.moved = True
        frames = []
        while self._microphone.end - self._given >= FRAME:
            heard = self._microphone.cut(self._given, FRAME)
            frames.append((heard, self._reference.cut(self._given + self._offset - self._shift, FRAME)))
            self._given += FRAME
        if self._given >= self._look_at:
            self._look_at = self._given + round(_EVERY_S * SAMPLE_RATE)
            self._look(self._offset)
        return frames

    def _look(self, offset: int) -> None:
        """Where in the reference is the last second of the microphone?"""
        count, most = round(_WINDOW_S * SAMPLE_RATE), round(LONGEST_DELAY_S * SAMPLE_RATE)
        start = self._given - count
        heard = self._microphone.cut(start, count)
        played = self._reference.cut(start + offset - most, count + most)
        if _rms(played) < _LOUD or not heard.any():
            return
        lag = delay(heard, played)
        if lag is None:
            return
        twice = self._found is not None and self._differ(lag, self._found) < _TOLERANCE_S
        self._found = lag
        if not twice:
            return
        self.delay_s = lag / SAMPLE_RATE
        self.echo_db = float(20 * np.log10(_rms(heard) / _rms(self._reference.cut(start + offset - lag, count))))
        self.moved |= self._sure is not None and self._differ(lag, self._sure) > _TOLERANCE_S
        self._sure = lag
        if not EARLIEST_S <= (lag - self._shift) / SAMPLE_RATE <= LATEST_S:
            self._shift = lag - round(USUAL_S * SAMPLE_RATE)
            self.moved = True

    @staticmethod
    def _differ(lag: int, other: int) -> float:
        return abs(lag - other) / SAMPLE_RATE


def delay(heard: Sound, played: Sound) -> int | None:
    """By how many samples the end of `heard` comes later than it does in `played`; None when that is not clear.

    `played` is longer by the latest delay that is looked for. Both end at the same time.
    """
    most = len(played) - len(heard)
    size = 1 << (len(played) + len(heard) - 1).bit_length()
    spectrum = np.fft.rfft(heard.astype(np.float32), size) * np.conj(np.fft.rfft(played.astype(np.float32), size))
    low, high = (round(hertz * size / SAMPLE_RATE) for hertz in (200, 4000))
    # Each frequency counts alike: speech is like itself at many delays, its phases are not.
    flat = np.zeros_like(spectrum)
    flat[low:high] = spectrum[low:high] / np.maximum(np.abs(spectrum[low:high]), 1e-9)
    likeness = np.fft.irfft(flat, size)
    # `heard` begins `most` samples after `played`, and its echo as many samples before that as it is late.
    late = likeness[(np.arange(most + 1) - most) % size]
    best = int(np.argmax(late))
    if late[best] < _SURE * late.std():
        return None
    return best


def _rms(samples: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float32)))) if samples.size else 0.0
