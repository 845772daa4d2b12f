"""Where things are."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from supervision import paths
from supervision.errors import Damaged, Refused


def test_packs_are_found_beside_a_checkout() -> None:
    assert (paths.shipped("prompts") / "broken.yaml").is_file()


def test_packs_are_found_inside_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "supervision"
    (package / "_prompts").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(package / "paths.py"))
    assert paths.shipped("prompts") == package / "_prompts"
    with pytest.raises(Damaged, match="its themes are missing"):
        paths.shipped("themes")


def test_the_store_is_what_was_asked_for_then_the_environment_then_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUPERVISION_STORE", "from-environment")
    assert paths.store_dir("asked-for") == tmp_path / "asked-for"
    assert paths.store_dir() == tmp_path / "from-environment"
    assert paths.store_dir("") == tmp_path / "from-environment"
    monkeypatch.setenv("SUPERVISION_STORE", "")
    assert paths.store_dir() == paths.data_dir()
    assert paths.data_dir().name == "supervision"


@pytest.mark.parametrize("where", ["~/.ssh", "~/.ssh/authorized_keys", "link"])
def test_no_store_is_begun_in_the_folder_of_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".ssh").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / ".ssh")
    with pytest.raises(Refused, match="belongs to ssh and its keys"):
        paths.store_dir(where)
    monkeypatch.setenv("SUPERVISION_STORE", where)
    with pytest.raises(Refused, match="Nothing was written"):
        paths.store_dir()
    assert list((tmp_path / ".ssh").iterdir()) == []


def test_records_that_lie_there_already_are_still_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh" / "mine" / "sessions").mkdir(parents=True)
    assert paths.store_dir("~/.ssh/mine") == tmp_path / ".ssh" / "mine"


def test_the_config_folder_can_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SUPERVISION_CONFIG", "~/mine")
    assert paths.config_dir() == tmp_path / "mine"
    monkeypatch.delenv("SUPERVISION_CONFIG")
    assert paths.config_dir().name == "supervision"
    assert not (tmp_path / "mine").exists()


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short temporary folder, and no runtime folder of the system's, nor one that all logins come to."""
    with tempfile.TemporaryDirectory(prefix="sv", dir="/tmp") as folder:
        monkeypatch.setattr(paths, "_SHARED", Path(folder, "nowhere"))
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setattr(platformdirs, "user_runtime_path", lambda *_args, **_named: Path(folder, "made-up"))
        yield Path(folder)


def test_sockets_get_a_private_folder_with_room_for_their_names(temporary: Path) -> None:
    folder = paths.runtime_dir()
    assert folder.parent == temporary
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(bytes(folder)) + 36 <= 100
    folder.chmod(0o755)
    assert paths.runtime_dir() == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_logins_with_other_surroundings_come_to_the_same_folder(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_SHARED", temporary)
    folder = paths.runtime_dir()
    with tempfile.TemporaryDirectory(prefix="rt", dir="/tmp") as system:
        monkeypatch.setattr(platformdirs, "user_runtime_path", lambda *_args, **_named: Path(system, "s"))
        monkeypatch.setattr(tempfile, "tempdir", system)
        assert paths.runtime_dir() == folder
        # What somebody else has put there is not used.
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        folder.rmdir()
        folder.write_text("in the way")
        assert paths.runtime_dir() == Path(system, "s")


def test_a_system_that_makes_up_none_where_others_write_is_done_without(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> Path:
        raise PermissionError("writable by another user")

    monkeypatch.setattr(platformdirs, "user_runtime_path", refuse)
    assert paths.runtime_dir().parent == temporary


def test_then_the_systems_runtime_folder_is_preferred(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="rt", dir="/tmp") as system:
        monkeypatch.setattr(platformdirs, "user_runtime_path", lambda *_args, **_named: Path(system, "s"))
        assert paths.runtime_dir() == Path(system, "s")
        # One whose sockets would have names too long for the system is not used.
        long = Path(system, "x" * 60)
        monkeypatch.setattr(platformdirs, "user_runtime_path", lambda *_args, **_named: long)
        assert paths.runtime_dir().parent == temporary
        assert not long.exists()


def test_a_link_left_in_a_shared_folder_is_not_followed(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = paths.runtime_dir()
    ours.rmdir()
    ours.symlink_to(tmp_path)
    monkeypatch.setattr(paths, "_runtime_places", lambda: (ours,))
    with pytest.raises(Refused, match="belongs to somebody else"):
        paths.runtime_dir()
    assert list(tmp_path.iterdir()) == []
