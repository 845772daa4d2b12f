"""What is built and installed elsewhere finds its packs and themes, and holds nothing it should not."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return folder


def test_a_wheel_installed_elsewhere_finds_its_packs_and_themes(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "from supervision import paths, prompts;"
        "print(paths.shipped('prompts')); print(paths.shipped('themes'));"
        "print(prompts.find('broken').title, prompts.find('peer').title);"
        "print(len(list(paths.shipped('themes').glob('*.yaml'))))"
    )
    ran = _elsewhere(tmp_path, "-c", script)
    assert ran.returncode == 0, ran.stderr
    packs, themes, titles, count = ran.stdout.splitlines()
    assert Path(packs).is_relative_to(tmp_path) and Path(themes).is_relative_to(tmp_path)
    assert "BROKEN" in titles
    assert int(count) >= 2
    shown = _elsewhere(tmp_path, "-m", "supervision", "demo")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Sam Okafor" in shown.stdout


def _elsewhere(folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """What is in `site` there, run without a terminal, away from the checkout."""
    return subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "site"), "PATH": "/usr/bin", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_source_archive_is_whole(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    for wanted in ("pyproject.toml", "README.md", "LICENSE", "prompts/broken.yaml", "supervision/tui/app.tcss"):
        assert wanted in names
    assert not [name for name in names if "__pycache__" in name or name.endswith("uv.lock")]
