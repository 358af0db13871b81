"""Rehearsal scripts: who says what, when, and what must follow.

One statement a line; # begins a remark. Settings come first, each at most
once; those not given are as at the table:

    names: Anna, Ben             the first one has the higher voice
    guide: reconnect
    wake: hey coach
    turn: 5 minutes              also: pause, grace, breath (90 s, 2 min)
    seed: 3                      decides who is drawn to start
    begins: 2026-11-27 19:30     the clock on the wall, in the time zone
    zone: Europe/Berlin
    stays: yes                   on between talks, with a memory

Then, in order:

    Anna: start                  she says it, once the coach is silent
    Ben (while the coach speaks): louder
    Anna talks 2 min             free talk, which must have no effect
    Ben talks until chime one-minute
    after 90 s                   time passes
    wait for said turn-start     for 20 minutes at most
    wait for end within 40 min
    expect heard pause           it must happen: within 10 s
    expect heard pause within 1 s
    expect turn resumed left_s=209..211
    expect no ignored for 20 s   until 20 s from now it must not happen
    expect nothing said
    at +1d 21:00                 days pass, by the clock on the wall
    wait until Sunday 10:00
    power off                    as if the plug were pulled
    power on
    clock -2w                    the clock on the wall is set

After `wait for`, `expect` and `until` stands a kind of event, perhaps the
name of one (with wildcards: `said guide/causes/*`), perhaps KEY=VALUE. The
time is counted from the statement before. What has happened since somebody
began to speak, or since the last wait, counts too, but only once. Kinds:

    heard INTENT    ignored REASON    said LINE    chime SOUND
    step NUMBER     turn WHAT         pause WHAT   note WHAT     end
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from voice_coach.errors import ScriptError
from voice_coach.rehearsal.wall_script import WallMoment, read_change, read_moment
from voice_coach.table.event_log import KINDS, NAME_KEYS, Entry

WAIT_S = 20 * 60.0
EXPECT_S = 10.0

_UNITS = {"s": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0, "minute": 60.0, "minutes": 60.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|seconds?|min|minutes?)")
_SPEAKER = re.compile(r"([^:()]+?)\s*(\(while the coach speaks\))?\s*:\s*(\S.*)")
_VALUE = re.compile(r"-?\d+(\.\d+)?\.\.-?\d+(\.\d+)?|(?!.*\.\.).+")
_LIMIT = re.compile(r"(.*?)\s+(within|for)\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Events of a kind; `name` is a glob for what happened, `where` has keys with the values they must have."""

    kind: str
    name: str | None = None
    where: tuple[tuple[str, str], ...] = ()

    def fits(self, entry: Entry) -> bool:
        """Whether this entry of the log is meant."""
        if entry["kind"] != self.kind:
            return False
        if self.name is not None and not fnmatchcase(
            str(entry.get(NAME_KEYS.get(self.kind, "what"), "")), self.name
        ):
            return False
        return all(_agrees(_value(entry, key), wanted) for key, wanted in self.where)

    def __str__(self) -> str:
        return " ".join([self.kind, *([self.name] if self.name else []), *(f"{k}={v}" for k, v in self.where)])


def _value(entry: Entry, key: str) -> object:
    """A value of the entry, or of the slots that were heard."""
    slots = entry.get("slots")
    return entry[key] if key in entry else slots.get(key) if isinstance(slots, dict) else None


def _agrees(value: object, wanted: str) -> bool:
    least, dots, most = wanted.partition("..")
    if dots:
        return isinstance(value, int | float) and float(least) <= value <= float(most)
    if isinstance(value, float):
        return f"{value:g}" == wanted
    return str(value).casefold() == wanted.casefold()


@dataclass(frozen=True, slots=True)
class Saying:
    """Person `who` (0 or 1) says `text`, after the coach or, with `over`, while the coach speaks."""

    line: int
    who: int
    text: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Talking:
    """Person `who` talks freely for `seconds`, or until something happens but no longer than `seconds`."""

    line: int
    who: int
    seconds: float
    until: Pattern | None = None


