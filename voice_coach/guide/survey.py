"""What a guide has, for its author: how much of what, how long it takes, and which sentences an ear loses."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from voice_coach.guide.activities import Listing, Timed, Turns
from voice_coach.guide.templates import phrases, without_stars
from voice_coach.guide.types import Guide

WORDS_PER_MINUTE = 160
"""How fast the coach reads, about."""
LONGEST_SENTENCE = 20
"""Words in a sentence that an ear still follows."""

_ON_REQUEST = frozenset({"why", "picture", "hints", "no", "timer_done", "nothing", "none", "forgotten"})
"""Texts that are said when somebody asks for them, or in the rarer case."""
_END = re.compile(r"(?<=[.?!:])\s+")


@dataclass(frozen=True, slots=True)
class Survey:
    """A guide in figures."""

    kinds: Mapping[str, int]
    """Activities of the talk by kind, in their order."""
    read_minutes: float
    """How long the talk's own texts take to read, in minutes, about."""
    clock_minutes: float
    """How long its turns, lists and timers take, in minutes, where nobody ends them early."""
    long: tuple[tuple[str, str], ...]
    """Sentences of more than `LONGEST_SENTENCE` words, each with the key of its text."""


def survey(guide: Guide) -> Survey:
    """The figures of a guide."""
    texts = guide.texts()
    talk = tuple(f"guide/{part.id}/" for part in guide.parts)
    read = [
        " ".join(text)
        for key, text in texts.items()
        if key.startswith(talk) and key.rpartition("/")[2] not in _ON_REQUEST
    ]
    activities = [activity for part in guide.parts for activity in part.activities]
    return Survey(
        kinds=Counter(activity.kind for activity in activities),
        read_minutes=sum(len(text.split()) for text in read) / WORDS_PER_MINUTE,
        clock_minutes=sum(map(_clock_minutes, activities)),
        long=tuple(
            (key, sentence)
            for key, text in texts.items()
            for line in text
            for sentence in _END.split(without_stars(line))
            if len(sentence.split()) > LONGEST_SENTENCE
        ),
    )


def said_by_people(guide: Guide) -> tuple[str, ...]:
    """All that the guide expects people to say: its options, likely notes, and what stands between stars."""
    told = [
        re.sub(r"\{\w+\}", "", phrase)
        for text in guide.texts().values()
        for sentence in text
        for phrase in phrases(sentence)
    ]
    return tuple(dict.fromkeys((*guide.choices(), *guide.examples(), *told)))


def _clock_minutes(activity: object) -> float:
    match activity:
        case Turns():
            return 2 * activity.minutes.default
        case Listing():
            return activity.minutes.default
        case Timed():
            return activity.seconds.default / 60
    return 0.0
