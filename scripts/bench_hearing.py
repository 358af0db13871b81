#!/usr/bin/env python3
"""How well the coach hears, beside its peers: one table, and one JSON line.

coffee  drink orders of real people: intent and every slot right; clean and in kitchen noise
words   one-word answers of real people: right, and other words taken for one
read    word error rate of read sentences, open vocabulary
ours    our own commands by held-out synthetic voices: at 0.5 m in quiet, at 2 and 4 m with kitchen noise
latency seconds from the end of those to the decision; plain Vosk's is when it gives its final result
talk    false wakes and false actions an hour of other people's speech, as it is and in a kitchen
wake    calls missed: "computer", "smart mirror", "view glass", "jarvis" by real people, "hey coach" by synthetic
        voices; clean and with kitchen noise at 10 dB
duplex  the coach's own voice, every spoken line, loud in simulated kitchens: what it sets off; interruptions by
        held-out synthetic voices at 0, -5 and -10 dB of its level: taken, and seconds to the coach's silence
negation  sentences that deny a command or an answer, typed and by held-out synthetic voices: taken for what they
        deny, and for consent; and yes and no as people say them: understood
situations  each open phase of a talk: what other people's talk sets off an hour, and own commands understood
dates   spoken times while a question asks for one, typed and by held-out synthetic voices, quiet and with kitchen
        noise at 12 dB: right, wrong with and without being asked about, and what is no time taken for something
cost    processor seconds a second of audio and of silence, memory, seconds to load, megabytes on disk
live    the whole of `voice-coach run` on a virtual sound card: percent of a core in a minute of silence and in one
        of other people's talk, while it is open to commands and while it rests between talks, memory of its
        process and of its children

All but `read`, `duplex` and `live` goes through `voice_coach.hearing.listen`, as `voice-coach listen` does. The
peers are plain Vosk with the same model and a phrase list, and PocketSphinx with its own model and the same
grammar; what both write is taken leniently, as the nearest thing that can be said. Needs, too, what is in
scripts/bench/requirements.txt, and for `live` PulseAudio (`scripts/setup test` brings it); what is missing is said
before any row begins.

With --curve FILE.png, in place of the rows: calls missed against false wakes and false actions an hour, at several
leads that a call must have over all words, drawn with the shipped one marked; and as a JSON line.
Usage: .venv/bin/python scripts/bench_hearing.py [--model DIR] [--every N] [--rows coffee,words,...] [--no-peers]
"""

import argparse
import dataclasses
import json
import random
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.bench import clips, curve, dates, duplex, live, manners, needs, negations, peers, situations, sounds
from scripts.bench.clips import Clip
from voice_coach.attention import WAKE_PHRASE, Attention, Mode
from voice_coach.audio.files import read_audio
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.hearing import listen
from voice_coach.hearing.verification.phrase_verifier import WAKE_THRESHOLD, WakeThreshold
from voice_coach.models import embedded_model
from voice_coach.recognition.weights import WEIGHTS, Weights

ROWS = [
    "coffee",
    "words",
    "read",
    "ours",
    "latency",
    "talk",
    "wake",
    "duplex",
    "negation",
    "situations",
    "dates",
    "cost",
    "live",
]
LEVELS = [None, 24, 21, 18, 15, 12, 9, 6]  # dB of speech over noise
OURS = {"0.5 m, quiet": (0.5, None), "2 m, 15 dB": (2.0, 15.0), "4 m, 15 dB": (4.0, 15.0)}
NEGATIONS = {where: place for where, place in OURS.items() if place[0] <= 2}
"""Nobody is asked for consent from the other end of the kitchen."""

Figures = dict[str, float]


