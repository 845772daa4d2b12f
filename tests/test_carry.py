"""A change finds its session while others have it: it waits for those who save, and not for ever."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from supervision import carry as carrying
from supervision.carry import carry
from supervision.errors import Busy
from supervision.model import changes as c
from supervision.model import views
from supervision.store import Store
from tests import factory

ID = "2026-11-23-1000-test"


class Clock:
    """Stands still but for those who sleep, four seconds at a time, while something else happens."""

    def __init__(self, meanwhile: Callable[[int], None]) -> None:
        self.now, self.times, self.meanwhile = 0.0, 0, meanwhile

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _seconds: float) -> None:
        self.now += 4
        self.times += 1
        self.meanwhile(self.times)


@pytest.mark.parametrize(
    ("saves", "let_go", "arrives"),
    [(True, 12, True), (False, 2, True), (False, 12, False), (True, 100, False)],
    ids=["others save", "it is opened", "nobody answers", "others save without end"],
)
def test_who_waits_is_let_in_while_others_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saves: bool, let_go: int, arrives: bool
) -> None:
    store = Store(tmp_path / "store", views.summary)
    store.create(factory.session(session_id=ID))
    change = c.AddAction(text="Ring the manager", owner="Sam")
    with ExitStack() as other:
        other.enter_context(store.hold(ID))

        def meanwhile(times: int) -> None:
            if saves:
                os.utime(store.file(ID), (times * 10, times * 10))
            if times == let_go:
                other.close()

        monkeypatch.setattr(carrying, "time", Clock(meanwhile))
        if arrives:
            carry(store, ID, [change], factory.act("Sam"))
        else:
            with pytest.raises(Busy):
                carry(store, ID, [change], factory.act("Sam"))
    assert len(store.load(ID).actions) == arrives
