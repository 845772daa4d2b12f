"""Those whose key nobody knows yet: they wait until the host has let them in, or not."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 8
"""How many may wait at a time, and how many may knock one after the other; who comes then is asked to come back."""
AGAIN = 20.0
"""Seconds after which one more may knock, so that nobody fills the host's screen."""


@dataclass(eq=False, slots=True)
class Knock:
    """Somebody at the door: the name they gave, the key they say is theirs, and the session they ask for."""

    session: str
    name: str
    fingerprint: str
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    let_in: bool = False
    waiting: int = 0
    """Connections that wait for the answer now."""


class Knocks:
    """Who knocked and was not answered. `told` hears of each once."""

    def __init__(self, clock: Callable[[], float], told: Callable[[Knock], object]) -> None:
        self._clock = clock
        self._told = told
        self._there: list[Knock] = []
        self._free, self._looked = float(MOST), clock()

    @property
    def there(self) -> tuple[Knock, ...]:
        return tuple(self._there)

    def knock(self, session: str, name: str, fingerprint: str) -> Knock | None:
        """Somebody knocks, or knocks again; None when too many do. Who has gone again makes room for others."""
        for known in self._there:
            if (known.session, known.name, known.fingerprint) == (session, name, fingerprint):
                return known
        now = self._clock()
        self._free, self._looked = min(MOST, self._free + (now - self._looked) / AGAIN), now
        if self._free < 1:
            return None
        if len(self._there) >= MOST:
            gone = next((one for one in self._there if not one.waiting), None)
            if gone is None:
                return None
            self._there.remove(gone)
        made = Knock(session, name, fingerprint)
        self._there.append(made)
        self._free -= 1
        self._told(made)
        return made

    def answer(self, knock: Knock, seconds: float) -> "asyncio.Task[bool | None]":
        """Whether they were let in, once the host says so; None when nobody says anything for so long."""

        async def wait() -> bool | None:
            try:
                async with asyncio.timeout(seconds):
                    await knock.answered.wait()
            except TimeoutError:
                return None
            return knock.let_in

        def over(_: "asyncio.Task[bool | None]") -> None:
            knock.waiting -= 1

        knock.waiting += 1  # now, so that nobody else takes their place before the task has begun
        task = asyncio.get_running_loop().create_task(wait())
        task.add_done_callback(over)
        return task

    def settle(self, knock: Knock, *, let_in: bool) -> None:
        """Says to who waits whether they are let in; they wait no longer."""
        knock.let_in = let_in
        knock.answered.set()
        if knock in self._there:
            self._there.remove(knock)
