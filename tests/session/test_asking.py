"""The open question: asked back as often as needed, patience, and words that say yes and nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from voice_coach.attention import Attention, Mode
from voice_coach.session import Attend, Heard, Phase, Say, Unclear
from voice_coach.session.attention import attention
from voice_coach.session.phases import PHASES
from voice_coach.session.state import Line

# How to get from the greeting, or from a step, to each kind of question.
QUESTIONS = {
    Phase.ASKING: (None, ["start"]),
    Phase.CONSENTING: (None, ["start", "no"]),
    Phase.CHOOSING: (3, []),
    Phase.MEASURING: (3, ["choose"]),
    Phase.DRAWING: (1, []),
    Phase.RETURNING: (3, ["pause", "yes", "resume"]),
}
EACH = pytest.mark.parametrize("phase", QUESTIONS)


@pytest.fixture
def at_question(seat) -> Callable[[Phase], object]:
    def sit(phase):
        step, intents = QUESTIONS[phase]
        table = seat(step)
        for intent in intents:
            table.hear(intent, **({"choice": "a walk"} if intent == "choose" else {}))
        table.settle()
        assert table.phase is phase
        return table

    return sit


@EACH
def test_each_wrong_answer_is_helped_with_other_words_and_at_last_with_an_example(at_question, phase):
    table = at_question(phase)
    question = table.said[-1]
    assert table.mumble() == ["sorry", question]
    assert table.actions[-1].brief
    assert table.mumble() == [PHASES[phase].prompt]
    for _ in range(3):
        assert table.mumble() == [PHASES[phase].example]
    assert table.phase is phase


@EACH
def test_after_six_it_waits_to_be_called_and_says_so(at_question, phase):
    table = at_question(phase)
    for _ in range(5):
        table.mumble()
    assert table.mumble() == ["patience-over"]
    assert attention(table.guide, table.state.place).answers == frozenset()
    assert table.mumble() == []
    assert table.mumble(called=True)[0] == "sorry"
    assert attention(table.guide, table.state.place).answers == PHASES[phase].answers


@EACH
def test_silence_is_met_once_with_the_question_and_then_with_waiting(at_question, phase):
    table = at_question(phase)
    before, question = len(table.said), table.said[-1]
    table.wait(30)
    assert table.said[before:] == [question]
    assert attention(table.guide, table.state.place).answers == PHASES[phase].answers
    table.wait(3600)
    assert table.said[before:] == [question, "patience-over"]
    attend = [a for a in table.actions if isinstance(a, Attend)][-1].attention
    assert attend.mode is Mode.OPEN and not attend.answers
    table.hear("where")
    assert attention(table.guide, table.state.place).answers == PHASES[phase].answers


@EACH
def test_a_command_that_does_not_fit_is_an_answer_that_was_none(at_question, phase):
    table = at_question(phase)
    heard = [table.hear("swap") for _ in range(6)]
    assert heard[0][0] == "not-now"
    assert len({tuple(said) for said in heard}) >= 4
    assert heard[-1] == ["patience-over"]


def test_a_wrong_command_opens_a_question_that_waited(at_question):
    table = at_question(Phase.CHOOSING)
    for _ in range(6):
        table.mumble()
    assert table.hear("swap")[0] == "not-now"
    assert attention(table.guide, table.state.place).answers == {"choose", "other", "note"}


def test_an_understood_word_begins_the_help_anew(at_question):
    table = at_question(Phase.CHOOSING)
    table.mumble()
    table.mumble()
    table.hear("where")
    assert table.mumble()[0] == "sorry"


def test_examples_are_answers_and_differ(at_question):
    table = at_question(Phase.CHOOSING)
    for _ in range(5):
        table.mumble()
    options = [a.values["option"] for a in table.actions if isinstance(a, Say) and a.line == "example-choice"]
    assert set(options) == {"tea together", "a walk"}


def test_five_minutes_of_nonsense_never_answer_a_question_by_themselves(at_question):
    table = at_question(Phase.CONSENTING)
    for _ in range(60):
        table.wait(5)
        table.send(Unclear(table.now))
    assert table.phase is Phase.CONSENTING and not table.marked("note")[1:]


@pytest.mark.parametrize(("step", "heard", "help_line"), [(1, "person", "help-turn"), (2, None, "help-list")])
def test_while_they_talk_it_answers_only_who_called(seat, step, heard, help_line):
    table = seat(step)
    if heard:
        table.hear(heard, name="Anna")
    assert table.mumble() == []
    assert table.mumble(called=True) == ["sorry", help_line]
    assert table.mumble(called=True) == ["sorry", help_line]


def test_where_nothing_is_asked_it_asks_back_once_and_then_when_called(seat):
    table = seat()
    assert table.mumble() == ["sorry", "help-idle"]
    assert table.mumble() == []
    assert table.mumble(called=True) == ["sorry", "help-idle"]


def test_silence_after_a_step_asks_once_and_single_words_end(seat):
    table = seat(5)
    table.settle()
    before = len(table.said)
    table.wait(3600)
    assert table.said[before:] == ["waiting"]
    listened = attention(table.guide, table.state.place)
    assert listened == Attention(Mode.OPEN, called=frozenset({"next"}))
    assert table.hear("next")


# -- words that say yes and nothing else


@pytest.mark.parametrize(("phase", "intent"), [(Phase.CONSENTING, "yes"), (Phase.RETURNING, "yes")])
def test_consent_by_name_needs_plain_words(at_question, phase, intent):
    table = at_question(phase)
    assert table.hear(intent, explicit=False) == [PHASES[phase].prompt]
    assert table.phase is phase and table.state.place.who == 0
    assert intent in attention(table.guide, table.state.place).explicit
    table.hear(intent)
    assert table.state.place.who == 1


def test_ready_is_no_consent(at_question):
    table = at_question(Phase.CONSENTING)
    assert table.hear("ready") == ["prompt-consent"]
    assert table.state.place.who == 0


def test_a_question_to_the_table_takes_any_yes(seat):
    table = seat()
    table.hear("start")
    assert table.hear("yes", explicit=False)[0] == "guide/opening/phones/yes"


def test_a_pause_takes_any_yes(seat):
    table = seat(3)
    table.hear("pause")
    assert table.hear("yes", explicit=False) == ["pause-start"]


def test_ending_needs_plain_words(seat):
    table = seat(3)
    table.hear("stop")
    assert table.hear("yes", explicit=False) == ["prompt-yes-no"]
    assert table.hear("stop") == ["prompt-yes-no"]
    assert table.phase is Phase.CONFIRMING
    assert table.hear("yes")[-1] == "goodbye"


@pytest.mark.parametrize("seconds", [0, 361.0, 375.0])
def test_a_turn_is_handed_over_in_plain_words_only(seat, seconds):
    table = seat(1)
    table.hear("person", name="Anna")
    table.settle()
    table.wait(seconds)
    before = table.state.place
    assert table.hear("done", explicit=False) == ["done-plainly"]
    assert (table.phase, table.state.place.turns.speaker) == (before.phase, before.turns.speaker)
    assert attention(table.guide, table.state.place).explicit == {"done"}


def test_a_list_is_done_in_any_words(seat):
    table = seat(2)
    assert table.hear("done", explicit=False) == ["list-few-none"]
    assert attention(table.guide, table.state.place) == Attention(Mode.GUARDED)


def test_attention_is_told_when_patience_ends_and_when_it_comes_back(at_question):
    table = at_question(Phase.ASKING)
    table.actions.clear()
    table.wait(60)
    table.send(Heard(table.now, "help"))
    answers = [a.attention.answers for a in table.actions if isinstance(a, Attend)]
    assert answers == [frozenset(), frozenset({"yes", "no"})]


def test_what_is_offered_is_what_answers(at_question):
    choosing = attention((table := at_question(Phase.CHOOSING)).guide, table.state.place)
    assert choosing.values == {("choice", "tea together"), ("choice", "a walk")}
    measuring = attention((table := at_question(Phase.MEASURING)).guide, table.state.place)
    assert measuring.values == {("n", minutes) for minutes in range(5, 11)}
    consenting = attention((table := at_question(Phase.CONSENTING)).guide, table.state.place)
    assert consenting.values == frozenset()


def test_a_timer_that_comes_in_opens_the_question_again(at_question):
    """It is asked again, so it can be answered without the wake phrase."""
    table = at_question(Phase.CONSENTING)
    table.state = replace(table.state, alarm=Line("timer-none"), alarm_s=300.0)
    table.wait(200)
    assert not attention(table.guide, table.state.place).answers
    question = table.state.place.script[-1].key
    table.wait(101)
    assert table.said[-2:] == ["timer-none", question]
    assert attention(table.guide, table.state.place).answers == PHASES[Phase.CONSENTING].answers
