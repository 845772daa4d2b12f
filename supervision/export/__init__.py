"""A session as bytes or text for somebody to read or keep, and back from JSON."""

from supervision.export.reading import parse_record, read_lines, same
from supervision.export.record import EXTRACTS, FORMATS, as_json, as_markdown, as_text, export

__all__ = [
    "EXTRACTS",
    "FORMATS",
    "as_json",
    "as_markdown",
    "as_text",
    "export",
    "parse_record",
    "read_lines",
    "same",
]
