"""Due dates and review dates as an iCalendar file, which may be imported again and again.

Each entry keeps its UID for good and says how often it was changed, so that a later file updates what an earlier one
brought. What is done or over is there too when it is asked for, as cancelled, so that it goes from the calendar.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from supervision.export.items import Item
from supervision.text import one_line

if TYPE_CHECKING:
    from icalendar import Alarm, Event

PRODUCT = "-//boundary-supervision//actions and review dates//EN"
DAY = timedelta(days=1)


def ics(items: Iterable[Item], now: datetime) -> bytes:
    """The bytes of an .ics file: an all-day event for each item that has a day, with an alarm a day before."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", "Supervision")
    for item in items:
        if item.due is not None:
            made.add_component(_event(item, item.due, now))
    written: bytes = made.to_ical()
    return written


def _event(item: Item, due: date, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{item.id}-{item.session}@boundary-supervision")
    event.add("sequence", item.edits)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("created", item.created.astimezone(UTC))
    event.add("last-modified", item.changed.astimezone(UTC))
    event.add("dtstart", due)
    if due < date.max:
        event.add("dtend", due + DAY)
    event.add("summary", one_line(item.text))
    event.add("description", _about(item))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED" if item.open else "CANCELLED")
    if item.open:
        event.add_component(_alarm(item))
    return event


def _alarm(item: Item) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(item.text))
    alarm.add("trigger", -DAY)
    return alarm


def _about(item: Item) -> str:
    lines = [
        "" if item.kind == "review" else f"Who: {item.owner or 'nobody yet'}",
        f"About: {item.alias}" if item.alias else "",
        f"Waiting on: {item.waiting_on}" if item.waiting_on else "",
        f"From the session {item.session}",
    ]
    return "\n".join(one_line(line) for line in lines if line)
