"""The child of `model_check`: loads the Vosk model in the folder of its argument and decodes some noise.

Run as a file, in a process of its own: Vosk and Kaldi end the process for some damaged files.
"""

import struct
import sys
from pathlib import Path
from types import ModuleType

# Vosk imports it to download models, which nobody does here, and it takes time.
sys.modules["requests"] = ModuleType("requests")
import vosk  # noqa: E402

_RATE_HZ = 16_000


def try_model(folder: str) -> None:
    """Raises, or ends the process, when the model cannot be used."""
    vosk.SetLogLevel(-2)
    model = vosk.Model(model_path=folder)
    recognizer = vosk.KaldiRecognizer(model, _RATE_HZ)
    # Not plain silence: nothing would be looked up in the graph.
    noise = struct.pack(f"<{_RATE_HZ // 2}h", *(at * 7919 % 2000 - 1000 for at in range(_RATE_HZ // 2)))
    recognizer.AcceptWaveform(noise)
    recognizer.FinalResult()


if __name__ == "__main__":
    try_model(str(Path(sys.argv[1])))
