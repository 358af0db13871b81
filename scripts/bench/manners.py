"""Table manners: what other people's talk sets off, and what calls are missed, at one setting."""

import random
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from scripts.bench import clips, sounds
from scripts.bench.clips import Clip
from voice_coach.hearing import Mode

PHRASES = ["computer", "smart mirror", "view glass", "jarvis"]
OUR_CALL = "hey coach"
KITCHEN_DB = 10.0
METRES = 2.0
"""Of other people's speech in the simulated kitchen."""

Counted = Mapping[str, Sequence[str]]
"""The kinds of what happened ("wake", "heard") in each file, in order."""
Listen = Callable[[Sequence[Path], Mode, str], Counted]


def talk(listen: Listen, shared: Path, scratch: Path, every: int) -> Iterable[tuple[str, dict[str, float]]]:
    """False wakes and false actions an hour of speech that is not meant for the coach."""
    tables = [table for kind in ("dev/talk-*", "train/*") for table in _tables(shared, kind)]
    said = [clip for table in tables for clip in clips.listed(table.parent, every)]
    rooms = {
        "as it is": lambda sound, _: sounds.padded(sound),
        "in a kitchen": lambda sound, seed: sounds.in_kitchen(sounds.padded(sound), METRES, seed),
    }
    for place, put in rooms.items():
        files, seconds = list[Path](), 0.0
        for number, clip in enumerate(said):
            sound = put(sounds.read(clip.path), number)
            seconds += len(sound) / sounds.SAMPLE_RATE
            files.append(sounds.write(scratch / f"talk-{number}.wav", sound))
        hours = seconds / 3600
        for mode in (Mode.GUARDED, Mode.OPEN):
            found = listen(files, mode, OUR_CALL)
            kinds = [kind for events in found.values() for kind in events]
            where = f"talk {place}, {mode}, {hours:.1f} h"
            if mode is Mode.GUARDED:
                yield f"{where}: false wakes an hour", {"coach": kinds.count("wake") / hours}
            yield f"{where}: false actions an hour", {"coach": kinds.count("heard") / hours}
        for file in files:
            file.unlink()


def _tables(shared: Path, kind: str) -> list[Path]:
    return sorted((shared / "speech").glob(f"{kind}/clips.tsv"))


def wake(listen: Listen, shared: Path, scratch: Path, every: int) -> Iterable[tuple[str, dict[str, float]]]:
    """Calls missed: four phrases by real people, ours by synthetic voices that no model was trained on."""
    noise = sounds.kitchen_noise(shared)
    said = clips.listed(shared / "speech" / "dev" / "wake", 1)
    calls = {phrase: [clip for clip in said if clip.text == phrase][::every] for phrase in PHRASES}
    calls[OUR_CALL] = _our_calls(scratch)
    for level in (None, KITCHEN_DB):
        shares = dict[str, float]()
        for phrase, heard in calls.items():
            files = []
            for clip in heard:
                sound = sounds.padded(sounds.read(clip.path))
                if level is not None:
                    sound = sounds.in_noise(sound, noise, level, zlib.crc32(clip.path.name.encode()))
                files.append(sounds.write(scratch / f"call-{clip.path.stem}.wav", sound))
            found = listen(files, Mode.GUARDED, phrase)
            missed = sum("wake" not in found.get(str(file), ()) for file in files)
            shares[phrase] = 100 * missed / len(files)
        where = "clean" if level is None else f"{level:.0f} dB"
        for phrase, share in shares.items():
            yield f"wake {where}, {phrase}: missed %", {"coach": share}
        yield f"wake {where}, mean of four: missed %", {"coach": sum(shares[p] for p in PHRASES) / len(PHRASES)}


def _our_calls(scratch: Path) -> list[Clip]:
    rng, found = random.Random(4), list[Clip]()
    for number in range(48):
        command = ("pause", "next step", "what is next", "skip")[number // 2 % 4]
        text = f"{OUR_CALL}{',' if number % 2 else ''} {command}"
        path = scratch / f"ours-{number}.wav"
        clips.spoken(text, path, rng)
        found.append(Clip(path, OUR_CALL))
    return found
