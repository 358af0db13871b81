"""Sentences with their opposites, and yes and no as people say them: what is taken for what.

The opposites are made here by rules of their own, not by those of the product, which would only prove themselves.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.bench.clips import OUR_COMMANDS, Clip, in_turn, our_lists, our_phrases
from voice_coach.attention import Attention, Mode
from voice_coach.commands.command_set import Commands

_TABLE = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
ANSWERS: Mapping[str, Sequence[str]] = {intent: _TABLE[intent] for intent in ("yes", "no")}
"""What people say to a yes-or-no question, by what they mean."""
Listen = Callable[[Sequence[Clip], Attention | None], Mapping[str, Sequence[Mapping[str, Any]]]]
"""The commands that were understood in each file; None: every intent answers."""
Place = Callable[[Sequence[Clip], float, float | None, int], list[Clip]]
"""The clips so many metres away, in noise at so many dB, by a seed."""
_PRONOUNS = {"i", "we", "you"}
_THEIRS = ("no", "not_yet", "undo")
"""Intents whose opposite is no harm."""


def opposites(text: str) -> list[str]:
    """What denies a sentence, as somebody would say it; none where English has no short way to."""
    first, *rest = words = text.split()
    found = []
    if first in _TABLE["verbs"] and first != "let":
        found += [f"don't {text}", f"do not {text}", f"never {text}", f"i don't want to {text}"]
    if first == "let" and rest[:1] == ["us"]:
        found.append(" ".join(["let us not", *rest[1:]]))
    if first in _TABLE["adjectives"]:
        found.append(f"not {text}")
    if first in _PRONOUNS and rest and rest[0] in _TABLE["verbs"]:
        found += [f"{first} don't {' '.join(rest)}", f"{first} do not {' '.join(rest)}"]
    for at, word in enumerate(words[:3]):
        before, after = words[:at], words[at + 1 :]
        if word in _TABLE["contracted"]:
            found += [" ".join([*before, denied, *after]) for denied in _TABLE["contracted"][word]]
            break
        if word in _TABLE["auxiliaries"] and (at == 0 or words[at - 1] in {*_PRONOUNS, "that", "it"}):
            if at or (after[:1] and after[0] in _PRONOUNS):
                found.append(" ".join([*before, _TABLE["auxiliaries"][word], *after]))
            break
    return list(dict.fromkeys(found))


def samples(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Opposites of commands and answers, each intent in its turn: (what is said, the intent that it denies)."""
    commands = Commands.load(OUR_COMMANDS, our_lists())
    by_intent = dict[str, list[str]]()
    for phrase, (intent, _) in our_phrases(commands):
        for denied in () if intent in _THEIRS else opposites(phrase):
            again = commands.exact(commands.words(denied))
            # What is a command of its own ("that's not right") has to be heard as that, and nothing else.
            if again is None or again.intent != intent:
                by_intent.setdefault(intent, []).append(denied)
    for intent, denied in in_turn(by_intent, random.Random(seed), count):
        yield denied, intent


def typed(commands: Commands, said: Sequence[tuple[str, str]]) -> list[str]:
    """Which of them are taken for what they deny when they are typed."""
    wrong = []
    for text, intent in said:
        match = commands.match(text)
        if match is not None and match.intent == intent:
            wrong.append(text)
    return wrong


def negation(
    listen: Listen, place: Place, places: Mapping[str, tuple[float, float | None]], sentences: int
) -> Iterator[tuple[str, dict[str, float]]]:
    """What of the opposites of commands is taken for the commands, and yes and no: typed, and at each place."""
    said = list(samples(sentences, 5))
    commands = Commands.load(OUR_COMMANDS, our_lists())
    yield "negation typed: taken for the opposite %", {"coach": 100 * len(typed(commands, said)) / len(said)}
    opposite = [Clip(Path(), text, (intent, {})) for text, intent in said]
    answers = [Clip(Path(), text, (intent, {})) for intent, texts in ANSWERS.items() for text in texts]
    for where, (metres, level) in places.items():
        heard = place(opposite, metres, level, 7)
        yield from taken(where, commands, heard, listen(heard, None))
        heard = place(answers, metres, level, 11)
        yield from understood(where, heard, listen(heard, Attention(Mode.OPEN, frozenset(ANSWERS))))


def taken(
    where: str, commands: Commands, said: Sequence[Clip], found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[tuple[str, dict[str, float]]]:
    """What was taken for what it denies, and what of it would have passed for consent."""
    wrong = consent = 0
    for clip in said:
        events = found.get(str(clip.path), ())
        meant = clip.meaning[0] if clip.meaning else ""
        wrong += any(event["intent"] == meant for event in events)
        consent += any(commands.is_explicit("yes", event["text"]) for event in events)
    yield f"negation {where}: taken for the opposite %", {"coach": 100 * wrong / len(said)}
    yield f"negation {where}: taken for consent %", {"coach": 100 * consent / len(said)}


def understood(
    where: str, said: Sequence[Clip], found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yes and no that were understood, and that were taken for one another."""
    for intent in ANSWERS:
        mine = [clip for clip in said if clip.meaning and clip.meaning[0] == intent]
        heard = [[event["intent"] for event in found.get(str(clip.path), ())] for clip in mine]
        right = sum(intents == [intent] for intents in heard)
        opposite = sum(any(other != intent and other in ANSWERS for other in intents) for intents in heard)
        yield f"negation {where}: {intent} understood %", {"coach": 100 * right / len(mine)}
        yield f"negation {where}: {intent} taken for the other %", {"coach": 100 * opposite / len(mine)}
