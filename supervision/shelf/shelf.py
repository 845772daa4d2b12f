"""Work across sessions: who has met, what is open, what is due, where a word stands; and starting a session."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from supervision import text
from supervision.errors import Ambiguous, BadInput, Busy, Damaged, Faults, NotFound, Refused, SaveFailed, TooNew
from supervision.model import ids
from supervision.shelf.lists import Found, Known, Lists, Row, asking, is_alike, is_called, people_of, searched
from supervision.store import Store, sealing
from supervision.store.records import Kind

if TYPE_CHECKING:  # a list that the index answers needs neither values nor rules, and they take a while to load
    from supervision.model.changes import Change
    from supervision.model.pack import Pack
    from supervision.model.values import Agreement, Person, Role, Session
    from supervision.store.drafts import Drafts


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
    def is_encrypted(self) -> bool:
        """Whether what is written here is encrypted; Damaged when it should be, and what says for whom is gone."""
        return sealing.is_on(self.store.folder) is not None

    @property
    def is_locked(self) -> bool:
        """Whether nothing can be read before somebody gives the passphrase."""
        return sealing.is_locked(self.store.folder)

    @property
    def today(self) -> date:
        return self.clock().date()

    def lists(self) -> Lists:
        """The lists as they stand now, whose rows are read when they are looked at."""
        contents = self.store.contents()
        self.damaged = tuple(str(damage) for damage in contents.damage)
        return Lists(contents, self.today)

    def sessions(self, *, with_name: str = "", pair: Iterable[str] = ()) -> list[Row]:
        return list(self.lists().sessions(with_name=with_name, pair=pair))

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
        """As `Lists.actions`; `session` may be the beginning of an id."""
        home = self.resolve_session(session) if session else ""
        found = self.lists().actions(
            which=which, owner=owner, theirs=theirs, with_name=with_name, since=since, session=home, pair=pair
        )
        return list(found)

    def decisions(
        self,
        *,
        which: str = "all",
        with_name: str = "",
        alias: str = "",
        session: str = "",
        pair: Iterable[str] = (),
    ) -> list[Row]:
        """As `Lists.decisions`; `session` may be the beginning of an id."""
        home = self.resolve_session(session) if session else ""
        return list(self.lists().decisions(which=which, with_name=with_name, alias=alias, session=home, pair=pair))

    def next_session(self, pair: Iterable[str]) -> tuple[date | None, str]:
        """The day these people meet next, and on what, by their newest record that names one; None once it is past."""
        for session in self.lists().sessions(pair=pair):
            if session["next"]:
                day = date.fromisoformat(session["next"])
                return (day, session["next_focus"]) if day >= self.today else (None, "")
        return None, ""

    def drafts(self, me: str) -> "Drafts":
        """What somebody had begun in a form and did not finish."""
        return self.store.drafts(me)

    # -- finding one thing ------------------------------------------------------------------------------------

    def load(self, session_id: str) -> "Session":
        return self.store.load(self.resolve_session(session_id))

    def resolve_session(self, prefix: str) -> str:
        return self.store.resolve(prefix, self.store.names(), "session")

    def resolve_action(self, prefix: str, *, pair: Iterable[str] = ()) -> tuple[str, str]:
        """(session id, action id) of the action this beginning names."""
        return self._resolve(prefix, "actions", "action", pair)

    def resolve_decision(self, prefix: str, *, pair: Iterable[str] = ()) -> tuple[str, str]:
        """(session id, decision id) of the decision this beginning names."""
        return self._resolve(prefix, "decisions", "decision", pair)

    def _resolve(self, prefix: str, part: Kind, what: str, pair: Iterable[str]) -> tuple[str, str]:
        whole, wanted = text.one_line(prefix), set(pair)
        if home := self.store.known_home(whole, part):  # then no other session need be looked at
            glance = self.store.glance(home)
            if glance and (not wanted or {person["id"] for person in people_of(glance)} == wanted):
                return home, whole
        homes = self.lists().homes(part, pair=wanted)
        thing = self.store.resolve(prefix, homes, what)
        return homes[thing], thing

    # -- people -----------------------------------------------------------------------------------------------

    def people(self) -> list[Known]:
        """Everybody these records name as taking part, the one met last first."""
        return self.lists().people()

    def alike(self, name: str, *, besides: str = "") -> list[Known]:
        """Whom somebody may mean by a name that these records do not know: those whose name it may be cut short of.

        `besides` is a name that is not meant.
        """
        known = self.people()
        if any(one.id == name.strip() or one.name.casefold() == name.strip().casefold() for one in known):
            return []
        return [one for one in known if is_alike(one.name, name) and one.name.casefold() != besides.casefold()]

    def people_in(self, session_id: str) -> list[Row]:
        """Who takes part in a session; nobody when it cannot be read."""
        glance = self.store.glance(session_id)
        return people_of(glance) if glance else []

    def newest_of(self, who: str) -> str | None:
        """The newest session in which this person, by id or by name, takes part."""
        glances = self.lists().chosen()
        mine = (glance for glance in glances if any(person["id"] == who for person in people_of(glance)))
        called = (glance for glance in glances if any(is_called(person["name"], who) for person in people_of(glance)))
        found = next(mine, None) or next(called, None)
        return found.id if found else None

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
                for glance in self.lists().chosen()
                if any(person["id"] == met for person in people_of(glance))
                for person in people_of(glance)
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
            and (not with_name or any(is_called(person["name"], with_name) for person in row.people))
        ]
        return sorted(rows, key=lambda row: (not row["due"], row["review_on"] or "9999", row["id"]))

    def people_with(self, me: str, other: str) -> "tuple[Person, ...]":
        """The two as they met last, in their roles; NotFound when they never did. A name or an id each."""
        from supervision.model.values import Person

        for glance in self.lists().chosen():
            people = people_of(glance)
            mine = [p for p in people if p["id"] == me or is_called(p["name"], me)]
            others = [p for p in people if p["id"] == other or is_called(p["name"], other)]
            if any(one["id"] != another["id"] for one in mine for another in others):
                return tuple(
                    Person(id=p["id"], name=p["name"], role=p["role"], line_manager=p.get("line_manager", False))
                    for p in people
                )
        raise NotFound(f"{me} and {other} have no session here yet. Start one first: supervision start --with NAME")

    def pair_with(self, me: str, other: str) -> tuple[str, ...]:
        """The ids of these two; their names, as long as they never met."""
        try:
            return tuple(person.id for person in self.people_with(me, other))
        except NotFound:
            return text.name(me), text.name(other)

    def has_prepared(self, pair: Iterable[str]) -> bool:
        """Whether something is prepared for the next session of these people; what it is, only its owner is shown."""
        from supervision.store.private import next_name

        return self.store.private.file(next_name(pair)).exists()

    def next_pack(self, pair: Iterable[str] = ()) -> "Pack":
        """The questions that the next session of these people will probably have: those of their last one."""
        from supervision import prompts

        for row in self.lists().sessions(pair=pair) if pair else ():
            with suppress(NotFound, Refused, Faults):
                return prompts.find(row["prompts"], row["minutes"])
        return prompts.find("broken")

    def usual_pack(self, role: "Role", own: str = "", minutes: int | None = None) -> "Pack":
        """The questions that a new session has if nobody chooses others; `own` is what somebody's settings name."""
        from supervision import prompts

        if role == "peer":
            return prompts.find("peer", minutes)
        found = prompts.find(own, minutes) if own else None
        return found if found is not None and found.kind == "supervision" else prompts.find("broken", minutes)

    def agreement(self, people: "Iterable[Person]") -> "Agreement | None":
        """The agreement in force between these people; Damaged or TooNew when it cannot be read."""
        from supervision.model.agreement import parties

        return self.store.agreements.newest(parties(people))

    def edit_agreement(self, people: "Sequence[Person]", answers: dict[str, str], by: str) -> "Agreement":
        """Makes the next version of the agreement between these people, outside a session; by the person `by` names."""
        from supervision.model import agreement as rules

        def who(words: str) -> str:
            return next((p.id for p in people if p.id == words or is_called(p.called, words)), words)

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

    def carry(self, session_id: str, change: "Change | Sequence[Change]", by: str, *, how: str = "") -> "Session":
        """Does something in a session, open or closed, and gives the record as it then stands.

        `how` is how it is known that it is them, where that is known by more than their name.
        """
        from supervision.carry import carry
        from supervision.model.apply import Act

        self._taken_back.clear()
        changes = list(change) if isinstance(change, Sequence) else [change]
        act = Act(by, self.clock(), how) if how else Act(by, self.clock())
        carry(self.store, session_id, changes, act)
        return self.store.load(session_id)

    def undo(self, me: str) -> "Session":
        """Takes back this person's latest change to an action or decision, in whichever session it was."""
        from supervision.carry import carry
        from supervision.model.apply import Act
        from supervision.model.changes import Restore, from_wire

        log = self.store.undo
        mine = [known.id for known in self.people() if is_called(known.name, me) or known.id == me]
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
        try:
            carry(self.store, entry["session"], changes, Act(who, self.clock()), undoable=False)
        except (Busy, SaveFailed):  # nothing was taken back, so it still can be
            log.push(who, entry)
            raise
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
        try:
            carry(self.store, session_id, changes, Act(who, self.clock()))
        except (Busy, SaveFailed):
            self._taken_back.append((session_id, who, changes))
            raise
        return self.store.load(session_id)

    # -- searching --------------------------------------------------------------------------------------------

    def _with(self, typed: str) -> Lists | None:
        """The lists of those sessions alone in whose texts these words stand, where no question holds them all."""
        words = searched(typed)
        contents = self.store.contents_with(words) if words else None
        if contents is None or asking(contents.asked(), words):
            return None
        self.damaged = ()
        return Lists(contents, self.today)

    def search(self, words: str, *, pair: Iterable[str] = (), most: int | None = None) -> list[Found]:
        """As `Lists.search`, no more than `most`."""
        if most is None and not pair and (few := self._with(words)):
            return list(few.search(words))
        return list(islice(self.lists().search(words, pair=pair), most))