@dataclass(frozen=True, slots=True)
class After:
    """`seconds` pass."""

    line: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes until something happens. The rehearsal ends when it does not, within `seconds`."""

    line: int
    what: Pattern
    seconds: float = WAIT_S


@dataclass(frozen=True, slots=True)
class Expect:
    """Something must happen within `seconds`."""

    line: int
    what: Pattern
    seconds: float = EXPECT_S


@dataclass(frozen=True, slots=True)
class ExpectNone:
    """Something must not happen until `seconds` from now."""

    line: int
    what: Pattern
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes until the clock on the wall shows a moment."""

    line: int
    moment: WallMoment


@dataclass(frozen=True, slots=True)
class Power:
    """The plug is pulled, or put in again."""

    line: int
    on: bool


@dataclass(frozen=True, slots=True)
class SetClock:
    """The clock on the wall is set by `change`."""

    line: int
    change: timedelta


Statement: TypeAlias = Saying | Talking | After | Wait | Expect | ExpectNone | Pass | Power | SetClock


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script. `settings`: field name of `Settings` -> value, where the script gave one."""

    name: str
    names: tuple[str, str] = ("Alex", "Sam")
    settings: dict[str, object] = field(default_factory=dict)
    seed: int = 0
    begins: datetime = datetime(2026, 11, 27, 19, 30)
    zone: str = "Europe/Berlin"
    stays: bool = False
    statements: tuple[Statement, ...] = ()


def read_script(path: Path) -> Script:
    """The script in a file. Raises ScriptError: file, line number, what was expected."""
    try:
        return parse_script(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read: {error.strerror}; see voice-coach rehearse --list") from None
    except UnicodeDecodeError:
        raise ScriptError(f"{path}: expected text in UTF-8") from None


def parse_script(text: str, name: str) -> Script:
    """A script from its text; `name` stands in messages. Raises ScriptError."""
    script = Script(name)
    statements: list[Statement] = []
    given: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        where = f"{name}:{number}"
        key, colon, value = line.partition(":")
        if colon and key in _SETTINGS:
            if statements:
                raise ScriptError(f"{where}: expected the setting `{key}` before the first statement")
            if key in given:
                raise ScriptError(f"{where}: expected the setting `{key}` only once")
            given[key] = value.strip()
            script = _set(script, key, value.strip(), where)
        else:
            statements.append(_statement(line, script.names, number, where))
    if not statements:
        raise ScriptError(f"{name}: expected at least one statement, as in `{script.names[0]}: start`")
    return replace(script, statements=tuple(statements))


_SETTINGS = {
    "names": "names",
    "guide": "guide",
    "wake": "wake_phrase",
    "turn": "turn_minutes",
    "pause": "pause_minutes",
    "grace": "grace_seconds",
    "breath": "breath_seconds",
    "seed": "seed",
    "begins": "begins",
    "zone": "zone",
    "stays": "stays",
}


def _set(script: Script, key: str, value: str, where: str) -> Script:
    names, seed, settings = script.names, script.seed, dict(script.settings)
    if key == "names":
        a, comma, b = (v.strip() for v in value.partition(","))
        if not (a and comma and b) or "," in b or a.casefold() == b.casefold():
            raise ScriptError(f"{where}: expected two different names, as in `names: Anna, Ben`, got `{value}`")
        names = (a, b)
    elif key == "seed":
        if not value.isdecimal():
            raise ScriptError(f"{where}: expected a whole number after `seed:`, got `{value}`")
        seed = int(value)
    elif key in ("begins", "zone", "stays"):
        return replace(script, **{key: _wall_setting(key, value, where)})
    elif key in ("turn", "pause"):
        settings[_SETTINGS[key]] = _seconds(value, where) / 60
    elif key in ("grace", "breath"):
        settings[_SETTINGS[key]] = _seconds(value, where)
    elif value:
        settings[_SETTINGS[key]] = value
    else:
        raise ScriptError(f"{where}: expected something after `{key}:`")
    return replace(script, names=names, settings=settings, seed=seed)


def _wall_setting(key: str, value: str, where: str) -> Any:
    try:
        match key:
            case "begins":
                return datetime.fromisoformat(value).replace(tzinfo=None)
            case "zone":
                return str(ZoneInfo(value))
    except (ValueError, KeyError, OSError):
        example = "2026-11-27 19:30" if key == "begins" else "Europe/Berlin"
        raise ScriptError(f"{where}: expected `{key}: {example}`, or another, got `{value}`") from None
    if value not in ("yes", "no"):
        raise ScriptError(f"{where}: expected yes or no after `stays:`, got `{value}`")
    return value == "yes"


def _statement(line: str, names: tuple[str, str], number: int, where: str) -> Statement:
    first, _, rest = line.partition(" ")
    rest = rest.strip()
    match first:
        case "at":
            return Pass(number, read_moment(rest, where))
        case "wait" if rest.startswith("until "):
            return Pass(number, read_moment(rest.removeprefix("until ").strip(), where))
        case "power" if rest in ("on", "off"):
            return Power(number, rest == "on")
        case "clock":
            return SetClock(number, read_change(rest, where))
    if first == "after":
        return After(number, _seconds(rest, where))
    if first == "wait" and rest.startswith("for "):
        pattern, limit = _limited(rest.removeprefix("for "), "within", where)
        return Wait(number, pattern, WAIT_S if limit is None else limit)
    if first == "expect":
        negative = re.match(r"(?:nothing|no)\s+(.*)", rest)
        if negative:
            pattern, limit = _limited(negative[1], "for", where)
            return ExpectNone(number, pattern, limit or 0.0)
        pattern, limit = _limited(rest, "within", where)
        return Expect(number, pattern, EXPECT_S if limit is None else limit)
    for who, person in enumerate(names):
        if line.startswith(f"{person} talks "):
            return _talking(line.removeprefix(f"{person} talks ").strip(), who, number, where)
    said = _SPEAKER.fullmatch(line)
    if said is None:
        kinds = "NAME: words, NAME talks, after, at, wait, expect, power, clock or a setting"
        raise ScriptError(f"{where}: expected {kinds}, got `{line}`")
    person, over, words = said.groups()
    if person not in names:
        raise ScriptError(f"{where}: expected {names[0]} or {names[1]} to speak, or a setting, got `{person}`")
    return Saying(number, names.index(person), words, over is not None)


def _talking(how_long: str, who: int, number: int, where: str) -> Talking:
    if not how_long.startswith("until "):
        return Talking(number, who, _seconds(how_long, where))
    pattern, limit = _limited(how_long.removeprefix("until "), "within", where)
    return Talking(number, who, WAIT_S if limit is None else limit, pattern)


def _seconds(text: str, where: str) -> float:
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ScriptError(f"{where}: expected a span of time, as in `90 s` or `5 minutes`, got `{text}`")
    return float(found[1]) * _UNITS[found[2]]


def _limited(text: str, word: str, where: str) -> tuple[Pattern, float | None]:
    """A pattern, and the span of time behind `word`."""
    found = _LIMIT.fullmatch(text)
    if found is None:
        return _pattern(text, where), None
    if found[2] != word:
        raise ScriptError(f"{where}: expected `{word}` before the span of time, got `{found[2]}`")
    return _pattern(found[1], where), _seconds(found[3], where)


def _pattern(text: str, where: str) -> Pattern:
    kind, *words = text.split() or [""]
    if kind not in KINDS:
        raise ScriptError(f"{where}: expected one of {', '.join(KINDS)}, got `{kind}`")
    names = [w for w in words if "=" not in w]
    if len(names) > 1:
        raise ScriptError(f"{where}: expected one name after `{kind}`, got `{' '.join(names)}`")
    pairs = tuple((k, v) for k, _, v in (w.partition("=") for w in words if "=" in w))
    if not all(k and _VALUE.fullmatch(v) for k, v in pairs):
        raise ScriptError(f"{where}: expected KEY=VALUE or KEY=LEAST..MOST, as in `left_s=209..211`, got `{text}`")
    return Pattern(kind, names[0] if names else None, pairs)
