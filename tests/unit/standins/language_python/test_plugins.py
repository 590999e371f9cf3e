from pathlib import Path

import pytest

from tools.standins.language_python import plugins
from tools.standins.language_python.inventory import Package


def package(name: str, version: str = "1.2.3", plugin: dict[str, object] | None = None) -> Package:
    return Package(name, version, "", plugin)


def required(*packages: Package) -> list[tuple[str, str]]:
    dependencies = plugins.required(packages, found=lambda _: False)
    return [(dependency.name, dependency.version) for dependency in dependencies]


def test_the_plugin_file_decides_name_and_version() -> None:
    content: dict[str, object] = {"resource": True, "name": "tls", "version": "5.6.2"}
    assert required(package("pulumi-tls", plugin=content)) == [("tls", "v5.6.2")]


def test_a_third_partys_package_counts_by_its_plugin_file() -> None:
    content: dict[str, object] = {"resource": True, "name": "acme", "version": "v1.0.0"}
    assert required(package("acme-sdk", plugin=content)) == [("acme", "v1.0.0")]


def test_without_a_plugin_file_the_packages_name_and_version_decide() -> None:
    assert required(package("pulumi-random", "4.1")) == [("random", "v4.1.0")]


@pytest.mark.parametrize(
    "found",
    [
        package("requests"),
        package("pulumi-policy"),
        package("pulumi-component", plugin={"resource": False}),
        package("pulumi-random", "4.1.dev3"),
        package("pulumi-bridge", plugin={"resource": True, "parameterization": {"name": "x"}}),
    ],
    ids=lambda found: found.name,
)
def test_others_need_no_plugin(found: Package) -> None:
    assert required(found) == []


def test_a_plugin_that_is_there_is_not_asked_for() -> None:
    packages = [package("pulumi-tls"), package("pulumi-random")]
    dependencies = plugins.required(packages, found=lambda name: name == "tls")
    assert [dependency.name for dependency in dependencies] == ["random"]


@pytest.mark.parametrize(
    ("python", "semantic"),
    [
        ("1", "1.0.0"),
        ("1.2", "1.2.0"),
        ("1.2.3", "1.2.3"),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2b0", "1.2.0-beta.0"),
        ("1.2.3rc1", "1.2.3-rc.1"),
        ("1!1.2.3", None),
        ("1.2.3.dev1", None),
        ("", None),
    ],
)
def test_a_python_version_becomes_a_semantic_one(python: str, semantic: str | None) -> None:
    assert plugins.semantic_version(python) == semantic


def test_an_executable_on_the_path_is_a_plugin_unless_the_engine_ignores_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable = tmp_path / "pulumi-resource-tls"
    executable.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PULUMI_IGNORE_AMBIENT_PLUGINS", raising=False)
    assert plugins.is_on_path("tls")
    assert not plugins.is_on_path("random")
    monkeypatch.setenv("PULUMI_IGNORE_AMBIENT_PLUGINS", "true")
    assert not plugins.is_on_path("tls")
