"""Work across sessions: who has met, what is open, what is due, where a word stands; and starting a session."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from supervision import text
from supervision.errors import Ambiguous, BadInput, Damaged, NotFound, Refused, TooNew
from supervision.model import ids
from supervision.store import Store, UndoLog

if TYPE_CHECKING:  # a list that the index answers needs neither values nor rules, and they take a while to load
    from supervision.model.changes import Change
    from supervision.model.pack import Pack
    from supervision.model.values import Agreement, Person, Role, Session
    from supervision.store.drafts import Drafts

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody these records name: when they were last met, in how many sessions."""

    id: str
    name: str
    last: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Found:
    """A place where searched words stand."""

    session: str
    where: str
    id: str
    stage: str
    text: str


class Shelf:
    """The records of a store, as lists. Reads the index; a damaged record is named in `damaged` and hides no other."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock
        self.damaged: tuple[str, ...] = ()
        self.notice = ""
        """What somebody should know of the session that was started last; usually nothing."""
        self._taken_back: list[tuple[str, str, Sequence[Change]]] = []

    @property
    def today(self) -> date:
        return self.clock().date()

    def rows(self) -> list[Row]:
        """One row for each session, newest first: `session`, `actions`, `decisions`, with what is due today."""
        rows, damaged = self.store.rows()
        self.damaged = tuple(str(damage) for damage in damaged)
        for row in rows:
            for decision in row["decisions"]:
                decision["due"] = _due_now(decision, self.today)
            row["session"]["decisions_due"] = sum(decision["due"] for decision in row["decisions"])
        rows.sort(key=lambda row: (row["session"]["when"], row["session"]["id"]), reverse=True)
        return rows

    def sessions(self, *, with_name: str = "", pair: Iterable[str] = ()) -> list[Row]:
        return [row["session"] for row in self._chosen(with_name=with_name, pair=pair)]

    def actions(
        self,
        *,
        which: str = "open",
        owner: str = "",
        theirs: str = "",
        with_name: str = "",
        since: date | None = None,
        session: str = "",
        pair: Iterable[str] = (),
    ) -> list[Row]:
        """Actions, overdue first, then by due date, then by age. `which` is open, all or overdue.

        `owner` is whose they are, "nobody" for those without; `theirs` is me, and leaves those of everybody else.
        """
        today = self.today.isoformat()
        found = []
        for row in self._chosen(with_name=with_name, session=session, pair=pair):
            for action in row["actions"]:
                overdue = action["status"] == "open" and action["due"] is not None and action["due"] < today
                if which == "open" and action["status"] != "open":
                    continue
                if which == "overdue" and not overdue:
                    continue
                if owner and not _is_called(action["owner"], owner):
                    continue
                if theirs and (action["owner"] is None or _is_called(action["owner"], theirs)):
                    continue
                if since and action["created"][:10] < since.isoformat():
                    continue
                found.append({**action, "overdue": overdue, "with": row["session"]["people"]})
        return sorted(found, key=lambda a: (a["status"] != "open", not a["overdue"], a["due"] or "9999", a["created"]))

    def decisions(
        self,
        *,
        which: str = "all",
        with_name: str = "",
        alias: str = "",
        session: str = "",
        pair: Iterable[str] = (),
    ) -> list[Row]:
        """Decisions, those due first, then the newest. `which` is all, agreed, due, or awaiting an answer."""
        found = []
        for row in self._chosen(with_name=with_name, session=session, pair=pair):
            for decision in row["decisions"]:
                if which == "agreed" and decision["status"] != "agreed":
                    continue
                if which == "due" and not decision["due"]:
                    continue
                if which == "awaiting" and not decision["awaits_answer"]:
                    continue
                if alias and fold(decision["alias"]) != fold(alias.strip()):
                    continue
                found.append({**decision, "with": row["session"]["people"]})
        return sorted(
            found, key=lambda d: (not d["due"], d["due_on"] or "" if d["due"] else "", _backwards(d["created"]))
        )

    def next_session(self, pair: Iterable[str]) -> tuple[date | None, str]:
        """The day these people meet next, and on what, by their newest record that names one; None once it is past."""
        for row in self._chosen(pair=pair):
            if row["session"]["next"]:
                day = date.fromisoformat(row["session"]["next"])
                return (day, row["session"]["next_focus"]) if day >= self.today else (None, "")
        return None, ""

    def _chosen(self, *, with_name: str = "", session: str = "", pair: Iterable[str] = ()) -> list[Row]:
        wanted = set(pair)
        home = self.resolve_session(session) if session else ""
        return [
            row
            for row in self.rows()
            if (not home or row["session"]["id"] == home)
            and (not wanted or {person["id"] for person in row["session"]["people"]} == wanted)
            and (not with_name or any(_is_called(person["name"], with_name) for person in row["session"]["people"]))
        ]

    def drafts(self, me: str) -> "Drafts":
        """What somebody had begun in a form and did not finish."""
        return self.store.drafts(me)

    # -- finding one thing ------------------------------------------------------------------------------------

    def load(self, session_id: str) -> "Session":
        return self.store.load(self.resolve_session(session_id))

    def resolve_session(self, prefix: str) -> str:
        return self.store.resolve(prefix, self.store.ids(), "session")

    def resolve_action(self, prefix: str, *, pair: Iterable[str] = ()) -> tuple[str, str]:
        """(session id, action id) of the action this beginning names."""
        return self._resolve(prefix, "actions", "action", pair)

    def resolve_decision(self, prefix: str, *, pair: Iterable[str] = ()) -> tuple[str, str]:
        """(session id, decision id) of the decision this beginning names."""
        return self._resolve(prefix, "decisions", "decision", pair)

    def _resolve(self, prefix: str, table: str, what: str, pair: Iterable[str]) -> tuple[str, str]:
        homes = {thing["id"]: row["session"]["id"] for row in self._chosen(pair=pair) for thing in row[table]}
        thing = self.store.resolve(prefix, list(homes), what)
        return homes[thing], thing

    # -- people -----------------------------------------------------------------------------------------------

    def people(self) -> list[Known]:
        """Everybody these records name as taking part, the one met last first."""
        known: dict[str, Known] = {}
        for row in self.rows():
            for person in row["session"]["people"]:
                old = known.get(person["id"])
                if old is None:
                    known[person["id"]] = Known(person["id"], person["name"], row["session"]["when"], 1)
                else:
                    known[person["id"]] = replace(old, sessions=old.sessions + 1)
        return list(known.values())

    def _person(self, name: str, role: "Role", *, met: str = "", new: bool = False) -> "Person":
        """The person of that name (or id) whom these records know, or somebody new."""
        from supervision.model.values import Person

        people = self.people()
        by_id = [known for known in people if known.id == name.strip()]
        if by_id:
            return Person(id=by_id[0].id, name=by_id[0].name, role=role)
        name = text.name(name)
        found = [] if new else [known for known in people if known.name.casefold() == name.casefold()]
        if len(found) > 1 and met:
            together = {
                person["id"]
                for row in self.rows()
                if any(person["id"] == met for person in row["session"]["people"])
                for person in row["session"]["people"]
            }
            found = [known for known in found if known.id in together] or found
        if len(found) > 1:
            which = "; ".join(f"{known.id} (last met {known.last[:10]})" for known in found)
            raise Ambiguous(f"These records know more than one {name}: {which}. Give the id in place of the name.")
        if found:  # as these records know them, whatever the capitals it was typed with
            return Person(id=found[0].id, name=found[0].name, role=role)
        return Person(id=ids.person_id(), name=name, role=role)

    # -- agreements -------------------------------------------------------------------------------------------

    def agreements(self, *, with_name: str = "", pair: Iterable[str] = ()) -> list[Row]:
        """The newest version of each agreement in brief, those due first; what cannot be read is named in `damaged`."""
        found, faults = self.store.agreements.rows()
        self.damaged = (*self.damaged, *(fault for fault in faults if fault not in self.damaged))
        wanted, today = set(pair), self.today.isoformat()
        rows = [
            {
                "id": row.id,
                "version": row.version,
                "people": list(row.people),
                "review_on": row.review_on,
                "due": bool(row.review_on) and str(row.review_on) <= today,
            }
            for row in found
            if (not wanted or {person["id"] for person in row.people} == wanted)
            and (not with_name or any(_is_called(person["name"], with_name) for person in row.people))
        ]
        return sorted(rows, key=lambda row: (not row["due"], row["review_on"] or "9999", row["id"]))

    def people_with(self, me: str, other: str) -> "tuple[Person, ...]":
        """The two as they met last, in their roles; NotFound when they never did. A name or an id each."""
        from supervision.model.values import Person

        for row in self.rows():
            people = row["session"]["people"]
            mine = [p for p in people if p["id"] == me or _is_called(p["name"], me)]
            others = [p for p in people if p["id"] == other or _is_called(p["name"], other)]
            if any(one["id"] != another["id"] for one in mine for another in others):
                return tuple(
                    Person(id=p["id"], name=p["name"], role=p["role"], line_manager=p.get("line_manager", False))
                    for p in people
                )
        raise NotFound(f"{me} and {other} have no session here yet. Start one first: supervision start --with NAME")

    def agreement(self, people: "Iterable[Person]") -> "Agreement | None":
        """The agreement in force between these people; Damaged or TooNew when it cannot be read."""
        from supervision.model.agreement import parties

        return self.store.agreements.newest(parties(people))

    def edit_agreement(self, people: "Sequence[Person]", answers: dict[str, str], by: str) -> "Agreement":
        """Makes the next version of the agreement between these people, outside a session; by the person `by` names."""
        from supervision.model import agreement as rules

        def who(words: str) -> str:
            return next((p.id for p in people if p.id == words or _is_called(p.called, words)), words)

        made_by = who(by)
        if made_by not in {person.id for person in people}:
            raise Refused(f"{by} is not one of the two whose agreement this is. Nothing was changed.")
        parties = rules.parties(people)
        with self.store.agreements.lock():
            base = self.store.agreements.newest(parties)
            made = rules.written(base, parties, answers, by=made_by, now=self.clock(), who=who)
            if made.external and any(person.line_manager for person in people):
                raise Refused(rules.NOT_BOTH)
            self.store.agreements.add(made, {person.id: person.called for person in people})
        return made

    def _in_force(self, people: "Iterable[Person]", at: datetime) -> "tuple[Agreement | None, str]":
        from supervision.model.agreement import parties

        try:
            return self.store.agreements.newest(parties(people), at=at), ""
        except (Damaged, TooNew) as error:  # no reason not to meet: the general statement stands
            return None, f"{error} Until then the general statement on confidentiality stands."

    # -- starting and throwing away ---------------------------------------------------------------------------

    def start(
        self,
        pack: "Pack",
        *,
        me: str,
        other: str,
        role: "Role" = "supervisor",
        alias: str = "",
        matter: str = "",
        held: datetime | None = None,
        other_is_new: bool = False,
        line_manager: bool = False,
    ) -> "Session":
        """A new session of two people, saved. `role` is mine; the other has the one that goes with it."""
        from supervision.model.agreement import NOT_BOTH
        from supervision.model.values import Event, Matter, Session

        if (role == "peer") != (pack.kind == "peer"):
            need = "a pack for peers, such as peer" if role == "peer" else "a pack for supervision, such as broken"
            raise Refused(
                f"The pack {pack.name} is for {'peers' if pack.kind == 'peer' else 'supervision'}; use {need}."
            )
        now = self.clock()
        if held and held > now:
            raise BadInput(f"{held:%Y-%m-%d %H:%M} has not come yet: a session is written up after it was held.")
        theirs: dict[Role, Role] = {"supervisor": "practitioner", "practitioner": "supervisor", "peer": "peer"}
        mine = self._person(me, role)
        others = self._person(other, theirs[role], met=mine.id, new=other_is_new)
        if mine.id == others.id:
            raise Refused(f"A session is for two people, and {mine.name} is both of them here.")
        pair = tuple(
            replace(person, line_manager=True) if line_manager and person.role == "supervisor" else person
            for person in (mine, others)
        )
        first = pack.stages[0]
        agreement, self.notice = self._in_force(pair, held or now)
        if line_manager and agreement is not None and agreement.external:
            raise Refused(NOT_BOTH)
        session = Session(
            id=ids.session_id(held or now),
            kind=pack.kind,
            started=now,
            held=held,
            people=pair,
            pack=pack,
            matters=(
                Matter(n=1, alias=text.alias(alias) if alias.strip() else "", text=text.field(matter, "the matter")),
            ),
            stage=first.id,
            prompt=first.prompts[0].id if first.prompts else "",
            agreement=agreement,
            history=(Event(at=now, by=mine.id, kind="started"),),
        )
        return self.store.create(session)

    def discard(self, session_id: str) -> None:
        """Throws away a session in which nothing was agreed or signed."""
        session = self.load(session_id)
        agreed = any(decision.marks or decision.reviews for decision in session.decisions)
        if agreed or session.signatures:
            raise Refused("Something in this session was agreed or signed, so it is kept.")
        self.store.remove(session.id)

    # -- changing something in a session that may be closed ---------------------------------------------------

    def carry(self, session_id: str, change: "Change | Sequence[Change]", by: str) -> "Session":
        """Does something in a session, open or closed, and gives the record as it then stands."""
        from supervision.carry import carry
        from supervision.model.apply import Act

        self._taken_back.clear()
        changes = list(change) if isinstance(change, Sequence) else [change]
        carry(self.store, session_id, changes, Act(by, self.clock()))
        return self.store.load(session_id)

    def undo(self, me: str) -> "Session":
        """Takes back this person's latest change to an action or decision, in whichever session it was."""
        from supervision.carry import carry
        from supervision.model.apply import Act
        from supervision.model.changes import Restore, from_wire

        log = UndoLog(self.store.folder)
        mine = [known.id for known in self.people() if _is_called(known.name, me) or known.id == me]
        latest = max(
            ((entry["id"], who, entry) for who in mine if (entry := log.peek(who)) is not None),
            default=None,
            key=lambda found: found[0],
        )
        if latest is None:
            raise Refused(f"There is nothing to take back for {me}.")
        _, who, entry = latest
        log.pop(who)
        changes = [change for one in entry["restores"] if isinstance(change := from_wire(one), Restore)]
        carry(self.store, entry["session"], changes, Act(who, self.clock()), undoable=False)
        again = [replace(change, before=change.after, after=change.before) for change in reversed(changes)]
        self._taken_back.append((entry["session"], who, again))
        return self.store.load(entry["session"])

    def redo(self, me: str) -> "Session":
        """Does again what `undo` took back last, if nothing was changed by way of this shelf since."""
        from supervision.carry import carry
        from supervision.model.apply import Act

        if not self._taken_back:
            raise Refused(f"There is nothing to do again for {me}.")
        session_id, who, changes = self._taken_back.pop()
        carry(self.store, session_id, changes, Act(who, self.clock()))
        return self.store.load(session_id)

    # -- searching --------------------------------------------------------------------------------------------

    def search(self, words: str, *, pair: Iterable[str] = ()) -> list[Found]:
        """Where all these words stand together, in any order, whatever their accents and capitals."""
        wanted = fold(words).split()
        if not wanted:
            raise BadInput("Say what to look for, for example: supervision search lifts")
        found: list[Found] = []
        unread = []
        for row in self._chosen(pair=pair):
            try:
                session = self.store.load(row["session"]["id"])
            except (Damaged, NotFound) as error:
                unread.append(str(error))
                continue
            found += [place for place in _places(session) if all(word in fold(place.text) for word in wanted)]
        self.damaged = (*self.damaged, *unread)
        return found


