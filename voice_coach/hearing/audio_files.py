"""Recordings in, as the microphone would give them: int16, mono, 16 kHz."""

from pathlib import Path

import numpy as np
import soundfile as sf  # type: ignore[import-untyped]
import soxr

from voice_coach.errors import AudioFileError
from voice_coach.hearing.types import SAMPLE_RATE


def read_audio(path: Path) -> np.ndarray:
    """Read wav, flac, opus, ogg or mp3 of any rate and number of channels; returns int16 mono at 16 kHz.

    Raises AudioFileError, naming the file, when it is missing, empty, cut short or no audio.
    """
    if not path.is_file():
        raise AudioFileError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise AudioFileError(f"{path}: the file is empty")
    try:
        with sf.SoundFile(path) as file:
            promised, rate = file.frames, file.samplerate
            sound = file.read(dtype="float32", always_2d=True)
    except (sf.LibsndfileError, RuntimeError) as error:
        raise AudioFileError(
            f"{path}: not audio, or cut short; give a wav, flac, opus, ogg or mp3 file"
        ) from error
    if not len(sound):
        raise AudioFileError(f"{path}: there is no sound in it")
    if len(sound) < promised or _cut_short(path):
        raise AudioFileError(f"{path}: cut short; its header promises more sound than there is")
    mono = sound.mean(axis=1)
    if rate != SAMPLE_RATE:
        mono = soxr.resample(mono, rate, SAMPLE_RATE)
    return to_int16(mono)


def to_int16(sound: np.ndarray) -> np.ndarray:
    """Samples in -1..1 as int16."""
    return np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)


def _cut_short(path: Path) -> bool:
    """Whether a wav file's data chunk runs past the end of the file: libsndfile quietly reads what there is."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return False
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                # Programs that write to a pipe cannot know the length and leave the greatest there is.
                return length < 0x7FFFF000 and file.tell() + length > size
            file.seek(length + length % 2, 1)
    return False
