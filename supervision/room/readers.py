"""Who could read the record of an open session, in sentences that are true where it is kept."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.room.room import Room


def who_could_read(room: "Room") -> str:
    """What to tell somebody who asks, at their own keyboard."""
    place = "the computer that you came to" if room.is_far else "this computer"
    if room.is_encrypted:
        return (
            f"This record is an encrypted file on {place}. The people in the session who have a key there can open it, "
            "and whoever holds the recovery key. While it is open, whoever is logged in as one of them, or runs the "
            "computer, could read it."
        )
    there = "there as the one who keeps it" if room.is_far else "as the same user"
    return (
        f"This record is a file on {place}. Whoever can log in {there} can read it, and so can those who look after "
        "the computer or its backups."
    )
