"""Another person's program, and one that only says that it is one, at a session that is open on a terminal.

It sends the corpus as everything that goes over a line: names, ways in, places, carets, words, changes, sentences.
What arrives is text or is refused; nothing raw reaches the terminal, nobody is thrown out, and the record stays theirs.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any

import pytest

from supervision import live
from supervision.document import Document
from supervision.live import Door, Kind, Link, Pace
from supervision.model import changes as c
from supervision.model.values import Session
from supervision.room.presence import coded
from tests import factory
from tests.factory import ASH, SAM
from tests.hostile import PAYLOADS, RAW_BYTES, dangerous
from tests.live import HERE, ID
from tests.stories import hostile_records as records
from tests.stories.emitted import obeyed, plain
from tests.stories.place import READY, Place, a_place, until
from tests.stories.test_what_is_typed_is_text import BOLD, CLICK, leaves_all_well, still_answers, where
from tests.terminal import Terminal
from tests.test_room_hostile import Line, hello

OPEN = "Ctrl+G Help"
"""Stands on the session's screen whatever else does."""
WHOLE = [words for _, words in PAYLOADS]
CORPUS = [
    pytest.param([*WHOLE[::16], CLICK, BOLD], id="spread"),
    pytest.param(WHOLE, id="whole", marks=pytest.mark.long),
]
Said = list[tuple[Kind, Any]]
CALM = Pace(greeting=20.0, offline=20.0, takeover=40.0)


@pytest.fixture
def place() -> Iterator[Place]:
    with a_place() as place:
        propose = c.Propose(fields={**factory.FIELDS, "stance": "hold"}, options=factory.OPTIONS)
        place.store.create(
            factory.done(factory.session(session_id=ID), c.AddAction(text="Ring", owner="Sam"), propose, by="Sam")
        )
        yield place


@contextmanager
def read_along(terminal: Terminal) -> Iterator[None]:
    """Takes in what the program writes, so that it never waits for us, while this process talks to it otherwise."""
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            terminal.take_in(0.02)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()


# -- whoever comes in -------------------------------------------------------------------------------------------------


@asynccontextmanager
async def line(place: Place, **said: Any) -> AsyncIterator[Line | None]:
    """A line with this greeting; None where the answer is no."""
    link = await live.dial(live.address(place.store.folder, ID), CALM)
    assert link is not None
    link.send(Kind.HELLO, hello(**{"me": SAM, **said}))
    async with asyncio.timeout(20):
        while (frame := await link.next()) is not None and frame.kind not in (Kind.STATE, Kind.UPDATE, Kind.REFUSED):
            pass
    yield Line(link, Document.from_state(frame.body)) if frame is not None and frame.kind is Kind.STATE else None
    await link.close()


async def greet_with(place: Place, words: str) -> None:
    """As who one is, by which way, for which session, and as everything else that is said first."""
    for said in (
        {"me": words, "how": words, "bound": False},
        {"me": words, "how": words},
        {"how": words, "epoch": words, "version": words},
        {"session": words},
        {"protocol": words},
        {"purpose": words},
    ):
        async with line(place, **said):
            pass


async def ask_with(sam: Line, words: str) -> None:
    """As a text of every kind of change that a person makes, as whoever it is by, and as what it is called."""
    action = sam.document.snapshot().actions[0].id
    for change in (
        c.AddAction(text=words, owner=words, waiting_on=words),
        c.NoteAction(id=action, text=words),
        c.EditAction(id=action, text=words),
        c.SetActionStatus(id=words, status="done", note=words),
        c.WriteNote(text=words),
        c.EditMatter(alias=words, text=words, question=words),
        c.Propose(fields={**factory.FIELDS, "stance": "hold", "title": words}, options=factory.OPTIONS),
        c.SetPlace(place=words),
        c.CorrectName(person=words, name=words),
        c.MoveTo(stage=words, prompt=words),
    ):
        assert (await sam.ask(change, by=SAM)).keys() <= {"token", "refused"}
    await sam.ask(c.WriteNote(text=words), by=words, run=words)
    await sam.ask(c.WriteNote(text=words), by=SAM, run=words, verb=words)
    sam.link.send(Kind.CHANGE, {"token": words, "by": words, "verb": words, "changes": [{words: words}]})
    await sam.heard(Kind.DONE)


def go_to(link: Link, words: str) -> None:
    """As the place where one is, and where one's caret stands."""
    for said in ({"stage": words}, {"caret": words}, {"matter": words}):
        link.send(Kind.PRESENCE, {"stage": HERE[0], "matter": 1, "caret": "", **said})


