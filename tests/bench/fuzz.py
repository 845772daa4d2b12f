"""Whatever comes in from outside is read or refused with a sentence: packs, themes, settings, import, wire, store.

    python tests/bench/fuzz.py packs|themes|settings|import|wire|store|backup [--minutes 12] [--seed N]

Hypothesis chooses: noise, or something good with a few changes. Each find, an unexpected error or a broken promise, is
made as small as can be and told once, with what was given; then it goes on. A find is mended at its cause and becomes a
case of the ordinary tests. Exit status 1 when there was one.
"""

import argparse
import asyncio
import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from supervision import config, export, live, prompts
from supervision.document import Document, Gate
from supervision.errors import ConfigFaults, Fault, LinkBroken, PackFaults, SupervisionError
from supervision.live import frames
from supervision.model import changes as c
from supervision.model import digest, ids, views
from supervision.model.apply import apply
from supervision.store import Store, doctor
from supervision.store import backup as backups
from supervision.text import is_clean
from supervision.tui import themes
from tests import factory
from tests.conftest import ROOT, Program
from tests.hostile import PAYLOADS, dangerous
from tests.live import HERE, ID, opened, until


class Chance:
    """What hypothesis chooses."""

    def __init__(self, random: Any) -> None:
        self.random = random

    def number(self, least: int, most: int) -> int:
        found: int = self.random.randint(least, most)
        return found

    def pick(self, some: Any) -> Any:
        return some[self.number(0, len(some) - 1)]

    def noise(self, most: int) -> bytes:
        return bytes(self.number(0, 255) for _ in range(self.number(0, most)))

    def words(self, most: int) -> str:
        return "".join(self.letter() for _ in range(self.number(0, most)))

    def letter(self) -> str:
        return chr(self.number(*self.pick(((32, 126), (0, 255), (0x2000, 0x20FF), (0, 0x10FFFF), (0xD800, 0xDFFF)))))


ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 1e308, float("inf"), float("nan"), "", " ", "x", [], {}, [[]]),
    *("0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "24:00"),
    *("2026-11-23T10:00:00", "2026-11-23T10:00:00+99:99", "p-ash22222", "p-sam22222", "..", "../x", "a" * 300),
    *({"id": "x"}, {"text": []}, [None], ["x", "x"], {"": ""}, "supervision", "peer", "agreed", "2026-11-23-1000-test"),
    *(words for _, words in PAYLOADS if len(words) < 200),
)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Each place in a tree, as what it is in and its key there."""
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [spot for key, one in inner for spot in [(value, key), *spots(one)]]


def bent(tree: Any, data: Chance) -> Any:
    """The tree with one to five changes."""
    tree = json.loads(json.dumps(tree))
    for _ in range(data.number(1, 5)):
        places = spots(tree)
        if not places:
            return tree
        at, key = data.pick(places)
        match data.number(0, 6):
            case 0:
                del at[key]
            case 1 | 2:
                at[key] = data.pick(ODD)
            case 3:
                other, name = data.pick(places)
                at[key] = json.loads(json.dumps(other[name]))
            case 4 if isinstance(at, list):
                at.insert(key, json.loads(json.dumps(at[key])))
            case 5 if isinstance(at, dict):
                at[data.words(8)] = at.pop(key)
            case _:
                at[key] = data.words(40)
    return tree


def cut(good: bytes, data: Chance) -> bytes:
    """Good bytes with some of them changed, taken out, doubled or put in."""
    made = bytearray(good)
    for _ in range(data.number(1, 6)):
        at = data.number(0, len(made))
        match data.number(0, 3):
            case 0:
                made[at : at + 1] = bytes((data.number(0, 255),))
            case 1:
                del made[at : at + data.number(1, 40)]
            case 2:
                made[at:at] = made[at : at + data.number(1, 80)]
            case _:
                made[at:at] = data.noise(20)
    return bytes(made)


def as_bytes(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


def texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [one for pair in value.items() for part in pair for one in texts(part)]
    if isinstance(value, list | tuple):
        return [one for part in value for one in texts(part)]
    return [value] if isinstance(value, str) else []


def clean(value: Any) -> None:
    """A broken promise when any text in it could do harm."""
    for one in texts(value):
        assert is_clean(one), f"unsafe: {one!r}"


def in_order(faults: Sequence[Fault]) -> None:
    """A broken promise unless each can be printed, and says where it is."""
    assert faults
    for one in faults:
        assert is_clean(str(one), lines=False) and one.line >= 1, f"unsafe, or nowhere: {str(one)!r}"


class Door:
    """A way in: `takes` is given what comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given: Any = None
        folder.mkdir(parents=True, mode=0o700)
        os.environ |= {"SUPERVISION_STORE": str(folder / "store"), "SUPERVISION_CONFIG": str(folder / "config")}
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        (folder / "config").mkdir()

    def takes(self, data: Chance) -> None:
        raise NotImplementedError

    def one_of(self, good: bytes, tree: Any, data: Chance) -> bytes:
        match data.number(0, 3):
            case 0:
                self.given = data.noise(200)
            case 1:
                self.given = cut(good, data)
            case _:
                self.given = as_bytes(bent(tree, data))
        found: bytes = self.given
        return found


