"""The plan as an iCalendar file, for other calendars to import."""
