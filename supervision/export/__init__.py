"""A session as bytes or text for somebody to read or keep, and back from JSON."""

from supervision.export.reading import parse_private, parse_record, read_lines, same
from supervision.export.record import (
    EXTRACTS,
    FORMATS,
    OVER_SESSIONS,
    about,
    about_as_text,
    as_json,
    as_markdown,
    as_text,
    export,
    extract_as_text,
    over,
)
from supervision.export.rendering import WIDTH

__all__ = [
    "EXTRACTS",
    "FORMATS",
    "OVER_SESSIONS",
    "WIDTH",
    "about",
    "about_as_text",
    "as_json",
    "as_markdown",
    "as_text",
    "export",
    "extract_as_text",
    "over",
    "parse_private",
    "parse_record",
    "read_lines",
    "same",
]
