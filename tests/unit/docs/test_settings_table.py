"""The documentation of the settings is made from their model, and is up to date."""

import pytest

from tools.docs import settings_table
from tools.docs.settings_table import COMMAND, DOCUMENT, README, Row

GROUPS = settings_table.group_rows()
TOP_LEVEL = settings_table.top_level_rows()
ALL_ROWS = [*TOP_LEVEL, *(row for rows in GROUPS.values() for row in rows)]


def row(group: str, key: str) -> Row:
    return next(row for row in GROUPS[group] if row.key == key)


def test_the_page_is_up_to_date() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert written == settings_table.settings_document(), f"stale; run: {COMMAND}"


def test_the_readmes_overview_is_up_to_date() -> None:
    written = README.read_text(encoding="utf-8")
    assert written == settings_table.with_overview(written), f"stale; run: {COMMAND}"


def test_every_key_has_a_meaning_a_type_and_a_default() -> None:
    assert [row.key for row in ALL_ROWS if not (row.meaning and row.type and row.default)] == []


def test_every_group_has_a_table() -> None:
    groups = {row.key for row in TOP_LEVEL if row.type in {"group", "list of groups"}}
    assert set(GROUPS) == groups
    assert all(GROUPS.values())


def test_types_are_in_words() -> None:
    words = {word for row in ALL_ROWS for word in row.type.replace(",", " ").split()}
    assert not words & {"string", "str", "integer", "int", "boolean", "array", "object", "null"}


@pytest.mark.parametrize(
    ("group", "key", "type_", "default"),
    [
        ("tls", "enabled", "`true` or `false`", "`true`"),
        ("tls", "validityHours", "whole number, at least 2", "`87600`"),
        ("tls", "earlyRenewalHours", "whole number, at least 1", "*unset*"),
        ("tls", "extraDnsNames", "list; each element: DNS name", "*none*"),
        ("chart", "timeoutSeconds", "whole number, 60 to 7200", "`900`"),
        ("chart", "path", "text", "*unset*"),
        ("grafana", "adminPassword", "text, encrypted", "*unset*"),
        ("models", "namespace", "DNS label, up to 63 characters", "*required*"),
        ("models", "decode.ports", "list; each element: name of a container port", "*none*"),
        ("models", "epp[].release", "DNS label, up to 40 characters", "*required*"),
        ("prometheus", "retention", "duration of at least 2h such as 15d", "`15d`"),
        ("prometheus", "storage", "group", "*unset*"),
        ("prometheus", "storage.size", "Kubernetes quantity", "*required*"),
        ("prometheus", "remoteWrite", "list of groups", "*none*"),
        ("prometheus", "remoteWrite[].ca.key", "key of a Secret or ConfigMap", "`ca.crt`"),
        (
            "prometheus",
            "externalLabels",
            "group with keys of your own; each value: text",
            "*none*",
        ),
        (
            "prometheus",
            "resources",
            "group",
            "`{requests: {cpu: 1, memory: 4Gi}, limits: {cpu: 4, memory: 8Gi}}`",
        ),
    ],
)
def test_a_row_says_what_may_stand_there(group: str, key: str, type_: str, default: str) -> None:
    found = row(group, key)
    assert (found.type, found.default) == (type_, default)


def test_a_choice_lists_what_can_be_chosen() -> None:
    assert next(row for row in TOP_LEVEL if row.key == "platform").type.startswith(
        "one of `generic`, `openshift`"
    )


def test_the_overview_links_each_group_to_its_table() -> None:
    overview = settings_table.overview()
    document = settings_table.settings_document()
    for group in GROUPS:
        assert f"[`{group}`](docs/settings.md#{group.lower()})" in overview
        assert f"\n## {group}\n" in document


def test_the_overview_goes_between_its_markers_and_nowhere_else() -> None:
    readme = "before\n<!-- settings:begin -->\nold\n<!-- settings:end -->\nafter\n"
    written = settings_table.with_overview(readme)
    assert written.startswith("before\n<!-- settings:begin -->\n| Key |")
    assert written.endswith("|\n<!-- settings:end -->\nafter\n")
    assert "old" not in written
    assert settings_table.with_overview(written) == written


def test_a_readme_without_markers_stays_as_it_is() -> None:
    assert settings_table.with_overview("# A title\n") == "# A title\n"
