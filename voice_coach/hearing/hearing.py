"""Sound -> commands, under attention: what counts as meant for the coach, and when to act on it.

A command acts as soon as it is complete: it has been quiet for a moment, and a look at the audio up to now finds
exactly a command. It has to be quiet for longer where a longer command would mean something else ("start" ...
"again"). Everything else is judged when the utterance ends, near misses included.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np

from voice_coach.attention import Attention, Mode
from voice_coach.audio.pcm import BLOCK, BLOCK_S, SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import UNKNOWN, Match
from voice_coach.hearing.acceptance import Attending, Candidate, Meaning, Refusal
from voice_coach.hearing.endpointer import QUIET_ANSWER_S, QUIET_MORE_S, QUIET_OPEN_S, QUIET_S, Endpointer
from voice_coach.hearing.events import Heard, HearingEvent, Ignored, Waiting, Wake
from voice_coach.hearing.utterance import Utterance
from voice_coach.hearing.verification.verifier import ALONE_S, Audio, Sound, Verifier
from voice_coach.hearing.wake_phrase import WakePhrase
from voice_coach.recognition.decoding_graph import WEIGHTS, Weights
from voice_coach.recognition.dictation import FreeWords
from voice_coach.recognition.model import Model, same_dither
from voice_coach.recognition.recognizer import Hypothesis
from voice_coach.recognition.recognizer_pool import RecognizerPool

SETTLED_S = 0.4
"""Sound after what may be the wake phrase before it counts as called, where no command follows at once."""
TAIL_S = 0.2
"""What begins this soon after a decision is the end of the same breath ("... please"), or the room's echo."""
WAIT_FOR_REST_S = 1.2
"""Quiet after words that only begin a command: people think in mid-sentence."""
WAITING_S = 0.8
"""Quiet after the wake phrase before the coach shows that it waits: most people have gone on by then."""
WAKE_WINDOW_S = 5.0
"""How long after the wake phrase a command may begin."""
_PARTIAL_LAG_S = 0.6
_RESTS_S = 0.3
"""While it stays quiet, nothing is heard for so long after a look that nothing came of."""
_LEAST_WORD_S = 0.12
"""Less sound than this is not a word."""
_SHORT_NOISE_S = 0.4
"""Unknown sound shorter than this is a cough or a cup, not speech to answer."""