class Packs(Door):
    def __init__(self, folder: Path) -> None:
        import yaml

        super().__init__(folder)
        self.good = [file.read_bytes() for file in sorted((ROOT / "prompts").glob("*.yaml"))]
        self.good += [(ROOT / "supervision" / "prompts" / "starter.yaml").read_bytes()]
        self.trees = [yaml.safe_load(one) for one in self.good]

    def takes(self, data: Chance) -> None:
        which = data.number(0, len(self.good) - 1)
        try:
            found = prompts.load(self.one_of(self.good[which], self.trees[which], data), "fuzz.yaml")
        except PackFaults as error:
            in_order(error.faults)
            return
        assert found
        for pack in found:
            clean(json.loads(json.dumps(pack, default=lambda one: {key: getattr(one, key) for key in one.__slots__})))


class Themes(Door):
    def __init__(self, folder: Path) -> None:
        import yaml

        super().__init__(folder)
        self.good = [file.read_bytes() for file in sorted((ROOT / "themes").glob("*.yaml"))]
        self.trees = [yaml.safe_load(one) for one in self.good]

    def takes(self, data: Chance) -> None:
        which = data.number(0, len(self.good) - 1)
        file = self.folder / "fuzz.yaml"
        file.write_bytes(self.one_of(self.good[which], self.trees[which], data))
        try:
            theme = themes.read(file)
        except ConfigFaults as error:
            in_order(error.faults)
            return
        clean([theme.title, theme.about, theme.colours])
        themes.as_textual(theme)


class Settings(Door):
    GOOD = b"""# mine
me: Ash Patel
role: supervisor
theme: paper   # light
prompts: broken
keymap:
  sign: f9
  "find": ctrl+g
retention:
  supervision: 6 years
"""

    def takes(self, data: Chance) -> None:
        import yaml

        words = self.one_of(self.GOOD, yaml.safe_load(self.GOOD), data)
        config.file().write_bytes(words)
        try:
            found = config.load()
        except ConfigFaults as error:
            in_order(error.faults)
            for key in ("me", "theme"):
                with contextlib.suppress(SupervisionError):
                    config.remember(key, "paper")
            assert config.file().read_bytes() == words
            return
        clean([found.me, found.role, found.theme, found.prompts, dict(found.keymap), dict(found.retention)])
        with contextlib.suppress(SupervisionError):
            config.remember("theme", "dusk")
            now = config.load()
            assert (now.theme, now.me, now.keymap) == ("dusk", found.me, found.keymap), "another setting was changed"