async def play(place: Place, corpus: list[str]) -> None:
    for words in corpus:
        await greet_with(place, words)
        async with line(place, how=words) as sam:
            assert sam is not None
            go_to(sam.link, words)
    for words in corpus:
        async with line(place, how=words, bound=False) as sam:
            assert sam is not None
            await ask_with(sam, words)
    async with line(place, how=BOLD, bound=False) as sam:
        assert sam is not None
        for change in (c.CorrectName(person=SAM, name=CLICK), c.WriteNote(text=f"{CLICK} {BOLD}")):
            assert "refused" not in await sam.ask(change, by=SAM)
    async with line(place, how="\x1b]52;c;eA==\x07", bound=False) as sam:  # by this way they say what is signed
        assert sam is not None
        assert "refused" not in await sam.ask(c.Agree(id=sam.document.snapshot().decisions[0].id), by=SAM)
    for start in range(0, len(corpus), 5):  # nobody is heard for ever who sends what may not be there
        async with line(place) as sam:
            assert sam is not None
            for words in corpus[start : start + 5]:
                with contextlib.suppress(UnicodeEncodeError):  # there is no way to write half a character down
                    sam.document.append_line(*HERE, words, SAM)
                    sam.send_words()
    raw = [*(data for _, data in RAW_BYTES), *(words.encode("utf-8", "surrogatepass") for words in corpus)]
    for data in raw if corpus is WHOLE else raw[::4]:
        for kind in Kind:
            async with line(place) as sam:
                assert sam is not None
                sam.link.send(kind, data)


@pytest.mark.parametrize("corpus", CORPUS)
def test_whoever_comes_in_says_nothing_that_a_terminal_obeys(place: Place, corpus: list[str]) -> None:
    with place.terminal("open", ID, columns=150, rows=50) as terminal:
        terminal.wait(READY)
        with read_along(terminal):
            asyncio.run(play(place, corpus))
        terminal.wait(CLICK)
        for row, column in where(terminal, CLICK):
            if row > 2 and column < 100:  # not on the heads and lists, where any click opens what it is on
                terminal.click(row, column)
        terminal.send("still here")
        terminal.wait("still here")
        still_answers(terminal)
        leaves_all_well(terminal)
    assert "still here" in place.notes
    assert [words for words in texts(asdict(place.record)) if dangerous(words)] == []