class Hearing:
    """One stream of audio. Give it sound with `feed`, get what was understood."""

    def __init__(
        self,
        model: Model,
        commands: Commands,
        *,
        wake: str = "hey coach",
        attention: Attention = Attention(Mode.OPEN),  # noqa: B008 - frozen
        weights: Mapping[Mode, Weights] = WEIGHTS,
    ) -> None:
        """Raises SettingsError for a wake phrase that will not do. `missing` lists words that the model lacks."""
        same_dither()
        self._commands = commands
        self._wake = WakePhrase(wake, commands, model.knows)
        self.missing = commands.missing(model.knows)
        self._meaning = Meaning(commands)
        self._listeners = RecognizerPool(model, commands, self._wake.words, weights)
        self._second = Verifier(model, commands, self._meaning, self._listeners)
        self._utterance = Utterance(self._listeners.of(attention))
        self._free_words = FreeWords(model, commands)
        self._attention = attention
        self._rest = np.zeros(0, np.int16)
        self._awake_until = -1.0
        self._waits_at: float | None = None
        self._endpointer = Endpointer()
        self._told_wake = False
        self._tail_until = -1.0
        self._spoken_until = -math.inf

    def attend(self, attention: Attention, *, at_once: bool = False) -> None:
        """Change what counts from now on; the utterance in progress is judged by it too.

        `at_once`: go on with the graph at hand, as another takes a tenth of a second. All have the wake phrase.
        """
        self._attention = attention
        if not at_once:
            self._utterance.hand_to(self._listeners.of(attention))
        self._endpointer.look_again()

    def prepare(self, attentions: Iterable[Attention]) -> None:
        """Get ready for these ways of listening, so that none takes time later. Raises ModelError."""
        self._listeners.prepare(attentions)

    @property
    def consumed(self) -> float:
        """Seconds of audio fed so far."""
        return self._utterance.consumed + len(self._rest) / SAMPLE_RATE

    def feed(self, samples: np.ndarray) -> list[HearingEvent]:
        """Take int16 mono samples at 16 kHz, any number of them."""
        samples = np.concatenate([self._rest, samples.astype(np.int16, copy=False)])
        events: list[HearingEvent] = []
        whole = len(samples) // BLOCK * BLOCK
        self._rest = samples[whole:]
        for at in range(0, whole, BLOCK):
            events += self._hear(samples[at : at + BLOCK])
            events += self._wait(self._utterance.consumed)
        return events

    def finish(self) -> list[HearingEvent]:
        """The audio ends here: judge what is left."""
        events: list[HearingEvent] = []
        if len(self._rest):
            events += self._hear(self._rest)
            self._rest = np.zeros(0, np.int16)
        return events + self._ended()

    def reset(self) -> None:
        """Forget the utterance in progress, as after the coach has spoken."""
        self._utterance.reset()
        self._spoken_until = -math.inf
        self._start_over()

    # -- one block of audio

    def _hear(self, block: np.ndarray) -> list[HearingEvent]:
        over = self._utterance.feed(block)
        now = self._utterance.consumed
        if self._endpointer.hear(self._utterance.partial, now) and self._called_for_something():
            self._endpointer.come_back(now + BLOCK_S)
        if over and not self._more_may_follow(now):
            return self._ended(more=True)
        if self._endpointer.is_due(self._utterance.quiet_s(), now, lambda long: self._worth_a_look(now, long)):
            events = self._look(now)
            self._utterance.rest(self._endpointer.next_look(now + _RESTS_S) + BLOCK_S)
            return events
        return []

    def _wait(self, now: float) -> list[HearingEvent]:
        """Once after a call, unless anything has been said since: partial results come too late to tell."""
        if self._waits_at is None or now < self._waits_at:
            return []
        since, self._waits_at = self._waits_at - WAITING_S, None
        goes_on = self._so_far()[1] or self._utterance.quiet_s() < WAITING_S - TAIL_S
        return [] if goes_on else [Waiting(since, now, now)]

    def _so_far(self) -> tuple[bool, tuple[str, ...]]:
        """Whether the coach was called, and the words behind that, or all: by the partial result."""
        return self._wake.split(self._endpointer.text)

    def _called_for_something(self) -> bool:
        """Whether there is a wake phrase not yet told, or a command behind one: no matter who talks on."""
        called, words = self._so_far()
        return called and (not self._told_wake or self._commands.exact(words) is not None)

    def _is_what_was_called_for(self, match: Match) -> bool:
        meant = self._commands.exact(self._so_far()[1]) if self._called_for_something() else None
        return meant is not None and (match.intent, match.slots) == (meant.intent, meant.slots)

    def _worth_a_look(self, now: float, for_long: bool) -> bool:
        """Whether a command that counts may be complete; `for_long`: whether it seems over for some time.

        The partial result is late: its last word may be missing, and a look finds it.
        """
        called, words = self._so_far()
        awake = called or now - _PARTIAL_LAG_S < self._awake_until
        if self._attention.mode is Mode.GUARDED and not awake:
            return False
        if not self._endpointer.text:
            # What does not show yet was said just now: a single word, which counts where it is asked for alone.
            single = bool(self._attention.answers) or awake
            return single and self._utterance.loud_s() >= _LEAST_WORD_S and self._commands.nearly_done(())
        match = self._commands.exact(words)
        if match is not None and not match.free and self._refusal(match, words, awake) is None:
            return for_long or not self._commands.may_change(words)
        return self._commands.nearly_done(words)

    def _look(self, now: float) -> list[HearingEvent]:
        """Judge the utterance as if it ended here; act only on what is certain, else come back or let it end."""
        readings = self._cut(self._utterance.look(), self._sound(self._utterance.audio), over=False)
        if not readings:
            return []
        first, match = readings[0], self._meaning.match(readings, self._attending)
        acts = match is not None and self._acts_on(match, readings[match.reading], now)
        called_at = first.wake[-1].end if first.wake and not self._told_wake else now
        if not acts and now < called_at + SETTLED_S and called_at < now:
            # What sounds like the wake phrase may yet turn out to be the beginning of something else.
            self._endpointer.come_back(called_at + SETTLED_S)
            return []
        events = self._tell_wake(first, now)
        if match is not None and acts:
            events.append(self._heard(match, readings[match.reading], now))
            self.reset()
            self._spoken_until, self._tail_until = now, now + TAIL_S
        return events

    def _acts_on(self, match: Match, said: Candidate, now: float) -> bool:
        """Whether a match is certain, counts, and has been followed by enough quiet; else when to come back."""
        if match.free or not (match.exact or self._is_what_was_called_for(match)):
            return False
        called = self._attending.is_called(said)
        if said.words[0].start < self._tail_until or self._refusal(match, said.texts, called):
            return False
        if not self._is_alone(match, said):
            return False
        end = said.words[-1].end
        more = self._commands.may_change(said.texts) or self._attending.is_final(match)
        answer = self._meaning.is_answer(match, called=called)
        prompted = self._attending.is_prompted(match, said)
        quiet = QUIET_ANSWER_S if answer else QUIET_S if prompted else QUIET_OPEN_S
        enough = end + (QUIET_MORE_S if more else quiet)
        if (more or answer) and now < end + WAIT_FOR_REST_S and self._utterance.quiet_s() < QUIET_S:
            # Somebody speaks, though no word of that is certain yet: it may be the rest.
            enough = max(enough, now + QUIET_S)
        if now < enough:
            self._endpointer.come_back(enough)
        return now >= enough and self._is_meant(match, said, self._utterance.audio)

    def _is_alone(self, match: Match, said: Candidate) -> bool:
        """Whether an answer that only the open question asks for is an utterance of its own, and a whole one."""
        if self._attending.is_called(said) or not self._attention.asks_for(match.intent, match.slots):
            return True
        alone = said.words[0].start - self._spoken_until >= ALONE_S
        return alone and not self._meaning.is_unfinished(said)

    def _is_meant(self, match: Match, said: Candidate, audio: Audio) -> bool:
        return self._second.is_meant(match, said, self._attending, self._sound(audio))

    def _sound(self, audio: Audio) -> Sound:
        return Sound(audio, self._utterance.consumed, lambda pace: self._utterance.again(audio(), pace))

    def _more_may_follow(self, now: float) -> bool:
        """Whether the coach was just called, or the words only begin a command and the gap is still short."""
        called, words = self._so_far()
        if called and not words:
            return now < self._awake_until
        if not words or UNKNOWN in words or self._endpointer.unchanged_s(now) > WAIT_FOR_REST_S:
            return False
        if self._commands.exact(words):
            return self._endpointer.unchanged_s(now) < QUIET_MORE_S and self._commands.may_change(words)
        return self._commands.may_go_on(words)

    # -- the end of an utterance

    def _ended(self, *, more: bool = False) -> list[HearingEvent]:
        now = self._utterance.consumed
        audio = self._utterance.audio()
        readings = self._cut(self._utterance.final(more=more), self._sound(lambda: audio), over=True)
        events = self._judge(readings, now, audio) if readings else []
        if readings and readings[0].words and not _is_noise(readings[0]):
            self._spoken_until = readings[0].words[-1].end
        self._start_over()
        return events

    def _judge(self, readings: list[Candidate], now: float, audio: np.ndarray) -> list[HearingEvent]:
        first = readings[0]
        events = self._tell_wake(first, now)
        if not first.words or first.words[0].start < self._tail_until:
            return events
        called = self._attending.is_called(first)
        guarded = self._attention.mode is Mode.GUARDED and not called
        match = None if guarded else self._meaning.match(readings, self._attending)
        if match is None and (free := self._commands.free_answer(self._attention.answers)):
            text = "" if _is_short(first) else self._free_words.all(first.words, audio, now)
            if text:
                return [*events, self._heard(Match(free[0], {free[1]: text}, 100.0, free=True), first, now)]
        if match is None:
            if _is_noise(first):
                return events
            return [*events, _ignored(first, now, "no-wake" if guarded else "no-match", called)]
        said = readings[match.reading]
        refusal = self._refusal(match, said.texts, called)
        if refusal is not None:
            return [*events, _ignored(said, now, refusal, called)]
        if not self._is_alone(match, said) or not self._is_meant(match, said, lambda: audio):
            return [*events, _ignored(said, now, "no-match", called)]
        return [*events, self._heard(self._free_words.filled(match, said.words, audio, now), said, now)]

    # -- what is meant and told

    @property
    def _attending(self) -> Attending:
        return Attending(self._attention, self._awake_until)

    def _cut(self, readings: list[Hypothesis], sound: Sound, *, over: bool) -> list[Candidate]:
        """The readings that agree with the likeliest one on whether the coach was called; silence gives none."""
        said = [Candidate(*self._wake.cut(reading.words), reading.gap) for reading in readings]
        if not said or not (said[0].wake or said[0].words):
            return []
        first = said[0]
        if first.wake and not self._told_wake and not self._second.is_called(first, sound):
            return [Candidate((), reading.words, reading.gap) for reading in readings]
        said = [other for other in said if bool(other.wake) == bool(first.wake)]
        return self._second.answered(said, self._attending, sound, over=over)

    def _refusal(self, match: Match, words: tuple[str, ...], called: bool) -> Refusal | None:
        return self._meaning.refusal(match, words, self._attention, called=called)

    def _tell_wake(self, said: Candidate, now: float) -> list[HearingEvent]:
        if not said.wake or self._told_wake:
            return []
        self._told_wake = True
        start, end = said.wake[0].start, said.wake[-1].end
        self._awake_until = end + WAKE_WINDOW_S
        self._waits_at = end + WAITING_S
        return [Wake(str(self._wake), start, end, now)]

    def _heard(self, match: Match, said: Candidate, now: float) -> Heard:
        self._awake_until, self._waits_at = -1.0, None  # one call, one command
        text = " ".join(said.texts)
        explicit = self._commands.is_explicit(match.intent, text)
        return Heard(match.intent, match.slots, text, said.words[0].start, said.words[-1].end, now, explicit)

    def _start_over(self) -> None:
        self._endpointer.reset(self._utterance.consumed)
        self._told_wake = False


def _ignored(
    said: Candidate, now: float, reason: Literal["no-match", "single-word", "no-wake"], called: bool
) -> Ignored:
    return Ignored(" ".join(said.texts), said.words[0].start, said.words[-1].end, now, reason, called)


def _is_noise(said: Candidate) -> bool:
    """Whether it is too short for speech to answer, and none of the words that the graph has."""
    return set(said.texts) == {UNKNOWN} and _is_short(said)


def _is_short(said: Candidate) -> bool:
    return said.words[-1].end - said.words[0].start < _SHORT_NOISE_S
