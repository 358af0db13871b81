"""What counts under which attention, when, and that nothing else does: synthetic speech through real Vosk."""

from collections.abc import Callable

import numpy as np
import pytest
from support.attention import ASKED, GUARDED, OPEN, asked_for

from voice_coach.attention import Attention, Mode
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.errors import SettingsError
from voice_coach.hearing import Heard, Hearing, HearingEvent, Ignored, Waiting, Wake
from voice_coach.recognition.model import Model

Say = Callable[..., np.ndarray]
Hear = Callable[..., list[HearingEvent]]


def understood(events: list[HearingEvent]) -> list[tuple[str, dict[str, object]]]:
    return [(e.intent, dict(e.slots)) for e in events if isinstance(e, Heard)]


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("what's next", "next", {}),
        ("next step please", "next", {}),
        ("we need a break", "pause", {}),
        ("seven more minutes", "more_time", {"minutes": 7}),
        ("go to step five", "go_to", {"step": 5}),
        ("how much time is left", "time_left", {}),
        ("anna starts", "person", {"name": "Anna"}),
        ("note long work hours", "note", {"text": "long work hours"}),
    ],
)
def test_a_phrase_counts_when_nobody_talks(hear: Hear, text: str, intent: str, slots: dict[str, object]) -> None:
    assert understood(hear(OPEN, text)) == [(intent, slots)]


def test_a_single_word_alone_does_not(hear: Hear) -> None:
    events = hear(OPEN, "repeat")
    assert [(type(e), e.reason) for e in events if isinstance(e, Ignored)] == [(Ignored, "single-word")]
    assert understood(events) == []


def test_a_single_word_to_the_coach_does(hear: Hear) -> None:
    assert understood(hear(OPEN, "pause please")) == [("pause", {})]
    assert understood(hear(OPEN, "okay pause")) == []


def test_a_single_word_answers_a_question(hear: Hear) -> None:
    assert understood(hear(ASKED, "yes")) == [("yes", {})]
    assert understood(hear(ASKED, "seven")) == [("number", {"n": 7})]


@pytest.mark.parametrize("word", ["now", "one more"])
def test_what_is_nearly_an_answer_is_none(hear: Hear, word: str) -> None:
    events = hear(ASKED, word)
    assert understood(events) == []
    assert [e.reason for e in events if isinstance(e, Ignored)] == ["no-match"]


def test_only_the_answers_asked_for_may_be_single_words(hear: Hear) -> None:
    asked = asked_for("number")
    assert understood(hear(asked, "seven")) == [("number", {"n": 7})]
    for word in ("pause", "stop", "next", "skip", "start"):
        assert understood(hear(asked, word)) == [], word
    assert understood(hear(asked, "we need a break")) == [("pause", {})]


def test_guarded_takes_nothing_without_the_wake_phrase(hear: Hear) -> None:
    events = hear(GUARDED, "we need a break")
    assert [e.reason for e in events if isinstance(e, Ignored)] == ["no-wake"]
    assert len(events) == 1


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("gap", [None, 0.7, 2.5])
def test_behind_the_wake_phrase_single_words_count_in_every_mode(
    hear: Hear, mode: Mode, gap: float | None
) -> None:
    said = ["hey coach pause"] if gap is None else ["hey coach", gap, "pause"]
    events = hear(Attention(mode), *said)
    assert [type(e) for e in events if not isinstance(e, Waiting)] == [Wake, Heard]
    assert understood(events) == [("pause", {})]


@pytest.mark.parametrize("gap", [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2])
def test_a_call_right_after_talk_loses_no_word_to_it(hear: Hear, gap: float) -> None:
    events = hear(GUARDED, "the children want to go outside", gap, "hey coach pause")
    assert understood(events) == [("pause", {})]


def test_the_wake_phrase_holds_for_five_seconds_and_one_command(hear: Hear) -> None:
    late = hear(GUARDED, "hey coach", 6.0, "we need a break")
    assert understood(late) == []
    twice = hear(GUARDED, "hey coach pause", 1.0, "we need a break")
    assert understood(twice) == [("pause", {})]


def test_called_and_nothing_more_it_shows_that_it_waits(hear: Hear) -> None:
    events = hear(GUARDED, "hey coach", 2.0, "pause", 1.0)
    assert [type(e) for e in events] == [Wake, Waiting, Heard]
    wake, waiting = events[0], events[1]
    assert isinstance(wake, Wake)
    assert isinstance(waiting, Waiting)
    assert 0.8 <= waiting.decided - wake.end < 1.1


def test_who_goes_on_at_once_is_not_interrupted(hear: Hear) -> None:
    for pause in ((), (0.4,)):
        events = hear(GUARDED, "hey coach", *pause, "what's next", 2.0)
        assert [type(e) for e in events] == [Wake, Heard]


