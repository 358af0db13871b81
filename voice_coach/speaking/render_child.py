"""The child process that renders speech: `python render_child.py VOICE RATE FOLDER`.

pyttsx3 hands everything to a thread of espeak-ng, and its `runAndWait` cancels whatever that thread has not done
yet: the rate, or the whole sentence, which is then empty. So voice and rate are set once, and before each step the
thread has to be idle.

Each JSON line on standard input is answered with one on standard output: `{"text": ...}` with `{"wav": PATH}`,
`{"voices": true}` with `{"voices": [...]}`, anything that fails with `{"error": ...}`. The child leaves, and takes
its files along, when standard input closes: so also when the parent dies.
"""

import itertools
import json
import os
import queue
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

_SETTLE_S = 0.1
_POLL_S = 0.002


class _Speech:
    """pyttsx3, tamed: one utterance at a time, into a file that is whole when it has its name."""

    def __init__(self, name: str, words_per_minute: int, folder: Path) -> None:
        import pyttsx3  # noqa: PLC0415  (fails when the espeak-ng library is missing: the caller reports that)
        from pyttsx3.drivers import _espeak  # noqa: PLC0415

        self._folder = folder
        self._numbers = itertools.count()
        self._completed: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._espeak = _espeak
        self._engine = pyttsx3.init("espeak")
        self._engine.connect("finished-utterance", lambda completed, **_: self._completed.put(completed))
        self._run()  # with nothing to do: from now on, properties are set at once and not in the next run
        self._engine.setProperty("voice", name)
        self._engine.setProperty("rate", words_per_minute)
        time.sleep(_SETTLE_S)
        self._wait_until_idle()
        # pyttsx3 swallows an unknown voice, and espeak-ng an unknown variant: both then speak with another one.
        if self._engine.getProperty("voice") != name.lower():
            raise LookupError(f'espeak-ng has no voice "{name}"')
        version = _espeak.Info(None)
        self.backend = f"espeak-ng {version.decode() if version else '?'}"

    def _wait_until_idle(self) -> None:
        while self._espeak.IsPlaying():
            time.sleep(_POLL_S)

    def _run(self) -> None:
        self._wait_until_idle()
        self._engine.runAndWait()

    def voices(self) -> list[str]:
        """The names of all voices."""
        return [voice.id for voice in self._engine.getProperty("voices")]

    def render(self, text: str) -> Path:
        """Speak into a new wav file. Waits for ever when pyttsx3 never finishes: the parent has the time-out."""
        wav = self._folder / f"{next(self._numbers)}.wav"
        part = wav.with_suffix(".part")
        self._engine.save_to_file(text, str(part))
        self._run()  # may return before the file is there
        if not self._completed.get():
            raise RuntimeError("pyttsx3 cancelled the sentence")
        return part.rename(wav)


def _read_requests(requests: "queue.SimpleQueue[dict[str, Any]]", folder: Path) -> NoReturn:
    """Take in lines until standard input closes, then end the process, whatever it is doing."""
    for line in sys.stdin:
        requests.put(json.loads(line))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _answer(speech: _Speech, request: Mapping[str, Any]) -> dict[str, Any]:
    if "voices" in request:
        return {"voices": speech.voices()}
    return {"wav": str(speech.render(request["text"]))}


def _reply_channel() -> Callable[[dict[str, Any]], None]:
    """Keep standard output for the answers alone: pyttsx3 prints a line for each file it has written."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    return reply


def main(name: str, words_per_minute: str, folder: str) -> None:
    """Serve until standard input closes."""
    reply = _reply_channel()
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests, Path(folder)), daemon=True).start()
    try:
        speech = _Speech(name, int(words_per_minute), Path(folder))
    except LookupError as error:
        reply({"error": str(error)})
        return
    except (RuntimeError, OSError) as error:
        reply({"error": f"espeak-ng cannot be loaded ({error}); on Debian: apt install espeak-ng"})
        return
    reply({"ready": speech.backend})
    while True:
        request = requests.get()
        try:
            reply(_answer(speech, request))
        except (OSError, RuntimeError) as error:
            reply({"error": str(error)})


if __name__ == "__main__":
    main(*sys.argv[1:])
