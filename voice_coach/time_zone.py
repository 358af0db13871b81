"""The key of the time zone that this machine is in, such as "Europe/Berlin": an offset knows no summer."""

import os
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from voice_coach.errors import CoachError

_LINK = Path("/etc/localtime")
_NAME = Path("/etc/timezone")


def local_zone(link: Path = _LINK, name: Path = _NAME) -> str:
    """The zone that $TZ names, or the system's `link` or the file `name`. Raises CoachError where none does."""
    for key in _named(link, name):
        try:
            ZoneInfo(key)
        except (KeyError, ValueError, OSError):  # whatever it is instead: a rule, a folder of zones
            continue
        return key
    raise CoachError("the time zone of this machine has no name; give one, as in TZ=Europe/Berlin")


def _named(link: Path, name: Path) -> Iterator[str]:
    if named := os.environ.get("TZ"):
        yield named.lstrip(":").rpartition("zoneinfo/")[2]
        return
    yield str(link.resolve()).rpartition("zoneinfo/")[2]
    try:
        yield name.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return
