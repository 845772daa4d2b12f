"""A person's own key, and the passphrase that guards the file it lies in.

The file is `identity.age`, encrypted with the passphrase; inside it is what `age-keygen` writes, with the person's
name as a comment. So `age -d identity.age` gives a file with which `age -d -i` opens every record.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from supervision.errors import BadInput, Damaged, Refused, WrongPassphrase
from supervision.text import one_line

MOST_WORK = 22
"""A file may ask for 2 to the power of this in work, as with the program `age`; ours take a second, at 17 to 20."""
SHORTEST = 10
"""Characters of a passphrase. Whoever has the file can try as many as they like, at a second each."""
_WORK = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} (\d{1,4})\n")
_SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")
_HEAD = 10_000
_NAME = "# name: "


@dataclass(frozen=True, slots=True)
class Identity:
    """The key of one person. `name` is what they are called; the secret never shows in a traceback."""

    secret: str = field(repr=False)
    recipient: str
    name: str = ""

    def text(self) -> str:
        """As `age-keygen` writes it."""
        return f"{_NAME}{self.name}\n# public key: {self.recipient}\n{self.secret}\n"


def new(name: str) -> Identity:
    """A key nobody has had before."""
    import pyrage

    made = pyrage.x25519.Identity.generate()
    return Identity(str(made), str(made.to_public()), one_line(name))


def read(words: str) -> Identity:
    """The key in a text that `age-keygen` or this program wrote; BadInput when there is none."""
    import pyrage

    lines = [line.strip() for line in words.splitlines()]
    secret = next((line for line in lines if _SECRET.fullmatch(line)), "")
    name = next((line.removeprefix(_NAME) for line in lines if line.startswith(_NAME)), "")
    try:
        made = pyrage.x25519.Identity.from_str(secret)
    except pyrage.IdentityError as error:
        raise BadInput("There is no key in it. One begins with AGE-SECRET-KEY-1.") from error
    return Identity(secret, str(made.to_public()), one_line(name))


def recipient(words: str) -> str:
    """A public key as somebody typed it; BadInput when it is none."""
    import pyrage

    typed = one_line(words).strip()
    try:
        return str(pyrage.x25519.Recipient.from_str(typed.lower()))
    except pyrage.RecipientError as error:
        raise BadInput(
            f"“{typed[:80]}” is no public key. One begins with age1 and has 62 letters and digits; "
            "age-keygen shows it, and so does: supervision encrypt --make-recovery FILE"
        ) from error


def kept(passphrase: str) -> str:
    """A passphrase that is worth something; BadInput when it is too short."""
    if len(passphrase) < SHORTEST:
        raise BadInput(
            f"A passphrase needs at least {SHORTEST} characters. Four or five words that do not belong together are "
            "easy to keep in mind and hard to guess."
        )
    return passphrase


def even(passphrase: str) -> str:
    """A passphrase in one form: an accent can be typed as one character or as two, which look the same.

    BadInput when it holds half a character.
    """
    try:
        return unicodedata.normalize("NFC", passphrase.encode().decode())
    except UnicodeEncodeError as error:
        raise BadInput("That passphrase is no text in UTF-8.") from error


def wrapped(identity: Identity, passphrase: str) -> bytes:
    """The key, guarded by a passphrase. It takes a second, and so does each guess at it."""
    import pyrage

    result: bytes = pyrage.passphrase.encrypt(identity.text().encode(), even(kept(passphrase)))
    return result


def work(data: bytes) -> int | None:
    """The work that a file under a passphrase asks for, as a power of 2; None when it is none."""
    found = _WORK.match(data[:_HEAD])
    return int(found[1]) if found else None


def unwrapped(data: bytes, passphrase: str, name: str) -> Identity:
    """The key in a guarded file; WrongPassphrase, Damaged, or Refused at once when it asks for too much work."""
    import pyrage

    asked = work(data)
    if asked is None:
        raise Damaged(f"{name} cannot be read: it is no key guarded by a passphrase. It stays as it is.")
    if asked > MOST_WORK:
        raise Refused(
            f"{name} asks for more work than any key of ours: opening it would take minutes, or all of the memory. "
            "It was changed by somebody, or made by another program. It stays as it is."
        )
    typed = even(passphrase)
    try:
        words: bytes = pyrage.passphrase.decrypt(data, typed)
        return read(words.decode())
    except pyrage.DecryptError as error:
        raise WrongPassphrase(
            "That passphrase does not open your key. Nothing was changed, and nothing is lost; please try again."
        ) from error
    except (UnicodeDecodeError, BadInput) as error:
        raise Damaged(f"{name} opens, but holds no key of ours. It stays as it is.") from error
