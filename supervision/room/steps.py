"""Changes that can be taken back, for each person by themselves."""

from dataclasses import dataclass

from supervision import carry as carrying
from supervision.model import rules
from supervision.model.apply import Act
from supervision.model.changes import Restore
from supervision.model.difference import difference
from supervision.model.values import Session, Who
from supervision.store import Store


@dataclass(frozen=True, slots=True)
class Step:
    """A change that can be taken back: its name in the undo log, and what puts things as they were."""

    id: str
    restores: tuple[Restore, ...]
    before: Session
    after: Session
    run: str = ""

    def reversed(self) -> "Step":
        back = (Restore(kind=r.kind, id=r.id, before=r.after, after=r.before) for r in self.restores[::-1])
        return Step(self.id, tuple(back), self.after, self.before)

    def goes_on_in(self, now: Session, run: str) -> bool:
        """Whether what comes next in this run belongs to it: nothing else was changed since."""
        then = self.after
        return bool(run) and run == self.run and (then.actions, then.decisions) == (now.actions, now.decisions)


class Steps:
    """What each person did last, newest last, and what each took back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._done: dict[Who, list[Step]] = {}
        self._undone: dict[Who, list[Step]] = {}

    def remember(self, before: Session, after: Session, act: Act, run: str, *, again: bool = False) -> None:
        """Keeps what would take this change back. What comes under one `run` without a break is taken back at once."""
        who = rules.who(after, act.by)
        steps = self._done.setdefault(who, [])
        if steps and steps[-1].goes_on_in(before, run):
            before = steps[-1].before
            self._store.undo.forget(who, steps.pop().id)
        entry = carrying.remember(self._store, before, after, act)
        if entry is None:
            return
        steps.append(Step(entry, tuple(difference(before, after)[::-1]), before, after, run))
        if not again:
            self._undone.pop(who, None)

    def forget(self) -> None:
        """Nothing of before can be taken back."""
        self._done.clear()
        self._undone.clear()

    def pop(self, who: Who) -> Step | None:
        """The latest change of this person, which is then no longer there to take back."""
        steps = self._done.get(who)
        if not steps:
            return None
        step = steps.pop()
        self._store.undo.forget(who, step.id)
        return step

    def taken_back(self, who: Who, step: Step) -> None:
        self._undone.setdefault(who, []).append(step.reversed())

    def pop_undone(self, who: Who) -> Step | None:
        """The change that this person took back last."""
        steps = self._undone.get(who)
        return steps.pop() if steps else None
