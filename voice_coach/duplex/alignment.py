"""What the loudspeaker plays, put beside what the microphone hears at the same time.

Both count their samples. The newest of each are taken for simultaneous once; how much later the echo comes is then
found by correlation while the coach speaks, again and again: sound servers change buffers, and clocks drift.

Cancellers find a delay by themselves, within limits, and any change of it throws them off for seconds. So what is
played is shifted only where the echo would come too late for them, or too soon; then they had better begin anew.
"""

import logging

import numpy as np

from voice_coach.audio.levels import SILENCE_DBFS
from voice_coach.audio.pcm import FRAME, FULL_SCALE, SAMPLE_RATE, Pcm, factor

KEPT_S = 4.0
"""Seconds of both streams that are kept to correlate them."""
LONGEST_DELAY_S = 1.0
"""Longest delay of the echo that is searched for."""
FIRST_DELAY_S = 0.08
"""Delay that is assumed until it is known: the loudspeaker's own latency, and a little for the microphone."""
EARLIEST_S, USUAL_S, LATEST_S = 0.01, 0.03, 0.1
"""Delay that is left for the cancellers (least, wanted, most): never before its cause, with time for the room."""
_WINDOW_S = 1.0
"""Length of the microphone's sound that is searched for in the reference."""
_EVERY_S = 0.5
"""Interval of the search."""
_IN_DOUBT_EVERY_S = 0.1
"""Interval of the search after the loudspeaker was suspended, until the delay is known again."""
_IN_DOUBT_S = 0.8
"""Playback after a suspension without any echo found, until the echo counts as inaudible."""
_NEAR_S = 0.05
"""Search radius around the former delay after a suspension."""
_TOLERANCE_S = 0.006
"""Difference up to which two delays count as the same."""
_SURE = 8.0
"""A peak of the correlation, in its standard deviations."""
_LOUD = FULL_SCALE * factor(SILENCE_DBFS)  # RMS of the reference
_ASTRAY_S = 0.5
"""Drift between the two streams' counts that only a newly opened stream explains."""
_MORE_S = 0.01
"""Margin when the reference is shifted further back, so that it need not be again at once."""

_LOGGER = logging.getLogger(__name__)


