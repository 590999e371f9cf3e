"""Renders the embedded chart with the real helm binary."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tools.paths import CHART_DIR

Manifest: TypeAlias = dict[str, Any]
Values: TypeAlias = Mapping[str, Any]

NAMESPACE = "llm-d-monitoring"


class RenderError(Exception):
    """Helm refused; the message is what it said."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What `helm template` printed, hooks included."""

    manifests: Sequence[Manifest]

    def __iter__(self) -> Iterator[Manifest]:
        """Go through every object."""
        return iter(self.manifests)

    def identities(self) -> set[tuple[str, str]]:
        """Kind and name of every object."""
        return {(one["kind"], one["metadata"]["name"]) for one in self}

    def names(self, kind: str) -> set[str]:
        """The names of all objects of a kind."""
        return {name for found, name in self.identities() if found == kind}

    def get(self, kind: str, name: str) -> Manifest:
        """The only object of that kind and name."""
        (found,) = (one for one in self if one["kind"] == kind and one["metadata"]["name"] == name)
        return found

    def only(self, kind: str) -> Manifest:
        """The only object of that kind."""
        (found,) = (one for one in self if one["kind"] == kind)
        return found


@dataclass(frozen=True, kw_only=True)
class Helm:
    """The helm binary with a home of its own, so that no setting of the user's has a say.

    Attributes:
        binary: Path of helm.
        home: A folder that nobody else uses.
        chart: The chart's folder.
    """

    binary: Path
    home: Path
    chart: Path = CHART_DIR

    def run(self, *arguments: str, values: Values | None = None) -> str:
        """Call helm and return what it printed.

        Raises:
            RenderError: Helm ended with an error.
        """
        homes = {f"HELM_{kind}_HOME": str(self.home / kind) for kind in ("CACHE", "CONFIG", "DATA")}
        done = subprocess.run(
            [self.binary, *arguments],
            input=json.dumps(values or {}),
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), **homes},
        )
        if done.returncode:
            raise RenderError(done.stdout + done.stderr)
        return done.stdout

    def template(
        self, values: Values | None = None, *options: str, release: str = "llmd"
    ) -> Rendered:
        """Render the chart without a cluster."""
        text = _template(self, release, options, json.dumps(values or {}))
        return Rendered(manifests=[one for one in yaml.load_all(text, yaml.CSafeLoader) if one])


@cache
def _template(helm: Helm, release: str, options: tuple[str, ...], values: str) -> str:
    """The same question is asked by many tests; passwords are as random as the first answer."""
    chart = str(helm.chart)
    return helm.run(
        "template", release, chart, "-n", NAMESPACE, "-f", "-", *options, values=json.loads(values)
    )


def container(workload: Manifest, name: str) -> Manifest:
    """One container of a Deployment, DaemonSet or Job."""
    (found,) = (
        one for one in workload["spec"]["template"]["spec"]["containers"] if one["name"] == name
    )
    return dict(found)


def environment(of: Manifest) -> dict[str, Any]:
    """A container's environment: values, or references to where they are."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in of["env"]}