def texts(value: Any) -> Iterator[str]:
    """Every text in a record as it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


# -- whoever holds the session ----------------------------------------------------------------------------------------


class Holder:
    """Says that it holds the session, and anything else: one thing after the other to whoever comes and comes again."""

    def __init__(self, place: Place, document: Document, welcome: dict[str, Any], says: list[Said]) -> None:
        self._place, self._document, self._says = place, document, list(says)
        self._welcome = {"mode": "new", "seat": 1, "person": SAM, "how": "", "bound": False, **welcome}
        self.refusal: dict[str, str] = {}
        """What is said to the first words that come."""
        self.came = 0
        self.heard = False
        """Whether words have come from whoever joined, once there is nothing left to say."""

    async def visit(self, link: Link) -> None:
        frame = await link.next()
        said = frame.values() if frame is not None else {}
        if said.get("purpose") != "join" or "refused" in self._welcome:
            link.send(Kind.REFUSED, {"refused": self._welcome.get("refused", "no")})
            return
        self.came += 1
        document = self._document
        if known := said.get("epoch") == document.epoch:
            self._welcome |= {"mode": "sync", "version": coded(document.version())}
        link.send(Kind.WELCOME, {**self._welcome, "epoch": document.epoch})
        link.send(
            *(
                (Kind.UPDATE, b"\0" + document.bare(document.updates_since(document.version())))
                if known
                else (Kind.STATE, document.state())
            )
        )
        for kind, words in self._says.pop(0) if self._says else ():
            link.send(kind, words)
        link.send(Kind.PING)
        while (frame := await link.any()) is not None:
            self.heard |= frame.kind is Kind.UPDATE and not self._says
            if frame.kind is Kind.PING:
                link.send(Kind.PONG)
            if frame.kind is Kind.PONG and self._says:
                return
            if frame.kind is Kind.UPDATE and self.refusal:
                link.send(Kind.REFUSED, self.refusal)
                self.refusal = {}

    @contextmanager
    def open(self) -> Iterator[None]:
        """Answers in a thread of its own, for as long as the block lasts."""
        loop, door = asyncio.new_event_loop(), Door(live.address(self._place.store.folder, ID), self.visit, CALM)
        thread = threading.Thread(target=loop.run_forever)
        with self._place.store.hold(ID):
            thread.start()
            asyncio.run_coroutine_threadsafe(door.open(), loop).result(20)
            try:
                yield
            finally:
                asyncio.run_coroutine_threadsafe(door.close(), loop).result(20)
                loop.call_soon_threadsafe(loop.stop)
                thread.join()
                loop.close()


def spoilt_session(words: str) -> Session:
    """A session of theirs with these words in place of every text."""
    session = replace(records.record(ID), people=(*factory.session().people[:1], records.record(ID).people[1]))
    spoilt: Session = filled(session, words)
    return spoilt


def filled(value: Any, words: str) -> Any:
    if isinstance(value, str):
        return words if value == records.WORDS else value
    if isinstance(value, tuple):
        return tuple(filled(one, words) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: filled(getattr(value, f.name), words) for f in fields(value) if f.init})
    return value


def sentences(words: str) -> Said:
    """All that a holder tells whoever is in, with these words in it."""
    here = {"seat": 2, "person": words, "how": words, "stage": "arrive", "matter": 1, "caret": "", "lost": None}
    return [
        (Kind.PRESENCE, {"here": [here, {**here, "seat": 3, "person": ASH}]}),
        (Kind.SAVED, {"at": None, "failed": words, "got": 0}),
        (Kind.DONE, {"token": words, "refused": words}),
    ]


def nonsense(words: str) -> Said:
    """The same where something else is wanted than words, each of which ends a line."""
    here = {"seat": 2, "person": ASH, "how": "", "stage": "arrive", "matter": 1, "caret": "", "lost": None}
    return [
        *((Kind.PRESENCE, {"here": [{**here, key: words}]}) for key in ("seat", "stage", "matter", "caret", "lost")),
        *((Kind.PRESENCE, {"here": one}) for one in (words, 5, [words], {words: words})),
        (Kind.PRESENCE, {"here": [{**here, "lost": "2026-11-23T10:00:00"}]}),
        (Kind.SAVED, {"at": words, "failed": "", "got": 0}),
        (Kind.SAVED, {"at": "2026-11-23T10:00:00", "failed": "", "got": 0}),
        (Kind.SAVED, {"at": None, "failed": "", "got": words}),
        (Kind.EPOCH, {"epoch": words, "base": words, "why": words}),
        (Kind.UPDATE, words.encode("utf-8", "replace")),
    ]


def leaves_quietly(terminal: Terminal) -> None:
    """It ends by its key, having said what there is to say in words."""
    assert terminal.leave() in (0, 1)
    assert terminal.modes() == terminal.before
    assert obeyed(bytes(terminal.raw)) == []
    assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("words", [CLICK, BOLD])
def test_brackets_of_whoever_holds_it_are_shown_as_they_stand(place: Place, words: str) -> None:
    holder = Holder(place, Document.from_session(spoilt_session(words)), {"how": words}, [sentences(words)])
    with holder.open(), place.terminal("open", ID, columns=150, rows=50) as terminal:
        terminal.wait(lambda screen: screen.count(words) >= 5)
        for row, column in where(terminal, words) if "x" in words else ():
            if row > 2 and column < 85:
                terminal.click(row, column)
        still_answers(terminal)
        leaves_quietly(terminal)
    assert holder.came


@pytest.mark.parametrize("corpus", [pytest.param([WHOLE[14], WHOLE[44], "  "], id="spread"), CORPUS[1]])
def test_a_state_of_whoever_holds_it_is_text_or_refused(place: Place, corpus: list[str]) -> None:
    for words in corpus:
        if words != words.encode("utf-8", "replace").decode():
            continue  # there is no way to write half a character down
        document = Document.from_session(spoilt_session(words))
        holder = Holder(place, document, {"how": words, "person": words}, [sentences(words)])
        with holder.open(), place.terminal("open", ID) as terminal:
            terminal.wait(OPEN)
            leaves_quietly(terminal)


@pytest.mark.parametrize("corpus", [pytest.param([WHOLE[14], WHOLE[44], CLICK], id="spread"), CORPUS[1]])
def test_whoever_holds_it_tells_nothing_that_harms_whoever_is_in(place: Place, corpus: list[str]) -> None:
    document = Document.from_session(factory.session(session_id=ID))
    says = [
        [one for words in WHOLE for one in sentences(words)],
        *([one] for words in corpus for one in nonsense(words)),
    ]
    holder = Holder(place, document, {}, says)
    with holder.open(), place.terminal("open", ID) as terminal:
        terminal.wait(OPEN)
        for number, said in enumerate(says, 1):

            def came_back(number: int = number) -> bool:
                terminal.take_in(0.01)
                return holder.came >= number

            until(came_back, f"came back after {said}")
        terminal.send("z")
        terminal.wait(lambda _: holder.heard)
        leaves_quietly(terminal)


@pytest.mark.parametrize("more", [{}, {"gone": "yes"}], ids=["for now", "gone"])
def test_a_refusal_while_one_is_in_is_a_sentence(place: Place, more: dict[str, str]) -> None:
    said = "".join(words for words in WHOLE if len(words) < 200)
    holder = Holder(place, Document.from_session(factory.session(session_id=ID)), {}, [])
    holder.refusal = {"refused": CLICK + said, **more}
    with holder.open(), place.terminal("open", ID) as terminal:
        terminal.wait(OPEN)
        terminal.send("z")
        terminal.wait(lambda screen: "The line is lost" in screen or CLICK in screen)
        leaves_quietly(terminal)


def test_a_refusal_at_the_door_is_a_sentence_and_commands_are_told_it_as_well(place: Place) -> None:
    said = CLICK + "".join(words for words in WHOLE if len(words) < 200)
    document = Document.from_session(factory.session(session_id=ID))
    for welcome in ({"person": said}, {"bound": said}, {"refused": said}):
        with Holder(place, document, welcome, []).open():
            for args in (("open", ID), ("actions", "done", place.record.actions[0].id)):
                with place.terminal(*args) as terminal:
                    if args[0] == "open" and "refused" not in welcome:
                        terminal.wait(OPEN)
                        leaves_quietly(terminal)
                    else:
                        assert terminal.ended() == 1
                        assert plain(bytes(terminal.raw)) == [] and b"Traceback" not in terminal.raw
