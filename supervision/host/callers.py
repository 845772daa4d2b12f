"""Somebody who calls: by which key or code they come in, as whom, and what is said to those who cannot."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncssh

from supervision import refusals, text
from supervision.errors import BadInput, SupervisionError
from supervision.host.codes import Right, Tries, Wait, Wrong
from supervision.host.visit import Visit
from supervision.refusals import Way, Why
from supervision.room import Seat

if TYPE_CHECKING:
    from supervision.host.door import Door

MOST_KEYS = 24
"""Keys one connection may offer; an agent holds some, nobody's holds more."""
MOST_QUESTIONS = 8
"""How often one connection is asked anything."""
RSA_BITS = 2048
NEW_KEY = "Make a new one with: ssh-keygen -t ed25519"
OLD_SIGNATURE = (
    "Your ssh signs with your RSA key in the old way, SHA-1, which can be forged and is not taken here. "
    f"Use a newer ssh, or a key of another kind. {NEW_KEY}"
)
CROWDED = "Too many people stand at this door just now. Type the same command again in a minute."
TOO_SLOW = "Nothing was heard from you for a while. Type the same command again."
CODE = "code"
"""How it is recorded that somebody came by a code."""
BACK_BY_KEY = (
    "If your line is lost, type the same command again. Your key is known here\nuntil the host closes the door."
)
BACK_BY_CODE = "If your line is lost, a new code is shown to the host at once. Ask for it,\nand type the same command."
Challenge = tuple[str, str, str, Sequence[tuple[str, bool]]]