class Bench:
    """One model on the dev recordings; everything it writes goes into `scratch`."""

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self.options = options
        self.dev = options.shared / "speech" / "dev"
        self.noise = sounds.kitchen_noise(options.shared)
        self.scratch = scratch

    def coffee(self) -> Iterable[tuple[str, Figures]]:
        """Drink orders, clean and at each noise level."""
        every = self.options.every
        orders, commands = clips.orders(self.dev / "coffee", every), self.dev / "coffee" / "commands.yaml"
        for level in self.options.levels:
            heard = self._mixed(orders, level)
            ours, _ = self._shares(heard, self._heard(heard, commands, Attention(Mode.OPEN)))
            figures = {"coach": ours}
            if self.options.peers:
                grammar = peers.Grammar(commands)
                figures["vosk"] = peers.orders_right(peers.PlainVosk(self.options.model, grammar), heard, grammar)
                figures["pocketsphinx"] = peers.orders_right(peers.Sphinx(grammar, self.scratch), heard, grammar)
            yield f"coffee {'clean' if level is None else f'{level} dB'}, right %", figures

    def words(self) -> Iterable[tuple[str, Figures]]:
        """One-word answers."""
        commands = clips.answer_commands(self.scratch / "answers.yaml")
        heard = self._mixed(clips.answers(self.dev / "words", self.options.every), None)
        right, taken = self._shares(heard, self._heard(heard, commands, None))
        figures = {"coach": (right, taken)}
        if self.options.peers:
            grammar = peers.Grammar(commands)
            for name, peer in (
                ("vosk", peers.PlainVosk(self.options.model, grammar, "[unk]")),
                ("pocketsphinx", peers.Sphinx(grammar, self.scratch)),
            ):
                figures[name] = peers.answers_right(peer, heard)
        yield "words: answers right %", {name: pair[0] for name, pair in figures.items()}
        yield "words: others taken for one %", {name: pair[1] for name, pair in figures.items()}

    def read(self) -> Iterable[tuple[str, Figures]]:
        """Sentences, open vocabulary: the model in stock Vosk, as dictation uses it."""
        for name in ("read", "read-cv"):
            heard = self._mixed(clips.listed(self.dev / name, 1), None)
            figures = {"coach": peers.word_errors(peers.PlainVosk(self.options.model, None), heard)}
            if self.options.peers:
                figures["pocketsphinx"] = peers.word_errors(peers.Sphinx(None, self.scratch), heard)
            yield f"{name}: word error rate %", figures

    def ours(self) -> Iterable[tuple[str, Figures]]:
        """Our own commands, near and far."""
        for where, heard in self._our_commands():
            found = self._our_clips(heard, Attention(Mode.OPEN))
            figures = {"coach": self._shares(heard, found)[0]}
            if self.options.peers:
                grammar = peers.Grammar(clips.OUR_COMMANDS, clips.our_lists())
                figures["vosk"] = peers.orders_right(peers.PlainVosk(self.options.model, grammar), heard, grammar)
            yield f"ours {where}, right %", figures

    def latency(self) -> Iterable[tuple[str, Figures]]:
        """How long after the end of our own commands they are acted on."""
        for where, heard in self._our_commands():
            found = self._our_clips(heard, Attention(Mode.OPEN))
            late = {"coach": [event["decided"] - event["end"] for events in found.values() for event in events]}
            if self.options.peers:
                vosk = peers.PlainVosk(self.options.model, peers.Grammar(clips.OUR_COMMANDS, clips.our_lists()))
                late["vosk"] = [seconds for clip in heard for seconds in vosk.late(read_audio(clip.path))]
            for share, called in ((50, "median"), (95, "95th percentile")):
                figures = {who: float(np.percentile(seconds, share)) for who, seconds in late.items()}
                yield f"latency {where}, decided - end, s, {called}", figures

    def _our_commands(self) -> Iterator[tuple[str, list[Clip]]]:
        """Where they are spoken, and the clips."""
        sentences = [
            Clip(Path(), text, meaning) for text, meaning in clips.our_sentences(self.options.sentences, 1)
        ]
        for where, (metres, level) in OURS.items():
            yield where, self._placed(sentences, metres, level, 2)

    def _placed(self, said: Sequence[Clip], metres: float, level: float | None, seed: int) -> list[Clip]:
        """Sentences by held-out synthetic voices, so far away in simulated kitchens, perhaps in noise."""
        rng = random.Random(seed)
        heard = []
        for number, clip in enumerate(said):
            path = self.scratch / f"placed-{seed}-{metres}-{number}.wav"
            sound = sounds.in_kitchen(sounds.padded(clips.spoken(clip.text, path, rng)), metres, number)
            if level is not None:
                sound = sounds.in_noise(sound, self.noise, level, number)
            heard.append(Clip(sounds.write(path, sound), clip.text, clip.meaning))
        return heard

    def talk(self) -> Iterable[tuple[str, Figures]]:
        """What other people's talk sets off."""
        return manners.talk(self._counted, self.options.shared, self.scratch, self.options.every)

    def wake(self) -> Iterable[tuple[str, Figures]]:
        """What of the calls is missed."""
        return manners.wake(self._counted, self.options.shared, self.scratch, self.options.every)

    def wake_curve(self) -> list[curve.Point]:
        """What it would come to if a call had to lead by more, or less; else at the weights in the options."""

        def listen_at(more: float) -> manners.Listen:
            threshold = dataclasses.replace(
                WAKE_THRESHOLD, lead=WAKE_THRESHOLD.lead + more, least_lead=WAKE_THRESHOLD.least_lead + more
            )
            return lambda files, mode, phrase: self._counted(files, mode, phrase, threshold)

        more = sorted({*self.options.more, 0.0})
        return curve.measure(listen_at, self.options.shared, self.scratch, self.options.every, more)

    def duplex(self) -> Iterable[tuple[str, Figures]]:
        """What its own voice sets off, and what of the interruptions is taken."""
        return duplex.duplex(self.options.model, self.scratch, self.options.every)

    def negation(self) -> Iterable[tuple[str, Figures]]:
        """What of the opposites of commands is taken for the commands, and yes and no."""
        return negations.negation(self._our_clips, self._placed, NEGATIONS, self.options.sentences)

    def situations(self) -> Iterable[tuple[str, Figures]]:
        """What talk sets off in each situation, and what is understood."""

        def heard(files: Sequence[Path], attention: Attention) -> dict[str, list[dict[str, Any]]]:
            return _commands(self._events(files, clips.OUR_COMMANDS, attention, WAKE_PHRASE, clips.our_lists()))

        options = self.options
        return situations.situations(heard, options.shared, self.scratch, options.every, options.sentences)

    def dates(self) -> Iterable[tuple[str, Figures]]:
        """What spoken times are taken for."""

        def speak(phrases: Sequence[str], level: float | None) -> list[Clip]:
            rng, said = random.Random(13), list[Clip]()
            for number, phrase in enumerate(phrases):
                path = self.scratch / f"date-{level}-{number}.wav"
                sound = sounds.padded(clips.spoken(phrase, path, rng))
                if level is not None:
                    sound = sounds.in_noise(sound, self.noise, level, number)
                said.append(Clip(sounds.write(path, sound), phrase))
            return said

        return dates.dates(self._our_clips, speak, self.options.every, show=self.options.show)

    def cost(self) -> Iterable[tuple[str, Figures]]:
        """What a process of its own takes for the orders, and for a minute of silence."""
        heard = self._mixed(clips.orders(self.dev / "coffee", 10), None)
        silence = np.random.default_rng(1).integers(-25, 26, 60 * SAMPLE_RATE) / 32768
        quiet = sounds.write(self.scratch / "silence.wav", silence.astype(np.float32))
        speech = peers.cost_of(self.options.model, [clip.path for clip in heard], self.dev)
        idle = peers.cost_of(self.options.model, [quiet], self.dev)
        yield "cost: CPU s per s of speech", {"coach": speech["cpu_s"] / speech["audio_s"]}
        yield "cost: CPU s per s of silence", {"coach": idle["cpu_s"] / idle["audio_s"]}
        yield "cost: RSS in MB", {"coach": speech["rss_mb"]}
        yield "cost: s to load", {"coach": speech["load_s"]}
        size = sum(file.stat().st_size for file in self.options.model.rglob("*") if file.is_file())
        yield "cost: model, MB on disk", {"coach": size / 1e6}

    def live(self) -> Iterable[tuple[str, Figures]]:
        """What the whole program takes, in silence and in talk."""
        return live.live(self.options.model, self.dev, self.scratch)

    def _mixed(self, wanted: Sequence[Clip], level: float | None) -> list[Clip]:
        """The clips as files with silence round them and perhaps in noise."""
        out = []
        for clip in wanted:
            sound = sounds.padded(sounds.read(clip.path))
            if level is not None:
                sound = sounds.in_noise(sound, self.noise, level, zlib.crc32(f"{clip.path.name} {level}".encode()))
            path = self.scratch / f"{clip.path.parent.name}-{clip.path.stem}-{level}.wav"
            out.append(Clip(sounds.write(path, sound), clip.text, clip.meaning))
        return out

    def _heard(
        self,
        heard: Sequence[Clip],
        commands: Path,
        attention: Attention | None,
        lists: dict[str, Sequence[str]] | None = None,
    ) -> dict[str, list[dict[str, Any]]]:
        """What `listen` makes of each clip: the commands by file."""
        found = _commands(self._events([clip.path for clip in heard], commands, attention, WAKE_PHRASE, lists))
        if self.options.show:
            for clip in heard:
                texts = [event["text"] for event in found.get(str(clip.path), [])]
                sys.stderr.write(f"{clip.path.name}\t{clip.text}\t{texts}\n")
        return found

    def _our_clips(self, heard: Sequence[Clip], attention: Attention | None) -> dict[str, list[dict[str, Any]]]:
        """The same with our own commands."""
        return self._heard(heard, clips.OUR_COMMANDS, attention, clips.our_lists())

    def _counted(
        self, files: Sequence[Path], mode: Mode, wake: str, threshold: WakeThreshold = WAKE_THRESHOLD
    ) -> dict[str, list[str]]:
        """The kinds of what our commands make of each file."""
        events = self._events(files, clips.OUR_COMMANDS, Attention(mode), wake, clips.our_lists(), threshold)
        if self.options.show:
            for all_ in events.values():
                sys.stderr.writelines(f"{mode}\t{event}\n" for event in all_)
        return {file: [event["kind"] for event in all_] for file, all_ in events.items()}

    def _events(  # noqa: PLR0913, PLR0917 - what `listen` takes
        self,
        files: Sequence[Path],
        commands: Path,
        attention: Attention | None,
        wake: str,
        lists: dict[str, Sequence[str]] | None,
        threshold: WakeThreshold = WAKE_THRESHOLD,
    ) -> dict[str, list[dict[str, Any]]]:
        """What `listen` tells of each file: commands and calls."""
        found = defaultdict[str, list[dict[str, Any]]](list)

        def emit(event: dict[str, Any]) -> None:
            if event["kind"] in ("heard", "wake"):
                found[event["file"]].append(event)

        listen(
            files,
            model=self.options.model,
            commands=commands,
            attention=attention,
            wake=wake,
            emit=emit,
            lists=lists,
            weights=self.options.weights,
            wake_threshold=threshold,
        )
        return found

    @staticmethod
    def _shares(heard: Sequence[Clip], found: dict[str, list[dict[str, Any]]]) -> tuple[float, float]:
        """Percent of the clips that mean something understood, and of the others taken for something."""
        right, taken = list[bool](), list[bool]()
        for clip in heard:
            meant = [(event["intent"], dict(event["slots"])) for event in found.get(str(clip.path), [])]
            if clip.meaning:
                right.append(meant == [(clip.meaning[0], dict(clip.meaning[1]))])
            else:
                taken.append(bool(meant))
        return 100 * float(np.mean(right)), 100 * float(np.mean(taken)) if taken else 0.0


