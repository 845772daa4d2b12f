"""What frozen values have in common, once for all of them instead of once for each: half a megabyte in a session."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any, NoReturn


def _shown(self: Any) -> str:
    told = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({told})"


def _kept(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _left(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def share(module: Mapping[str, Any]) -> None:
    """Gives the frozen dataclasses of a module these methods, in place of those that were written for each."""
    for found in tuple(module.values()):
        if isinstance(found, type) and found.__module__ == module["__name__"] and is_dataclass(found):
            parameters = found.__dict__["__dataclass_params__"]
            if parameters.frozen and parameters.repr:
                setattr(found, "__repr__", _shown)  # noqa: B010  # a type checker would have it that they are fixed
                setattr(found, "__setattr__", _kept)  # noqa: B010
                setattr(found, "__delattr__", _left)  # noqa: B010
