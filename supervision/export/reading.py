"""Records back from JSON: the inverse of `views.show`, forgiving about what is missing, strict about what is wrong.

Nothing is recomputed: digests are kept as they are, and whether they match shows when the record is shown.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from supervision.errors import Ambiguous, BadInput, Fault, NotFound
from supervision.model import ids, rules
from supervision.model.agreement import TEXTS as AGREED
from supervision.model.fields import DATES, TEXTS
from supervision.model.notes import normal
from supervision.model.pack import Pack, Prompt, Stage
from supervision.model.private import PrivateNote
from supervision.model.values import (
    Action,
    Addendum,
    Agreement,
    Concern,
    Copy,
    Decision,
    Dissent,
    Event,
    Heard,
    Hold,
    Kind,
    Leaf,
    Mark,
    Matter,
    Note,
    NoteMark,
    Option,
    Party,
    Person,
    Progress,
    Redaction,
    Retention,
    Review,
    Run,
    Session,
    Snapshot,
    Span,
    Support,
    Who,
)
from supervision.text import LINE_LIMIT, NOTE_LIMIT, REPLACEMENT, clean, one_line

if TYPE_CHECKING:
    from pydantic import ValidationError

    from supervision.export import shapes

SIZE_LIMIT = 10_000_000
"""Bytes of one record."""
_MARK = b"\xef\xbb\xbf"
"""What some programs put before a text in UTF-8."""
DEEPEST = 32
"""Levels of lists and groups within each other; a record has eight."""

_LONGEST_TEXT, _LONGEST_LINE = 2 * NOTE_LIMIT, 10 * LINE_LIMIT
_ONE_LINE = frozenset(
    {
        *("id", "alias", "people.id", "people.name", "people.named", "matters.alias"),
        *("actions.text", "actions.waiting_on", "actions.owner", "actions.owner_id"),
        *("decisions.title", "decisions.alias", "dissent.resolve_by", "concerns.to", "themes"),
    }
)
_FAULTS = (
    ("missing", "is missing"),
    ("literal_error", "holds a word that is not known there"),
    ("value_error", "is not a date, or not a time, as in 2026-12-03 or 2026-12-03T14:02:00+00:00"),
    ("string_pattern", "is empty"),
    ("string", "is not text"),
    ("int", "is not a whole number"),
    ("greater", "is too small a number"),
    ("less", "is too big a number"),
    ("bool", "is neither true nor false"),
    ("too_short", "is empty"),
    ("list", "is not a list"),
    ("dict", "is not a group of fields"),
    ("model", "is not a group of fields"),
)


# -- one record ---------------------------------------------------------------------------------------------------


def parse_record(data: Mapping[str, Any], *, source: str) -> tuple[Session, tuple[str, ...]]:
    """The session in a record as JSON holds it, and a notice for each field in which characters were replaced.

    `source` says where it stands (file:line) and begins each notice. BadInput, naming source and key, when the record
    does not have the shape of one.
    """
    from pydantic import ValidationError  # slow to load, and only an import needs it

    from supervision.export.shapes import RecordShape

    notices: list[str] = []
    safe = _safe(data, "", "", 0, source, notices)
    try:
        shape = RecordShape.model_validate(safe)
    except ValidationError as error:
        raise BadInput(f"{source}: {_first_fault(error)}") from error
    return _Reader(shape, source).session(), tuple(notices)


def parse_private(data: Mapping[str, Any], *, source: str) -> tuple[PrivateNote, ...]:
    """The private notes in somebody's own copy; none in any other record. BadInput as in `parse_record`."""
    if data.get("private") is None:
        return ()
    from pydantic import ValidationError

    from supervision.export.shapes import PrivateShape

    try:
        shape = PrivateShape.model_validate(_safe({"private": data["private"]}, "", "", 0, source, []))
    except ValidationError as error:
        raise BadInput(f"{source}: {_first_fault(error)}") from error
    return tuple(
        PrivateNote(stage=note.stage, prompt=note.prompt, matter=note.matter, text=note.text, shared=tuple(note.shared))
        for note in shape.private
    )


