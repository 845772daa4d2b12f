"""Values and rules of supervision; no files, no screens, no network."""

FORMAT = 1
"""Version of the record's form; a file with a higher one is refused."""
