"""Letting somebody in over this machine's own sshd: their key, and the line of `authorized_keys` that takes it."""

import base64
import binascii
import hashlib
import re
import shlex
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from supervision import text
from supervision.errors import BadInput, Refused
from supervision.store.files import private_folder, read_whole, shown, write_whole

FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
RSA_BITS = 2048
"""The least that is taken of an RSA key; so does sshd, before long."""
_CURVES = {"nistp256": 65, "nistp384": 97, "nistp521": 133}
"""Each curve, and how many bytes a point on it takes."""
_FITTING = "Ask for another one: they type  ssh-keygen -t ed25519  and send you the file that ends in .pub."
_GUEST = re.compile(r"guest --person (?P<person>[a-z0-9-]{1,40}) --key (?P<key>SHA256:[A-Za-z0-9+/]{43})$")
_OPTIONS = re.compile(r'(?:[^\s"]|"(?:\\"|[^"])*")+')
_TO_US = re.compile(r'(?:^|,)command="(?P<command>(?:\\"|[^"])*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of somebody's key."""

    kind: str
    blob: bytes

    @classmethod
    def read(cls, words: bytes) -> "Key":
        """From a file of one such key, as `ssh-keygen` writes it; BadInput or Refused when it is none that fits."""
        if b"PRIVATE KEY" in words:
            raise Refused(
                "This is the private half of a key, which nobody but its owner should have: it cannot be used any "
                f"more. {_FITTING}"
            )
        lines = [line.strip() for line in text.decode(words).split("\n")]
        lines = [line for line in lines if line and not line.startswith("#")]
        if len(lines) != 1:
            raise BadInput(f"There is {'no key' if not lines else 'more than one line'} in it. {_FITTING}")
        parts = lines[0].split()
        try:
            kind, blob = parts[0], base64.b64decode(parts[1], validate=True)
        except (IndexError, binascii.Error, ValueError) as error:
            raise BadInput(f"This is no public key. {_FITTING}") from error
        key = cls(kind, blob)
        key._refuse_if_unfit()
        return key

    @property
    def fingerprint(self) -> str:
        """How ssh and the records name it: SHA256:..."""
        return f"SHA256:{base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip('=')}"

    def __str__(self) -> str:
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    def _refuse_if_unfit(self) -> None:
        if self.kind == "ssh-dss":
            raise Refused(f"Keys of this kind (DSA) are too weak to let anybody in by. {_FITTING}")
        if "-cert-" in self.kind:
            raise Refused(f"This is a certificate, and a guest comes in by a key of their own. {_FITTING}")
        fields = _fields(self.blob)
        if not fields or fields[0] != self.kind.encode():
            raise BadInput(f"This is no public key, or it was damaged on the way. {_FITTING}")
        if self.kind == "ssh-rsa" and len(fields) == 3:
            bits = int.from_bytes(fields[2]).bit_length()
            if bits < RSA_BITS:
                raise Refused(f"This RSA key has {bits} bits, and less than {RSA_BITS} are too weak. {_FITTING}")
            return
        if not _is_fit(self.kind, fields[1:]):
            raise BadInput(f"This is no public key that can be used here, or it was damaged on the way. {_FITTING}")


def _is_fit(kind: str, fields: Sequence[bytes]) -> bool:
    """Whether these are the parts of such a key."""
    sizes = [len(field) for field in fields]
    if kind == "ssh-ed25519":
        return sizes == [32]
    if kind == "sk-ssh-ed25519@openssh.com":
        return len(sizes) == 2 and sizes[0] == 32
    for curve, size in _CURVES.items():
        if kind == f"ecdsa-sha2-{curve}":
            return len(fields) == 2 and fields[0] == curve.encode() and sizes[1] == size
    if kind == "sk-ecdsa-sha2-nistp256@openssh.com":
        return len(fields) == 3 and fields[0] == b"nistp256" and sizes[1] == _CURVES["nistp256"]
    return False


def _fields(blob: bytes) -> list[bytes]:
    """The parts of a key, each with its length before it; nothing when they do not come out even."""
    found, at = [], 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4])
        if at + 4 + size > len(blob):
            return []
        found.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return found


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody whom a line of `authorized_keys` lets in: a person of the records, and the key they have."""

    person: str
    key: str
    """Its fingerprint."""
    store: str
    name: str
    kind: str


def line(key: Key, person: str, name: str, program: Sequence[str], store: Path) -> str:
    """What lets this key in as this person, into their sessions alone: no shell, no forwarding, no file."""
    words = ["env", "PYTHONUTF8=1", *program, "--store", str(store)]
    words += ["guest", "--person", person, "--key", key.fingerprint]
    command = shlex.join(words)
    if any(not character.isprintable() for character in command) or "\\" in command:
        raise Refused(f"A name with such letters cannot stand in authorized_keys: {text.one_line(command)}")
    quoted = command.replace('"', '\\"')
    return f'restrict,pty,command="{quoted}" {key} supervision guest {text.one_line(name)}'


@dataclass(frozen=True, slots=True)
class AuthorizedKeys:
    """The file by which sshd knows who may log in to this account."""

    file: Path

    @classmethod
    def mine(cls) -> "AuthorizedKeys":
        return cls(Path.home() / ".ssh" / "authorized_keys")

    def guests(self, store: Path) -> list[Guest]:
        """Whom it lets in as guests of this store. Damaged when it cannot be read."""
        return [guest for guest in map(_guest, self._lines()) if guest and guest.store == str(store)]

    def refuse_if_known(self, key: Key) -> None:
        """Refused when this key may come in already: sshd takes the first line that fits."""
        for one in self._lines():
            if _key_of(one) != key.blob:
                continue
            guest = _guest(one)
            if guest is not None:
                raise Refused(f"{guest.name} comes in by this key already. A key is one person's, in one place.")
            raise Refused(
                f"By this key one may log in to this account already, with all its rights; a second line would not "
                f"limit that. Take it out of {shown(self.file)} first, or use another key."
            )

    def add(self, one: str) -> None:
        """Writes one more line; only this login may read the file. SaveFailed."""
        kept = self._text()
        if kept and not kept.endswith(b"\n"):
            kept += b"\n"
        self._write(kept + one.encode() + b"\n")

    def remove(self, guest: Guest) -> bool:
        """Takes a guest's lines out and leaves all others as they are; whether there were any. SaveFailed."""
        lines = self._text().splitlines(keepends=True)
        left = [
            one for one in lines if _guest(one.decode("utf-8", "replace")) != guest
        ]  # all others stay, byte by byte
        if len(left) == len(lines):
            return False
        self._write(b"".join(left))
        return True

    @property
    def why_unread(self) -> str:
        """Why sshd would pay no attention to this file, in a sentence; empty when nothing is known."""
        for place in (self.file, self.file.parent, self.file.parent.parent):
            try:
                if place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                    return f"sshd lets nobody in by it, because others may write to {shown(place)}: chmod go-w it."
            except OSError:
                continue
        return ""

    def _lines(self) -> list[str]:
        return self._text().decode("utf-8", "replace").splitlines()

    def _text(self) -> bytes:
        found = read_whole(self.file)
        return found[0] if found else b""

    def _write(self, data: bytes) -> None:
        if not self.file.parent.exists():
            private_folder(self.file.parent)
        write_whole(self.file, data)


def _split(one: str) -> tuple[str, list[str]]:
    """The options of a line, and its words after them."""
    one = one.strip()
    if not one or one.startswith("#"):
        return "", []
    words = one.split()
    if _is_kind(words[0]):
        return "", words
    options = _OPTIONS.match(one)
    return (options[0], one[options.end() :].split()) if options else ("", [])


def _is_kind(word: str) -> bool:
    return word.startswith(("ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-")) and "=" not in word


def _key_of(one: str) -> bytes:
    _, words = _split(one)
    try:
        return base64.b64decode(words[1], validate=True)
    except (IndexError, binascii.Error, ValueError):
        return b""


def _guest(one: str) -> Guest | None:
    """Whom a line lets in as a guest; None when it is another kind of line."""
    options, words = _split(one)
    if not options.startswith("restrict,pty,") or len(words) < 2:
        return None
    found = _TO_US.search(options)
    command = found["command"].replace('\\"', '"') if found else ""
    said = _GUEST.search(command)
    if said is None:
        return None
    try:
        typed = shlex.split(command)
        store = typed[typed.index("--store") + 1]
    except (ValueError, IndexError):
        return None
    name = " ".join(words[4:]) if words[2:4] == ["supervision", "guest"] else ""
    return Guest(said["person"], said["key"], store, text.one_line(name) or said["person"], words[0])
