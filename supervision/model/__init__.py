"""Values and rules of supervision; no files, no screens, no network."""
