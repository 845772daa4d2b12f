"""What is kept about somebody who asks for it: all of it, nothing of others' matters, each text marked for review."""

from dataclasses import replace
from pathlib import Path

from supervision import paths
from supervision.model.access import held
from supervision.model.values import Concern
from supervision.model.views import summary
from supervision.store import Store
from tests import factory
from tests.conftest import Program

TYPED = """/alias J
/matter J moves on Monday
Sam finds J's mother, Ms Bell, hard to reach on 020 7946 0123
Justice was mentioned
/action Ring the hostel due tomorrow
/next-matter K asks for a lift
/alias K
K knows J from the hostel
K lives alone
/quit
"""


def records(program: Program) -> str:
    session_id = program.start()
    program.plain(session_id, TYPED)
    return session_id


def texts(program: Program, *asked: str) -> dict[str, list[str]]:
    found = program.json("access", *asked)
    return {text["text"]: text["review"] for record in found["records"] for text in record["texts"]}


def test_all_of_a_matter_is_gathered_and_of_others_only_where_the_alias_stands(program: Program) -> None:
    session_id = records(program)
    found = texts(program, "j")
    assert "J moves on Monday" in found
    assert "Justice was mentioned" in found, "it was said about J's matter"
    assert "Ring the hostel" in found
    assert "K knows J from the hostel" in found
    assert "K lives alone" not in found and "K asks for a lift" not in found
    (record,) = program.json("access", "J")["records"]
    assert record["session"] == session_id


def test_a_word_is_found_whole_and_whatever_its_capitals(program: Program) -> None:
    records(program)
    assert list(texts(program, "MS", "bell")) == ["Sam finds J's mother, Ms Bell, hard to reach on 020 7946 0123"]
    assert texts(program, "Just") == {}
    assert "Nothing found." in program("access", "nobody-here").stderr


def test_others_words_and_names_are_marked(program: Program) -> None:
    records(program)
    marks = texts(program, "J")["Sam finds J's mother, Ms Bell, hard to reach on 020 7946 0123"]
    assert "the words of Ash Patel" in marks
    assert "it may hold a name" in marks and "it may hold a phone number" in marks
    assert "it names K" in texts(program, "J")["K knows J from the hostel"]


def test_the_persons_own_view_is_not_somebody_elses_words(program: Program) -> None:
    session_id = program.start("--alias", "J")
    program.plain(session_id, "/decide\nLifts\nWhat is asked\n\n\nI want lifts home\n\n\nhold\n\n\n\n\n\n\n\n")
    found = texts(program, "J")
    assert found["I want lifts home"] == []
    assert found["What is asked"] == ["agreed words of the people in the session"]


def test_it_comes_in_every_format_and_that_it_was_made_is_noted(program: Program, tmp_path: Path) -> None:
    session_id = records(program)
    for kind in ("md", "txt", "html", "docx", "json"):
        file = tmp_path / f"about.{kind}"
        result = program("access", "J", "-o", str(file))
        assert result.exit_code == 0, result.stderr
        assert file.stat().st_size > 200 and file.stat().st_mode & 0o777 == 0o600
        if kind != "docx":
            assert "moves on Monday" in file.read_text()
    chain = Store(paths.store_dir(), summary).chain(session_id).entries()
    assert [(entry.kind, entry.id) for entry in chain] == [("exported", "access")] * 5
    (tmp_path / "store" / "sessions" / "2026-01-01-0900-aaaa.json").write_text("{")
    for command in (("access", "J"), ("retention",)):  # whoever asks is not told that this is all there is
        assert "2026-01-01-0900-aaaa" in program(*command).stderr


def test_private_notes_are_in_none_of_it(program: Program) -> None:
    from supervision import config

    config.remember("me", "Ash Patel")
    session_id = program.start("--alias", "J")
    program.plain(session_id, "/private J frightens me\nJ is here\n")
    found = texts(program, "J")
    assert "J is here" in found
    assert not any("frightens" in words for words in found)


def test_a_concern_about_somebody_else_is_not_gathered_where_no_matter_was_brought() -> None:
    worry = Concern(id="c1", by=factory.ASH, at=factory.NOW, text="K could come to harm")
    session = replace(factory.session(), matters=(), concerns=(worry,))
    assert held(session, "J") == ()
    assert [one.text for one in held(session, "K")] == ["K could come to harm"]


def test_it_is_found_wherever_somebody_may_stand(program: Program) -> None:
    session_id = program.start("--alias", "J and Lee")
    program.plain(session_id, "/action Ring them @Rowan\n/next-focus How Lee is\n/concern A worry || to Lee's GP\n")
    assert {"How Lee is", "A worry", "Lee's GP", "Ring them"} <= set(texts(program, "Lee"))
    assert "Rowan" in texts(program, "Rowan")
