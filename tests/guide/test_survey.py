"""A guide in figures, and what people are to say."""

from voice_coach.guide import load_guide
from voice_coach.guide.survey import said_by_people, survey


def test_a_guide_in_figures() -> None:
    found = survey(load_guide("reconnect"))
    assert found.kinds == {
        "ask": 2,
        "consent": 1,
        "choose": 4,
        "turns": 1,
        "list": 1,
        "timed": 2,
        "when": 1,
        "tell": 1,
    }
    assert found.clock_minutes == 2 * 6 + 20 + 1 + 20 / 60
    assert 5 < found.read_minutes < 12
    assert found.long == ()


def test_a_long_sentence_is_named_with_its_text() -> None:
    guide = load_guide("reconnect")
    long = "Say " + "very " * 19 + "much."
    step = guide.steps[0].model_copy(update={"why": (f"This is short. {long}",)})
    changed = guide.model_copy(update={"steps": (step, *guide.steps[1:])})
    assert survey(changed).long == (("guide/check-in/why", long),)


def test_what_people_are_to_say() -> None:
    said = said_by_people(load_guide("reconnect"))
    assert {"a cup of tea together", "watching the sunset", "long work hours", "something else"} <= set(said)
    assert ", we are done" in said, "the wake phrase is a setting"
    assert len(said) == len(set(said))
