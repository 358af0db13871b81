"""Every figure and fact that the guide "reconnect" owes, spoken and driving behaviour."""

import pytest

from voice_coach.guide import load_guide
from voice_coach.guide.types import Ask, Choose, Consent, Listing, Range, Step, Tell, Timed, Turns

GUIDE = load_guide("reconnect")
TEXTS = GUIDE.texts()


def spoken(prefix: str) -> str:
    """All texts of a part or activity, as one lower-case string."""
    found = [" ".join(text) for key, text in TEXTS.items() if key.startswith(f"guide/{prefix}")]
    assert found, prefix
    return " ".join(found).lower()


def activity(part_id: str, activity_id: str) -> object:
    (part,) = [p for p in GUIDE.parts if p.id == part_id]
    (found,) = [a for a in part.activities if a.id == activity_id]
    return found


# What is said, by the part it is said in.
SPOKEN = [
    ("opening/say", ["takes time", "trust at once", "pressure"]),
    ("opening/say", ["never push", "every ritual and every activity", "free yes from both"]),
    ("opening/say", ["abuse", "manipulation", "coercion", "safety comes first", "professional or legal help"]),
    ("opening/say", ["talks keep failing", "unsafe", "couples therapist", "not put that off"]),
    ("opening/phones", ["another room", "at least thirty minutes"]),
    ("check-in/say", ["thirty to sixty minutes", "within the next week", "quiet, neutral place"]),
    ("check-in/say", ["aim", "understand", "blamed", "sentence you could open with"]),
    ("observations/turns", ["five to seven minutes each", "six", "say exactly what it was", "general praise"]),
    ("observations/say", ["same time", "the word i", "facts and feelings", "i noticed"]),
    ("causes/say", ["work hours", "stress", "parenting", "phones"]),
    ("causes/causes", ["three to five", "fifteen to twenty minutes", "write down"]),
    ("rituals/say", ["every night, of ten minutes", "walk at the weekend, of twenty minutes", "four weeks"]),
    ("rituals/say", ["busier", "one daily ritual", "ten minutes at most"]),
    ("closeness/say", ["one to two minutes a day", "twenty seconds", "not meant to be sexual", "sit close"]),
    ("closeness/say", ["oxytocin rises", "stress falls", "hold hands", "hug"]),
    ("activity/say", ["two to three hours", "within the next two weeks", "new things bring people closer"]),
    ("activity/say", ["cook", "class", "museum", "both enjoy"]),
    ("checkpoints/say", ["fifteen minutes in two weeks", "four weeks", "after eight", "rituals", "who does what"]),
    ("closing/helped/ask", ["did this guide help you"]),
    ("closing/afterwards", ["fifteen minutes after two weeks, after four, and after eight"]),
    (
        "closing/afterwards",
        ["notice progress", "twice a week", "one or two sentences", "one to three improvements"],
    ),
]


@pytest.mark.parametrize(("prefix", "phrases"), SPOKEN)
def test_every_fact_is_spoken(prefix: str, phrases: list[str]) -> None:
    said = spoken(prefix)
    assert [phrase for phrase in phrases if phrase not in said] == []


TIPS = [
    ["timer", "turns equal"],
    ["twice a week", "appreciate", "one or two sentences"],
    ["busier", "daily ritual", "ten minutes at most"],
    ["phones in another room", "at least thirty minutes"],
    ["name what the other did", "vague praise"],
    ["every week", "celebrate one to three improvements"],
    ["heats up", "pause for ten minutes", "calmer"],
    ["notice progress", "rather than"],
]


@pytest.mark.parametrize(("tip", "phrases"), list(zip(GUIDE.tips, TIPS, strict=True)))
def test_all_eight_tips(tip: str, phrases: list[str]) -> None:
    assert [phrase for phrase in phrases if phrase not in tip.lower()] == []


FIGURES = [
    ("check-in", "talk-time", "minutes", Range(least=30, most=60, usual=45)),
    ("observations", "turns", "minutes", Range(least=5, most=7, usual=6)),
    ("causes", "causes", "items", Range(least=3, most=5)),
    ("causes", "causes", "minutes", Range(least=15, most=20, usual=20)),
    ("rituals", "nightly-ritual", "minutes", Range(least=5, most=10, usual=10)),
    ("rituals", "weekend-ritual", "minutes", Range(least=20, most=40, usual=20)),
    ("closeness", "hands", "seconds", Range(least=60, most=120, usual=60)),
    ("closeness", "hug", "seconds", Range(least=20, most=20)),
    ("activity", "shared-activity", "minutes", Range(least=120, most=180, usual=120)),
    ("checkpoints", "first-review", "minutes", Range(least=15, most=30, usual=15)),
    ("opening", "phones", "timer_minutes", 30.0),
]


@pytest.mark.parametrize(("part_id", "activity_id", "field", "figure"), FIGURES)
def test_every_figure_drives_behaviour(part_id: str, activity_id: str, field: str, figure: object) -> None:
    assert getattr(activity(part_id, activity_id), field) == figure


def test_the_order_of_things() -> None:
    kinds = [[type(a) for a in part.activities] for part in GUIDE.parts]
    assert kinds == [
        [Ask, Consent],
        [Choose],
        [Turns],
        [Listing],
        [Choose, Choose],
        [Timed, Timed],
        [Choose],
        [Choose],
        [Ask, Tell],
    ]
    assert len(GUIDE.steps) == 7


def test_without_consent_the_talk_ends() -> None:
    willing = activity("opening", "willing")
    assert isinstance(willing, Consent)
    assert willing.on_no == "end"
    assert "{name}" in willing.ask[0]


PICTURES = [
    ["couple", "kitchen table", "soft light"],
    ["two people", "listens", "open hands"],
    ["sticky notes", "list"],
    ["walk hand in hand"],
    ["hands", "intertwined", "couch"],
    ["cooking together"],
    ["calendar", "share"],
]


@pytest.mark.parametrize(("step", "phrases"), list(zip(GUIDE.steps, PICTURES, strict=True)))
def test_each_step_has_its_picture(step: Step, phrases: list[str]) -> None:
    shown = " ".join(step.picture).lower()
    assert [phrase for phrase in phrases if phrase not in shown] == []


def test_likely_causes_are_many() -> None:
    assert len(GUIDE.examples()) >= 25