class _Track:
    """The newest seconds of a stream, by the number of the sample."""

    def __init__(self) -> None:
        self._kept = np.zeros(round(KEPT_S * SAMPLE_RATE), np.int16)
        self.end = 0

    def add(self, samples: Pcm) -> None:
        size = self._kept.size
        self.end += len(samples)
        samples = samples[-size:]
        self._kept = np.concatenate([self._kept[len(samples) :], samples])

    def cut(self, start: int, count: int) -> Pcm:
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
        self._looked = -round(_EVERY_S * SAMPLE_RATE)
        self._doubted = 0
        self.moved = False
        """Whether the delay that is left has changed with the last `feed`."""
        self.delay_s: float | None = None
        """How much later the echo comes than its sound is handed to the loudspeaker; None while not known."""
        self.echo_db: float | None = None
        """The level of the microphone over what is played, while that was last looked at."""

    def feed(self, microphone: Pcm, reference: Pcm, waiting_s: float = 0.0) -> list[tuple[Pcm, Pcm]]:
        """Take what is new (int16 mono 16 kHz). `waiting_s`: how much the microphone has beyond that.

        Returns pairs of 10 ms of the microphone and of what sounds in it of the loudspeaker.
        """
        offset = self._take(microphone, reference, waiting_s)
        frames = []
        while self._microphone.end - self._given >= FRAME:
            heard = self._microphone.cut(self._given, FRAME)
            frames.append((heard, self._reference.cut(self._given + offset - self._shift, FRAME)))
            self._given += FRAME
        self._look_again(offset, _IN_DOUBT_EVERY_S if self._doubted else _EVERY_S)
        return frames

    def skip(self, microphone: Pcm, reference: Pcm, waiting_s: float = 0.0) -> None:
        """The same where nobody needs the pairs."""
        offset = self._take(microphone, reference, waiting_s)
        self._given += (self._microphone.end - self._given) // FRAME * FRAME
        self._look_again(offset, _EVERY_S)

    def doubt(self) -> None:
        """The loudspeaker was suspended: sound servers may have changed their buffers, and so the delay.

        It is found again as soon as the coach speaks, and what is played is shifted by the difference, so that the
        cancellers see no change. Until then they had better not see anything.
        """
        if self._sure is not None:
            self._doubted, self._found = round(_IN_DOUBT_S * SAMPLE_RATE), None

    @property
    def in_doubt(self) -> bool:
        """Whether the pairs may not belong together."""
        return self._doubted > 0

    def _take(self, microphone: Pcm, reference: Pcm, waiting_s: float) -> int:
        """How many samples the reference is ahead of the microphone."""
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
            # Pcm servers ask for sound in bursts; and what has not even been asked for cannot be heard yet.
            shift = self._shift + short + round(_MORE_S * SAMPLE_RATE)
            # Beyond the known delay, it was this program that had no time: what is missing stays silent.
            if self._sure is None or shift <= self._sure - round(EARLIEST_S * SAMPLE_RATE):
                self._shift = shift
                self.moved = True
        return self._offset

    def _look_again(self, offset: int, every_s: float) -> None:
        """Every now and then."""
        since = round(every_s * SAMPLE_RATE)
        if self._given >= self._looked + since:
            self._looked = self._given
            self._look(offset)
            newest = self._reference.cut(self._given + offset - self._shift - since, since)
            if self._doubted and _rms(newest) >= _LOUD:
                self._doubted = max(0, self._doubted - since)

    def _look(self, offset: int) -> None:
        """Where in the reference is the last second of the microphone?"""
        count, most = round(_WINDOW_S * SAMPLE_RATE), round(LONGEST_DELAY_S * SAMPLE_RATE)
        start = self._given - count
        heard = self._microphone.cut(start, count)
        played = self._reference.cut(start + offset - most, count + most)
        if _rms(played) < _LOUD or not heard.any():
            return
        about = self._sure if self._doubted else None
        lag = delay(heard, played, about)
        if lag is None:
            return
        twice = self._found is not None and self._differ(lag, self._found) < _TOLERANCE_S
        self._found = lag
        if not twice:
            return
        self.delay_s = lag / SAMPLE_RATE
        self.echo_db = float(20 * np.log10(_rms(heard) / _rms(self._reference.cut(start + offset - lag, count))))
        if self._doubted and self._sure is not None:
            self._shift += lag - self._sure
            self._doubted = 0
        else:
            self.moved |= self._sure is not None and self._differ(lag, self._sure) > _TOLERANCE_S
        if self._sure is None or self._differ(lag, self._sure) > _TOLERANCE_S:
            _LOGGER.info("the echo comes %.0f ms late, at %.0f dB", 1000 * self.delay_s, self.echo_db)
        self._sure = lag
        if not EARLIEST_S <= (lag - self._shift) / SAMPLE_RATE <= LATEST_S:
            self._shift = lag - round(USUAL_S * SAMPLE_RATE)
            self.moved = True

    @staticmethod
    def _differ(lag: int, other: int) -> float:
        return abs(lag - other) / SAMPLE_RATE


def delay(heard: Pcm, played: Pcm, about: int | None = None) -> int | None:
    """By how many samples the end of `heard` comes later than it does in `played`; None when that is not clear.

    `about`: how many it was before, where it cannot be very different: a few syllables are like others elsewhere.
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
    first = 0 if about is None else max(0, about - round(_NEAR_S * SAMPLE_RATE))
    last = len(late) if about is None else about + round(_NEAR_S * SAMPLE_RATE)
    best = first + int(np.argmax(late[first:last]))
    if late[best] < _SURE * late.std():
        return None
    return best


def _rms(samples: Pcm) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float32)))) if samples.size else 0.0