class Import(Door):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        session = digest_of_all()
        self.tree = views.show(session, factory.TODAY)
        self.good = as_bytes(self.tree)
        self.count = 0

    def takes(self, data: Chance) -> None:
        file = self.folder / "fuzz.json"
        file.write_bytes(self.one_of(self.good, self.tree, data))
        for line, record in export.read_lines(file):
            if isinstance(record, Fault):
                assert is_clean(str(record), lines=False) and line >= 1
                continue
            try:
                session, notices = export.parse_record(record, source="fuzz.json:1")
            except SupervisionError as error:
                assert is_clean(error.sentence), error.sentence
                continue
            clean(notices)
            shown = views.show(session, factory.TODAY)
            clean(shown)
            back, again = export.parse_record(json.loads(export.as_json(session, factory.TODAY)), source="x")
            assert back == session and not again, "it is not read back as it was written"
            self.count += 1
            if not self.count % 50:
                self.goes_out(session)

    def goes_out(self, session: Any) -> None:
        assert not dangerous(export.as_text(session, factory.TODAY))
        for form in export.FORMATS:
            for extract in export.EXTRACTS:
                with contextlib.suppress(SupervisionError):
                    export.export(session, form, factory.TODAY, extract=extract)


def digest_of_all() -> Any:
    """A session that has one of most things."""
    made = factory.decided(factory.session())
    made = factory.done(made, c.AddAction(text="Ring the manager", owner="Sam", due=date(2026, 12, 1)), by="Ash")
    made = factory.done(made, c.WriteNote(stage="arrive", matter=1, text="What Sam said."), by="Sam")
    for who in ("Ash", "Sam"):
        with contextlib.suppress(SupervisionError):
            made = factory.done(made, c.Agree(id=made.decisions[0].id), by=who)
    assert digest.decision_digest(made.decisions[0])
    return made


def valid_changes(session: Any) -> list[dict[str, Any]]:
    """One of many kinds of change, as the wire holds it; fields of the rest are empty, and bending fills them."""
    sure = [
        c.AddAction(text="Ring", owner="Sam", due=date(2026, 12, 1)),
        c.WriteNote(stage="arrive", matter=1, text="words"),
        c.Propose(fields=factory.FIELDS, options=factory.OPTIONS),
        c.Agree(id=session.decisions[0].id),
        c.MoveTo(stage="decide"),
        c.Sign(),
    ]
    known = [c.to_wire(one) for one in sure]
    named = {one["change"] for one in known}
    action, decision = session.actions[0].id, session.decisions[0].id
    usual = {"action": action, "decision": decision, "stage": "arrive", "matter": 1, "id": action, "text": "x"}
    for name, kind in c.CHANGES.items():
        if name not in named:
            fields = {field: usual.get(field, "x") for field in kind.__dataclass_fields__}
            known.append({"change": name, "fields": fields})
    return known


