"""A stack whose program is one of `programs`, driven by the real command line."""

import json
import re
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.standins.kubernetes import programs
from tests.standins.language_python.project import Project

_PLUGINS: Final = {
    "pulumi-language-python": "language_python",
    "pulumi-resource-kubernetes": "kubernetes",
}
_MAIN: Final = """
import json
import pulumi
import pulumi_kubernetes as k8s
from tests.standins.kubernetes import programs

declared = json.loads({declared!r})
provider = k8s.Provider("provider", **declared["provider"])
program = getattr(programs, declared["program"])
program(pulumi.ResourceOptions(provider=provider), **declared["arguments"])
"""
_COUNT: Final = re.compile(r"^\s+(?:\S+\s?|\+-)\s*(\d+) (?:to )?([a-z]+)\s*$", re.MULTILINE)
_SECONDS: Final = 120


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program and its arguments."""

    name: str
    arguments: Mapping[str, Any]


def program(function: Callable[..., None], **arguments: object) -> Program:
    """Choose a program."""
    return Program(name=function.__name__, arguments=arguments)


NOTHING: Final = program(programs.nothing)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a command said, and how many resources it did what with."""

    output: str
    changes: Mapping[str, int]


class Stack:
    """One stack in a project of its own.

    Args:
        folder: Where it lives.
        provider: The arguments of the provider that its programs get.
    """

    def __init__(self, folder: Path, provider: Mapping[str, Any]) -> None:
        self.provider = dict(provider)
        self._project = Project.create(folder, _PLUGINS)
        self._write(NOTHING)

    def preview(self, wanted: Program) -> Run:
        """Preview with differences shown."""
        self._write(wanted)
        return _run(self._project.pulumi("preview", "--diff"))

    def up(self, wanted: Program) -> Run:
        """Update."""
        self._write(wanted)
        return _run(self._project.up("--diff"))

    def refresh(self) -> Run:
        """Take over what is really there."""
        return _run(self._project.pulumi("refresh", "--yes", "--skip-preview"))

    def destroy(self) -> Run:
        """Remove everything."""
        return _run(self._project.pulumi("destroy", "--yes", "--skip-preview"))

    def forget(self) -> None:
        """Drop the state; what was made stays."""
        self._project.pulumi("stack", "rm", "--force", "--yes", "dev")

    def fails_to_preview(self, wanted: Program) -> str:
        """Return what a preview says that must fail."""
        self._write(wanted)
        return self._project.fails("preview")

    def fails_to_update(self, wanted: Program) -> str:
        """Return what an update says that must fail."""
        self._write(wanted)
        return self._project.fails("up", "--yes", "--skip-preview")

    def fails_to_refresh(self) -> str:
        """Return what a refresh says that must fail."""
        return self._project.fails("refresh", "--yes", "--skip-preview")

    def interrupted(self, wanted: Program, condition: Callable[[], bool]) -> str:
        """Update, press Ctrl-C once a condition holds, and return what is said."""
        self._write(wanted)
        with self._project.start("up", "--yes", "--skip-preview") as process:
            give_up = time.monotonic() + _SECONDS
            while not condition():
                assert process.poll() is None, "the update ended before the moment came"
                assert time.monotonic() < give_up, "the moment never came"
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=_SECONDS)
        assert process.returncode != 0, output
        return output

    def outputs(self) -> Mapping[str, Any]:
        """Return the exported values, secrets in clear."""
        return self._project.outputs()

    def masked_outputs(self) -> Mapping[str, Any]:
        """Return the exported values, secrets masked."""
        found: Mapping[str, Any] = json.loads(self._project.pulumi("stack", "output", "--json"))
        return found

    def state(self) -> Mapping[str, Any]:
        """Return the resources by logical name, secrets encrypted."""
        deployment = json.loads(self._project.pulumi("stack", "export"))["deployment"]
        return {
            resource["urn"].rpartition("::")[2]: resource
            for resource in deployment.get("resources", [])
        }

    def _write(self, wanted: Program) -> None:
        declared = {
            "provider": self.provider,
            "program": wanted.name,
            "arguments": dict(wanted.arguments),
        }
        self._project.write(_MAIN.format(declared=json.dumps(declared)))


def _run(output: str) -> Run:
    """Read the summary that the command line ends with."""
    summary = output.rpartition("Resources:")[2]
    counts = {what: int(count) for count, what in _COUNT.findall(summary)}
    return Run(
        output=output,
        changes={what: count for what, count in counts.items() if what != "unchanged"},
    )
