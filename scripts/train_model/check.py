"""Stage: does the finished directory work in stock Vosk? Loads, obeys run-time grammars, times words rightly."""

import json
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import vosk

from scripts.train_model.work import RATE, Floats, read_audio

UNKNOWN = "[unk]"
_LEAD = 0.7  # seconds of silence before the sentence
_SLACK = 0.25  # seconds a word may begin before, or end after, the sound of the sentence


def recognise(model: vosk.Model, samples: Floats, phrases: list[str] | None = None) -> dict[str, Any]:
    """Vosk's result for all of `samples`, words included; pieces the endpointer made are joined."""
    recogniser = vosk.KaldiRecognizer(model, RATE, *([json.dumps(phrases)] if phrases else []))
    recogniser.SetWords(True)
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    pieces = list[dict[str, Any]]()
    for start in range(0, len(pcm), 6400):
        if recogniser.AcceptWaveform(pcm[start : start + 6400]):
            pieces.append(json.loads(recogniser.Result()))
    pieces.append(json.loads(recogniser.FinalResult()))
    return {
        "text": " ".join(piece["text"] for piece in pieces if piece["text"]),
        "result": [word for piece in pieces for word in piece.get("result", [])],
    }


def spoken(text: str) -> Floats:
    """`text` by espeak-ng, silence before and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "140", "-w", str(path), text], check=True)
        sound = read_audio(path)
    silence = np.zeros(int(_LEAD * RATE), np.float32)
    return np.concatenate([silence, sound * np.float32(0.5 / np.abs(sound).max()), silence])


def check(folder: Path) -> list[str]:
    """What is wrong with the model in `folder`; empty if nothing."""
    vosk.SetLogLevel(-1)
    model = vosk.Model(model_path=str(folder))
    faults = [
        f"{word}: not in the vocabulary"
        for word in ("yes", "pause", "anna")
        if model.vosk_model_find_word(word) < 0
    ]
    phrases = ["hey coach pause", "we need a break", "what's next", "go to step seven", UNKNOWN]
    for text in phrases[:-1]:
        sound = spoken(text)
        heard = recognise(model, sound, phrases)
        if heard["text"] != text:
            faults.append(f"{text!r} with a phrase list: heard {heard['text']!r}")
            continue
        times = [(word["start"], word["end"]) for word in heard["result"]]
        duration = len(sound) / RATE
        in_order = all(before[1] <= after[0] + 0.01 for before, after in pairwise(times))
        if not in_order or times[0][0] < _LEAD - _SLACK or times[-1][1] > duration - _LEAD + _SLACK:
            faults.append(f"{text!r}: words at {times}, the sentence at {_LEAD:.2f}-{duration - _LEAD:.2f}")
    silence = recognise(model, np.zeros(3 * RATE, np.float32))
    if silence["text"]:
        faults.append(f"silence: heard {silence['text']!r}")
    return faults


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    sys.stdout.write("".join(f"{fault}\n" for fault in found) or "the model works in Vosk\n")
    sys.exit(bool(found))
