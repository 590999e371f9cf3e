"""Writes `docs/settings.md`, and the README's overview, from the settings model.

Run it after a change of `components/settings/`: `python -m tools.docs.settings_table`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from components.configuration import PROJECT
from components.settings import Settings
from components.settings.unused import ONLY_FOR
from tools.docs.field_docstrings import field_docstrings
from tools.docs.pages import tell, write_stale
from tools.paths import REPO

SOURCE: Final = REPO / "components" / "settings"
DOCUMENT: Final = REPO / "docs" / "settings.md"
README: Final = REPO / "README.md"
COMMAND: Final = "python -m tools.docs.settings_table"

_BEGIN: Final = "<!-- settings:begin -->"
_END: Final = "<!-- settings:end -->"
_MARKED: Final = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)

_INTRODUCTION: Final = f"""\
# Settings

<!-- Made by `{COMMAND}` from components/settings/; edit that. -->

A stack file, `stacks/Pulumi.<stack>.yaml`, holds what differs from the defaults below; an empty one works.
Write it by hand or let Pulumi do it:

```sh
pulumi config set --path {PROJECT}:prometheus.retention 30d
pulumi config set --path --secret {PROJECT}:grafana.adminPassword
```

Keys that aren't listed here are errors. All mistakes of a stack file are reported at once, before anything is planned.
*Required* holds where the group around the key is given; *unset* means that the key has no value then.
"""

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One key in a table.

    Attributes:
        key: Path of the key; `[]` stands for each element of a list.
        type: Type in words.
        default: Default as it would be written in a stack file, or in words.
        meaning: The docstring of the field, or of the group where the field has none.
    """

    key: str
    type: str
    default: str
    meaning: str


def top_level_rows() -> tuple[Row, ...]:
    """Returns the keys of a stack file's first level."""
    schema = _documented_schema()
    required = frozenset(schema.get("required", ()))
    return tuple(
        _row(name, field, schema["$defs"], required=name in required)
        for name, field in schema["properties"].items()
    )


def group_rows() -> Mapping[str, tuple[Row, ...]]:
    """Returns the keys of each group, nested ones with their path, by the group's key.

    A list of groups counts as one.
    """
    schema = _documented_schema()
    definitions: Mapping[str, Schema] = schema["$defs"]
    groups = {
        name: _reference(field) or _reference(field.get("items", {}))
        for name, field in schema["properties"].items()
    }
    return {
        name: tuple(_rows(definitions[group], definitions, ""))
        for name, group in groups.items()
        if group
    }


def settings_document() -> str:
    """Returns the whole of `docs/settings.md`."""
    top_level = top_level_rows()
    groups = group_rows()
    plain = [row for row in top_level if row.key not in groups]
    parts = [_INTRODUCTION, _full_table(plain)]
    for row in top_level:
        if row.key in groups:
            meaning = f"{row.meaning}{_reach(row.key)}\n"
            parts += [f"## {row.key}\n", meaning, _full_table(groups[row.key])]
    return "\n".join(parts)


def overview() -> str:
    """Returns the short table for the README: top-level keys only."""
    groups = group_rows()
    lines = ["| Key | Default | Meaning |", "|---|---|---|"]
    for row in top_level_rows():
        key = f"[`{row.key}`](docs/settings.md#{row.key})" if row.key in groups else f"`{row.key}`"
        default = "a group" if row.type == "group" else row.default
        lines.append(_line(key, default, row.meaning))
    return "\n".join(lines)


def with_overview(readme: str) -> str:
    """Returns a README with the overview between its markers; unchanged where it has none."""
    return _MARKED.sub(lambda _: f"{_BEGIN}\n{overview()}\n{_END}", readme)


def write() -> tuple[Path, ...]:
    """Writes both files and returns those that changed."""
    return write_stale(
        {
            DOCUMENT: settings_document(),
            README: with_overview(README.read_text(encoding="utf-8")),
        }
    )


def _reach(group: str) -> str:
    """Returns the sentence that names the platforms of a group that isn't everybody's."""
    fields = {field.alias: name for name, field in Settings.model_fields.items()}
    platforms = ONLY_FOR.get(fields[group], frozenset())
    named = ", ".join(f"`{platform}`" for platform in sorted(platforms))
    return f" For platform {named} only." if named else ""


def _documented_schema() -> Schema:
    """Returns the model's schema with the docstrings of its fields as descriptions."""
    schema = Settings.model_json_schema()
    classes = {Settings.__name__: schema, **schema["$defs"]}
    for file in sorted(SOURCE.glob("*.py")):
        for name, texts in field_docstrings(file.read_text(encoding="utf-8")).items():
            for key, text in texts.items():
                if name in classes:
                    classes[name]["properties"][key]["description"] = text
    return schema


def _rows(group: Schema, definitions: Mapping[str, Schema], prefix: str) -> Iterator[Row]:
    required = frozenset(group.get("required", ()))
    for name, field in group["properties"].items():
        key = f"{prefix}{name}"
        yield _row(key, field, definitions, required=name in required)
        given = _given(field)
        elements = given.get("items", {})
        if reference := _reference(given):
            yield from _rows(definitions[reference], definitions, f"{key}.")
        elif reference := _reference(elements):
            yield from _rows(definitions[reference], definitions, f"{key}[].")


def _row(key: str, field: Schema, definitions: Mapping[str, Schema], *, required: bool) -> Row:
    reference = _reference(field)
    described = field if "description" in field else definitions.get(reference, {})
    return Row(
        key=key,
        type=_type(_given(field)),
        default="*required*" if required else _default(field["default"]),
        meaning=_one_line(described.get("description", "")),
    )


def _given(field: Schema) -> Schema:
    """Returns the schema of a value that is given: an optional field without its `null`."""
    choices = [choice for choice in field.get("anyOf", ()) if choice.get("type") != "null"]
    return choices[0] if choices else field


def _reference(field: Schema) -> str:
    return str(field.get("$ref", "")).rpartition("/")[2]


def _type(given: Schema) -> str:
    choices = given.get("enum", [given["const"]] if "const" in given else [])
    if choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in choices)
    match "group" if "$ref" in given else given["type"]:
        case "array":
            element = _type(given["items"])
            words = "list of groups" if element == "group" else f"list; each element: {element}"
        case "object":
            words = "group with keys of your own; each value: text"
        case "integer":
            words = f"whole number{_range(given)}"
        case "boolean":
            words = "`true` or `false`"
        case "string":
            words = "text, encrypted" if given.get("writeOnly") else given.get("format", "text")
        case other:
            words = other
    return words


def _range(given: Schema) -> str:
    lowest, highest = given.get("minimum"), given.get("maximum")
    if highest is None:
        return "" if lowest is None else f", at least {lowest}"
    return f", {lowest} to {highest}"


def _default(value: object) -> str:
    if value is None:
        return "*unset*"
    if value in ([], {}):
        return "*none*"
    return f"`{_flow(value)}`"


def _flow(value: object) -> str:
    """Writes a default as YAML would, in one line and without what is unset."""
    if isinstance(value, Mapping):
        pairs = (f"{key}: {_flow(item)}" for key, item in value.items() if item is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, str):
        return value
    return json.dumps(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _full_table(rows: Iterable[Row]) -> str:
    lines = ["| Key | Type | Default | Meaning |", "|---|---|---|---|"]
    lines += [_line(f"`{row.key}`", row.type, row.default, row.meaning) for row in rows]
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Rewrites what is stale and says so."""
    tell(write(), up_to_date="docs/settings.md and README.md are")


if __name__ == "__main__":
    main()
