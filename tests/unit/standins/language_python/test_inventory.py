import json
import subprocess
import sys
from importlib import metadata

from tools.standins.language_python import inventory


def test_every_installed_distribution_is_listed_once() -> None:
    names = [package.name for package in inventory.installed()]
    assert names == sorted(set(names))
    assert {"pulumi", "pulumi-tls", "pytest", "pyyaml"} <= set(names)


def test_a_package_has_its_version_and_its_plugin() -> None:
    found = {package.name: package for package in inventory.installed()}
    version = metadata.version("pulumi-tls")
    assert found["pulumi-tls"].version == version
    plugin = found["pulumi-tls"].plugin
    assert plugin is not None
    assert plugin["name"] == "tls"
    assert found["pytest"].plugin is None


def test_a_package_that_another_one_needs_is_no_direct_dependency() -> None:
    required = {package.name: package.required for package in inventory.installed()}
    assert required["pulumi"]
    assert not required["pytest-timeout"]


def test_names_are_compared_in_their_canonical_form() -> None:
    assert inventory.canonical("Ruamel.yaml_Clib--x") == "ruamel-yaml-clib-x"


def test_as_a_script_it_prints_what_it_returns() -> None:
    printed = subprocess.run(
        [sys.executable, inventory.__file__], check=True, capture_output=True, text=True
    ).stdout
    assert json.loads(printed)
    assert inventory.parse(printed) == inventory.installed()
