"""Which of many things a list shows: one person's, of one session, since a day; chosen one question at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from textual.screen import Screen

from supervision import when
from supervision.shelf import Shelf
from supervision.tui.screens import told
from supervision.tui.screens.choosing import ChooseDialog
from supervision.tui.screens.small import NameDialog

Way = Literal["owner", "pair", "session", "since", "alias"]
WAYS: dict[Way, str] = {
    "owner": "What one person has taken on",
    "pair": "From the sessions of one pair",
    "alias": "About the person of one alias",
    "session": "From one session",
    "since": "Made since a day",
}
AT_MOST = 200
"""Sessions to choose from, the newest ones."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list is kept to; empty for everything."""

    owner: str = ""
    pair: tuple[str, ...] = ()
    alias: str = ""
    session: str = ""
    since: date | None = None
    called: Mapping[Way, str] | None = None
    """What each of them is in words."""

    def to(self, way: Way, words: str, **given: Any) -> "Narrowed":
        """The same, narrowed in one more way."""
        return replace(self, called={**(self.called or {}), way: words}, **given)

    @property
    def words(self) -> str:
        """All of it, as it stands at the top of a list; empty when nothing is left out."""
        return ", ".join((self.called or {}).values())


def narrow(
    screen: Screen[Any],
    shelf: Shelf,
    now: Narrowed,
    ways: tuple[Way, ...],
    then: Callable[[Narrowed], None],
    *,
    pair: tuple[str, ...] = (),
    me: str = "",
) -> None:
    """Asks how a list is to be narrowed, then to what; `pair` are those to whom it is kept in any case."""
    offered: dict[str, str] = {way: WAYS[way] for way in ways if not (pair and way == "pair")}
    if now.words:
        offered[""] = "Everything again"

    def chosen(way: str | None) -> None:
        if way == "":
            then(Narrowed())
        elif way is not None:
            _asked(screen, shelf, now, way, then, pair, me)

    screen.app.push_screen(ChooseDialog("Show only ...", offered), chosen)


def _asked(
    screen: Screen[Any],
    shelf: Shelf,
    now: Narrowed,
    way: str,
    then: Callable[[Narrowed], None],
    pair: tuple[str, ...],
    me: str,
) -> None:
    lists = shelf.lists()
    within = now.pair or pair
    if way == "since":

        def day(words: str) -> date:
            return when.moment(words, shelf.clock()).date()

        def since(words: str | None) -> None:
            if words is not None:
                found = day(words)
                then(now.to("since", f"since {told.day(found)}", since=found))

        question = NameDialog(
            "Made since when?",
            about="For example: 1 October, last Monday, 3 weeks ago.",
            accept="Show them",
            check=day,
        )
        screen.app.push_screen(question, since)
        return
    answers: dict[str, str]
    if way == "owner":
        answers = {name: name for name in lists.owners(pair=within)}
        question_words = "Who has taken it on?"
    elif way == "pair":
        answers = {" ".join(ids): told.with_whom(people, me) for ids, people in lists.pairs().items()}
        question_words = "The sessions with whom?"
    elif way == "alias":
        answers = {alias: alias for alias in lists.aliases(pair=within)}
        question_words = "About whom?"
    else:
        answers = {
            str(row["id"]): f"{told.day(row['when']):<12} {told.with_whom(row['people'], me)}"
            + (f", {row['alias']}" if row["alias"] else "")
            for row in lists.sessions(pair=within)[:AT_MOST]
        }
        question_words = "Which session?"

    def answered(answer: str | None) -> None:
        if answer is None:
            return
        if way == "owner":
            then(now.to("owner", f"{answer}'s", owner=answer))
        elif way == "pair":
            then(now.to("pair", f"with {answers[answer]}", pair=tuple(answer.split())))
        elif way == "alias":
            then(now.to("alias", f"about {answer}", alias=answer))
        else:
            words = " ".join(answers[answer].split())
            then(now.to("session", f"session of {words}", session=answer))

    if answers:
        screen.app.push_screen(ChooseDialog(question_words, answers), answered)
    else:
        say: Callable[[str], None] = getattr(screen, "say", lambda _: None)
        say("There is nothing to choose from yet.")