def _commands(events: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Without the calls."""
    return {file: [event for event in all_ if event["kind"] == "heard"] for file, all_ in events.items()}


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=embedded_model())
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--rows", type=_rows, default=ROWS, help=",".join(ROWS))
    parser.add_argument("--every", type=int, default=1, help="take every Nth order and answer alone")
    parser.add_argument("--levels", type=_levels, default=LEVELS, help="of kitchen noise in dB: clean,24,6 ...")
    parser.add_argument("--sentences", type=int, default=200, help="of ours")
    parser.add_argument("--weights", type=_weights, default=WEIGHTS, help="unknown=2,command=1 ...: to tune")
    parser.add_argument("--curve", type=Path, metavar="FILE.png", help="the curve in place of the rows")
    parser.add_argument(
        "--more", type=_numbers, default=curve.MORE, help="nats by which a call must lead more, on the curve"
    )
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--show", action="store_true", help="what was heard in each clip, on standard error")
    return parser.parse_args()


def _rows(text: str) -> list[str]:
    rows = text.split(",")
    if unknown := [row for row in rows if row not in ROWS]:
        raise argparse.ArgumentTypeError(f"no row is called {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return rows


def _levels(text: str) -> list[int | None]:
    return [None if level == "clean" else int(level) for level in text.split(",")]


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.split(",")))


def _weights(text: str) -> dict[Mode, Weights]:
    pairs = (pair.split("=") for pair in text.split(",") if pair)
    changes = {name: float(value) for name, value in pairs}
    return {mode: dataclasses.replace(weights, **changes) for mode, weights in WEIGHTS.items()}


def draw_curve(options: argparse.Namespace) -> None:
    """Measure the curve, draw it, print it."""
    needs.check(["curve"])  # it takes hours until it is needed
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(options, Path(scratch))
        points = bench.wake_curve()
    curve.draw(points, options.curve)
    found = [dataclasses.asdict(point) for point in points]
    sys.stdout.write(json.dumps({"model": str(options.model), "every": options.every, "curve": found}) + "\n")


def main() -> None:
    """Measure, print."""
    options = parse()
    if options.curve:
        draw_curve(options)
        return
    needs.check(options.rows, peers=options.peers)
    figures = dict[str, Figures]()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(options, Path(scratch))
        for row in options.rows:
            measure: Callable[[], Iterable[tuple[str, Figures]]] = getattr(bench, row)
            for name, values in measure():
                figures[name] = values
                console.print(name, *(f"{who} {value:.4g}" for who, value in values.items()))
    columns = list(dict.fromkeys(who for values in figures.values() for who in values))
    table = Table("", *columns)
    for name, values in figures.items():
        table.add_row(name, *(f"{values[who]:.4g}" if who in values else "" for who in columns))
    console.print(table)
    sys.stdout.write(json.dumps({"model": str(options.model), "every": options.every, "rows": figures}) + "\n")


if __name__ == "__main__":
    main()
