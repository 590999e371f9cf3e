"""Reading the settings of a stack from its file, without the engine and without its secrets."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tools.errors import UserError

_ENCRYPTED: Final = "secure"
_PLACEHOLDER: Final = "encrypted"


def stack_names(folder: Path) -> tuple[str, ...]:
    """Returns the stacks that have a file in a folder."""
    return tuple(sorted(file.name.split(".")[1] for file in folder.glob("Pulumi.*.yaml")))


def read_configuration(folder: Path, stack: str) -> tuple[Mapping[str, str], frozenset[str]]:
    """Reads the configuration of a stack as the engine hands it to the program.

    Encrypted values stay encrypted: a placeholder stands for each.

    Args:
        folder: Folder of the stack files.
        stack: Name of the stack.

    Returns:
        Values by full key, objects as JSON; and the keys whose value is or holds an encrypted one.

    Raises:
        UserError: There is no such stack, or its file isn't one.
    """
    known = stack_names(folder)
    if stack not in known:
        raise UserError(
            f"There is no stack {stack!r} in {folder}; allowed: {', '.join(known) or 'none yet'}.",
            "Name one of these with --stack, or write the file.",
        )
    file = folder / f"Pulumi.{stack}.yaml"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        configuration: Mapping[str, Any] = dict(content.get("config") or {})
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
        raise UserError(
            f"{file} is no stack file; allowed: YAML with keys below `config`.",
            "Correct it, or restore it from version control.",
        ) from error
    readable = {key: _without_secrets(value) for key, value in configuration.items()}
    hidden = frozenset(key for key in readable if readable[key] != configuration[key])
    return {key: _as_text(value) for key, value in readable.items()}, hidden


def _without_secrets(value: object) -> object:
    if isinstance(value, dict):
        if set(value) == {_ENCRYPTED}:
            return _PLACEHOLDER
        return {key: _without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
