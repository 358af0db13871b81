"""Readings in a notation for programs: ISO 8601, TMO and so on for parts of a day, iCalendar's RRULE for rules."""

from datetime import date

from voice_coach.plan.types import Reading, ReadingKind, Rule

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def notation(reading: Reading, today: date | None = None) -> str:
    """The value of a reading; "" for one of kind NONE.

    `today`: a rule that begins on another day tells so (DTSTART). A part of the day is an X-PART of a rule.
    """
    match reading.kind:
        case ReadingKind.TIME:
            return f"{reading.time:%H:%M}"
        case ReadingKind.DAY:
            return f"{reading.day}"
        case ReadingKind.PART:
            return f"{reading.day}T{reading.part}"
        case ReadingKind.SPAN:
            return f"{reading.day}/{reading.last}"
        case ReadingKind.AT:
            return f"{reading.day}T{reading.time:%H:%M}"
        case ReadingKind.RULE if reading.rule is not None:
            return ";".join(_rule(reading.rule, today))
    return ""


def _rule(rule: Rule, today: date | None) -> list[str]:
    """The parts of a rule."""
    frequency, every = _frequency(rule)
    parts = [f"FREQ={frequency}"]
    if frequency != "YEARLY" and today is not None and rule.first != today:
        parts.insert(0, f"DTSTART={rule.first:%Y%m%d}")
    if every > 1:
        parts.append(f"INTERVAL={every}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until:%Y%m%d}")
    # A rule that comes on the day of its beginning need not name it.
    if frequency == "YEARLY" and rule.first != today:
        parts += [f"BYMONTH={rule.first.month}", f"BYMONTHDAY={rule.first.day}"]
    elif rule.month_days and rule.month_days != (rule.first.day,):
        parts.append(f"BYMONTHDAY={','.join(map(str, rule.month_days))}")
    if rule.weekdays:
        nth = "" if rule.nth is None else str(rule.nth)
        parts.append(f"BYDAY={','.join(nth + _WEEKDAYS[day] for day in rule.weekdays)}")
    if rule.times:
        parts += [
            f"BYHOUR={','.join(str(time.hour) for time in rule.times)}",
            f"BYMINUTE={','.join(str(minute) for minute in dict.fromkeys(time.minute for time in rule.times))}",
        ]
    if rule.part is not None:
        parts.append(f"X-PART={rule.part}")
    return parts


def _frequency(rule: Rule) -> tuple[str, int]:
    """How often a rule comes, and on every how many-th of these."""
    if rule.nth is not None or rule.month_days:
        return (
            ("YEARLY", rule.every // 12) if rule.every % 12 == 0 and rule.nth is None else ("MONTHLY", rule.every)
        )
    if rule.weekdays:
        return "WEEKLY", rule.every
    return ("WEEKLY", rule.every // 7) if rule.every % 7 == 0 else ("DAILY", rule.every)
