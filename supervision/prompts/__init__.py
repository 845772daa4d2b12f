"""Prompt packs: YAML that a person can read and write, into the stages and prompts of a session.

A pack's name is the name of its file without ".yaml". A person's own packs, in `prompts` in their config folder, win
over the built-in ones of the same name.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from supervision import text as gate
from supervision.errors import BadInput, Fault, NotFound, PackFaults, Refused
from supervision.model.pack import Pack
from supervision.paths import config_dir, shipped
from supervision.prompts.reading import SIZE_LIMIT, WHOLE, meant, read

BUILT_IN = "built in"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_NAME_RULE = "a pack's name has letters a to z, digits, '-' and '_' only, at most 40 of them"


class Listed(NamedTuple):
    """A pack in a list. `where` is "built in" or its file; `fault` is the first of those that keep it from use."""

    name: str
    title: str
    where: str
    lengths: tuple[int, ...]
    fault: Fault | None


def load(data: bytes, file: str) -> tuple[Pack, ...]:
    """The packs in a file's bytes, one for each length, the usual one first; PackFaults with every fault at once."""
    tree, found = read(data, file)
    # pydantic is slow to load, and most commands read no pack.
    from supervision.prompts.checking import checked
    from supervision.prompts.form import packs

    return packs(checked(tree, found), Path(file).stem)


def find(name: str, minutes: int | None = None) -> Pack:
    """The pack of that name, for a session of `minutes` or of its usual length.

    NotFound when there is none, Refused when it has no such length, PackFaults when it cannot be used.
    """
    lengths = load(*_bytes(_file(name)))
    if minutes is None:
        return lengths[0]
    for pack in lengths:
        if pack.minutes == minutes:
            return pack
    has = " or ".join(str(pack.minutes) for pack in lengths)
    raise Refused(f'The prompt pack "{name}" is made for {has} minutes, not for {minutes}.')


def names() -> tuple[Listed, ...]:
    """All packs by name, built-in ones first; a person's own stands in the place of the built-in one it replaces."""
    return tuple(_listed(name, file) for name, file in _files().items())


def source(name: str) -> str:
    """The YAML of a pack as its author wrote it, safe to print; NotFound when there is none."""
    data, _file_name = _bytes(_file(name))
    return gate.decode(data)


def check(paths: Iterable[str | Path] = ()) -> tuple[Fault, ...]:
    """Every fault in these files; without any, in all packs, built in and own."""
    files = [Path(path) for path in paths] or [*_built_in(), *_own()]
    faults: list[Fault] = []
    for file in files:
        try:
            load(*_bytes(file))
        except PackFaults as error:
            faults.extend(error.faults)
        if file.parent == _own_folder() and (fault := _name_fault(file)):
            faults.append(fault)
    return tuple(faults)


def schema() -> dict[str, Any]:
    """The JSON Schema of a pack file, by which editors complete and check it."""
    from supervision.prompts import form

    return form.schema()


def new(name: str) -> Path:
    """Write a pack to start from into the person's config folder, and say where.

    A copy of the built-in pack when it has that name, else a short one that explains itself. BadInput for a name that
    will not do, Refused when there is such a file or it cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(f'"{gate.one_line(name)}" cannot be the name of a pack: {_NAME_RULE}.')
    file = _own_folder() / f"{name}.yaml"
    built_in = {path.stem: path for path in _built_in()}
    data = built_in.get(name, Path(__file__).with_name("starter.yaml")).read_bytes()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(data)
    except FileExistsError as error:
        raise Refused(f"There is a file {file} already; it stays as it is.") from error
    except OSError as error:
        raise Refused(f"{file} could not be written: {error.strerror}.") from error
    return file


def _own_folder() -> Path:
    return config_dir() / "prompts"


def _built_in() -> list[Path]:
    return sorted(shipped("prompts").glob("*.yaml"))


def _own() -> list[Path]:
    # ".yml" too: a pack that is passed over in silence would be looked for in vain.
    return sorted(file for file in _own_folder().glob("*") if file.suffix.lower() in (".yaml", ".yml"))


def _files() -> dict[str, Path]:
    files = (*_built_in(), *_own())
    return {file.stem if file.suffix == ".yaml" else file.name: file for file in files}


def _file(name: str) -> Path:
    for file in (*_own(), *_built_in()):
        if _NAME.fullmatch(name) and file.name == f"{name}.yaml":
            return file
    known = [name for name in _files() if _NAME.fullmatch(name)]
    guess = meant(name, known)
    hint = f'did you mean "{guess}"?' if guess else f"there are {', '.join(known)}."
    raise NotFound(f'There is no prompt pack "{gate.one_line(name)}"; {hint}')


def _listed(name: str, file: Path) -> Listed:
    where = BUILT_IN if file.parent == shipped("prompts") else str(file)
    try:
        lengths = load(*_bytes(file))
    except PackFaults as error:
        return Listed(name, "", where, (), error.faults[0])
    return Listed(name, lengths[0].title, where, tuple(pack.minutes for pack in lengths), _name_fault(file))


def _name_fault(file: Path) -> Fault | None:
    if file.suffix == ".yaml" and _NAME.fullmatch(file.stem):
        return None
    return Fault(str(file), 1, WHOLE, f"The file's name should end in .yaml, and {_NAME_RULE}.")


def _bytes(file: Path) -> tuple[bytes, str]:
    """The beginning of a file, one byte more than a pack may have, and its name for faults."""
    try:
        if file.exists() and not file.is_file():
            # Opening a pipe would wait for ever for somebody to write into it.
            raise PackFaults([Fault(str(file), 1, WHOLE, "This is not a file.")])
        with file.open("rb") as opened:
            return opened.read(SIZE_LIMIT + 1), str(file)
    except OSError as error:
        raise PackFaults([Fault(str(file), 1, WHOLE, f"It cannot be read: {error.strerror}.")]) from error
