"""The log of a talk, as small dicts: `t` in seconds since the start, `kind`, and what belongs to it.

    heard    intent, slots, text          a command was understood (text: the words as recognised or typed)
    ignored  text, reason                 speech that had no effect
    said     line, text                   the coach begins to say this line now
    chime    sound                        an earcon begins now
    turn, pause, step, note, end          marks of the session with its own data

The screen, the rehearsal's transcript and its expectations all live on these; nothing is written by itself.
"""

import json
from collections.abc import Callable, Mapping

Entry = Mapping[str, object]
Observer = Callable[[Entry], None]

KINDS = ("heard", "ignored", "said", "chime", "turn", "pause", "step", "note", "end")

NAME_KEYS = {"heard": "intent", "ignored": "reason", "said": "line", "chime": "sound", "step": "number"}
"""Which key of an entry names what happened, where it is not `what`."""


def as_json(entry: Entry) -> str:
    """One line of events.jsonl: the same entry gives the same bytes."""
    return json.dumps(entry, ensure_ascii=False)


def clock(seconds: float) -> str:
    """Seconds since the start for people: 03:05, or 1:03:05 from the first hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
