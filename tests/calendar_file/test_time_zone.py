"""The zone that we write, read back and held against the zone itself."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from voice_coach.calendar_file.time_zone import vtimezone

AROUND = date(2027, 3, 5)
SAID_BY_RULES = (
    *("Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "UTC"),
    *("Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kolkata", "America/Sao_Paulo"),
)
SAID_BY_CHANGES = ("America/Nuuk", "Asia/Jerusalem", "Africa/Cairo", "Africa/Casablanca", "America/Santiago")


def read_back(key):
    """The zone as a program understands it that knows no zones by name."""
    wrapped = Calendar()
    wrapped.add_component(vtimezone(key, AROUND))
    (found,) = Calendar.from_ical(wrapped.to_ical()).timezones
    return found.to_tz(lookup_tzid=False)


@pytest.mark.parametrize("key", SAID_BY_RULES + SAID_BY_CHANGES)
def test_the_zone_that_is_written_is_the_zone(key):
    ours, theirs = read_back(key), zoneinfo.ZoneInfo(key)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    while at.year < 2029:
        local = at.astimezone(theirs)
        if local.fold == 0 and local.replace(fold=1).utcoffset() == local.utcoffset():
            assert local.replace(tzinfo=ours).utcoffset() == local.utcoffset(), local
        at += timedelta(minutes=90)


@pytest.mark.parametrize("key", SAID_BY_RULES)
def test_it_is_written_by_rules(key):
    assert vtimezone(key, AROUND).to_ical().count(b"BEGIN:STANDARD") == 1


@pytest.mark.parametrize("key", SAID_BY_RULES + SAID_BY_CHANGES)
def test_it_has_no_lists_of_dates(key):
    assert b"RDATE" not in vtimezone(key, AROUND).to_ical()


def test_an_unknown_zone_is_refused():
    with pytest.raises(zoneinfo.ZoneInfoNotFoundError):
        vtimezone("Europe/Atlantis", AROUND)
