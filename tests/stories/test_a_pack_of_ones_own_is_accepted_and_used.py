"""Somebody writes questions of their own, is told what is wrong in them, and goes through a session with them."""

from pathlib import Path

import pytest

from tests.conftest import Program


def test_a_pack_of_ones_own_is_accepted_and_used(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPERVISION_CONFIG", str(tmp_path / "config"))
    made = program("prompts", "new", "ours")
    file = Path(made.stdout.splitlines()[0])
    assert file == tmp_path / "config" / "prompts" / "ours.yaml"
    lines = file.read_text().splitlines()
    title = next(n for n, line in enumerate(lines) if line.startswith("title:"))

    lines[title] = "titel: Our own questions"
    file.write_text("\n".join(lines))
    checked = program("prompts", "check")
    assert checked.exit_code == 1
    assert f"{file}:{title + 1}: titel: There is no such key; did you mean 'title'?" in checked.stdout
    refused = program("start", "--with", "Sam Okafor", "--prompts", "ours", "--no-tui")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert program.json("sessions") == []

    lines[title] = "title: Our own questions"
    file.write_text("\n".join(lines))
    assert program("prompts", "check").exit_code == 0
    assert ("ours", "Our own questions") in {(pack["name"], pack["title"]) for pack in program.json("prompts", "list")}
    session = program.start("--prompts", "ours")
    said = "\n".join(program.plain(session, "We arrive.\n"))
    record = program.json("show", session)
    asked = record["stages"][0]["prompts"][0]
    assert record["prompts"] == "ours"
    assert asked["text"].replace("{alias}", "the person") in said
    assert [note["text"] for note in record["stages"][0]["notes"]] == ["We arrive."]

    file.unlink()  # a session keeps the questions that it was started with
    assert program.json("show", session)["stages"][0]["prompts"][0] == asked
