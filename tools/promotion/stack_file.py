"""Reads a stack file, and writes it with its comments kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tools.errors import UserError

Leaf = tuple[str, ...]

_CONFIG: Final = "config"
_ENCRYPTED: Final = "secure"


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """One stack's settings.

    Attributes:
        path: The file.
        prefix: `<project>:`, with which each key begins.
        document: What it holds, comments included.
    """

    path: Path
    prefix: str
    document: Any

    def leaves(self) -> Mapping[Leaf, Any]:
        """Returns every setting by the keys that lead to it; lists and encrypted values are whole."""
        config = self.document.get(_CONFIG) or {}
        return {
            leaf: value
            for key, given in config.items()
            if str(key).startswith(self.prefix)
            for leaf, value in _leaves(given, (str(key).removeprefix(self.prefix),))
        }

    def text(self, changes: Mapping[Leaf, Any], removals: tuple[Leaf, ...]) -> str:
        """Returns the file with settings changed and removed; what else it holds stays."""
        config = self.document.setdefault(_CONFIG, {})
        for leaf, value in changes.items():
            _set(config, (f"{self.prefix}{leaf[0]}", *leaf[1:]), value)
        for leaf in removals:
            _remove(config, (f"{self.prefix}{leaf[0]}", *leaf[1:]))
        written = StringIO()
        _yaml().dump(self.document, written)
        return written.getvalue()


def read(path: Path, project: str) -> StackFile:
    """Reads a stack file.

    Raises:
        UserError: There is none, or it can't be read.
    """
    try:
        document = _yaml().load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"The stack file {path} can't be read: {error.strerror}.") from error
    except YAMLError as error:
        raise UserError(f"The stack file {path} is no valid YAML.") from error
    return StackFile(path=path, prefix=f"{project}:", document=document or {})


def is_encrypted(value: object) -> bool:
    """Tells whether a value is, or holds, one that only its own stack can decrypt."""
    if isinstance(value, dict):
        return set(value) == {_ENCRYPTED} or any(is_encrypted(item) for item in value.values())
    return isinstance(value, list) and any(is_encrypted(item) for item in value)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _leaves(value: object, path: Leaf) -> Iterator[tuple[Leaf, object]]:
    if isinstance(value, dict) and value and set(value) != {_ENCRYPTED}:
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    else:
        yield path, value


def _set(config: Any, path: Leaf, value: object) -> None:  # noqa: ANN401 - ruamel's mapping
    for key in path[:-1]:
        if not isinstance(config.get(key), dict):
            config[key] = {}
        config = config[key]
    config[path[-1]] = value


def _remove(config: Any, path: Leaf) -> None:  # noqa: ANN401 - ruamel's mapping
    """Removes a setting, and the groups that are empty then."""
    below = config.get(path[0])
    if len(path) == 1:
        config.pop(path[0], None)
    elif isinstance(below, dict):
        _remove(below, path[1:])
        if not below:
            config.pop(path[0])