class Wire(Door):
    """Frames into an open room, as the other side of a line; and the same into a document and the rules alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.faults: list[str] = []
        self.loop.set_exception_handler(lambda _, what: self.faults.append(repr(what.get("exception") or what)))
        self.store = Store(folder / "store", views.summary)
        self.store.create(factory.session(session_id=ID))
        self.room: Any = None
        self.session = digest_of_all()
        self.changes = valid_changes(self.session)
        self.state = Document.from_session(self.session).state()
        self.count = 0

    def takes(self, data: Chance) -> None:
        match data.number(0, 3):
            case 0:
                self.change(data)
            case 1:
                self.document(data)
            case _:
                self.loop.run_until_complete(asyncio.wait_for(self.line(data), 20))
                assert not self.faults, self.faults.pop()

    def change(self, data: Chance) -> None:
        wire = bent(data.pick(self.changes), data)
        if not isinstance(wire, dict):
            return
        try:
            after = apply(self.session, c.from_wire(json.loads(as_bytes(wire))), factory.act("Sam"))
        except (SupervisionError, UnicodeDecodeError) as error:
            clean(str(error) if isinstance(error, SupervisionError) else "")
            return
        clean(views.show(after, factory.TODAY))
        document = Document.from_session(self.session)
        document.absorb(self.session, after)
        assert document.snapshot() == after, "the document says something else than the rules"

    def document(self, data: Chance) -> None:
        with contextlib.suppress(SupervisionError):
            clean(views.show(Document.from_state(cut(self.state, data)).snapshot(), factory.TODAY))
        host = Document.from_state(self.state)
        guest = Document.from_state(self.state)
        before = guest.version()
        guest.insert("arrive", 1, 0, "hello ", factory.SAM)
        update = cut(guest.updates_since(before), data)
        gate = Gate(host)
        try:
            gate.check(update, 1, frozenset({factory.SAM}), lambda *_: None)
        except SupervisionError:
            return
        with contextlib.suppress(SupervisionError):
            host.merge(update)
        after = host.snapshot()
        assert after.decisions == self.session.decisions and after.actions == self.session.actions

    def frame(self, guest: Document, sent: bytes, epoch: str, data: Chance) -> bytes:
        token = ids.token()
        one = data.pick(self.changes)
        values: list[tuple[frames.Kind, dict[str, Any]]] = [
            (frames.Kind.CHANGE, {"token": token, "by": "Sam", "verb": "change", "changes": [one]}),
            (frames.Kind.CHANGE, {"token": token, "by": "Sam", "verb": "undo"}),
            (frames.Kind.PRESENCE, {"stage": "arrive", "matter": 1, "caret": "AA==", "name": "Sam"}),
            (frames.Kind.ADOPTED, {"epoch": epoch}),
        ]
        match data.number(0, 6):
            case 0:
                return data.noise(60)
            case 1:
                guest.insert(*HERE, 0, "x", factory.SAM)
                body = guest.bare(guest.updates_since(sent))
                return frames.Frame(frames.Kind.UPDATE, cut(body, data)).packed()
            case 2:
                kinds = list(frames.Kind)
                return frames.Frame(data.pick(kinds), data.noise(40)).packed()
            case _:
                kind, good = data.pick(values)
                made = bent(good, data) if data.number(0, 1) else good
                return frames.Frame(kind, as_bytes(made)).packed()

    async def line(self, data: Chance) -> None:
        if self.room is None:
            self.room = await opened(self.store).__aenter__()
        link = await live.dial(live.address(self.store.folder, ID), self.room.pace)
        assert link is not None, "nobody is there"
        hello: Any = {"protocol": live.PROTOCOL, "session": ID, "purpose": "join", "me": "Sam"}
        hello |= {"how": "own key SHA256:x", "bound": True, "epoch": "", "version": ""}
        bend_hello = data.number(0, 4) == 0
        if bend_hello:
            link._write(frames.Frame(frames.Kind.HELLO, as_bytes(bent(hello, data))).packed())
        else:
            link.send(frames.Kind.HELLO, hello)
        guest = None
        with contextlib.suppress(LinkBroken):
            while not bend_hello and (frame := await asyncio.wait_for(link.next(), 10)) is not None:
                if frame.kind is frames.Kind.STATE:
                    guest = Document.from_state(frame.body)
                    break
        if guest is not None:
            sent = guest.version()
            for _ in range(data.number(1, 6)):
                link._write(self.frame(guest, sent, guest.epoch, data))
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        await link.close()
        self.count += 1
        if not self.count % 50:
            await self.undisturbed()

    async def undisturbed(self) -> None:
        before = self.room.text(*HERE)
        self.room.write(*HERE, 0, min(len(before), 50), "still here. ")
        await until(lambda: not self.room.saved.waiting, 15)
        kept = self.store.load(ID)
        assert kept.notes[0].text == self.room.text(*HERE), "the file says something else than the room"
        clean(views.show(kept, factory.TODAY))
        assert all(mark.by != factory.ASH for one in kept.decisions for mark in one.marks), "agreed as the other"
        if len(before) > 5000 or len(kept.actions) > 30:
            await self.room.__aexit__(None, None, None)
            self.room = None
            self.store.remove(ID)
            self.store.create(factory.session(session_id=ID))


COMMANDS = (
    ("sessions",),
    ("sessions", "--json"),
    ("actions",),
    ("decisions",),
    ("agreements",),
    ("search", "home"),
    ("doctor",),
    ("retention",),
    ("access", "Sam"),
    ("undo",),
    ("private",),
    ("where",),
)


class Kept(Door):
    """One file of a store that somebody changed: read by every command or named by one, and never written over."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "config" / "settings.yaml").write_text("me: Ash Patel\n")
        self.program = Program()
        self.place = folder / "store"
        assert self.program("demo", "--write", str(self.place)).exit_code == 0
        (self.first,) = json.loads(self.program("sessions", "--json", "--limit", "1").stdout or "[]")[:1] or [{}]
        self.id = self.first.get("id") or sorted((self.place / "sessions").iterdir())[-1].stem
        self.program.plain(self.id, "/private For me.\n/action Ring somebody\n")
        self.program("actions", "add", "Buy bread", "--session", self.id)
        self.good = {
            str(path.relative_to(self.place)): path.read_bytes()
            for path in sorted(self.place.rglob("*"))
            if path.is_file() and "locks" not in path.parts
        }
        self.names = [name for name in self.good if not name.endswith((".sqlite-wal", ".sqlite-shm"))]

    def takes(self, data: Chance) -> None:
        shutil.rmtree(self.place)
        (self.folder / "out.md").unlink(missing_ok=True)
        self.place.mkdir(mode=0o700)
        for name, content in self.good.items():
            (self.place / name).parent.mkdir(exist_ok=True, mode=0o700)
            (self.place / name).write_bytes(content)
        name = data.pick(self.names)
        try:
            tree = json.loads(self.good[name])
        except ValueError:
            spoilt = cut(self.good[name], data)
        else:
            spoilt = self.one_of(self.good[name], tree, data)
        (self.place / name).write_bytes(spoilt)
        self.is_read(name, spoilt, data)

    def is_read(self, name: str, spoilt: bytes, data: Chance) -> None:
        own = name.removeprefix("sessions/").removesuffix(".json") if name.startswith("sessions/") else self.id
        more: tuple[tuple[str, ...], ...] = (
            ("show", own),
            ("show", own, "--json"),
            ("actions", "add", "x", "--session", own),
            ("doctor", "--repair"),
            ("export", own, "-o", str(self.folder / "out.md")),
            ("erase", own, "--why", "x", "--yes"),
        )
        for _ in range(2):
            command = (*COMMANDS, *more)[data.number(0, len(COMMANDS) + len(more) - 1)]
            result = self.program(*command)
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            assert result.exit_code in (0, 1, 3), f"{command}: {result.output}"
            assert not dangerous(result.output), f"{command}: unsafe"
            assert result.exit_code == 0 or result.output.strip(), f"{command}: no sentence"
            if command[0] == "erase":
                return
        store = Store(self.place, views.summary)
        if name.startswith("sessions/"):
            now = (self.place / name).read_bytes()
            if now != spoilt:  # then it could be read, and was changed
                store.load(own)
        # Every other record is as it was.
        for other in self.names:
            if other.startswith("sessions/") and other != name and other != f"sessions/{self.id}.json":
                store.load(other.removeprefix("sessions/").removesuffix(".json"))
        doctor(store, repair=True)