def test_talk_does_nothing(hear: Hear) -> None:
    talk = "yesterday the children came home late and nobody had cooked anything for dinner"
    for attention in (OPEN, GUARDED, ASKED):
        assert [e for e in hear(attention, talk) if not isinstance(e, Ignored)] == []


def test_any_wake_phrase_the_model_knows(hear: Hear) -> None:
    events = hear(GUARDED, "good morning kitchen", 0.3, "we need a break", wake="Good morning, kitchen")
    assert [e.phrase for e in events if isinstance(e, Wake)] == ["good morning kitchen"]
    assert understood(events) == [("pause", {})]


def test_a_wake_word_the_model_lacks_is_refused(model: Model, commands: Commands) -> None:
    with pytest.raises(SettingsError, match="zorblax"):
        Hearing(model, commands, wake="hey zorblax")


@pytest.mark.parametrize(("wake", "fault"), [("hey", "too short"), ("next step", "too like a command .next.")])
def test_a_wake_phrase_that_would_be_heard_everywhere_is_refused(
    model: Model, commands: Commands, wake: str, fault: str
) -> None:
    with pytest.raises(SettingsError, match=fault):
        Hearing(model, commands, wake=wake)


def test_times_are_of_the_stream_and_the_decision_comes_soon(model: Model, commands: Commands, say: Say) -> None:
    hearing = Hearing(model, commands)
    texts = ["we need a break", "what's next", "go to step five", "how much time is left", "next step"] * 2
    at, sound, truth = 0.0, [], []
    for gap, text in zip(np.linspace(1.2, 3.1, len(texts)), texts, strict=True):
        speech = say(text)
        truth.append((at + gap, at + gap + len(speech) / SAMPLE_RATE))
        sound += [say(float(gap)), speech]
        at = sum(map(len, sound)) / SAMPLE_RATE
    heard = [e for e in hearing.feed(np.concatenate([*sound, say(1.5)])) if isinstance(e, Heard)]
    assert [e.text for e in heard] == texts
    for event, (start, end) in zip(heard, truth, strict=True):
        assert event.start == pytest.approx(start, abs=0.15)
        assert event.end == pytest.approx(end, abs=0.15)
        assert event.end < event.decided <= end + 0.6
    assert float(np.median([event.decided - event.end for event in heard])) < 0.3


@pytest.mark.parametrize("block", [100, 333, 8000])
def test_the_length_of_blocks_does_not_matter(model: Model, commands: Commands, say: Say, block: int) -> None:
    sound = say(0.5, "can we take a break", 1.3)
    hearing = Hearing(model, commands)
    events = [event for at in range(0, len(sound), block) for event in hearing.feed(sound[at : at + block])]
    assert understood(events) == [("pause", {})]
    assert hearing.consumed == pytest.approx(len(sound) / SAMPLE_RATE)


def test_a_command_cut_off_by_the_end_of_the_audio_is_still_judged(
    model: Model, commands: Commands, say: Say
) -> None:
    hearing = Hearing(model, commands)
    events = hearing.feed(say(0.5, "we need a break", 0.05))
    assert understood(events) == []
    assert understood(hearing.finish()) == [("pause", {})]


def test_a_reset_forgets_what_was_being_said(model: Model, commands: Commands, say: Say) -> None:
    hearing = Hearing(model, commands)
    events = hearing.feed(say(0.5, "we need a"))
    hearing.reset()
    events += hearing.feed(say(0.6, "what's next", 1.5))
    assert understood(events) == [("next", {})]


def test_the_attention_can_change_between_utterances(model: Model, commands: Commands, say: Say) -> None:
    hearing = Hearing(model, commands, attention=GUARDED)
    events = hearing.feed(say(0.5, "we need a break", 1.5))
    hearing.attend(OPEN)
    events += hearing.feed(say("what's next", 1.5))
    assert understood(events) == [("next", {})]


@pytest.mark.parametrize("before", [ASKED, OPEN])
def test_it_is_on_guard_at_once_with_the_graph_in_use(
    model: Model, commands: Commands, say: Say, before: Attention
) -> None:
    hearing = Hearing(model, commands, attention=before)
    hearing.attend(GUARDED, at_once=True)
    events = hearing.feed(say(0.5, "we need a break", 1.5, "hey coach, what's next", 1.5))
    assert [e.reason for e in events if isinstance(e, Ignored)] == ["no-wake"]
    assert understood(events) == [("next", {})]


def test_silence_and_clicks_are_nothing(hear: Hear, model: Model, commands: Commands) -> None:
    assert hear(ASKED, 8.0) == []
    hearing = Hearing(model, commands, attention=ASKED)
    assert hearing.feed(np.zeros(10 * SAMPLE_RATE, np.int16)) + hearing.finish() == []


def test_words_nobody_expected_are_taken_down_too_but_only_when_the_coach_was_called(hear: Hear) -> None:
    assert understood(hear(OPEN, "note the neighbors")) == []
    [(intent, slots)] = understood(hear(OPEN, "hey coach, note the neighbors"))
    assert intent == "note"
    assert isinstance(slots["text"], str)


