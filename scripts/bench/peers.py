"""What we measure ourselves against: plain Vosk with a phrase list, and PocketSphinx with the same grammar."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import vosk
from rapidfuzz.distance import Levenshtein

from scripts.bench.clips import ANSWERS, Clip
from scripts.bench.phrases import covering_phrases
from voice_coach.audio.files import read_audio
from voice_coach.audio.pcm import SAMPLE_RATE
from voice_coach.commands.command_set import Commands
from voice_coach.commands.matcher import Limits, Matcher
from voice_coach.commands.template_graph import START

LENIENT = Limits(cutoff=40, margin=0)  # of the letters; less takes minutes to find
_BLOCK = 3200  # samples
_SHORT_BLOCK = SAMPLE_RATE * 60 // 1000  # as the coach hears


class Peer(Protocol):
    """Something that writes down what it hears."""

    def heard(self, audio: np.ndarray) -> str:
        """The words in int16 mono audio at 16 kHz."""


class Grammar:
    """A command file as the peers can take it."""

    def __init__(self, commands: Path, lists: Mapping[str, Sequence[str]] | None = None) -> None:
        self.commands = Commands.load(commands, lists)
        self._matcher = Matcher(self.commands.graph, self.commands.skip)

    def meaning(self, text: str) -> tuple[str, dict[str, Any]] | None:
        """The nearest thing to a text that can be said, however far."""
        words = tuple(text.split())
        match = self._matcher.match([(words, 0.0)], LENIENT)
        return (match.intent, dict(match.slots)) if match else None

    def finite_state(self, knows: Any) -> str:
        """The graph in Sphinx's FSG format."""
        graph = self.commands.graph
        last = len(graph.words)
        lines = ["FSG_BEGIN commands", f"NUM_STATES {last + 1}", f"START_STATE {START}", f"FINAL_STATE {last}"]
        for node, (words, silent) in enumerate(zip(graph.words, graph.silent, strict=True)):
            lines += [f"TRANSITION {node} {arc.to} 1.0 {arc.word}" for arc in words if knows(arc.word)]
            lines += [f"TRANSITION {node} {arc.to} 1.0" for arc in silent]
        lines += [f"TRANSITION {node} {last} 1.0" for node in sorted(graph.ends)]
        return "\n".join([*lines, "FSG_END"]) + "\n"


class PlainVosk:
    """Vosk's own way: a phrase list, final results."""

    def __init__(self, model: Path, grammar: Grammar | None, *more: str) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(model_path=str(model))
        knows = lambda word: self._model.vosk_model_find_word(word) >= 0  # noqa: E731
        self._phrases = [json.dumps([*covering_phrases(grammar.commands.graph, knows), *more])] if grammar else []

    def heard(self, audio: np.ndarray) -> str:
        """All final results, joined."""
        recogniser = vosk.KaldiRecognizer(self._model, SAMPLE_RATE, *self._phrases)
        texts = []
        for at in range(0, len(audio), _BLOCK):
            if recogniser.AcceptWaveform(audio[at : at + _BLOCK].tobytes()):
                texts.append(json.loads(recogniser.Result())["text"])
        texts.append(json.loads(recogniser.FinalResult())["text"])
        return " ".join(filter(None, texts))

    def late(self, audio: np.ndarray) -> list[float]:
        """Seconds from the end of the last word of each final result to that result, where it came of itself."""
        recogniser = vosk.KaldiRecognizer(self._model, SAMPLE_RATE, *self._phrases)
        recogniser.SetWords(True)
        found = []
        for at in range(0, len(audio), _SHORT_BLOCK):
            block = audio[at : at + _SHORT_BLOCK]
            if recogniser.AcceptWaveform(block.tobytes()):
                words = json.loads(recogniser.Result()).get("result", [])
                found += [(at + len(block)) / SAMPLE_RATE - word["end"] for word in words[-1:]]
        return found


class Sphinx:
    """PocketSphinx with the model in its wheel; without a grammar, with the language model there, too."""

    def __init__(self, grammar: Grammar | None, scratch: Path) -> None:
        import pocketsphinx  # noqa: PLC0415 - a peer that need not be there

        self._decoder = pocketsphinx.Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
        if grammar:
            path = scratch / "commands.fsg"
            path.write_text(grammar.finite_state(self._decoder.lookup_word), encoding="utf-8")
            self._decoder = pocketsphinx.Decoder(samprate=SAMPLE_RATE, loglevel="FATAL", fsg=str(path), lm=None)

    def heard(self, audio: np.ndarray) -> str:
        """The best hypothesis for the whole of it."""
        self._decoder.start_utt()
        self._decoder.process_raw(audio.tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return str(found.hypstr) if found else ""


def orders_right(peer: Peer, heard: Iterable[Clip], grammar: Grammar) -> float:
    """Percent of commands understood with intent and all slots, leniently."""
    right = []
    for clip in heard:
        assert clip.meaning is not None
        meant = clip.meaning[0], dict(clip.meaning[1])
        right.append(grammar.meaning(peer.heard(read_audio(clip.path))) == meant)
    return 100 * float(np.mean(right))


def answers_right(peer: Peer, heard: Iterable[Clip]) -> tuple[float, float]:
    """Percent of answers heard as themselves, and of other words heard as one of the answers."""
    right, taken = list[bool](), list[bool]()
    for clip in heard:
        text = peer.heard(read_audio(clip.path))
        (right if clip.meaning else taken).append(text == clip.text if clip.meaning else text in ANSWERS)
    return 100 * float(np.mean(right)), 100 * float(np.mean(taken))


def word_errors(peer: Peer, heard: Iterable[Clip]) -> float:
    """Word error rate in percent, punctuation and capitals apart."""
    errors = words = 0
    for clip in heard:
        said = _words(clip.text)
        errors += Levenshtein.distance(said, _words(peer.heard(read_audio(clip.path))))
        words += len(said)
    return 100 * errors / words


def _words(text: str) -> list[str]:
    kept = "".join(char if char.isalpha() or char == "'" else " " for char in text.lower().replace("\u2019", "'"))
    return kept.split()


def cost_of(model: Path, files: Sequence[Path], dev: Path) -> dict[str, float]:
    """The summary of `voice-coach listen` in a process of its own."""
    command = [sys.executable, "-m", "voice_coach", "listen", "--jsonl", "--attention", "open"]
    options = ["--model", str(model), "--commands", str(dev / "coffee" / "commands.yaml")]
    done = subprocess.run([*command, *options, *map(str, files)], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))
