"""What other people's talk sets off in each situation of a talk, and what of the own commands works there.

The situations are phases of the session, listened in just as in a talk.
"""

import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.bench import clips, sounds
from scripts.bench.clips import Clip
from voice_coach.guide.catalogue import INTENTS
from voice_coach.hearing import Attention, Commands
from voice_coach.session import Phase
from voice_coach.session.attention import attention
from voice_coach.session.state import Place
from voice_coach.session.transitions import TABLE
from voice_coach.table.ears import for_hearing

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
ENDING = ("stop", "private_exit")
Figures = dict[str, float]
Events = dict[str, list[dict[str, Any]]]
"""The commands that were understood in each file, in order."""
Listen = Callable[[Sequence[Path], Attention], Events]


def situations(
    listen: Listen, shared: Path, scratch: Path, every: int, sentences: int
) -> Iterator[tuple[str, Figures]]:
    """False actions an hour in each, how many of them would end the talk, and own commands understood."""
    files, hours = _talk(shared, scratch, every)
    said = {phase: _own(phase, scratch, sentences) for phase in SITUATIONS.values()}
    for name, phase in SITUATIONS.items():
        attend = for_hearing(attention(Place(phase)))
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
    tables = sorted((shared / "speech" / "dev").glob("talk-*/clips.tsv"))
    files, seconds = list[Path](), 0.0
    for number, clip in enumerate(clip for table in tables for clip in clips.listed(table.parent, every)):
        sound = sounds.padded(sounds.read(clip.path))
        seconds += len(sound) / sounds.SAMPLE_RATE
        files.append(sounds.write(scratch / f"situation-{number}.wav", sound))
    return files, seconds / 3600


def _own(phase: Phase, scratch: Path, count: int) -> list[Clip]:
    """What does something in a phase, by held-out synthetic voices: answers in any words, else two or more."""
    commands = Commands.load(clips.OUR_COMMANDS, clips.our_lists())
    answers = attention(Place(phase)).answers
    by_intent = dict[str, list[tuple[str, clips.Meaning]]]()
    for phrase in commands.phrases(lambda _: True):
        match = commands.exact(commands.words(phrase))
        if match is None or match.free or (phase, match.intent) not in TABLE or match.intent not in INTENTS:
            continue
        if len(phrase.split()) > 1 or match.intent in answers:
            by_intent.setdefault(match.intent, []).append((phrase, (match.intent, dict(match.slots))))
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
