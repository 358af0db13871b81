"""Silence is kept from the recogniser, and nothing else is."""

from collections.abc import Callable

import numpy as np
import pytest

from voice_coach.attention import Attention, Mode
from voice_coach.audio.pcm import BLOCK, SAMPLE_RATE
from voice_coach.audio.voice_activity import HELD_S, VoiceActivityGate
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Heard, Hearing
from voice_coach.hearing.utterance import Utterance
from voice_coach.recognition.model import Model
from voice_coach.recognition.recognizer import Hypothesis, Recognizer

Say = Callable[..., np.ndarray]


def blocks(sound: np.ndarray) -> list[np.ndarray]:
    return [sound[at : at + BLOCK] for at in range(0, len(sound), BLOCK)]


def test_it_closes_a_while_after_the_last_voice_and_opens_at_the_next(say: Say) -> None:
    gate = VoiceActivityGate()
    states = [gate.is_open(block) for block in blocks(say(3.0, "we need a break", 3.0))]
    seconds = BLOCK / SAMPLE_RATE
    closed = [number * seconds for number, is_open in enumerate(states) if not is_open]
    speech = len(say("we need a break")) / SAMPLE_RATE
    assert min(closed) == pytest.approx(HELD_S, abs=0.2)
    assert all(time < 3.0 + 0.2 or time > 3.0 + speech + HELD_S - 0.3 for time in closed)
    assert closed[-1] > 3.0 + speech + HELD_S + 0.5


def test_a_block_of_any_length_will_do() -> None:
    gate = VoiceActivityGate()
    assert gate.is_open(np.zeros(7, np.int16))
    assert not gate.is_open(np.zeros(2 * SAMPLE_RATE + 5, np.int16))


def test_the_recogniser_hears_little_of_silence_and_the_first_word_whole(
    model: Model, commands: Commands, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed = 0
    feed = Recognizer.feed

    def counted(self: Recognizer, samples: np.ndarray) -> bool:
        nonlocal fed
        fed += len(samples)
        return feed(self, samples)

    decode_again = Utterance.decode_again

    def apart(self: Utterance, audio: np.ndarray, speed: float) -> list[Hypothesis]:
        """Only a command is decoded again: silence has no part in it."""
        nonlocal fed
        before, found = fed, decode_again(self, audio, speed)
        fed = before
        return found

    monkeypatch.setattr(Recognizer, "feed", counted)
    monkeypatch.setattr(Utterance, "decode_again", apart)
    hearing = Hearing(model, commands, attention=Attention(Mode.OPEN))
    sound = say(20.0, "next step", 20.0)
    heard = [event for event in hearing.feed(sound) if isinstance(event, Heard)]
    assert [(event.intent, event.text) for event in heard] == [("next", "next step")]
    assert heard[0].start == pytest.approx(20.0, abs=0.15)
    assert fed < 0.2 * len(sound)