@pytest.mark.parametrize("pause", [0.3, 0.7])
def test_what_is_to_be_noted_may_take_a_moments_thought(hear: Hear, pause: float) -> None:
    heard = understood(hear(GUARDED, "hey coach, note", pause, "long work hours"))
    assert heard == [("note", {"text": "long work hours"})]


@pytest.mark.parametrize(("voice", "gap"), [("en-us", 0.35), ("en-gb+f3", 0.4), ("en-us+ed", 0.3)])
def test_who_goes_on_after_a_pause_is_not_cut_short(
    model: Model, commands: Commands, say: Say, voice: str, gap: float
) -> None:
    """It has been quiet for long enough behind "note" just when the first word of the rest is half spoken."""
    hearing = Hearing(model, commands, attention=GUARDED)
    sound = say(0.5, "hey coach", 0.3, "note", gap, "too much stress", 1.5, voice=voice, speed=155)
    assert understood(hearing.feed(sound) + hearing.finish()) == [("note", {"text": "too much stress"})]


@pytest.mark.parametrize(("voice", "gap"), [("en-us", 0.25), ("en-gb+f3", 0.3), ("en-us+ed", 0.3)])
def test_talk_that_begins_like_an_answer_is_none(
    model: Model, commands: Commands, say: Say, voice: str, gap: float
) -> None:
    """An answer is an utterance of its own, asked for or not."""
    sound = say(0.5, "that's right", gap, "you must go there as you please", 1.5, voice=voice)
    asked, unasked = (Hearing(model, commands, attention=attention) for attention in (ASKED, OPEN))
    assert understood(asked.feed(sound) + asked.finish()) == []
    assert understood(unasked.feed(sound) + unasked.finish()) == []
    alone = Hearing(model, commands, attention=ASKED)
    assert understood(alone.feed(say(0.5, "that's right", 1.5, voice=voice))) == [("yes", {})]


def test_an_answer_that_nobody_asked_for_counts_behind_a_longer_pause(hear: Hear) -> None:
    assert understood(hear(OPEN, "of course")) == [("yes", {})]


@pytest.mark.parametrize("text", ["working late every night", "the washing machine"])
def test_where_any_words_are_asked_for_they_are_taken_down(hear: Hear, text: str) -> None:
    (heard,) = [event for event in hear(asked_for("note"), text) if isinstance(event, Heard)]
    assert heard.intent == "note"
    assert heard.slots["text"]
    assert not [event for event in hear(asked_for("number"), text) if isinstance(event, Heard)]


def test_a_number_that_is_not_offered_needs_more_than_a_word(hear: Hear) -> None:
    offered = Attention(Mode.OPEN, frozenset({"number"}), values=frozenset(("n", n) for n in range(5, 11)))
    assert understood(hear(offered, "seven")) == [("number", {"n": 7})]
    assert understood(hear(offered, "forty")) == []
    assert understood(hear(offered, "forty minutes")) == [("number", {"n": 40})]


@pytest.mark.parametrize(("gap", "intents"), [(0.7, []), (1.6, ["yes"])])
def test_an_answer_has_quiet_before_it(hear: Hear, gap: float, intents: list[str]) -> None:
    events = hear(asked_for("yes", "no"), "you must go there as you please", gap, "yes")
    assert [event.intent for event in events if isinstance(event, Heard)] == intents


def test_who_hesitates_has_not_answered(hear: Hear) -> None:
    assert understood(hear(asked_for("number"), "seven uh")) == []
    assert understood(hear(asked_for("number"), "uh seven")) == [("number", {"n": 7})]


def test_an_early_result_that_came_to_nothing_is_reported_in_the_quiet_behind_it(
    model: Model, commands: Commands, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer is met with silence: it was not certain, so it is asked back."""
    monkeypatch.setattr(
        "voice_coach.hearing.verification.phrase_verifier.PhraseVerifier.is_command", lambda *_: False
    )
    for words in ("we can't", "i agree", "yes"):
        hearing = Hearing(model, commands, attention=asked_for("yes", "no"))
        events = hearing.feed(say(0.5, words, 6.0))
        assert [e.reason for e in events if isinstance(e, Ignored)] == ["no-match"], words


def test_what_is_on_offer_is_heard_only_while_a_question_offers_it(hear: Hear) -> None:
    tea = "a cup of tea together"
    assert understood(hear(asked_for("choose"), tea)) == [("choose", {"choice": tea})]
    assert understood(hear(OPEN, tea)) == understood(hear(asked_for("yes", "no"), tea)) == []
    waiting = Attention(Mode.OPEN, called=frozenset({"choose"}))
    assert understood(hear(waiting, "hey coach", 0.3, tea)) == [("choose", {"choice": tea})]
    assert understood(hear(waiting, tea)) == []