class Backup(Door):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        program = Program()
        (folder / "config" / "settings.yaml").write_text("me: Ash Patel\n")
        program("demo", "--write", str(folder / "store"))
        self.file = folder / "b.zip"
        assert program("backup", str(self.file)).exit_code == 0
        self.good = self.file.read_bytes()
        with zipfile.ZipFile(self.file) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def takes(self, data: Chance) -> None:
        if data.number(0, 1):
            self.file.write_bytes(cut(self.good, data))
        else:
            self.file.write_bytes(self.made(data))
        place, settings = self.folder / "back", self.folder / "there"
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(settings, ignore_errors=True)
        store = Store(place, views.summary)
        try:
            backups.restore(store, settings, self.file)
        except SupervisionError as error:
            assert is_clean(error.sentence), error.sentence
        for path in self.folder.rglob("*"):
            assert path.name.isprintable() and not path.is_symlink()
        store.contents()
        doctor(store, repair=True)

    def made(self, data: Chance) -> bytes:
        """A sound archive, with one part changed, and a list of contents that fits or not."""
        parts = dict(self.parts)
        name = list(parts)[data.number(0, len(parts) - 1)]
        with contextlib.suppress(ValueError):
            parts[name] = self.one_of(parts[name], json.loads(parts[name]), data)
        if data.number(0, 3) == 0:
            parts["a" + data.words(20)] = parts.pop(name)
        if backups.CONTENTS in parts and name != backups.CONTENTS:
            listed = json.loads(parts[backups.CONTENTS])
            if isinstance(listed.get("files"), dict):
                for key, value in listed["files"].items():
                    if isinstance(value, dict) and key in parts:
                        value |= {"size": len(parts[key]), "sha256": hashlib.sha256(parts[key]).hexdigest()}
                parts[backups.CONTENTS] = as_bytes(listed)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for key, content in parts.items():
                with contextlib.suppress(ValueError, UserWarning):
                    archive.writestr(key, content)
        return out.getvalue()