class Caller(asyncssh.SSHServer):
    """One connection, from the first byte on. `seat` is who they are, once that is known."""

    def __init__(self, door: "Door") -> None:
        self.door = door
        self.seat: Seat | None = None
        self.session = ""
        self.address = ""
        self.has_spoken = False
        """Whether they asked for anything yet; those who say nothing make room for those who do."""
        self.is_going = False
        self.comes_back = False
        """Whether a key of theirs is known until the door closes, because they came by a code."""
        self.visit: Visit | None = None
        self._coming: Seat | None = None
        self._tries = Tries()
        self._offered: list[str] = []
        self._keys = self._questions = 0
        self._was_told: set[str] = set()
        self._next: Callable[[str], bool | Challenge | asyncio.Future[bool | Challenge]] | None = None
        self._knocking: asyncio.Task[bool | Challenge] | None = None
        self._connection: asyncssh.SSHServerConnection | None = None
        self._impatience: asyncio.TimerHandle | None = None

    # -- the connection ---------------------------------------------------------------------------------------

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self.address = str((conn.get_extra_info("peername") or ("",))[0])
        loop = asyncio.get_running_loop()
        self._impatience = loop.call_later(self.door.pace.silent, self.drop)
        self.door.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_patient()
        if self._knocking is not None:
            self._knocking.cancel()
        self._connection = None
        self.door.went(self)

    def refuse(self, why: Why) -> None:
        """Writes down for whoever owns this machine that something was refused; to them it is said elsewhere."""
        refusals.note(why, Way.DOOR, session=self.session, address=self.address)

    def drop(self, why: Why = Why.SILENT) -> None:
        """Ends it at once, with a reason for whoever may read it after all."""
        self.is_going = True
        self.refuse(why)
        self.close(CROWDED if why is Why.CROWD else TOO_SLOW)

    def close(self, why: str) -> None:
        """Ends it with a reason, which the other end shows."""
        if self._connection is not None:
            self._connection.disconnect(asyncssh.DISC_BY_APPLICATION, why)

    def _be_patient(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    # -- who they are -----------------------------------------------------------------------------------------

    def begin_auth(self, username: str) -> bool:
        self._be_patient()
        self.has_spoken = True
        self.session = self.door.session_named(username)
        self._offered.clear()
        self._coming = None
        return True

    def auth_completed(self) -> None:
        self.seat = self._coming
        self.door.let_in(self)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        # Nothing in here may wait: who is let in is who the last key that was looked at belongs to.
        self._coming = None
        self._keys += 1
        if self._keys > MOST_KEYS:
            self.refuse(Why.MANY_KEYS)
            self.close("You offer too many keys. Say which one: ssh -o IdentitiesOnly=yes -i YOUR-KEY ...")
            return False
        if why := _why_unfit(key):
            self.refuse(Why.OLD_KEY)
            self._say(why)
            return False
        fingerprint = key.get_fingerprint()
        try:
            person = self.door.known.person(fingerprint)
        except SupervisionError as error:
            self.door.tell_once(error.sentence)
            person = ""
        if key.get_algorithm() == "ssh-rsa":
            _refuse_sha1(key, self._signed_with_sha1)
        if person and person in self.door.expected(self.session):
            self._coming = Seat(person, f"own key {fingerprint}", bound=True)
            return True
        if person := self.door.came_by_code(self.session, fingerprint):
            self._coming = Seat(person, CODE, bound=True)  # by the key alone nobody has said who they are
            self.comes_back = True
            return True
        if fingerprint not in self._offered:
            self._offered.append(fingerprint)
        return False

    def _signed_with_sha1(self) -> None:
        self.refuse(Why.OLD_SIGNATURE)
        self._say(OLD_SIGNATURE)

    def _say(self, words: str) -> None:
        """Something they read before they are let in; the same only once."""
        if self._connection is not None and words not in self._was_told:
            self._was_told.add(words)
            with suppress(OSError):
                self._connection.send_auth_banner(f"{words}\r\n")

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> bool | Challenge:
        self._coming = None
        self._questions += 1
        if self._questions > MOST_QUESTIONS:
            self.refuse(Why.MANY_QUESTIONS)
            self.close("That was too often. Ask for a code, and come again.")
            return False
        return self._ask_code()

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool | Challenge:
        if self._next is None or len(responses) != 1:
            return False
        answer, self._next = self._next, None
        found = answer(responses[0][:200])
        return await found if isinstance(found, asyncio.Future) else found

    def _ask_code(self, before: str = "") -> Challenge:
        self._next = self._judge
        knock = " Without one press Enter, to be let in by name." if self._offered else ""
        return "", f"{before}Type the one-time code that you were told.{knock}", "", [("Code: ", True)]

    def _judge(self, typed: str) -> bool | Challenge:
        if not typed.strip():
            return self._ask_key()
        match self.door.codes.judge(self.session, typed, self._tries):
            case Right(person):
                self._coming = Seat(person, CODE, bound=True)
                self._remember_key(person)
                self._say(BACK_BY_KEY if self.comes_back else BACK_BY_CODE)
                return True
            case Wait(seconds):
                self.refuse(Why.CODES)
                self._say(f"Too many wrong codes were typed at this door. Please wait {seconds} seconds.")
                return False
            case Wrong(over):
                self.refuse(Why.CODE if self.session else Why.SESSION)
                if over:
                    self.close("Three wrong codes. Ask for a new code, and check the session's id before the @.")
                else:
                    self._say("That is no code for this session. Check it, and the session's id before the @.")
                return False

    def _remember_key(self, person: str) -> None:
        """Whoever came with a code and one key of their own comes back by it until the door closes, and the next time
        too, if the host says so. Of several, some may be kept by others as well.
        """
        self.comes_back = len(self._offered) == 1
        if self.comes_back:
            self.door.remember(self.session, person, self._offered[0])
            self.door.knocks.knock(self.session, self.door.expected(self.session)[person], self._offered[0])

    def _ask_key(self) -> bool | Challenge:
        if not self._offered:
            self._say(f"You have no ssh key here to be known by. Ask for a code, or make a key. {NEW_KEY}")
            return False
        if len(self._offered) == 1:
            return self._ask_name(self._offered[0])
        lines = [f"  {n}  {fingerprint}" for n, fingerprint in enumerate(self._offered, 1)]
        self._next = self._choose
        return "", "\n".join(["Which of your keys are you to be known by?", *lines]), "", [("Number: ", True)]

    def _choose(self, typed: str) -> bool | Challenge:
        number = int(typed) if typed.strip().isdecimal() and len(typed) < 9 else 0
        if not 0 < number <= len(self._offered):
            self._say("That is none of the numbers.")
            return False
        return self._ask_name(self._offered[number - 1])

    def _ask_name(self, fingerprint: str) -> Challenge:
        self._next = lambda typed: self._wait(typed, fingerprint)
        about = f"The host is shown your name and this key: {fingerprint}"
        return "", about, "", [("Your name: ", True)]

    def _wait(self, typed: str, fingerprint: str) -> bool | Challenge | asyncio.Future[bool | Challenge]:
        try:
            name = text.name(typed)
        except BadInput as error:
            self._say(error.sentence)
            return False
        if not self.session:
            self.refuse(Why.SESSION)
            self._say("There is no such session at this door. Check the id before the @.")
            return False
        knock = self.door.knocks.knock(self.session, name, fingerprint)
        if knock is None:
            self.refuse(Why.KNOCK)
            self._say("Too many people wait at this door. Come again later, or ask for a code.")
            return False
        self._say("You knocked. Please wait.")
        answer = self.door.knocks.answer(knock, self.door.pace.knock)

        async def answered() -> bool | Challenge:
            let_in = await answer
            if let_in:
                self.close("You are let in. Type the same command once more.")
            elif let_in is None:
                self.close("Nobody answered yet. Your knock stays at the door for now; come again later.")
            else:
                self.refuse(Why.SENT_AWAY)
                self.close("You were not let in with this key. Ask for a code.")
            return False

        self._knocking = asyncio.get_running_loop().create_task(answered())
        return self._knocking

    def password_auth_supported(self) -> bool:
        return False

    # -- what they want ---------------------------------------------------------------------------------------

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        return self._forwards_nothing()

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        return self._forwards_nothing()

    def unix_connection_requested(self, dest_path: str) -> bool:
        return self._forwards_nothing()

    def unix_server_requested(self, listen_path: str) -> bool:
        return self._forwards_nothing()

    def _forwards_nothing(self) -> bool:
        self.refuse(Why.FORWARDING)
        return False

    def session_requested(self) -> Visit | bool:
        if self.seat is None:
            return False
        if self.visit is not None and not (self.visit.is_over or self.visit.given_up()):
            return False
        self.visit = self.door.visit(self.session, self.seat, refused=lambda: self.refuse(Why.COMMAND))
        return self.visit


def _why_unfit(key: asyncssh.SSHKey) -> str:
    """Why a key is too old to be known by, in a sentence to act on; empty for one that is not."""
    kind = key.get_algorithm()
    if kind.startswith("ssh-dss"):
        return f"Your key of the old kind DSA cannot be used here. {NEW_KEY}"
    if kind == "ssh-rsa":
        bits = getattr(key.pyca_key, "key_size", 0)
        if bits < RSA_BITS:
            return f"Your RSA key has only {bits} bits, and cannot be used here. {NEW_KEY}"
    return ""


def _refuse_sha1(key: asyncssh.SSHKey, told: Callable[[], object]) -> None:
    """asyncssh takes whatever signature its keys can verify, and asks nobody."""
    verify = key.verify

    def strictly(data: bytes, signature: bytes) -> bool:
        if signature[4 : 4 + int.from_bytes(signature[:4])] == b"ssh-rsa":
            told()
            return False
        return verify(data, signature)

    key.verify = strictly  # type: ignore[assignment,method-assign]
