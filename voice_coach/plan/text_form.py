"""The plan as a text that a person can edit: an entry for each promise, break, improvement and note.

What is not in the text, such as what became of the promises, stays as it is. An entry that was removed drops its
promise, or its words; one with the heading [new] makes another promise.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from voice_coach.errors import PlanError, nearest
from voice_coach.plan.changes import add, change, end, new_id, set_breaks
from voice_coach.plan.recurrence import days, local
from voice_coach.plan.text_days import EXAMPLES, from_phrase, is_once, to_phrase
from voice_coach.plan.types import Break, Improvement, Kind, PartOfDay, Plan, Promise, Rule

_HEAD = f"""\
# Our plan. Change what you like; a line that begins with # is only a remark.
# To drop something, remove its entry. To add something, write an entry that begins with [new].
#
#   what     what it is, in your words
#   kind     {", ".join(Kind)}
#   days     {"; ".join(EXAMPLES[:4])};
#            {"; ".join(EXAMPLES[4:])}
#   from     the first day, as 2027-03-08
#   at       the hour, as 21:00; several with commas; without this line no hour is set
#   part     {", ".join(part.name.lower() for part in PartOfDay)}, where no hour is set
#   count    how many times at most
#   until    the last day it may come
#   minutes  how long it takes
#   zone     whose clocks are meant, as Europe/Berlin
#
# A holiday is an entry [break] with its first day as "from" and its last as "to".
# What you have noted stands at the end, with its words as "text".
"""
_NEW, _BREAK = "new", "break"
_KEYS = ("what", "kind", "days", "from", "at", "part", "count", "until", "minutes", "zone")
_BREAK_KEYS = ("from", "to")
_WORDS_KEYS = ("text",)
_NOTED = re.compile(r"[in]\d+")
"""A name of an improvement or a note."""
_A_DAY = "a day as 2027-03-08"
_LONGEST_MINUTES = 24 * 60
_LARGEST = 9999

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A heading and the lines below it."""

    name: str
    line: int
    """Of the heading, from 1."""
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By key, each with its line."""

    def says_the_same(self, promise: Promise) -> bool:
        """Whether nothing in it differs from what was written of the promise."""
        (written,) = _entries(_promise_text(promise))
        return {key: value for key, (value, _) in self.values.items()} == {
            key: value for key, (value, _) in written.values.items()
        }

    def read(self, key: str, expected: str, meaning: Callable[[str], _T | None]) -> _T | None:
        """What the key's value means; None without such a line. Raises PlanError for what means nothing."""
        if key not in self.values:
            return None
        value, line = self.values[key]
        try:
            found = meaning(value)
        except ValueError:
            found = None
        return _refuse(line, key, f"expected {expected}, found {value!r}") if found is None else found

    def must(self, key: str, expected: str, meaning: Callable[[str], _T | None]) -> _T:
        """The same for a line that has to be there."""
        found = self.read(key, expected, meaning)
        return (
            _refuse(self.line, key, f"expected this line in [{self.name}], found none") if found is None else found
        )


def named_improvements(plan: Plan) -> dict[str, Improvement]:
    """The improvements by the names that people see."""
    return {f"i{number}": each for number, each in enumerate(plan.improvements, start=1)}


def named_notes(notes: Sequence[_T]) -> dict[str, _T]:
    """The notes by the names that people see."""
    return {f"n{number}": each for number, each in enumerate(notes, start=1)}


def to_text(plan: Plan, notes: Sequence[str] = ()) -> str:
    """The promises that still run, the breaks, the improvements and the notes, as text."""
    entries = [_promise_text(each) for each in plan.promises if each.ended is None]
    entries += [f"[{_BREAK}]\nfrom: {each.first}\nto: {each.last}\n" for each in plan.breaks]
    entries += [f"[{name}]\ntext: {_line(words)}\n" for name, words in _words(plan, notes).items()]
    return "\n".join([_HEAD, *entries])


def has_entries(text: str) -> bool:
    """Whether there is anything in it but remarks and empty lines."""
    return any(line and not line.startswith("#") for line in map(str.strip, text.splitlines()))


def notes_from_text(text: str, plan: Plan, notes: Sequence[str]) -> tuple[str | None, ...]:
    """The notes as a text has them that `from_text` has taken; None for each that was removed from it."""
    edited = _edited_words(list(_entries(text)), _words(plan, notes))
    return tuple(edited.get(name) for name in named_notes(notes))


def from_text(text: str, plan: Plan, now: datetime, zone: str = "", notes: Sequence[str] = ()) -> Plan:
    """The plan as the text has it; `zone` is that of a new entry which names none. `notes` may stand in it, too.

    Raises PlanError with line and key of the first thing that does not fit.
    """
    running = {each.id: each for each in plan.promises if each.ended is None}
    words = _words(plan, notes)
    entries = list(_entries(text))
    names = [each.name for each in entries]
    for number, entry in enumerate(entries):
        if entry.name in {*running, *words} and entry.name in names[:number]:
            _refuse(entry.line, f"[{entry.name}]", "expected each entry once, found it again")
        if entry.name not in {*running, *words, _NEW, _BREAK}:
            _refuse(entry.line, f"[{entry.name}]", f"there is no such entry; write [{_NEW}] for another promise")
    zone = zone or next((each.zone for each in plan.promises), "")
    changed = plan
    for entry in entries:
        if entry.name == _NEW:
            new = _promise(entry, Promise("", Kind.RITUAL, "", Rule(date.min), zone), now)
            changed = add(changed, replace(new, id=new_id(changed, new.kind)), now)
        elif entry.name in running and not entry.says_the_same(running[entry.name]):
            changed = change(changed, _promise(entry, running[entry.name], now), now)
    for gone in running.keys() - set(names):
        changed = end(changed, gone, now)
    edited = _edited_words(entries, words)
    improvements = tuple(
        replace(each, text=edited[name]) for name, each in named_improvements(plan).items() if name in edited
    )
    changed = replace(changed, improvements=improvements)
    return set_breaks(changed, tuple(_break(each) for each in entries if each.name == _BREAK), now)


