"""How often something is to be: the rule that somebody names, with its beginning and its end."""

from dataclasses import replace
from datetime import date

from voice_coach.plan.types import PartOfDay, Rule
from voice_coach.plan.when.almanac import add_months, days, is_movable, monday_of, next_feast
from voice_coach.plan.when.atoms import Ask, Atoms, NoSuchTimeError
from voice_coach.plan.when.day import day_of

RuleAndAsk = tuple[Rule, Ask | None]
"""A rule without its hour, and why it is asked whether it was meant."""

_GROUPS = {"weekdays": (0, 1, 2, 3, 4), "weekends": (5, 6)}
_SAFE_DAY = 28
"""The last day that every month has."""


def rule_of(atoms: Atoms, today: date) -> RuleAndAsk | None:
    """The rule in the slots, None where there is none. Raises NoSuchTimeError."""
    first, ask = _first(atoms, today)
    rule = _unlimited(atoms, first)
    if rule is None:
        return None
    if "the_month" in atoms:
        ask = Ask.ONCE
    part = atoms.text("pod") or atoms.text("meal") or _part(atoms.text("every_day"))
    if part:
        rule = replace(rule, part=PartOfDay(part))
    return _ended(rule, atoms), ask


def _first(atoms: Atoms, today: date) -> tuple[date, Ask | None]:
    """From which day on it holds."""
    start = atoms.under("start_")
    if "weeks" in start:
        return today + days(7 * start.number("weeks")), None
    if "week" in start:
        return max(today, monday_of(today) + days(7 * start.number("week"))), None
    return day_of(_day_atoms(start), today) or (today, None)


def _day_atoms(atoms: Atoms) -> Atoms:
    """Slots of the beginning or the end, under the names that those of a day have."""
    return Atoms({"weekday" if name == "day" else name: value for name, value in atoms.slots.items()})


def _unlimited(atoms: Atoms, first: date) -> Rule | None:
    """The rule without its end."""
    every = atoms.number("every_n", 1) * atoms.number("fortnight", 1)
    weekdays = _weekdays(atoms)
    if "month_weekday" in atoms:
        return Rule(first, nth=atoms.number("nth"), weekdays=(atoms.number("month_weekday"),))
    if "month_day" in atoms:
        return Rule(first, month_days=(atoms.number("month_day"),))
    if "yearly" in atoms:
        return _yearly(atoms, first)
    if weekdays:
        return Rule(first, weekdays=weekdays, every=every)
    if "every_day" in atoms:
        return Rule(first, every=every)
    if "fortnight" in atoms:
        return Rule(first, every=7 * every)
    match atoms.text("each_unit"):
        case "d":
            return Rule(first, every=every)
        case "w":
            return Rule(first, every=7 * every)
        case "m":
            # On the day on which it begins; the last days are missing from some months.
            return Rule(first, month_days=(min(first.day, _SAFE_DAY),), every=every)
    return None


def _weekdays(atoms: Atoms) -> tuple[int, ...]:
    """The days of the week on which it comes."""
    if "except" in atoms:
        return tuple(day for day in range(7) if day != atoms.number("except"))
    if "group" in atoms:
        return _GROUPS[atoms.text("group")]
    return tuple(sorted({atoms.number(name) for name in ("d1", "d2", "d3") if name in atoms}))


def _yearly(atoms: Atoms, first: date) -> Rule:
    """Once a year, on a day of a month."""
    if "feast" in atoms:
        if is_movable(atoms.text("feast")):
            raise NoSuchTimeError
        day = next_feast(atoms.text("feast"), first)
    else:
        found = day_of(atoms, first)
        day = found[0] if found else first
    return Rule(day, month_days=(day.day,), every=12)


def _part(word: str) -> str:
    return "" if word == "ALL" else word


def _ended(rule: Rule, atoms: Atoms) -> Rule:
    """The rule with its end, where one was said. Weeks are counted in occurrences, which are all to come."""
    end = atoms.under("end_")
    if "feast" in end:
        return replace(rule, until=next_feast(end.text("feast"), rule.first))
    if end.slots:
        ends = Atoms({"end_of": end.number("month")}) if set(end.slots) == {"month"} else _day_atoms(end)
        found = day_of(ends, rule.first)
        if found is None or found[0] < rule.first:
            raise NoSuchTimeError
        return replace(rule, until=found[0])
    number, unit = atoms.number("for_n", 1), atoms.text("for_unit")
    if not unit:
        return rule
    if unit == "x":
        return replace(rule, count=number)
    until = add_months(rule.first, number * (12 if unit == "y" else 1)) - days(1)
    if rule.nth is not None or rule.month_days:
        if unit not in {"m", "y"}:
            raise NoSuchTimeError
        return replace(rule, count=max(1, number * (12 if unit == "y" else 1) // rule.every))
    if unit in {"m", "y"}:
        return replace(rule, until=until)
    length = number * {"d": 1, "w": 7, "f": 14}[unit]
    if rule.weekdays:
        if length % 7:
            return replace(rule, until=rule.first + days(length - 1))
        return replace(rule, count=max(1, length // 7 * len(rule.weekdays) // rule.every))
    return replace(rule, count=max(1, length // rule.every))