def same(a: Session, b: Session) -> bool:
    """Whether two records hold the same, however often each was saved."""
    return normal(replace(a, revision=0)) == normal(replace(b, revision=0))


def _safe(value: Any, path: str, kind: str, depth: int, source: str, notices: list[str]) -> Any:
    """The value without nulls and without unsafe characters. `kind` is the path without numbers."""
    if depth > DEEPEST:
        raise BadInput(f"{source}: {path[:80]}: this is nested deeper than a record ever is.")
    if isinstance(value, str):
        return _safe_text(value, path, kind, source, notices)
    if isinstance(value, Mapping):
        kept = {str(key): inner for key, inner in value.items() if inner is not None}
        for key in [key for key in kept if f"{key}_id" in kept]:
            del kept[key]  # the id says who; the name stands beside it for readers
        if kind == "stages" and "runs" in kept:
            kept.pop("notes", None)  # the same words, cut into lines for readers
        return {
            clean(key, lines=False): _safe(
                inner, f"{path}.{key}" if path else key, f"{kind}.{key}" if kind else key, depth + 1, source, notices
            )
            for key, inner in kept.items()
        }
    if isinstance(value, list | tuple):
        return [_safe(inner, f"{path}[{i}]", kind, depth + 1, source, notices) for i, inner in enumerate(value)]
    return value


def _safe_text(value: str, path: str, kind: str, source: str, notices: list[str]) -> str:
    if len(value) > _LONGEST_TEXT or max(map(len, value.split("\n"))) > _LONGEST_LINE:
        raise BadInput(
            f"{source}: {one_line(path)}: this text is longer than any that can be shown "
            f"({_LONGEST_TEXT:,} characters, {_LONGEST_LINE:,} in a line)."
        )
    last = kind.rpartition(".")[2]
    text = clean(value, lines=kind not in _ONE_LINE and last not in {"by", "by_id", "how"})
    if text != value:
        replaced = text.count(REPLACEMENT) - value.count(REPLACEMENT)
        what = f"{replaced} unsafe {'character was' if replaced == 1 else 'characters were'} replaced"
        notices.append(f"{source}: {one_line(path)}: {what if replaced else 'spaces or line ends were put in order'}.")
    return text


def _first_fault(error: "ValidationError") -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    where, kind = found[0]["loc"], found[0]["type"]
    key = ""
    for part in where:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
    what = next((words for begins, words in _FAULTS if kind.startswith(begins)), "is not what belongs there")
    if kind == "string_pattern_mismatch" and where[-1] == "id":
        what = "is no id; one has 8 to 40 of a-z, 0-9 and '-'"
    more = f" There {'is 1 more fault' if len(found) == 2 else f'are {len(found) - 1} more faults'}."
    return f"{one_line(key) or 'the record'}: this {what}.{more if len(found) > 1 else ''}"


