"""Sound -> commands, under attention: what counts as meant for the coach, and when to act on it.

A command acts as soon as it is complete: it has been quiet for a moment, and an early result of the audio up to
now is exactly a command. It has to be quiet for longer where a longer command would mean something else ("start"
... "again"). Everything else is judged when the utterance ends, near misses included.
"""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from voice_coach.attention import WAKE_PHRASE, Attention, Mode
from voice_coach.audio.pcm import BLOCK, BLOCK_S, SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import Match
from voice_coach.hearing.acceptance import AcceptancePolicy, CallState, Candidate, Interpretation, Refusal
from voice_coach.hearing.endpointer import QUIET_ANSWER_S, QUIET_OPEN_S, QUIET_S, Endpointer
from voice_coach.hearing.events import Heard, HearingEvent, Ignored, Waiting, Wake
from voice_coach.hearing.free_words import FreeWords
from voice_coach.hearing.partial_result import WAIT_FOR_REST_S, PartialResult, quiet_more_s
from voice_coach.hearing.utterance import Utterance, without_noise
from voice_coach.hearing.verification.phrase_verifier import WAKE_THRESHOLD, WakeThreshold
from voice_coach.hearing.verification.verifier import ALONE_S, Audio, Sound, Verifier
from voice_coach.hearing.wake_phrase import WakePhrase
from voice_coach.hearing.wake_window import TAIL_S, WAITING_S, WakeWindow
from voice_coach.recognition.model import CompiledModels, Model
from voice_coach.recognition.process import Dither
from voice_coach.recognition.recognizer import Hypothesis
from voice_coach.recognition.recognizer_pool import RecognizerPool
from voice_coach.recognition.weights import WEIGHTS, Weights

SETTLED_S = 0.4
"""The sound after what may be the wake phrase before it counts as a call, where no command follows at once."""
_SUSPENDED_S = 0.3
"""How long decoding stays suspended after an early result that came to nothing."""

_LOGGER = logging.getLogger(__name__)