DOORS: dict[str, type[Door]] = {
    "packs": Packs,
    "themes": Themes,
    "settings": Settings,
    "import": Import,
    "wire": Wire,
    "store": Kept,
    "backup": Backup,
}
_SLOW = 10.0


class Found(Exception):
    """What hypothesis makes smaller: one find, by where it is."""


class Watch:
    """Tries what hypothesis chooses at one door, and remembers which finds were told."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.runs = 0
        self.known: set[str] = set()
        self.now = ""
        self.told = ""

    def one(self, random: Any) -> None:
        """Raises for a find that is not known yet."""
        self.runs += 1
        began = time.monotonic()
        try:
            self.door.takes(Chance(random))
            where = told = "slow" if time.monotonic() - began > _SLOW else ""
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also a panic of a library that is no Exception
            if type(error).__module__.startswith("hypothesis"):
                raise
            steps = traceback.extract_tb(error.__traceback__)
            last = next((step for step in reversed(steps) if "/supervision/" in step.filename), steps[-1])
            where = f"{type(error).__name__} {last.filename}:{last.lineno} {steps[-1].lineno}"
            if isinstance(error, AssertionError):
                where += str(error)[:30]
            told = "".join(traceback.format_exception(error))
        if where and where not in self.known and self.now in ("", where):
            self.now = where
            self.told = f"{told}\ngiven {self.door.given!r}"
            raise Found(where)


def tried(door: Door, minutes: float, number: int) -> int:
    """How many finds there were."""
    watch = Watch(door)
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        number += 1
        runs = settings(
            max_examples=500,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(st.randoms(use_true_random=False))(watch.one))
        try:
            seeded(number)(runs)()
        except Exception as error:
            if not watch.now:
                raise
            watch.known.add(watch.now)
            told = f"FOUND {watch.now} ({type(error).__name__})\n{watch.told[:4000]}"
            print(told.encode(errors="backslashreplace").decode(), flush=True)
            watch.now = ""
        print(f"{watch.runs} runs, {len(watch.known)} found", flush=True)
    return len(watch.known)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("door", choices=DOORS)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    quick = Path("/dev/shm")  # what is written over and over is no work for a disk
    with tempfile.TemporaryDirectory(dir=quick if quick.is_dir() else None) as place:
        door = DOORS[asked.door](Path(place).resolve() / "d")
        return int(tried(door, asked.minutes, asked.seed) > 0)


if __name__ == "__main__":
    sys.exit(main())
