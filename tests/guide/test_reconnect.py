"""Every figure and fact that the guide "reconnect" owes, spoken and driving behaviour."""

import pytest

from voice_coach.guide import load_guide
from voice_coach.guide.types import (
    Amend,
    Ask,
    Choose,
    Consent,
    Keep,
    Listing,
    Promised,
    Range,
    Recall,
    Step,
    Tell,
    Timed,
    Turns,
    When,
)

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
        [When],
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
    causes = activity("causes", "causes")
    assert isinstance(causes, Listing)
    assert len(causes.examples) >= 80


PROMISES = [
    # the part, the activity, how many answers it knows, and what it promises but for the question
    (
        "check-in",
        "talk-time",
        4,
        Promised(kind="talk", within_days=7, part="evening", at_once="right now", ask_when=()),
    ),
    ("rituals", "nightly-ritual", 40, Promised(kind="ritual", weeks=4, part="evening", ask_when=())),
    ("rituals", "weekend-ritual", 40, Promised(kind="ritual", weeks=4, weekly=True, part="morning", ask_when=())),
    ("activity", "shared-activity", 60, Promised(kind="activity", within_days=14, part="afternoon", ask_when=())),
]


@pytest.mark.parametrize(("part_id", "activity_id", "least", "promised"), PROMISES)
def test_what_is_chosen_has_a_time(part_id: str, activity_id: str, least: int, promised: Promised) -> None:
    choice = activity(part_id, activity_id)
    assert isinstance(choice, Choose) and choice.promise is not None
    assert len(choice.answers) >= least
    assert choice.promise.model_copy(update={"ask_when": ()}) == promised
    assert TEXTS[f"guide/{part_id}/{activity_id}/ask_when"] == choice.promise.ask_when


@pytest.mark.parametrize("name", ["nightly-ritual", "weekend-ritual", "shared-activity"])
def test_options_are_only_examples(name: str) -> None:
    (asked,) = [text for key, text in TEXTS.items() if key.endswith(f"/{name}/ask")]
    assert asked[-1] == "For an idea of your own, say *something else*."


def test_reviews_after_two_four_and_eight_weeks() -> None:
    assert [(review.weeks, review.minutes) for review in GUIDE.reviews] == [(2, 15), (4, 15), (8, 15)]
    looking_back = [Recall, Turns, Listing]
    adjusting = [Amend, Amend, Choose]
    kinds = [[type(a) for a in review.activities] for review in GUIDE.reviews]
    assert kinds == [looking_back + adjusting, looking_back + adjusting, [*looking_back, Ask, Keep]]
    for review in GUIDE.reviews[:2]:
        assert [a.change for a in review.activities if isinstance(a, Amend)] == ["time", "drop"]
    for review in GUIDE.reviews:
        better = review.activities[2]
        assert isinstance(better, Listing) and better.items == Range(least=1, most=3)


REVIEWED = [
    ("after-two-weeks/say", ["fifteen minutes", "notice progress", "do not ask for everything"]),
    ("after-two-weeks/recall", ["promised", "nobody keeps score"]),
    ("after-two-weeks/turns", ["what went well", "exactly what it was"]),
    ("after-four-weeks/say", ["four weeks", "worth keeping"]),
    ("after-four-weeks/better", ["one to three"]),
    ("after-eight-weeks/say", ["last look back"]),
    ("after-eight-weeks/helped", ["help you"]),
    ("after-eight-weeks/memory", ["{name}", "forgotten"]),
    ("checkpoints/reviews", ["all three", "a day or two later"]),
    ("weekly/message", ["short text", "appreciate", "one or two sentences"]),
    ("weekly/progress", ["what got a little better this week", "one thing, or two, or three"]),
]


@pytest.mark.parametrize(("prefix", "phrases"), REVIEWED)
def test_what_is_said_in_the_eight_weeks(prefix: str, phrases: list[str]) -> None:
    said = spoken(prefix)
    assert [phrase for phrase in phrases if phrase not in said] == []


def test_a_review_fits_its_minutes() -> None:
    for review in GUIDE.reviews:
        read_s = sum(
            len(" ".join(text).split()) / 160 * 60 for key, text in TEXTS.items() if f"/{review.id}/" in key
        )
        timed = [a for a in review.activities if isinstance(a, Turns | Listing)]
        clocks = sum(a.minutes.default * (2 if isinstance(a, Turns) else 1) for a in timed)
        assert read_s / 60 + clocks < review.minutes, review.id


def test_between_the_talks() -> None:
    assert GUIDE.weekly is not None
    assert (GUIDE.weekly.message_times, GUIDE.weekly.progress_most) == (2, 3)


def test_activities_are_counted_through_the_reviews() -> None:
    assert GUIDE.all_parts == (*GUIDE.parts, *GUIDE.reviews)
    first = len(GUIDE.parts)
    assert GUIDE.activity(first, -1) is None
    assert isinstance(GUIDE.activity(first, 0), Recall)
