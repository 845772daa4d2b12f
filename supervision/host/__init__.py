"""A door to sessions for machines without sshd: who may come in, by which key or code, and what they get.

This room alone knows asyncssh. What runs for those who come is given to it as a command.
"""

from supervision.host.codes import Codes
from supervision.host.door import Door, Pace, way_in
from supervision.host.hostkey import host_key
from supervision.host.knocks import Knock, Knocks
from supervision.host.known import Known, KnownKeys
from supervision.host.programs import Anew, Nursery, Program
from supervision.host.visit import Patience

__all__ = [
    "Anew",
    "Codes",
    "Door",
    "Knock",
    "Knocks",
    "Known",
    "KnownKeys",
    "Nursery",
    "Pace",
    "Patience",
    "Program",
    "host_key",
    "way_in",
]
