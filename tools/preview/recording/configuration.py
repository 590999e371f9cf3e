"""A stack's configuration as its program would read it, from the project's and the stack's file."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

_ENCRYPTED: Final = "secure"


class ConfigurationError(Exception):
    """A file can't be read; the message says which and why, and holds no value."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """What `Pulumi.yaml` says.

    Attributes:
        name: Name of the project.
        stack_folder: Folder of the stack files.
        defaults: Values by full key that hold where a stack file is silent.
    """

    name: str
    stack_folder: Path
    defaults: Mapping[str, Any]

    def stack_file(self, stack: str) -> Path:
        """Returns where a stack's file is, or would be."""
        return self.stack_folder / f"Pulumi.{stack}.yaml"

    def stacks(self) -> tuple[str, ...]:
        """Returns the names of all stacks that have a file."""
        return stack_names(self.stack_folder)


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a program reads.

    Attributes:
        texts: Texts by full key, each encrypted value replaced by a stand-in.
        secret_keys: Full keys whose value is, or holds, an encrypted value.
    """

    texts: Mapping[str, str]
    secret_keys: tuple[str, ...]


def read_project(folder: Path) -> Project:
    """Reads `Pulumi.yaml`.

    Raises:
        ConfigurationError: It can't be read.
    """
    document = _read(folder / "Pulumi.yaml")
    name = str(document.get("name", ""))
    defaults = {}
    for key, declared in _mapping(document.get("config")).items():
        full = str(key) if ":" in str(key) else f"{name}:{key}"
        for given in ("default", "value"):
            if isinstance(declared, dict) and given in declared:
                defaults[full] = declared[given]
    return Project(
        name=name,
        stack_folder=folder / str(document.get("stackConfigDir", ".")),
        defaults=defaults,
    )


def read_configuration(
    project: Project, stack: str, stand_in: Callable[[str], str]
) -> Configuration:
    """Reads a stack file.

    Args:
        project: The project of the stack.
        stack: Name of the stack.
        stand_in: Gives the text that takes the place of an encrypted one.

    Raises:
        ConfigurationError: The file can't be read.
    """
    document = _read(project.stack_file(stack))
    given = {str(key): value for key, value in _mapping(document.get("config")).items()}
    return handed_over({**project.defaults, **given}, stand_in)


def stack_names(folder: Path) -> tuple[str, ...]:
    """Returns the names of all stacks that have a file in a folder."""
    files = sorted(folder.glob("Pulumi.*.yaml"))
    return tuple(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files)


def handed_over(values: Mapping[str, Any], stand_in: Callable[[str], str]) -> Configuration:
    """Returns values by full key as the engine hands them to the program.

    Args:
        values: As they stand in the file.
        stand_in: Gives the text that takes the place of an encrypted one.
    """
    secret_keys = tuple(key for key, value in sorted(values.items()) if _is_encrypted(value))
    return Configuration(
        texts={key: _text(_decrypted(value, stand_in)) for key, value in values.items()},
        secret_keys=secret_keys,
    )


def _read(file: Path) -> Mapping[str, Any]:
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except OSError as error:
        raise ConfigurationError(f"{file.name} can't be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{file.name}{where}: is no valid YAML") from error
    if document is not None and not isinstance(document, dict):
        raise ConfigurationError(f"{file.name}: must hold a mapping")
    return document or {}


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _is_ciphertext(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {_ENCRYPTED}


def _is_encrypted(value: object) -> bool:
    if _is_ciphertext(value):
        return True
    if isinstance(value, dict):
        return any(_is_encrypted(item) for item in value.values())
    return isinstance(value, list) and any(_is_encrypted(item) for item in value)


def _decrypted(value: object, stand_in: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        if _is_ciphertext(value):
            return stand_in(str(value[_ENCRYPTED]))
        return {key: _decrypted(item, stand_in) for key, item in value.items()}
    if isinstance(value, list):
        return [_decrypted(item, stand_in) for item in value]
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
