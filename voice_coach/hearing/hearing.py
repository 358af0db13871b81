"""Sound -> commands, under attention: what counts as meant for the coach, and when to act on it.

A command acts as soon as it is complete: it has been quiet for a moment, and a look at the audio up to now finds
exactly a command. It has to be quiet for longer where a longer command would mean something else ("start" ...
"again"). Everything else is judged when the utterance ends, near misses included.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from voice_coach.hearing.commands import Commands
from voice_coach.hearing.dictation import Dictation
from voice_coach.hearing.endpointer import QUIET_MORE_S, QUIET_S, Endpointer
from voice_coach.hearing.grammar import WEIGHTS, Weights
from voice_coach.hearing.listeners import Listeners
from voice_coach.hearing.matcher import UNKNOWN, Match
from voice_coach.hearing.model import Model, same_dither
from voice_coach.hearing.recogniser import Reading, Word
from voice_coach.hearing.second_opinion import SecondOpinion
from voice_coach.hearing.short_answers import LONGEST_S, ShortAnswers
from voice_coach.hearing.types import (
    SAMPLE_RATE,
    Attention,
    Heard,
    HearingEvent,
    Ignored,
    Mode,
    Waiting,
    Wake,
)
from voice_coach.hearing.utterance import Utterance
from voice_coach.hearing.wake import WakePhrase

BLOCK = SAMPLE_RATE * 60 // 1000
"""Audio is handled in blocks of 60 ms however it arrives, so that results do not depend on the caller."""

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
_SHORT_NOISE_S = 0.4
"""Unknown sound shorter than this is a cough or a cup, not speech to answer."""

_UNKNOWN_IN = 5
"""One in so many words of a command may be none of the phrases; of one behind the wake phrase, every other."""
_NEARLY = 3
"""Words that a near miss must have where the coach was not called."""

_PACES, _AGREE = (0.96, 1.04, 0.92, 1.08), 2
"""A command of a few words that nobody called for is heard again at these paces; so many must find it, too."""
_FEW_WORDS = 5


@dataclass(frozen=True, slots=True)
class _Part:
    """One reading, cut at the wake phrase."""

    wake: tuple[Word, ...]
    words: tuple[Word, ...]
    gap: float
    doubtful: bool = False
    """Heard again as something else."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The words behind the wake phrase, or all."""
        return tuple(word.text for word in self.words)


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
        self._second = SecondOpinion(model, self._wake.words)
        self._short = ShortAnswers(model)
        self._single = commands.single_words(model.knows)
        self._listeners = Listeners(model, commands, self._wake.words, weights)
        self._utterance = Utterance(self._listeners.of(attention.mode))
        self._dictation = Dictation(model, [text for s in commands.free_slots for text in commands.said_for(s)])
        self._attention = attention
        self._rest = np.zeros(0, np.int16)
        self._awake_until = -1.0
        self._waits_at: float | None = None
        self._endpointer = Endpointer()
        self._told_wake = False
        self._tail_until = -1.0

    def attend(self, attention: Attention) -> None:
        """Change what counts from now on; the utterance in progress is judged by it too."""
        self._attention = attention
        self._utterance.hand_to(self._listeners.of(attention.mode))
        self._endpointer.look_again()

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
        self._start_over()

    # -- one block of audio

    def _hear(self, block: np.ndarray) -> list[HearingEvent]:
        over = self._utterance.feed(block)
        now = self._utterance.consumed
        if self._endpointer.hear(self._utterance.partial, now) and self._called_for_something():
            self._endpointer.come_back(now + BLOCK / SAMPLE_RATE)
        if over and not self._more_may_follow(now):
            return self._ended(more=True)
        if self._endpointer.is_due(self._utterance.quiet_s(), now, lambda long: self._worth_a_look(now, long)):
            return self._look(now)
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
        match = self._commands.exact(words)
        if match is not None and not match.free and self._refusal(match, words, awake) is None:
            return for_long or not self._commands.may_change(words)
        return self._commands.nearly_done(words)

    def _look(self, now: float) -> list[HearingEvent]:
        """Judge the utterance as if it ended here; act only on what is certain, else come back or let it end."""
        parts = self._parts(self._utterance.look(), self._utterance.audio(), now, over=False)
        if not parts:
            return []
        first, match = parts[0], self._match(parts)
        acts = match is not None and self._acts_on(match, parts[match.reading], now)
        called_at = first.wake[-1].end if first.wake and not self._told_wake else now
        if not acts and now < called_at + SETTLED_S and called_at < now:
            # What sounds like the wake phrase may yet turn out to be the beginning of something else.
            self._endpointer.come_back(called_at + SETTLED_S)
            return []
        events = self._tell_wake(first, now)
        if match is not None and acts:
            events.append(self._heard(match, parts[match.reading], now))
            self.reset()
            self._tail_until = now + TAIL_S
        return events

    def _acts_on(self, match: Match, said: _Part, now: float) -> bool:
        """Whether a match is certain, counts, and has been followed by enough quiet; else when to come back."""
        if match.free or not (match.exact or self._is_what_was_called_for(match)):
            return False
        if said.words[0].start < self._tail_until or self._refusal(match, said.texts, self._is_awake(said)):
            return False
        more = self._commands.may_change(said.texts)
        enough = said.words[-1].end + (QUIET_MORE_S if more else QUIET_S)
        if now < enough:
            self._endpointer.come_back(enough)
        return now >= enough and self._is_found_again(match, said, self._utterance.audio())

    def _is_found_again(self, match: Match, said: _Part, audio: np.ndarray) -> bool:
        """Whether a command that could as well be a piece of talk is one at other paces, too."""
        if self._attention.mode is not Mode.OPEN or self._is_awake(said) or len(said.words) > _FEW_WORDS:
            return True
        found = 0
        for left, pace in zip(range(len(_PACES), 0, -1), _PACES, strict=True):
            parts = [_Part((), way.words, way.gap) for way in self._utterance.again(audio, pace) if way.words]
            other = self._match(parts) if parts else None
            found += other is not None and (other.intent, other.slots) == (match.intent, match.slots)
            if found >= _AGREE or found + left <= _AGREE:
                break
        return found >= _AGREE

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
        parts = self._parts(self._utterance.final(more=more), audio, now)
        events = self._judge(parts, now, audio) if parts else []
        self._start_over()
        return events

    def _judge(self, parts: list[_Part], now: float, audio: np.ndarray) -> list[HearingEvent]:
        first = parts[0]
        events = self._tell_wake(first, now)
        if not first.words or first.words[0].start < self._tail_until:
            return events
        awake = self._is_awake(first)
        match = None if self._attention.mode is Mode.GUARDED and not awake else self._match(parts)
        if match is None:
            if set(first.texts) == {UNKNOWN} and first.words[-1].end - first.words[0].start < _SHORT_NOISE_S:
                return events
            guarded = self._attention.mode is Mode.GUARDED and not awake
            return [*events, _ignored(first, now, "no-wake" if guarded else "no-match")]
        said = parts[match.reading]
        refusal = self._refusal(match, said.texts, awake)
        if refusal is not None:
            return [*events, _ignored(said, now, refusal)]
        if not self._is_found_again(match, said, audio):
            return [*events, _ignored(said, now, "no-match")]
        return [*events, self._heard(self._with_free_words(match, said, now, audio), said, now)]

    def _with_free_words(self, match: Match, said: _Part, now: float, audio: np.ndarray) -> Match:
        """Hear again, with all the model knows, what a slot took as it came."""
        if not match.free:
            return match
        slot = next(name for name in match.slots if name in self._commands.free_slots)
        count = len(str(match.slots[slot]).split())
        before = said.words[: -count or None]
        begins = (before[-1].end if before else said.words[0].start) - (now - len(audio) / SAMPLE_RATE)
        text = self._dictation.take_down(audio[max(0, int(begins * SAMPLE_RATE)) :])
        return replace(match, slots={**match.slots, slot: text})

    # -- what is meant, and whether it counts

    def _parts(self, readings: list[Reading], audio: np.ndarray, now: float, *, over: bool = True) -> list[_Part]:
        """The readings that agree with the likeliest one on whether the coach was called; silence gives none."""
        parts = [_Part(*self._wake.cut(reading.words), reading.gap) for reading in readings]
        if not parts or not (parts[0].wake or parts[0].words):
            return []
        first = parts[0]
        if first.wake and not self._told_wake and not self._second.agrees(first.wake, first.words, audio, now):
            return [_Part((), reading.words, reading.gap) for reading in readings]
        parts = [part for part in parts if bool(part.wake) == bool(first.wake)]
        return self._heard_again(parts, audio, now, over=over)

    def _heard_again(self, parts: list[_Part], audio: np.ndarray, now: float, *, over: bool) -> list[_Part]:
        """Hear again one word that answers an open question, and, at the end, what is short and no command."""
        first = parts[0]
        start, end = (first.words[0].start, first.words[-1].end) if first.words else (0.0, math.inf)
        asked = self._attention.mode is Mode.ASKED and self._short.ready and not self._is_awake(first)
        if not asked or end - start > LONGEST_S:
            return parts
        answers = self._answers()
        answered = len(first.words) == 1 and first.words[0].text in answers
        if not answered and not (over and self._match(parts) is None):
            return parts
        word = self._short.best(answers, start, end, audio, now)
        if word:
            return [_Part((), (Word(word, start, end),), 0.0)]
        return [replace(first, doubtful=True)] if answered else parts

    def _answers(self) -> list[str]:
        answers = self._attention.answers
        return [word for word, intent in self._single.items() if answers is None or intent in answers]

    def _match(self, parts: list[_Part]) -> Match | None:
        """The meaning, unless much of what was said is none of the phrases, or it is but nearly a short one."""
        first = parts[0].texts
        if parts[0].doubtful:
            return None
        match = self._commands.match_readings([(part.texts, part.gap) for part in parts])
        if match is None or match.free:
            return match
        said = parts[match.reading]
        awake = self._is_awake(said)
        if first.count(UNKNOWN) * (2 if awake else _UNKNOWN_IN) > len(first):
            return None
        # "One" is not nearly "on", nor "all on" nearly "all done".
        return match if match.exact or awake or self._telling(said.texts) >= _NEARLY else None

    def _is_awake(self, part: _Part) -> bool:
        return bool(part.wake) or (bool(part.words) and part.words[0].start < self._awake_until)

    def _refusal(
        self, match: Match, words: Sequence[str], awake: bool
    ) -> Literal["single-word", "no-wake"] | None:
        """Why a command does not count under the present attention; None when it does."""
        if awake:
            return None
        # A few words and then anything at all is what running talk looks like most often.
        if self._attention.mode is Mode.GUARDED or match.free:
            return "no-wake"
        if self._telling(words) > 1:
            return None
        answers = self._attention.answers
        if self._attention.mode is Mode.ASKED and (answers is None or match.intent in answers):
            return None
        return "single-word"

    def _telling(self, words: Sequence[str]) -> int:
        """How many of the words tell anything."""
        return sum(word not in self._commands.fillers for word in words if word != UNKNOWN)

    def _tell_wake(self, part: _Part, now: float) -> list[HearingEvent]:
        if not part.wake or self._told_wake:
            return []
        self._told_wake = True
        start, end = part.wake[0].start, part.wake[-1].end
        self._awake_until = end + WAKE_WINDOW_S
        self._waits_at = end + WAITING_S
        return [Wake(str(self._wake), start, end, now)]

    def _heard(self, match: Match, part: _Part, now: float) -> Heard:
        self._awake_until, self._waits_at = -1.0, None  # one call, one command
        text = " ".join(part.texts)
        return Heard(match.intent, match.slots, text, part.words[0].start, part.words[-1].end, now)

    def _start_over(self) -> None:
        self._endpointer.reset(self._utterance.consumed)
        self._told_wake = False


def _ignored(part: _Part, now: float, reason: Literal["no-match", "single-word", "no-wake"]) -> Ignored:
    return Ignored(" ".join(part.texts), part.words[0].start, part.words[-1].end, now, reason)
