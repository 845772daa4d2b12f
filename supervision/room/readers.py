"""Who could read the record of an open session, in sentences that are true where it is kept."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.room.room import Room


def who_could_read(room: "Room") -> str:
    """What to tell somebody who asks, at their own keyboard."""
    place, who = "this computer", "Whoever can log in as the same user"
    if room.is_far:  # over a line from home nobody here knows in which form it is kept there
        place, who = "the computer that you came to", "Unless it is encrypted, whoever can log in there as its keeper"
    if room.is_encrypted:
        return (
            f"This record is an encrypted file on {place}. The people in the session who have a key there can open it, "
            "and whoever holds the recovery key. While it is open, whoever is logged in as one of them, or runs the "
            "computer, could read it."
        )
    return (
        f"This record is a file on {place}. {who} can read it, and so can those who look after the computer or its "
        "backups."
    )
