"""Days as lists show them."""

from datetime import date


def short_day(day: date, today: date) -> str:
    """ "3 Dec", with the year where it is another one."""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"
