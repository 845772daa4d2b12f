"""The README's pictures: drawn by a script, the same each time, and those that the README shows."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent


def drawn(folder: Path) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "pictures.py"), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SUPERVISION_CONFIG": str(folder / "config")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.svg")}


def test_the_script_draws_every_picture_the_same_each_time_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    pictures = drawn(tmp_path / "one")
    assert set(pictures) == {"home.svg", "session.svg", "decide.svg", "read-back.svg"}
    for name, svg in pictures.items():
        ElementTree.fromstring(svg)
        assert "@font-face" not in svg and "https://" not in svg, name
        assert not re.search(r"terminal-\d", svg), name
        assert str(tmp_path) not in svg
    shown = {name: re.sub(r"<[^>]+>", "", svg).replace("&#160;", " ") for name, svg in pictures.items()}
    assert "Continue with Sam Okafor" in shown["home.svg"]
    assert "Kindness and compassion" in shown["session.svg"]
    assert "One visit after the move" in shown["decide.svg"]
    assert "Supervision session" in shown["read-back.svg"]
    assert drawn(tmp_path / "two") == pictures


def test_the_readme_shows_three_pictures_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    assert len(shown) == 3
    assert all((ROOT / picture).is_file() for picture in shown)