class _Reader:
    """Turns the shape of one record into values; people are looked up by id, or else by name."""

    def __init__(self, shape: "shapes.RecordShape", source: str) -> None:
        self.shape = shape
        self.source = source
        self.kind: Kind = shape.kind or ("peer" if all(p.role == "peer" for p in shape.people) else "supervision")
        self.people = tuple(self._person(i, person) for i, person in enumerate(shape.people))
        self._once("people", "id", (person.id for person in self.people))
        self.pack = self._pack()
        self.finding = Session(id=shape.id, kind=self.kind, started=shape.started, people=self.people, pack=self.pack)

    def session(self) -> Session:
        shape = self.shape
        first = self.pack.stages[0]
        matters = tuple(self._matter(m) for m in shape.matters)
        matters = matters or (Matter(n=1, alias=shape.alias, text=shape.matter),)
        self._once("matters", "n", (matter.n for matter in matters))
        actions = tuple(self._action(i, action) for i, action in enumerate(shape.actions))
        decisions = tuple(self._decision(i, decision) for i, decision in enumerate(shape.decisions))
        self._once("actions", "id", (action.id for action in actions))
        self._once("decisions", "id", (decision.id for decision in decisions))
        self._once("decisions", "number", (decision.number for decision in decisions))
        stage = first.id if shape.stage is None else shape.stage
        return normal(
            replace(
                self.finding,
                matters=matters,
                ended=shape.ended,
                held=shape.held,
                place=shape.place,
                stage=stage,
                prompt=shape.prompt or "",
                matter=matters[0].n if shape.on_matter is None else shape.on_matter,
                agreement=self._agreement(),
                acknowledged=self._marks("acknowledged", shape.acknowledged),
                notes=tuple(note for i, written in enumerate(shape.stages) for note in self._notes(i, written)),
                marks=tuple(
                    NoteMark(
                        id=mark.id or self._made("marks", i),
                        stage=mark.stage,
                        matter=mark.matter,
                        by=self._who(f"marks[{i}].by", mark.by_id, mark.by),
                        at=mark.at or shape.started,
                        kind=mark.kind,
                        text=mark.text,
                    )
                    for i, mark in enumerate(shape.marks)
                ),
                actions=actions,
                decisions=decisions,
                dissents=tuple(self._dissent(i, entry) for i, entry in enumerate(shape.dissent)),
                concerns=tuple(self._concern(i, entry) for i, entry in enumerate(shape.concerns)),
                first=self._who("first", shape.first_id, shape.first),
                spans=self._spans(),
                heard=tuple(
                    Heard(
                        by=self._who(f"heard[{i}].by", answer.by_id, answer.by),
                        at=answer.at or shape.started,
                        must_raise=answer.must_raise,
                        how=answer.how,
                    )
                    for i, answer in enumerate(shape.heard)
                ),
                next_date=shape.next,
                next_focus=shape.next_focus,
                themes=tuple(shape.themes),
                snapshot=self._snapshot(),
                signatures=self._marks("signatures", shape.signatures),
                addenda=tuple(
                    Addendum(
                        id=entry.id or self._made("addenda", i),
                        by=self._who(f"addenda[{i}].by", entry.by_id, entry.by),
                        at=entry.at or shape.started,
                        text=entry.text,
                    )
                    for i, entry in enumerate(shape.addenda)
                ),
                redactions=tuple(
                    Redaction(
                        id=entry.id or self._made("redactions", i),
                        by=self._who(f"redactions[{i}].by", entry.by_id, entry.by),
                        at=entry.at or shape.started,
                        why=entry.why,
                        places=entry.places,
                    )
                    for i, entry in enumerate(shape.redactions)
                ),
                hold=self._hold(),
                retention=self._retention(),
                history=tuple(
                    Event(
                        at=event.at,
                        by=self._who(f"history[{i}].by", event.by_id, event.by),
                        kind=event.kind,
                        id=event.id,
                    )
                    for i, event in enumerate(shape.history)
                ),
                copy=Copy(of=shape.copied.of, who=shape.copied.who, taken=shape.copied.taken) if shape.copied else None,
                revision=shape.revision,
            )
        )

    def _retention(self) -> Retention | None:
        found = self.shape.retention
        if found is None:
            return None
        who = self._who("retention.by", found.by_id, found.by)
        return Retention(by=who, at=found.at or self.shape.started, name=found.name, until=found.until, why=found.why)

    def _hold(self) -> Hold | None:
        found = self.shape.hold
        if found is None:
            return None
        who = self._who("hold.by", found.by_id, found.by)
        return Hold(by=who, at=found.at or self.shape.started, why=found.why)

    # -- people, and what was asked -----------------------------------------------------------------------------

    def _person(self, i: int, person: "shapes.PersonShape") -> Person:
        name = person.named or person.name
        return Person(
            id=person.id or f"p-{self._made('people', i)[:8]}",
            name=name,
            role=person.role,
            corrected="" if person.name == name else person.name,
            line_manager=person.line_manager,
        )

    def _who(self, key: str, given_id: str | None, name: str) -> Who:
        if given_id is not None:
            return given_id
        try:
            return rules.who(self.finding, name) if name.strip() else ""
        except Ambiguous as error:
            raise BadInput(f'{self.source}: {key}: two people here are called {name}; add "{_id_key(key)}".') from error

    def _pack(self) -> Pack:
        shape = self.shape
        stages = tuple(
            Stage(
                id=stage.id,
                title=stage.id if stage.title is None else stage.title,
                letter=stage.letter,
                minutes=stage.minutes,
                shows=stage.shows,
                turn=stage.turn,
                private=stage.private,
                silent=stage.silent,
                prompts=tuple(
                    Prompt(
                        id=prompt.id,
                        text=prompt.text,
                        asks=prompt.asks,
                        probes=tuple(prompt.probes),
                        suggests=prompt.suggests,
                        part=prompt.part,
                        opens=prompt.opens,
                    )
                    for prompt in stage.prompts
                ),
            )
            for stage in shape.stages
            if stage.in_pack
        )
        if not stages:
            raise BadInput(f"{self.source}: stages: this is empty; a session has at least one stage.")
        self._once("stages", "id", (stage.id for stage in stages))
        name = shape.prompts if shape.pack.name is None else shape.pack.name
        return Pack(
            name=name,
            title=name if shape.pack.title is None else shape.pack.title,
            kind=shape.pack.kind or self.kind,
            minutes=shape.minutes if shape.pack.minutes is None else shape.pack.minutes,
            stages=stages,
            source=shape.pack.source,
            confidentiality=shape.pack.confidentiality,
        )

    def _agreement(self) -> Agreement | None:
        shape = self.shape.agreement
        if shape is None:
            return None
        texts = {key: getattr(shape, key) for key in AGREED if key != "record_keeper"}
        return Agreement(
            **texts,
            id=shape.id,
            version=shape.version,
            made=shape.made,
            made_by=self._who("agreement.made_by", shape.made_by_id, shape.made_by),
            parties=tuple(Party(id=party.id, role=party.role) for party in shape.people),
            external=shape.external,
            record_keeper=self._who("agreement.record_keeper", shape.record_keeper_id, shape.record_keeper),
            review_on=shape.review_on,
        )

    def _notes(self, i: int, stage: "shapes.StageShape") -> Iterator[Note]:
        key = f"stages[{i}]"
        if stage.runs is not None:
            for n, note in enumerate(stage.runs):
                runs = tuple(
                    Run(self._who(f"{key}.runs[{n}].runs[{r}].by", run.by_id, run.by), run.text)
                    for r, run in enumerate(note.runs)
                )
                yield Note(stage=stage.id, matter=note.matter, runs=runs)
            return
        begun: set[int] = set()
        for n, line in enumerate(stage.notes):
            start = "\n" if line.matter in begun and not line.joins else ""
            begun.add(line.matter)
            by = self._who(f"{key}.notes[{n}].by", line.by_id, line.by)
            yield Note(stage=stage.id, matter=line.matter, runs=(Run(by, start + line.text),))

    # -- actions and decisions ----------------------------------------------------------------------------------

    def _action(self, i: int, action: "shapes.ActionShape") -> Action:
        key = f"actions[{i}]"
        owner = None
        if action.owner_id is not None or action.owner:
            owner = self._who(f"{key}.owner", action.owner_id, action.owner or "")
        return Action(
            id=action.id or self._made("actions", i),
            text=action.text,
            created=action.created or self.shape.started,
            created_by=self._who(f"{key}.created_by", action.created_by_id, action.created_by),
            owner=owner,
            due=action.due,
            waiting_on=action.waiting_on,
            status=action.status,
            stage=action.stage,
            prompt=action.prompt,
            matter=action.matter,
            decision=action.decision,
            closed=action.closed,
            purpose=action.purpose,
            notes=tuple(
                Progress(
                    id=note.id or self._made(f"{key}.notes", n),
                    by=self._who(f"{key}.notes[{n}].by", note.by_id, note.by),
                    at=note.at or self.shape.started,
                    text=note.text,
                )
                for n, note in enumerate(action.notes)
            ),
        )

    def _decision(self, i: int, decision: "shapes.DecisionShape") -> Decision:
        key = f"decisions[{i}]"
        support = decision.support
        return Decision(
            **{name: getattr(decision, name) for name in (*TEXTS, *DATES)},
            id=decision.id or self._made("decisions", i),
            number=decision.number,
            created=decision.created or self.shape.started,
            created_by=self._who(f"{key}.created_by", decision.created_by_id, decision.created_by),
            matter=decision.matter,
            options=tuple(
                Option(
                    id=option.id or self._made(f"{key}.options", n),
                    text=option.text,
                    for_person=option.for_person,
                    for_practitioner=option.for_practitioner,
                    for_others=option.for_others,
                )
                for n, option in enumerate(decision.options)
            ),
            stance=decision.stance,
            salts=decision.salts,
            redacted=decision.redacted,
            marks=self._marks(f"{key}.agreed_by", decision.agreed_by),
            support=Support(
                status=support.status,
                by=support.by,
                at=support.at,
                recorded_by=self._who(f"{key}.support.recorded_by", support.recorded_by_id, support.recorded_by),
            ),
            replaces=decision.replaces,
            replaced_by=decision.replaced_by,
            replaced_on=decision.replaced_on,
            reviews=tuple(
                Review(
                    id=review.id or self._made(f"{key}.reviews", n),
                    by=self._who(f"{key}.reviews[{n}].by", review.by_id, review.by),
                    at=review.at or self.shape.started,
                    outcome=review.outcome,
                    note=review.note,
                    review_on=review.review_on,
                )
                for n, review in enumerate(decision.reviews)
            ),
        )

    # -- the end ------------------------------------------------------------------------------------------------

    def _marks(self, key: str, marks: Iterable["shapes.MarkShape"]) -> tuple[Mark, ...]:
        return tuple(
            Mark(by=self._who(f"{key}[{i}].by", mark.by_id, mark.by), at=mark.at, digest=mark.digest, how=mark.how)
            for i, mark in enumerate(marks)
        )

    def _dissent(self, i: int, entry: "shapes.DissentShape") -> Dissent:
        return Dissent(
            id=entry.id or self._made("dissent", i),
            by=self._who(f"dissent[{i}].by", entry.by_id, entry.by),
            at=entry.at or self.shape.started,
            text=entry.text,
            resolve_by=entry.resolve_by,
            decision=entry.decision,
        )

    def _concern(self, i: int, entry: "shapes.ConcernShape") -> Concern:
        return Concern(
            id=entry.id or self._made("concerns", i),
            by=self._who(f"concerns[{i}].by", entry.by_id, entry.by),
            at=entry.at or self.shape.started,
            text=entry.text,
            to=entry.to,
            by_when=entry.by_when,
            done_by=self._who(f"concerns[{i}].done_by", entry.done_by_id, entry.done_by),
            done=entry.done,
            told_first=entry.told_first,
            action=entry.action,
        )

    def _matter(self, matter: "shapes.MatterShape") -> Matter:
        return Matter(n=matter.n, alias=matter.alias, text=matter.text, question=matter.question, turn=matter.turn)

    def _spans(self) -> tuple[Span, ...]:
        return tuple(
            Span(id=span.id or self._made("spans", i), turn=span.turn, start=span.start, stop=span.stop, why=span.why)
            for i, span in enumerate(self.shape.spans)
        )

    def _snapshot(self) -> Snapshot | None:
        taken = self.shape.snapshot
        if taken is None:
            return None
        leaves = {path: Leaf(leaf.salt, leaf.text, leaf.hash) for path, leaf in taken.leaves.items()}
        return Snapshot(taken=taken.taken, leaves=leaves, root=taken.root)

    def _made(self, key: str, i: int) -> str:
        """An id for what came without: the same each time this record is read."""
        drawn = hashlib.sha256(f"{self.shape.id}/{key}/{i}".encode()).digest()
        return "".join(ids.ALPHABET[byte % len(ids.ALPHABET)] for byte in drawn[:10])

    def _once(self, key: str, name: str, values: Iterable[str | int]) -> None:
        met: set[str | int] = set()
        for i, value in enumerate(values):
            if value in met:
                raise BadInput(f"{self.source}: {key}[{i}].{name}: {value} stands here twice.")
            met.add(value)