def _due_now(row: Row, today: date) -> bool:
    """Whether a decision's row, kept on another day, is due today; the same as `rules.is_due` says of the decision."""
    return bool(row["stands"]) and row["due_on"] is not None and date.fromisoformat(row["due_on"]) <= today


def fold(words: str) -> str:
    """Words as they are compared in a search: without capitals and accents."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _places(session: "Session") -> Iterable[Found]:
    from supervision.model import notes, rules

    for matter in session.matters:
        for words in (matter.alias, matter.text, matter.question):
            if words:
                yield Found(session.id, "matter", str(matter.n), "bring", words)
    for note in session.notes:
        line = ""
        for part in notes.lines(note.runs):
            if part.joins:
                line += part.text
                continue
            if line:
                yield Found(session.id, "note", str(note.matter), note.stage, line)
            line = part.text
        if line:
            yield Found(session.id, "note", str(note.matter), note.stage, line)
    for stage in session.pack.stages:
        for prompt in stage.prompts:
            yield Found(session.id, "prompt", prompt.id, stage.id, prompt.text)
    for action in session.actions:
        for words in (action.text, *(progress.text for progress in action.notes)):
            yield Found(session.id, "action", action.id, action.stage, words)
    for decision in session.decisions:
        texts = [getattr(decision, key) for key in rules.SEARCHED]
        texts += [words for o in decision.options for words in (o.text, o.for_person, o.for_practitioner, o.for_others)]
        texts += [review.note for review in decision.reviews]
        for words in texts:
            if words:
                yield Found(session.id, "decision", decision.id, "decide", words)


def _is_called(name: str | None, wanted: str) -> bool:
    """Whether a name is meant by what was typed: the whole name or the first one."""
    if name is None:
        return wanted.casefold() == "nobody"
    folded, typed = fold(name), fold(wanted.strip())
    return folded == typed or folded.split()[:1] == [typed]


def _backwards(iso: str) -> float:
    return -datetime.fromisoformat(iso).timestamp()
