"""Scenarios by name or from a file, with every mistake told at once."""

from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from components.mistakes import from_validation
from tools.errors import UserError
from tools.load.scenario.model import Scenario

_BUILT_IN: Final = Path(__file__).with_name("builtin")
_LARGEST_FILE: Final = 1_000_000


def built_in() -> dict[str, Path]:
    """The scenarios of this package, by name."""
    return {file.stem: file for file in sorted(_BUILT_IN.glob("*.yaml"))}


def read_scenario(name_or_file: str) -> Scenario:
    """The scenario of this name, or the one that a file holds.

    Args:
        name_or_file: The name of a built-in scenario, or the path of a YAML file; a text with a
            slash or a `.yaml` at its end is a path.

    Raises:
        UserError: There is none, or it has mistakes; all of them are listed.
    """
    known = built_in()
    if name_or_file in known:
        return _parsed(known[name_or_file])
    file = Path(name_or_file)
    if "/" in name_or_file or file.suffix in {".yaml", ".yml"}:
        return _parsed(file)
    raise UserError(
        f"there is no scenario {name_or_file!r}; allowed: {', '.join(known)}, or the path of a "
        "YAML file",
        next_step="`llmd-monitoring load --list` describes them.",
    )


def _parsed(file: Path) -> Scenario:
    content = _content(file)
    if not isinstance(content, dict):
        raise UserError(
            f"the scenario file {file} holds no mapping; allowed: the keys "
            + ", ".join(sorted(str(field.alias) for field in Scenario.model_fields.values()))
        )
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        mistakes = from_validation(error, Scenario, frozenset())
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = "\n".join(f"  {mistake}" for mistake in mistakes)
        raise UserError(
            f"the scenario file {file} has {count}:\n{lines}",
            next_step="docs/load.md describes every key.",
        ) from None


def _content(file: Path) -> object:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise UserError(
                f"the scenario file {file} is larger than {_LARGEST_FILE} bytes; a scenario is a "
                "few lines of YAML"
            )
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"the scenario file {file} can't be read: {error.strerror}",
            next_step=f"Give the path of a YAML file, or one of: {', '.join(built_in())}.",
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"the scenario file {file} is no text in UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "can't be parsed"
        raise UserError(f"the scenario file {file} isn't YAML{where}: {problem}") from None
