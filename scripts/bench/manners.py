"""Table manners: what other people's talk sets off, and what calls are missed, at one setting."""

import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scripts.bench import clips, sounds
from scripts.bench.clips import Clip
from voice_coach.attention import WAKE_PHRASE, Mode
from voice_coach.audio.pcm import SAMPLE_RATE

PHRASES = ["computer", "smart mirror", "view glass", "jarvis"]
KITCHEN_DB = 10.0
METRES = 2.0
"""Of other people's speech in the simulated kitchen."""

Counted = Mapping[str, Sequence[str]]
"""The kinds of what happened ("wake", "heard") in each file, in order."""
Listen = Callable[[Sequence[Path], Mode, str], Counted]
Put = Callable[[sounds.Floats, int], sounds.Floats]
"""A sound as it is heard somewhere, by a seed."""


def talk(listen: Listen, shared: Path, scratch: Path, every: int) -> Iterable[tuple[str, dict[str, float]]]:
    """False wakes and false actions an hour of speech that is not meant for the coach."""
    for place, files, hours in other_talk(shared, scratch, every):
        for mode in (Mode.GUARDED, Mode.OPEN):
            kinds = counted(listen(files, mode, WAKE_PHRASE))
            where = f"talk {place}, {mode}, {hours:.1f} h"
            if mode is Mode.GUARDED:
                yield f"{where}: false wakes an hour", {"coach": kinds["wake"] / hours}
            yield f"{where}: false actions an hour", {"coach": kinds["heard"] / hours}


def wake(listen: Listen, shared: Path, scratch: Path, every: int) -> Iterable[tuple[str, dict[str, float]]]:
    """Calls missed: four phrases by real people, ours by synthetic voices that no model was trained on."""
    shares = dict[str, dict[str, float]]()
    for where, phrase, files in calls(shared, scratch, every):
        shares.setdefault(where, {})[phrase] = missed(listen(files, Mode.GUARDED, phrase), files)
        yield f"wake {where}, {phrase}: missed %", {"coach": shares[where][phrase]}
    for where, by_phrase in shares.items():
        yield f"wake {where}, mean of four: missed %", {"coach": sum(by_phrase[p] for p in PHRASES) / len(PHRASES)}


def counted(found: Counted) -> Counter[str]:
    """How often each kind of thing happened."""
    return Counter(kind for events in found.values() for kind in events)


def missed(found: Counted, files: Sequence[Path]) -> float:
    """Percent of the calls, one in each file, that were not taken for one."""
    return 100 * sum("wake" not in found.get(str(file), ()) for file in files) / len(files)


def other_talk(shared: Path, scratch: Path, every: int) -> Iterator[tuple[str, list[Path], float]]:
    """Speech not meant for the coach: where it is heard, its files, their hours. Files last until the next."""
    talk = said(shared, ["dev/talk-*", "train/*"], every)
    rooms: dict[str, Put] = {
        "as it is": lambda sound, _: sound,
        "in a kitchen": lambda sound, seed: sounds.in_kitchen(sound, METRES, seed),
    }
    for place, put in rooms.items():
        files, hours = talk_files(talk, scratch, put)
        yield place, files, hours
        for file in files:
            file.unlink()


def said(shared: Path, kinds: Iterable[str], every: int) -> list[Clip]:
    """Every `every`th clip of each set of recordings of some kinds (globs in `shared/speech`)."""
    tables = [table for kind in kinds for table in sorted((shared / "speech").glob(f"{kind}/clips.tsv"))]
    return [clip for table in tables for clip in clips.listed(table.parent, every)]


def talk_files(talk: Sequence[Clip], scratch: Path, put: Put) -> tuple[list[Path], float]:
    """Talk with silence round it, as `put` has it heard, and its hours."""
    files, seconds = list[Path](), 0.0
    for number, clip in enumerate(talk):
        sound = put(sounds.padded(sounds.read(clip.path)), number)
        seconds += len(sound) / SAMPLE_RATE
        files.append(sounds.write(scratch / f"talk-{number}.wav", sound))
    return files, seconds / 3600


def calls(shared: Path, scratch: Path, every: int) -> Iterator[tuple[str, str, list[Path]]]:
    """Calls, one in each file: how they are heard, the phrase, the files. Files last until the next."""
    noise = sounds.kitchen_noise(shared)
    recorded = clips.listed(shared / "speech" / "dev" / "wake", 1)
    by_phrase = {phrase: [clip for clip in recorded if clip.text == phrase][::every] for phrase in PHRASES}
    by_phrase[WAKE_PHRASE] = _our_calls(scratch)
    for level in (None, KITCHEN_DB):
        for phrase, heard in by_phrase.items():
            files = []
            for clip in heard:
                sound = sounds.padded(sounds.read(clip.path))
                if level is not None:
                    sound = sounds.in_noise(sound, noise, level, zlib.crc32(clip.path.name.encode()))
                files.append(sounds.write(scratch / f"call-{clip.path.stem}.wav", sound))
            yield "clean" if level is None else f"{level:.0f} dB", phrase, files


def _our_calls(scratch: Path) -> list[Clip]:
    rng, found = random.Random(4), list[Clip]()
    for number in range(48):
        command = ("pause", "next step", "what is next", "skip")[number // 2 % 4]
        text = f"{WAKE_PHRASE}{',' if number % 2 else ''} {command}"
        path = scratch / f"ours-{number}.wav"
        clips.spoken(text, path, rng)
        found.append(Clip(path, WAKE_PHRASE))
    return found
