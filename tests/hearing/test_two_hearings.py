"""Two hearings in one process: fed in turns, each gives exactly what it gives alone."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from support.attention import ASKED, GUARDED, OPEN

from voice_coach.attention import Attention
from voice_coach.audio.pcm import BLOCK
from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Heard, Hearing, HearingEvent, Wake
from voice_coach.recognition.model import CompiledModels, Model
from voice_coach.recognition.recognizer import Recognizer

Say = Callable[..., np.ndarray]
Turns = list[tuple[Attention, np.ndarray]]
"""What is heard under one attention after the other."""


@pytest.fixture
def guarded_then_asked(say: Say) -> Turns:
    call = say(0.5, "hey coach, we need a break", 1.2, "the children want to go outside", 1.2)
    return [(GUARDED, call), (ASKED, say(1.2, "yes", 1.2, "seven more minutes", 1.5))]


@pytest.fixture
def open_then_guarded(say: Say) -> Turns:
    talk = say(0.7, "next step", 1.2, "smart mirror", 1.4, "pause", 1.2, voice="en-gb+f3")
    return [(OPEN, talk), (GUARDED, say(0.3, "what's next", 1.2, "smart mirror, what's next", 1.5))]


def events(hearing: Hearing, turns: Turns) -> Iterator[list[HearingEvent]]:
    """What comes of each block."""
    for attention, sound in turns:
        hearing.attend(attention)
        for at in range(0, len(sound), BLOCK):
            yield hearing.feed(sound[at : at + BLOCK])
    yield hearing.finish()


@pytest.mark.parametrize("shared", [True, False], ids=["one-model-cache", "a-cache-each"])
def test_what_one_hears_does_not_depend_on_the_other(  # noqa: PLR0913, PLR0917 - fixtures
    model: Model,
    commands: Commands,
    guarded_then_asked: Turns,
    open_then_guarded: Turns,
    monkeypatch: pytest.MonkeyPatch,
    shared: bool,
) -> None:
    scores: list[float] = []
    final = Recognizer.final

    def noted(recognizer: Recognizer, *, more: bool = False) -> object:
        hypotheses = final(recognizer, more=more)
        scores.extend(hypothesis.likelihood for hypothesis in hypotheses)
        return hypotheses

    monkeypatch.setattr(Recognizer, "final", noted)
    both = (("hey coach", guarded_then_asked), ("smart mirror", open_then_guarded))

    def fresh(cache: CompiledModels | None) -> list[Iterator[list[HearingEvent]]]:
        return [
            events(Hearing(model, commands, wake=wake, attention=turns[0][0], compiled_models=cache), turns)
            for wake, turns in both
        ]

    alone, alone_scores = list[list[list[HearingEvent]]](), list[list[float]]()
    for stream in fresh(None):
        scores.clear()
        alone.append(list(stream))
        alone_scores.append(list(scores))
    streams = fresh(CompiledModels() if shared else None)
    together: list[list[list[HearingEvent]]] = [[], []]
    together_scores: list[list[float]] = [[], []]
    going = {0, 1}
    while going:
        for number in sorted(going):
            scores.clear()
            try:
                together[number].append(next(streams[number]))
            except StopIteration:
                going.remove(number)
            together_scores[number] += scores

    assert together == alone
    assert together_scores == alone_scores, "the dither of one is drawn from the numbers of the other"
    for found in alone:
        kinds = {type(event) for of_block in found for event in of_block}
        assert kinds >= {Heard, Wake}
