"""Spoken times through the real hearing: heard while a question asks for them, and only then."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest
import soundfile

from voice_coach.attention import Attention, Mode
from voice_coach.commands import Commands
from voice_coach.hearing import Heard, Hearing, HearingEvent, listen
from voice_coach.plan.when import notation, read
from voice_coach.recognition.decoding_graph import GrammarBuilder
from voice_coach.recognition.model import Model
from voice_coach.recognition.weights import WEIGHTS
from voice_coach.resources import models_dir, prompts_dir

NOW = datetime(2026, 11, 27, 18, 30)
ASKED = Attention(Mode.OPEN, frozenset({"when"}))
OPEN = Attention(Mode.OPEN)


def values(events: Sequence[HearingEvent]) -> list[str]:
    heard = [event for event in events if isinstance(event, Heard)]
    return [notation(read(e.slots, NOW), NOW.date()) if e.intent == "when" else e.intent for e in heard]


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("thursday at half past seven in the evening", "2026-12-03T19:30"),
        ("every evening at nine for four weeks", "FREQ=DAILY;COUNT=28;BYHOUR=21;BYMINUTE=0"),
        ("saturday the fifth at three in the afternoon", "2026-12-05T15:00"),
        ("sundays at ten in the morning", "FREQ=WEEKLY;BYDAY=SU;BYHOUR=10;BYMINUTE=0"),
        ("tomorrow after dinner", "2026-11-28TEV"),
        ("in two weeks", "2026-12-11"),
        ("half past seven", "19:30"),
        ("tomorrow", "2026-11-28"),
    ],
)
def test_a_time_is_heard_where_it_is_asked_for(hear, phrase, value):
    assert values(hear(ASKED, phrase)) == [value]


@pytest.mark.parametrize(
    "phrase", ["thursday at half past seven in the evening", "tomorrow", "every evening at nine"]
)
def test_and_nowhere_else(hear, phrase):
    assert values(hear(OPEN, phrase)) == []
    assert values(hear(Attention(Mode.OPEN, frozenset({"yes", "no"})), phrase)) == []


def test_a_question_that_waits_is_answered_behind_the_wake_phrase_alone(hear):
    waiting = Attention(Mode.OPEN, called=frozenset({"when"}))
    assert values(hear(waiting, "hey coach", 0.3, "tomorrow at eight in the evening")) == ["2026-11-28T20:00"]
    assert values(hear(waiting, "tomorrow at eight in the evening")) == []


def test_the_usual_commands_count_beside_it(hear):
    assert values(hear(ASKED, "can you repeat that")) == ["repeat"]
    assert values(hear(ASKED, "we need a break")) == ["pause"]


def test_a_time_may_follow_the_wake_phrase(hear):
    assert values(hear(ASKED, "hey coach", 0.3, "tomorrow at eight in the evening")) == ["2026-11-28T20:00"]


def test_a_pause_within_it_does_not_cut_it(hear):
    for pause_s in (0.4, 0.5, 0.6, 0.7):
        heard = hear(ASKED, "on thursday", pause_s, "at half past seven in the evening")
        assert values(heard) == ["2026-12-03T19:30"]
    assert values(hear(ASKED, "every monday", 0.6, "and friday")) == ["FREQ=WEEKLY;BYDAY=MO,FR"]


def test_the_rest_may_be_said_more_softly(model, commands, say):
    hearing = Hearing(model, commands, attention=ASKED)
    softly = (say("at half past seven in the evening") * 0.5).astype("int16")
    sound = np.concatenate([say(0.5, "on thursday", 0.5), softly, say(1.5)])
    assert values(hearing.feed(sound)) == ["2026-12-03T19:30"]


def test_attention_may_change_to_it_and_back(model, commands, say):
    hearing = Hearing(model, commands, attention=OPEN)
    for attention, wanted in ((OPEN, []), (ASKED, ["2026-11-28T20:00"]), (OPEN, [])):
        hearing.attend(attention)
        assert values(hearing.feed(say(1.2, "tomorrow at eight in the evening", 1.5))) == wanted


def test_the_model_knows_every_word(model: Model, commands: Commands):
    assert commands.missing(model.knows) == ()


def test_other_graphs_are_made_of_the_commands_alone(model: Model, tmp_path):
    text = (prompts_dir() / "commands.yaml").read_text(encoding="utf-8")
    alone = tmp_path / "commands.yaml"
    alone.write_text(text.replace("asked_only: when.yaml\n", ""), encoding="utf-8")
    without = Commands.load(alone)
    together = Commands.load(prompts_dir() / "commands.yaml")
    attention = Attention(Mode.OPEN, frozenset({"yes", "no"}))

    def request(some: Commands, attention: Attention) -> object:
        builder = GrammarBuilder(some, model.numbers, ("hey", "coach"), ())
        return builder.build(attention, WEIGHTS[Mode.OPEN]).as_json()

    assert request(together, attention) == request(without, attention)
    assert request(together, ASKED) != request(without, ASKED)


def test_listen_takes_when_for_an_answer(tmp_path, say):

    spoken = tmp_path / "said.wav"
    soundfile.write(spoken, say(0.5, "thursday at seven", 1.5), 16_000)
    found: list[dict] = []
    listen(
        [spoken],
        model=models_dir() / "coach-en",
        commands=prompts_dir() / "commands.yaml",
        attention=ASKED,
        wake="hey coach",
        emit=found.append,
    )
    assert found[0]["slots"] == {"weekday": 3, "hour": 7}