def _words(plan: Plan, notes: Sequence[str]) -> dict[str, str]:
    """Everything that has words and no more, by name."""
    return {name: each.text for name, each in named_improvements(plan).items()} | named_notes(notes)


def _edited_words(entries: Sequence[_Entry], words: Mapping[str, str]) -> dict[str, str]:
    """What the entries have of these words, by name. Raises PlanError."""
    found = {}
    for entry in entries:
        if entry.name in words:
            text = entry.must("text", "some words", lambda said: said or None)
            old = words[entry.name]
            found[entry.name] = old if text == _line(old) else text
    return found


def _line(text: str) -> str:
    return " ".join(text.split())


def _promise_text(promise: Promise) -> str:
    rule = promise.rule
    lines: dict[str, object] = {
        "what": _line(promise.what),
        "kind": promise.kind,
        "days": to_phrase(rule),
        "from": rule.first,
        "at": ", ".join(at.isoformat("auto" if at.second or at.microsecond else "minutes") for at in rule.times),
        "part": rule.part.name.lower() if rule.part else None,
        "count": None if is_once(rule) else rule.count,
        "until": rule.until,
        "minutes": promise.minutes,
        "zone": promise.zone,
    }
    return "\n".join([f"[{promise.id}]", *(f"{key}: {value}" for key, value in lines.items() if value), ""])


def _entries(text: str) -> Iterator[_Entry]:
    """The entries as they stand. Raises PlanError for a line that is none, or has a key that there is not."""
    entry = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            if entry is not None:
                yield entry
            entry = _Entry(line[1:-1].strip(), number)
            continue
        key, colon, value = (part.strip() for part in line.partition(":"))
        keys = _keys_of(entry)
        if not colon or entry is None:
            _refuse(number, line, "expected a heading as [new], or a line as what: a walk")
        if key not in keys:
            _refuse(number, key, f"there is no such key; {nearest(key, keys)}")
        if key in entry.values:
            _refuse(number, key, "expected each key once, found it again")
        entry.values[key] = (value, number)
    if entry is not None:
        yield entry


def _keys_of(entry: _Entry | None) -> tuple[str, ...]:
    """The keys that an entry may have."""
    if entry is not None and entry.name == _BREAK:
        return _BREAK_KEYS
    return _WORDS_KEYS if entry is not None and _NOTED.fullmatch(entry.name) else _KEYS


def _promise(entry: _Entry, old: Promise, now: datetime) -> Promise:
    """The promise that an entry describes, with the id, source and past of `old`."""
    zone = entry.read("zone", "a time zone as Europe/Berlin", _zone) or old.zone or entry.must("zone", "", _zone)
    rule = Rule(
        first=entry.read("from", _A_DAY, date.fromisoformat) or local(zone, now).date(),
        times=entry.read("at", "hours as 21:00", _times) or (),
        count=entry.read("count", "a number", _number),
        until=entry.read("until", _A_DAY, date.fromisoformat),
        part=entry.read("part", "a part of the day as evening", _part),
    )
    found = entry.must("days", f"days as {'; '.join(EXAMPLES)}", lambda phrase: from_phrase(phrase, rule))
    if "count" in entry.values and found.count != rule.count:
        _refuse(entry.values["count"][1], "count", "expected no such line for what comes once")
    if next(days(found), None) is None:
        _refuse(
            entry.values["days"][1], "days", "expected days that come, found none from the first day to the last"
        )
    return replace(
        old,
        kind=entry.read("kind", f"one of {', '.join(Kind)}", Kind) or old.kind,
        what=entry.must("what", "some words", lambda words: words or None),
        rule=found,
        zone=zone,
        minutes=entry.read("minutes", "whole minutes, a day's at most", _minutes),
    )


def _break(entry: _Entry) -> Break:
    first = entry.must("from", _A_DAY, date.fromisoformat)
    last = entry.must("to", _A_DAY, date.fromisoformat)
    return (
        Break(first, last)
        if first <= last
        else _refuse(entry.values["to"][1], "to", "expected no day before from")
    )


def _times(text: str) -> tuple[time, ...]:
    found = {time.fromisoformat(hour.strip().zfill(5)) for hour in text.split(",")}
    if any(at.tzinfo for at in found):
        raise ValueError(text)
    return tuple(sorted(found))


def _part(word: str) -> PartOfDay | None:
    return next((part for part in PartOfDay if part.name.lower() == word.lower()), None)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 1 <= int(text) <= _LARGEST else None


def _minutes(text: str) -> int | None:
    found = _number(text)
    return found if found is not None and found <= _LONGEST_MINUTES else None


def _zone(key: str) -> str | None:
    try:
        return ZoneInfo(key).key
    except (KeyError, ValueError, OSError):
        return None


def _refuse(line: int, key: str, what: str) -> NoReturn:
    raise PlanError(f"line {line}: {key}: {what}")
