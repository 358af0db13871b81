"""What other people's talk sets off in each situation of a talk, and what of the own commands works there.

The situations are phases of the session, listened in just as in a talk.
"""

import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.bench import clips, manners, sounds
from scripts.bench.clips import Clip
from voice_coach.attention import Attention
from voice_coach.commands.command_set import Commands
from voice_coach.guide import Guide, load_guide
from voice_coach.guide.catalogue import PRIVATE_EXIT
from voice_coach.guide.types import Choose
from voice_coach.session import Phase
from voice_coach.session.attention import attention
from voice_coach.session.state import Place
from voice_coach.session.transitions import TABLE

SITUATIONS = {
    "idle": Phase.IDLE,
    "yes-no": Phase.ASKING,
    "consent": Phase.CONSENTING,
    "a choice": Phase.CHOOSING,
    "a number": Phase.MEASURING,
    "who starts": Phase.DRAWING,
    "waiting": Phase.WAITING,
    "ended": Phase.ENDED,
}
ENDING = ("stop", PRIVATE_EXIT)
Figures = dict[str, float]
Events = dict[str, list[dict[str, Any]]]
"""The commands that were understood in each file, in order."""
Listen = Callable[[Sequence[Path], Attention], Events]


def situations(
    listen: Listen, shared: Path, scratch: Path, every: int, sentences: int
) -> Iterator[tuple[str, Figures]]:
    """False actions an hour in each, how many of them would end the talk, and own commands understood."""
    files, hours = _talk(shared, scratch, every)
    guide = load_guide("reconnect")
    attentions = {phase: attention(guide, _place(guide, phase)) for phase in SITUATIONS.values()}
    said = {phase: _own(phase, attentions[phase], scratch, sentences) for phase in SITUATIONS.values()}
    for name, phase in SITUATIONS.items():
        attend = attentions[phase]
        taken = Counter(event["intent"] for events in listen(files, attend).values() for event in events)
        yield f"situation {name}, {hours:.1f} h: false actions an hour", {"coach": taken.total() / hours}
        ended = sum(taken[intent] for intent in ENDING)
        yield f"situation {name}: of these, to end the talk", {"coach": ended / hours}
        heard = listen([clip.path for clip in said[phase]], attend)
        right = [_meanings(heard.get(str(clip.path), [])) == [clip.meaning] for clip in said[phase]]
        yield f"situation {name}: own commands understood %", {"coach": 100 * sum(right) / len(right)}


def _meanings(events: Iterable[dict[str, Any]]) -> list[clips.Meaning]:
    return [(event["intent"], dict(event["slots"])) for event in events]


def _talk(shared: Path, scratch: Path, every: int) -> tuple[list[Path], float]:
    """Other people's speech, and its hours: of the dev sets alone, as models are trained on the others."""
    return manners.talk_files(manners.said(shared, ["dev/talk-*"], every), scratch, lambda sound, _: sound)


def _place(guide: Guide, phase: Phase) -> Place:
    """A phase at the first choice of a guide that has a length as well: what is asked there can be offered."""
    return next(
        Place(phase, part=number, activity=index)
        for number, part in enumerate(guide.parts)
        for index, activity in enumerate(part.activities)
        if isinstance(activity, Choose) and activity.minutes is not None
    )


def _own(phase: Phase, attend: Attention, scratch: Path, count: int) -> list[Clip]:
    """What does something in a phase, by held-out synthetic voices: answers in any words, else two or more."""
    answers, asks_for = attend.answers, attend.asks_for
    by_intent = dict[str, list[tuple[str, clips.Meaning]]]()
    for phrase, (intent, slots) in clips.our_phrases(Commands.load(clips.OUR_COMMANDS, clips.our_lists())):
        counts = asks_for(intent, slots) or (len(phrase.split()) > 1 and intent not in answers)
        if (phase, intent) in TABLE and counts:
            by_intent.setdefault(intent, []).append((phrase, (intent, dict(slots))))
    rng = random.Random(zlib.crc32(phase.encode()))
    # Half of them answers: those are what the situation is for.
    wanted = [rng.choice(sorted(answers & by_intent.keys())) for _ in range(count // 2)]
    wanted += [rng.choice(sorted(by_intent)) for _ in range(count - len(wanted))]
    found = []
    for number, intent in enumerate(wanted):
        text, meaning = rng.choice(by_intent[intent])
        path = scratch / f"own-{phase}-{number}.wav"
        sounds.write(path, sounds.in_kitchen(sounds.padded(clips.spoken(text, path, rng)), 0.5, number))
        found.append(Clip(path, text, meaning))
    return found
