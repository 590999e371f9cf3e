"""`docs/load.md` leaves nothing out."""

from collections.abc import Iterator
from typing import Any

import pytest

from tools.load.measuring import outcome
from tools.load.scenario.malformed import MalformedKind
from tools.load.scenario.model import Scenario
from tools.load.scenario.reading import built_in
from tools.paths import REPO

PAGE = (REPO / "docs" / "load.md").read_text(encoding="utf-8")


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for group in (schema, *schema["$defs"].values()):
        yield from group.get("properties", {})


@pytest.mark.parametrize("key", sorted(set(keys(Scenario.model_json_schema()))))
def test_names_every_key_of_a_scenario(key: str) -> None:
    assert any(f"{before}{key}" in PAGE for before in ("`", ".", "{", ", "))


@pytest.mark.parametrize("kind", MalformedKind)
def test_names_every_malformed_kind(kind: str) -> None:
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize("name", sorted(built_in()))
def test_names_every_scenario(name: str) -> None:
    assert f"| `{name}` |" in PAGE


RESULTS = {
    value
    for name, value in vars(outcome).items()
    if name.isupper() and isinstance(value, str) and name != "BROKEN"
}


@pytest.mark.parametrize("result", sorted(RESULTS))
def test_names_every_result(result: str) -> None:
    assert f"`{result}`" in PAGE