class Hearing:
    """One stream of audio. Give it sound with `feed`, get what was understood."""

    def __init__(  # noqa: PLR0913 - all of them data
        self,
        model: Model,
        commands: Commands,
        *,
        wake: str = WAKE_PHRASE,
        attention: Attention = Attention(Mode.OPEN),  # noqa: B008 - frozen
        weights: Mapping[Mode, Weights] = WEIGHTS,
        wake_threshold: WakeThreshold = WAKE_THRESHOLD,
        compiled_models: CompiledModels | None = None,
    ) -> None:
        """`compiled_models`: for several hearings, one after the other; by default its own.

        Raises SettingsError for a wake phrase that will not do, ModelError when a graph cannot be made.
        """
        self._all_commands = commands
        self._commands = commands.while_asked(attention.expected)
        self._wake = WakePhrase(wake, commands, model.knows)
        self.missing = commands.missing(model.knows)
        """The words of the commands that the model lacks."""
        self._policy = AcceptancePolicy(self._commands)
        compiled_models = compiled_models or CompiledModels()
        self._pool = RecognizerPool(model, commands, self._wake.words, weights, compiled_models)
        wake_lead = wake_threshold.of(self._wake.words)
        self._verifier = Verifier(model, self._policy, self._pool, self._wake.words, wake_lead)
        self._dither = Dither()
        with self._dither:
            self._utterance = Utterance(self._pool.of(attention))
        self._free_words = FreeWords(model, commands)
        self._attention = attention
        self._rest = np.zeros(0, np.int16)
        self._wake_window = WakeWindow()
        self._endpointer = Endpointer()
        self._spoken_until = -math.inf

    def attend(self, attention: Attention, *, at_once: bool = False) -> None:
        """Change what counts from now on; the utterance in progress is judged by it too.

        `at_once`: go on with the graph in use, as another takes a tenth of a second. All have the wake phrase.
        """
        self._attention = attention
        self._commands = self._policy.commands = self._all_commands.while_asked(attention.expected)
        if not at_once:
            with self._dither:
                self._utterance.hand_to(self._pool.of(attention))
        self._endpointer.reopen_pause()

    def prepare(self, attentions: Iterable[Attention]) -> None:
        """Get ready for these attentions, so that none takes time later. Raises ModelError."""
        self._pool.prepare(attentions)

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
        with self._dither:
            for at in range(0, whole, BLOCK):
                events += self._take(samples[at : at + BLOCK])
                events += self._waiting(self._utterance.consumed)
        return events

    def finish(self) -> list[HearingEvent]:
        """The audio ends here: judge the remainder."""
        events: list[HearingEvent] = []
        with self._dither:
            if len(self._rest):
                events += self._take(self._rest)
                self._rest = np.zeros(0, np.int16)
            return events + self._end()

    def reset(self) -> None:
        """Forget the utterance in progress, as after the coach has spoken."""
        with self._dither:
            self._utterance.reset()
        self._spoken_until = -math.inf
        self._next_utterance()

    # -- one block of audio

    def _take(self, block: np.ndarray) -> list[HearingEvent]:
        before = self._utterance.partial
        over = self._utterance.feed(block)
        now = self._utterance.consumed
        if self._utterance.partial != before:
            self._endpointer.partial_changed(self._utterance.partial, now)
            if self._partial.is_called_for():
                self._endpointer.schedule(now + BLOCK_S)
        if over and not self._partial.more_may_follow(now, self._endpointer.unchanged_s(now)):
            return self._end(more=True)

        def may_be_complete(for_long: bool) -> bool:
            loud_s = self._utterance.loud_s()
            return self._partial.may_be_complete(
                self._policy, self._attention, now, loud_s=loud_s, for_long=for_long
            )

        if self._endpointer.is_due(self._utterance.quiet_s(), now, may_be_complete):
            events = self._judge_early(now)
            self._utterance.suspend(self._endpointer.next_scheduled(now + _SUSPENDED_S) + BLOCK_S)
            return events
        return []

    def _waiting(self, now: float) -> list[HearingEvent]:
        """Once in a call, unless anything has been said since: partial results come too late to tell."""
        since = self._wake_window.take_waiting(now)
        if since is None:
            return []
        goes_on = self._partial.words or self._utterance.quiet_s() < WAITING_S - TAIL_S
        return [] if goes_on else [Waiting(since, now, now)]

    @property
    def _partial(self) -> PartialResult:
        return PartialResult(*self._wake.split(self._utterance.partial), self._commands, self._wake_window)

    def _judge_early(self, now: float) -> list[HearingEvent]:
        """Judge the utterance as if it ended here; act only on what is certain, else judge again later."""
        hypotheses = self._without_noise(self._utterance.early_result(), self._utterance.noise_from())
        found = self._interpret(hypotheses, self._sound(self._utterance.audio), over=False)
        if found is None:
            return []
        first, match = found.first, found.match
        acts = match is not None and self._is_certain(match, found.candidates[match.hypothesis], now)
        called_at = first.wake[-1].end if first.wake and not self._wake_window.wake_reported else now
        if not acts and now < called_at + SETTLED_S and called_at < now:
            # What sounds like the wake phrase may yet turn out to be the beginning of something else.
            self._endpointer.schedule(called_at + SETTLED_S)
            return []
        events = self._report_wake(first, now)
        if match is not None and acts:
            events.append(self._heard(match, found.candidates[match.hypothesis], now))
            self.reset()
            self._spoken_until = now
            self._wake_window.begin_tail(now)
        return events

    def _is_certain(self, match: Match, candidate: Candidate, now: float) -> bool:
        """Whether a match is certain, counts, and enough quiet has followed; else schedules another try."""
        if match.free or not (match.exact or self._partial.is_call_for(match)):
            return False
        call_state = self._call_state
        called = call_state.is_called(candidate)
        if self._wake_window.is_tail(candidate.start) or self._refusal(match, candidate.texts, called):
            return False
        if not self._is_alone(match, candidate):
            return False
        end = candidate.end
        more = self._commands.may_change(candidate.texts) or call_state.needs_explicit_words(match)
        answer = self._policy.is_answer(match, called=called)
        prompted = call_state.is_prompted(match, candidate)
        quiet = QUIET_ANSWER_S if answer else QUIET_S if prompted else QUIET_OPEN_S
        more_s = quiet_more_s(self._commands, candidate.texts, match.intent)
        enough = end + (more_s if more else quiet)
        # The little word that leads on to the next piece is soft, and a gap follows it ("at ... ten").
        gap_s = QUIET_ANSWER_S if match.intent in self._commands.asked_only else QUIET_S
        if (more or answer) and now < end + WAIT_FOR_REST_S and self._utterance.quiet_s() < gap_s:
            # Somebody speaks, though no word of that is certain yet: it may be the rest.
            enough = max(enough, now + QUIET_S)
        if now < enough:
            self._endpointer.schedule(enough)
        return now >= enough and self._is_meant(match, candidate, self._utterance.audio)

    def _is_alone(self, match: Match, candidate: Candidate) -> bool:
        """Whether an answer that only the open question asks for is an utterance of its own, and a whole one."""
        if self._call_state.is_called(candidate) or not self._attention.asks_for(match.intent, match.slots):
            return True
        alone = candidate.start - self._spoken_until >= ALONE_S
        return alone and not self._policy.is_unfinished(candidate)

    def _is_meant(self, match: Match, candidate: Candidate, audio: Audio) -> bool:
        return self._verifier.is_meant(match, candidate, self._call_state, self._sound(audio))

    def _sound(self, audio: Audio) -> Sound:
        return Sound(audio, self._utterance.consumed, lambda speed: self._utterance.decode_again(audio(), speed))

    # -- the end of an utterance

    def _end(self, *, more: bool = False) -> list[HearingEvent]:
        now = self._utterance.consumed
        audio = self._utterance.audio()
        noise_from = self._utterance.noise_from()
        hypotheses = self._without_noise(self._utterance.final(more=more), noise_from)
        found = self._interpret(hypotheses, self._sound(lambda: audio), over=True)
        events = self._judge(found, now, audio) if found else []
        if found and found.first.words and not found.first.is_noise:
            self._spoken_until = found.first.end
        self._next_utterance()
        return events

    def _judge(self, found: Interpretation, now: float, audio: np.ndarray) -> list[HearingEvent]:
        first = found.first
        events = self._report_wake(first, now)
        if not first.words or self._wake_window.is_tail(first.start):
            return events
        called = self._call_state.is_called(first)
        guarded = self._attention.mode is Mode.GUARDED and not called
        match = None if guarded else found.match
        if match is None and (free := self._commands.free_answer(self._attention.answers)):
            text = "" if first.is_short else self._free_words.all(first.words, audio, now)
            if text:
                return [*events, self._heard(Match(free[0], {free[1]: text}, 100.0, free=True), first, now)]
        if match is None:
            if first.is_noise:
                return events
            return [*events, _ignored(first, now, "no-wake" if guarded else "no-match", called)]
        candidate = found.candidates[match.hypothesis]
        refusal = self._refusal(match, candidate.texts, called)
        if refusal is not None:
            return [*events, _ignored(candidate, now, refusal, called)]
        if not self._is_alone(match, candidate) or not self._is_meant(match, candidate, lambda: audio):
            return [*events, _ignored(candidate, now, "no-match", called)]
        return [*events, self._heard(self._free_words.filled(match, candidate.words, audio, now), candidate, now)]

    # -- what is meant and reported

    @property
    def _call_state(self) -> CallState:
        return CallState(self._attention, self._wake_window.open_until)

    def _without_noise(self, hypotheses: list[Hypothesis], noise_from: float) -> list[Hypothesis]:
        """The hypotheses without what was found in the quiet behind them.

        Where so many things are asked for, a noise is like one of them: "thursday", a gap, "midnight".
        """
        if not self._attention.answers & self._commands.asked_only:
            return hypotheses
        return [replace(one, words=without_noise(one.words, noise_from)) for one in hypotheses]

    def _interpret(self, hypotheses: list[Hypothesis], sound: Sound, *, over: bool) -> Interpretation | None:
        """The hypotheses that agree with the likeliest one on whether the coach was called; None for silence."""
        cut = [Candidate(*self._wake.cut(hypothesis.words), hypothesis.gap) for hypothesis in hypotheses]
        if not cut or not (cut[0].wake or cut[0].words):
            return None
        first = cut[0]
        found = Interpretation(cut, self._call_state, self._policy)
        if first.wake and not self._wake_window.wake_reported and not self._verifier.is_called(first, sound):
            uncut = [Candidate((), hypothesis.words, hypothesis.gap) for hypothesis in hypotheses]
            return replace(found, candidates=uncut)
        agreeing = [other for other in cut if bool(other.wake) == bool(first.wake)]
        return self._verifier.answered(replace(found, candidates=agreeing), sound, over=over)

    def _refusal(self, match: Match, words: tuple[str, ...], called: bool) -> Refusal | None:
        return self._policy.refusal(match, words, self._attention, called=called)

    def _report_wake(self, candidate: Candidate, now: float) -> list[HearingEvent]:
        if not candidate.wake or self._wake_window.wake_reported:
            return []
        start, end = candidate.wake[0].start, candidate.wake[-1].end
        self._wake_window.call(end)
        return [Wake(str(self._wake), start, end, now)]

    def _heard(self, match: Match, candidate: Candidate, now: float) -> Heard:
        self._wake_window.close()
        text = " ".join(candidate.texts)
        explicit = self._commands.is_explicit(match.intent, text)
        # Which command it was is in no log: one of them leaves no trace.
        _LOGGER.debug("command decided %.2f s after its end", now - candidate.end)
        return Heard(match.intent, match.slots, text, candidate.start, candidate.end, now, explicit)

    def _next_utterance(self) -> None:
        self._endpointer.reset()
        self._wake_window.next_utterance()


def _ignored(
    candidate: Candidate, now: float, reason: Literal["no-match", "single-word", "no-wake"], called: bool
) -> Ignored:
    count = len(candidate.words)
    _LOGGER.debug("ignored: %s, number of words: %d, called: %s", reason, count, called)
    return Ignored(" ".join(candidate.texts), candidate.start, candidate.end, now, reason, called)