def _id_key(key: str) -> str:
    return f"{key.rpartition('.')[2]}_id"


# -- a file of records --------------------------------------------------------------------------------------------


def read_lines(
    source: str | Path | IO[bytes], *, name: str = "", read: Callable[[int], object] = lambda size: None
) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    """The records in a text, a file or a stream, each with the number of its first line: one JSON object, or one on
    each line, of which only one is in memory.

    What is not a record comes as a Fault, naming `name` (the file itself unless said) and the line, and hides no other.
    `read` is told how many bytes were read. NotFound or BadInput when the file itself cannot be read.
    """
    if isinstance(source, Path):
        name = one_line(name or str(source))
        try:
            with source.open("rb") as opened:
                yield from _records(opened, name, read)
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {name}.") from error
        except OSError as error:
            raise BadInput(f"{name} cannot be read: {error.strerror}.") from error
    else:
        stream = BytesIO(source.encode("utf-8", "surrogatepass")) if isinstance(source, str) else source
        yield from _records(stream, one_line(name) or "the text", read)


def _records(
    stream: IO[bytes], name: str, read: Callable[[int], object]
) -> Iterator[tuple[int, Mapping[str, Any] | Fault]]:
    start = stream.read(SIZE_LIMIT + 1)
    if len(start) <= SIZE_LIMIT:
        whole = _whole(start, name)
        if not isinstance(whole[1], Fault):
            read(len(start))
            yield whole
            return
    else:
        whole = 1, _too_big(name, 1)
    # Not one record: one on each line, if there is one on any of them.
    waiting: list[tuple[int, Mapping[str, Any] | Fault]] = []
    is_one_a_line = False
    for n, line in _lines(start, stream, read):
        record = _record(line, name, n)
        waiting.append((n, record))
        is_one_a_line = is_one_a_line or (not isinstance(record, Fault) and "people" in record)
        if is_one_a_line:
            yield from waiting
            waiting.clear()
    if not is_one_a_line:
        yield whole


