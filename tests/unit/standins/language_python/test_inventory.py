import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from tools.standins.language_python import inventory


def test_every_installed_distribution_is_listed_once() -> None:
    listed = {package.name: package.version for package in inventory.installed()}
    assert list(listed) == sorted(listed)
    assert listed == {
        inventory.canonical(found.metadata["Name"]): found.version
        for found in metadata.distributions()
    }


def test_a_package_has_its_version_and_its_plugin() -> None:
    found = {package.name: package for package in inventory.installed()}
    version = metadata.version("pulumi-tls")
    assert found["pulumi-tls"].version == version
    plugin = found["pulumi-tls"].plugin
    assert plugin is not None
    assert plugin["name"] == "tls"
    assert found["pytest"].plugin is None


def test_a_package_that_another_one_needs_is_no_direct_dependency() -> None:
    needed = inventory.needed(inventory.installed())
    assert {"pulumi", "grpcio", "typing-extensions"} <= needed
    assert "pytest-timeout" not in needed


def test_an_extra_needs_nothing_until_it_is_asked_for(tmp_path: Path) -> None:
    text = 'Requires-Dist: One_a>=1\nRequires-Dist: two; extra == "x"\n\nRequires-Dist of the text'
    (tmp_path / "METADATA").write_text(text)
    package = inventory.Package("any", "1", str(tmp_path), None)
    assert inventory.needed([package]) == {"one-a"}


def test_names_are_compared_in_their_canonical_form() -> None:
    assert inventory.canonical("Ruamel.yaml_Clib--x") == "ruamel-yaml-clib-x"


def test_as_a_script_it_prints_what_it_returns() -> None:
    printed = subprocess.run(
        [sys.executable, inventory.__file__], check=True, capture_output=True, text=True
    ).stdout
    assert json.loads(printed)
    assert inventory.parse(printed) == inventory.installed()
