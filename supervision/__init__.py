"""A terminal place for two people to think about professional boundaries, decide together and come back to it."""

__version__ = "0.1.0"