def _whole(data: bytes, name: str) -> tuple[int, Mapping[str, Any] | Fault]:
    """What is read as one record, with the line it begins on."""
    data = data.removeprefix(_MARK)
    blank = len(data) - len(data.lstrip())
    if blank == len(data):
        return 1, Fault(name, 1, "record", "There is nothing in it.")
    line = data[:blank].count(b"\n") + 1
    return line, _record(data[blank:], name, line)


def _lines(start: bytes, rest: IO[bytes], read: Callable[[int], object]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, by number; of one that is too long only the beginning."""
    stream: IO[bytes] = BytesIO(start)
    for n in count(1):
        line = stream.readline(SIZE_LIMIT + 1)
        if not line.endswith(b"\n") and stream is not rest:
            stream = rest
            line += stream.readline(SIZE_LIMIT + 1)
        more = line
        while len(more) > SIZE_LIMIT and not more.endswith(b"\n"):
            more = stream.readline(SIZE_LIMIT + 1)
            read(len(more))
        if not line:
            return
        read(len(line))
        line = line.removeprefix(_MARK) if n == 1 else line
        if line.strip():
            yield n, line


def _too_big(name: str, line: int) -> Fault:
    return Fault(name, line, "record", f"This is bigger than {SIZE_LIMIT // 1_000_000} MB, more than a record holds.")


def _record(data: bytes, name: str, line: int) -> Mapping[str, Any] | Fault:
    if len(data) > SIZE_LIMIT:
        return _too_big(name, line)
    try:
        # Bytes that are no UTF-8 become half characters, which the gate for text replaces and reports.
        value = json.loads(data.decode("utf-8", "surrogateescape"))
    except json.JSONDecodeError as error:
        return Fault(name, line + error.lineno - 1, "record", f"This is not JSON: {error.msg} at column {error.colno}.")
    except ValueError:
        return Fault(name, line, "record", "This holds a number that is too long to be one of ours.")
    except RecursionError:
        return Fault(name, line, "record", "This is nested deeper than a record ever is.")
    if not isinstance(value, dict):
        return Fault(name, line, "record", "This is JSON, and not a record: a record is an object in { }.")
    return value
