"""What people really say, typed and through real audio: `said.py` has the texts."""

from collections.abc import Callable
from itertools import cycle

import numpy as np
import pytest
from support.attention import ASKED, GUARDED
from support.said import ANSWERS, ASKED_AT_ANY_TIME, NEITHER, NO, NUMBERS, SAFETY, SAID, YES, Meant

from voice_coach.commands.command_set import Commands
from voice_coach.hearing import Heard, Hearing
from voice_coach.recognition.model import Model

Say = Callable[..., np.ndarray]
Understand = Callable[[str, str], list[Meant]]
VOICES = ["en-us", "en-us+f3", "en-gb"]


@pytest.fixture
def meant(model: Model, commands: Commands, say: Say) -> Understand:
    """The commands that were heard in a text as a voice says it."""

    def heard(text: str, voice: str) -> list[Meant]:
        hearing = Hearing(model, commands, attention=ASKED)
        events = hearing.feed(say(0.5, text, 1.5, voice=voice)) + hearing.finish()
        return [(event.intent, dict(event.slots)) for event in events if isinstance(event, Heard)]

    return heard


def test_each_text_is_listed_once() -> None:
    groups = (YES, NO, NEITHER, NUMBERS, ANSWERS, ASKED_AT_ANY_TIME, SAFETY)
    assert sum(map(len, groups)) == len(SAID)


@pytest.mark.parametrize("text", SAID)
def test_typed(commands: Commands, text: str) -> None:
    match = commands.match(text)
    assert (match and (match.intent, match.slots)) == SAID[text]


@pytest.mark.parametrize("text", SAID)
def test_all_its_words_can_be_heard(commands: Commands, model: Model, text: str) -> None:
    assert [word for word in commands.words(text) if not model.knows(word)] == []


SPOKEN = [
    *("yep", "yes they are", "sure why not", "yes that sounds good", "works for me", "of course", "good idea"),
    *("nah", "nope", "i disagree", "we can't", "i can't", "that isn't right", "let's not", "i'd rather not"),
    *("i don't think so", "absolutely not", "of course not", "i'd prefer not to", "not really", "no thanks"),
    *("maybe", "perhaps", "i'm not sure", "i guess", "uh huh", "yes but", "i can hear you", "you can't begin"),
    *(
        "about forty minutes",
        "three quarters of an hour",
        "half an hour or so",
        "let's say forty",
        "an hour and a half",
    ),
    *("add a minute", "another thirty seconds", "half a minute more", "five more please", "give us five more"),
    *(
        "put five minutes on the clock",
        "add five minutes to the timer",
        "eight minutes each",
        "make it eight each",
    ),
    *(
        "tea",
        "a cup of tea",
        "the park",
        "we'd like tea",
        "let's go to the park",
        "let's start with anna",
        "me first",
    ),
    *(
        "how much time is left on the timer",
        "how many seconds are left",
        "what's left on the clock",
        "how long do i have",
    ),
    *("hold on a sec", "hang on", "one moment", "wait a minute", "can we stop for a bit", "i need a minute"),
    *(
        "cancel that",
        "never mind",
        "forget it",
        "i wasn't talking to you",
        "what's the next step",
        "next one please",
    ),
    *(
        "let's move on to the next step",
        "say that again slower",
        "can you repeat that more slowly",
        "i haven't finished",
    ),
    *("i feel unsafe", "he hits me", "i'm scared of him", "this is abuse", "i don't feel safe with him"),
]


@pytest.mark.parametrize(("text", "voice"), [*zip(SPOKEN, cycle(VOICES), strict=False)])
def test_spoken(meant: Understand, text: str, voice: str) -> None:
    """To an open question, without the wake phrase."""
    assert meant(text, voice) == ([SAID[text]] if SAID[text] else [])


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("text", ["uh uh", "mm hmm", "hmm", "we wouldn't", "i would", "we can", "possibly"])
def test_what_leaves_it_open_is_never_heard_as_an_agreement(meant: Understand, text: str, voice: str) -> None:
    assert {found[0] for found in meant(text, voice) if found}.isdisjoint({"yes", "ready", "done", "hug"})


EXPLICIT = {
    "yes": [
        "yes",
        "yes please",
        "yes i do",
        "yes i would",
        "yes it is",
        "yep",
        "yes of course",
        "i agree",
        "yes i'd like that",
    ],
    "done": ["done", "i'm done", "i am finished", "i have finished", "i'm done talking", "that's all from me"],
}


@pytest.mark.parametrize("intent", EXPLICIT)
def test_what_is_plain_consent_or_hands_over(commands: Commands, intent: str) -> None:
    for text in EXPLICIT[intent]:
        assert commands.is_explicit(intent, text), text
        match = commands.exact(commands.words(text))
        assert match is not None and match.intent == intent, text


PLAIN = {
    *(
        "sure",
        "okay",
        "of course",
        "absolutely",
        "definitely",
        "certainly",
        "why not",
        "sure why not",
        "good",
        "right",
    ),
    *("we can", "i can", "can do", "i do", "i would", "sounds good", "that's right", "works for me", "yes and no"),
    *("yes but", "yes but not today", "maybe yes", "i guess so", "i think so", "uh huh", "mm hmm", "yes we can"),
    *("all done", "finished", "that's it", "we did it", "haven't finished", "i'm not done", "almost done"),
}


@pytest.mark.parametrize("text", [*NO, *NEITHER, *sorted(PLAIN)])
def test_what_is_not(commands: Commands, text: str) -> None:
    assert not any(commands.is_explicit(intent, text) for intent in EXPLICIT)


HOLIDAYS = {
    **{
        f"we are on holiday for {number} weeks": ("rest_for", {"weeks": weeks})
        for weeks, number in enumerate(("two", "three", "four", "five", "six", "seven", "eight"), start=2)
    },
    "pause our rituals for a week": ("rest_for", {"weeks": 1}),
    "pause our rituals for four weeks": ("rest_for", {"weeks": 4}),
    "we'll be away until tomorrow": ("rest_for", {"rel": 1}),
    "we are on holiday until the tenth": ("rest_for", {"ordinal": 10}),
    "we are on holiday until the second of january": ("rest_for", {"ordinal": 2, "month": 1}),
}
NO_HOLIDAYS = (
    "we are on holiday for weeks",
    "we are on holiday for a few weeks",
    "we are on holiday for ten weeks",
    "we are on holiday until then",
    "we are not on holiday for four weeks",
)


@pytest.mark.parametrize("text", [*HOLIDAYS, *NO_HOLIDAYS])
def test_the_length_of_a_holiday_is_typed_and_heard_as_it_is_said(
    model: Model, commands: Commands, say: Say, text: str
) -> None:
    wanted = HOLIDAYS.get(text)
    match = commands.match(text)
    assert (match and (match.intent, match.slots)) == wanted
    for voice in VOICES:
        hearing = Hearing(model, commands, attention=GUARDED)
        events = hearing.feed(say(0.5, "hey coach", 0.3, text, 1.5, voice=voice)) + hearing.finish()
        heard = [(event.intent, dict(event.slots)) for event in events if isinstance(event, Heard)]
        assert heard == ([wanted] if wanted else []), voice
