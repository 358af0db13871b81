"""Recordings in, as the microphone would give them: int16, mono, 16 kHz, block by block."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from voice_coach.audio.pcm import SAMPLE_RATE, to_int16
from voice_coach.errors import AudioFileError

STANDARD_INPUT = Path("-")

_UNKNOWN_BYTES = 0x7FFFF000
"""Programs that write to a pipe cannot know the length and leave about the greatest there is."""


def read_audio(path: Path) -> np.ndarray:
    """All of `audio_blocks` at once."""
    return np.concatenate(list(audio_blocks(path)))


def audio_blocks(path: Path) -> Iterator[np.ndarray]:
    """A second at a time of a wav, flac, opus, ogg or mp3 of any rate and number of channels; `-`: standard input.

    Raises AudioFileError, naming the file, when it is missing, empty or no audio; one that is cut short raises it
    at the end of what there is, a wav file before anything is read.
    """
    with _opened(path) as file:
        rate, taken = file.samplerate, 0
        resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32") if rate != SAMPLE_RATE else None
        sound = file.read(rate, dtype="float32", always_2d=True)
        while len(sound):
            taken += len(sound)
            ahead = file.read(rate, dtype="float32", always_2d=True)
            mono = np.nan_to_num(sound, posinf=1.0, neginf=-1.0).mean(axis=1)
            yield to_int16(mono if resampler is None else resampler.resample_chunk(mono, last=not len(ahead)))
            sound = ahead
        if not taken:
            raise AudioFileError(f"{_name(path)}: there is no sound in it")
        if taken < file.frames < _UNKNOWN_BYTES // (2 * file.channels):
            raise AudioFileError(f"{_name(path)}: cut short; its header promises more sound than there is")


@contextmanager
def _opened(path: Path) -> Iterator[sf.SoundFile]:
    """The file, open; what goes wrong with it meanwhile becomes one line."""
    name = _name(path)
    if path == STANDARD_INPUT and (sys.stdin is None or sys.stdin.isatty()):
        raise AudioFileError(f"{name}: there is no recording in it; redirect a wav file into it")
    try:
        descriptor = sys.stdin.fileno() if path == STANDARD_INPUT else os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise AudioFileError(f"{name}: no such file") from None
    except OSError as error:
        raise AudioFileError(f"{name}: cannot be read: {error.strerror}") from None
    try:
        kind = os.fstat(descriptor)
        if stat.S_ISDIR(kind.st_mode):
            raise AudioFileError(f"{name}: is a folder; name the recordings in it")
        if stat.S_ISREG(kind.st_mode):
            if kind.st_size == 0:
                raise AudioFileError(f"{name}: the file is empty")
            if _cut_short(descriptor, kind.st_size):
                raise AudioFileError(f"{name}: cut short; its header promises more sound than there is")
        with sf.SoundFile(descriptor, closefd=False) as file:
            yield file
    except (sf.LibsndfileError, RuntimeError) as error:
        kinds = "wav file" if path == STANDARD_INPUT else "wav, flac, opus, ogg or mp3 file"
        raise AudioFileError(f"{name}: not audio, or cut short; give a {kinds}") from error
    finally:
        if path != STANDARD_INPUT:
            os.close(descriptor)


def _name(path: Path) -> str:
    return "standard input" if path == STANDARD_INPUT else str(path)


def _cut_short(descriptor: int, size: int) -> bool:
    """Whether a wav file's data chunk runs past the end of the file: libsndfile quietly reads what there is."""
    head = os.pread(descriptor, 12, 0)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return False
    at = len(head)
    while len(chunk := os.pread(descriptor, 8, at)) == 8:
        at += 8
        length = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"data":
            return length < _UNKNOWN_BYTES and at + length > size
        at += length + length % 2
    return False
