"""The mouth with real speech on a virtual sound card."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from support.sound_card import RATE, Recording, SoundCard

from voice_coach.audio.loudspeaker import Loudspeaker
from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.errors import DeviceError, RenderError
from voice_coach.speaking import Mouth, PromptCache, Renderer, Voice, earcon
from voice_coach.speaking.loudness import speech_level
from voice_coach.speaking.mouth import PARAGRAPH_GAP_S, SENTENCE_GAP_S, VOLUME_STEP_DB

pytestmark = pytest.mark.real_time

LONG = "There is one minute left, and then it is Ben who speaks."
SHORT = "Welcome, Anna and Ben."


@pytest.fixture
def mouth(loudspeaker: Loudspeaker, prompts: PromptCache) -> Iterator[Mouth]:
    for text in (LONG, SHORT):
        prompts.get(text, Voice())
    with Mouth(prompts, loudspeaker) as mouth:
        yield mouth


def poll(mouth: Mouth, done: Callable[[list[int]], bool], seconds: float = 30.0) -> list[int]:
    """All tokens that finish until `done` is content with them."""
    tokens: list[int] = []
    end = time.monotonic() + seconds
    while not done(tokens):
        assert time.monotonic() < end, f"only {tokens} finished"
        token = mouth.finished()
        if token is not None:
            tokens.append(token)
        time.sleep(0.01)
    return tokens


def heard(recording: Recording) -> Samples:
    samples = recording.samples().astype(np.float32) / 32768
    loud = np.flatnonzero(np.abs(samples) > 0.002)
    return np.asarray(samples[loud[0] : loud[-1] + 1], np.float32)


def seconds(prompts: PromptCache, text: str, voice: Voice | None = None) -> float:
    return prompts.get(text, voice or Voice()).size / PLAYBACK_RATE


def test_it_says_sentences_and_chimes_in_order_and_reports_each_when_heard(
    card: SoundCard, mouth: Mouth, prompts: PromptCache
) -> None:
    with card.record_loudspeaker() as recording:
        mouth.say([SHORT, SHORT], 1)
        mouth.say([SHORT], 2)
        mouth.chime("start", 3)
        mouth.say([], 4)
        assert mouth.speaking
        assert mouth.finished() is None
        assert poll(mouth, lambda tokens: 4 in tokens)[:2] == [1, 2]
        assert not mouth.speaking
        recording.wait_for(0.2)
    expected = 3 * seconds(prompts, SHORT) + SENTENCE_GAP_S + PARAGRAPH_GAP_S + 0.25 + earcon("start").size / RATE
    assert heard(recording).size / RATE == pytest.approx(expected, abs=0.12)
    assert mouth.finished() is None


def test_a_cached_sentence_begins_at_once(card: SoundCard, mouth: Mouth) -> None:
    with card.record_loudspeaker() as recording:
        asked = time.monotonic()
        mouth.say([SHORT], 1)
        poll(mouth, lambda tokens: 1 in tokens)
        first = recording.first_sound(asked)
    assert first is not None
    assert first - asked < 0.3


def test_a_token_is_reported_when_it_has_left_the_loudspeaker_and_not_before(
    card: SoundCard, mouth: Mouth
) -> None:
    with card.record_loudspeaker() as recording:
        mouth.say([SHORT], 1)
        poll(mouth, lambda tokens: 1 in tokens)
        reported = time.monotonic()
        recording.wait_for(0.3)
        last = recording.last_sound()
    assert last is not None
    assert -0.05 < reported - last < 0.2


def test_hush_silences_at_once_and_what_was_dropped_never_finishes(card: SoundCard, mouth: Mouth) -> None:
    with card.record_loudspeaker() as recording:
        mouth.say([LONG, LONG], 1)
        mouth.say([SHORT], 2)
        recording.wait_for(1)
        hushed = time.monotonic()
        mouth.hush()
        recording.wait_for(0.5)
        last = recording.last_sound()
        assert last is not None
        assert last - hushed < 0.15, "0.1 s, and what a busy machine takes to bring the recording here"
        assert not mouth.speaking
        assert mouth.finished() is None
        mouth.say([SHORT], 3)
        assert poll(mouth, bool) == [3]


def test_what_had_been_heard_before_the_hush_is_still_reported(card: SoundCard, mouth: Mouth) -> None:
    mouth.say([SHORT], 1)
    mouth.say([LONG], 2)
    with card.record_loudspeaker() as recording:
        recording.wait_for(2.6)
    mouth.hush()
    assert mouth.finished() == 1
    assert mouth.finished() is None


def test_louder_and_quieter_act_within_the_sentence(card: SoundCard, mouth: Mouth) -> None:
    levels = {}
    for steps in (2, -3):
        with card.record_loudspeaker() as recording:
            mouth.say([SHORT], 1)
            recording.wait_for(0.4)
            mouth.adjust(0, steps)
            recording.wait_for(0.2)
            from_here = recording.samples().size
            poll(mouth, lambda tokens: 1 in tokens)
        levels[steps] = speech_level((recording.samples()[from_here:] / 32768).astype(np.float32))
        mouth.adjust(0, 0)
    assert levels[2] - levels[-3] == pytest.approx(5 * VOLUME_STEP_DB, abs=1.5)


def test_slower_acts_from_the_next_sentence_even_if_it_was_rendered_ahead(
    card: SoundCard, mouth: Mouth, prompts: PromptCache
) -> None:
    slow = Voice().faster(-3)
    with card.record_loudspeaker() as recording:
        mouth.say([SHORT, SHORT], 1)
        recording.wait_for(0.5)
        mouth.adjust(-3, 0)
        poll(mouth, lambda tokens: 1 in tokens)
        recording.wait_for(0.2)
    expected = seconds(prompts, SHORT) + SENTENCE_GAP_S + seconds(prompts, SHORT, slow)
    assert seconds(prompts, SHORT, slow) > seconds(prompts, SHORT) + 0.4
    assert heard(recording).size / RATE == pytest.approx(expected, abs=0.2)


def test_a_sentence_that_cannot_be_rendered_surfaces_in_finished(
    loudspeaker: Loudspeaker, renderer: Renderer
) -> None:
    with PromptCache(renderer) as cache, Mouth(cache, loudspeaker, Voice("gmw/xx-nowhere")) as mouth:
        mouth.say([SHORT, SHORT], 1)
        with pytest.raises(RenderError, match="gmw/xx-nowhere"):
            poll(mouth, lambda _: False)
        assert not mouth.speaking
        assert mouth.finished() is None
        mouth.chime("pause", 2)
        assert poll(mouth, bool) == [2], "and it goes on"


def test_what_failed_before_a_hush_is_not_held_against_what_is_said_after_it(
    loudspeaker: Loudspeaker, renderer: Renderer
) -> None:
    with PromptCache(renderer) as cache, Mouth(cache, loudspeaker, Voice("gmw/xx-nowhere")) as mouth:
        mouth.say([SHORT], 1)
        end = time.monotonic() + 30
        while mouth.speaking:
            assert time.monotonic() < end
            time.sleep(0.01)
        mouth.hush()
        mouth.chime("pause", 2)
        assert poll(mouth, bool) == [2]


def test_an_unknown_chime_is_refused_at_once(mouth: Mouth) -> None:
    with pytest.raises(ValueError, match="gong"):
        mouth.chime("gong", 1)


def test_after_the_loudspeaker_vanished_it_takes_up_the_sentence_again(
    card: SoundCard, mouth: Mouth, prompts: PromptCache
) -> None:
    mouth.say([SHORT], 1)
    poll(mouth, lambda tokens: 1 in tokens)
    mouth.say([LONG], 2)
    mouth.chime("time", 3)
    time.sleep(1)
    card.unplug()
    for _ in range(2):
        with pytest.raises(DeviceError):
            poll(mouth, lambda _: False)
    with pytest.raises(DeviceError):
        mouth.reopen()
    assert mouth.speaking
    card.plug_in()
    mouth.reopen()
    with card.record_loudspeaker() as recording:
        assert poll(mouth, lambda tokens: 3 in tokens)[0] == 2
        recording.wait_for(0.2)
    assert heard(recording).size / RATE > seconds(prompts, LONG), "from its beginning"


def test_hushed_while_the_loudspeaker_is_gone_nothing_is_left(card: SoundCard, mouth: Mouth) -> None:
    mouth.say([LONG], 1)
    time.sleep(0.5)
    card.unplug()
    with pytest.raises(DeviceError):
        poll(mouth, lambda _: False)
    mouth.hush()
    card.plug_in()
    mouth.reopen()
    assert not mouth.speaking
    assert mouth.finished() is None
