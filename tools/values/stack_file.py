"""Reading the settings of a stack from its file, without the engine and without its secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tools.errors import UserError
from tools.preview.recording.configuration import handed_over, stack_names

_PLACEHOLDER: Final = "encrypted"


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
    read = handed_over(configuration, lambda _: _PLACEHOLDER)
    return read.texts, frozenset(read.secret_keys)
