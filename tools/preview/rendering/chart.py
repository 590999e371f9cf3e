"""The manifests that Helm makes of a release, without a cluster."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from tools.preview.recording.hiding import HIDDEN
from tools.preview.resource import Hidden
from tools.toolchain.environment import collecting_seldom, environment

Manifest = dict[str, Any]

_SECONDS: Final = 90
_LONGEST_REASON: Final = 500
_KNOWN_APIS: Final = ("monitoring.coreos.com/v1",)
"""Charts leave out their monitors where they don't find this API."""

_DOCUMENT: Final = re.compile(r"^(?=---(?:\s|$))", re.MULTILINE)
"""Where a document of YAML begins; inside of one, no line does so."""

_REMEMBERED: Final = 2**13
"""Documents."""


class FetchError(Exception):
    """The chart can't be had; the message says why."""


class RefusedError(Exception):
    """Helm refuses chart or values; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a chart comes from.

    Attributes:
        chart: Path, `oci://` reference, or a name in `repository`.
        repository: URL of a Helm repository; empty for none.
        version: Exact version; empty for a chart on disk.
    """

    chart: str
    repository: str
    version: str

    @property
    def on_disk(self) -> bool:
        """Whether it is a part of the project."""
        return not self.repository and "://" not in self.chart

    def __str__(self) -> str:
        repository = f" of {self.repository}" if self.repository else ""
        return f"{self.chart}{repository}" + (f" {self.version}" if self.version else "")


def origin_of(inputs: Mapping[str, Any]) -> Origin:
    """Reads a release's inputs."""
    options = inputs.get("repositoryOpts")
    repository = options.get("repo") if isinstance(options, dict) else None
    return Origin(
        chart=str(inputs.get("chart") or ""),
        repository=str(repository or ""),
        version=str(inputs.get("version") or ""),
    )


@dataclass(frozen=True, kw_only=True)
class _Request:
    """All that a rendering depends on.

    Attributes:
        chart: Digest of the chart's files.
        name: Name of the release.
        namespace: Its namespace.
        values: As JSON.
        again: Whether it is the second rendering of the same.
    """

    chart: str
    name: str
    namespace: str
    values: str
    again: bool


@dataclass(frozen=True, kw_only=True)
class Helm:
    """Helm with a cache of its own: each chart is fetched once for a report, and the same rendered once.

    Attributes:
        folder: Where charts and values are laid down.
        fetched: Folder, or what went wrong, by origin.
        lock: Held while a chart is fetched.
        digests: Digests of the charts' files.
        rendered: What was rendered already.
        rendering: Locks; held while a request is rendered.
    """

    folder: Path
    fetched: dict[Origin, Path | FetchError] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    digests: dict[Path, str] = field(default_factory=dict)
    rendered: dict[_Request, tuple[Manifest, ...]] = field(default_factory=dict)
    rendering: dict[_Request, threading.Lock] = field(default_factory=dict)

    def manifests(
        self, inputs: Mapping[str, Any], tree: Path, *, again: bool = False
    ) -> tuple[Manifest, ...]:
        """Renders a release, unless the same chart with the same values was rendered before.

        Args:
            inputs: The release's inputs.
            tree: The project's folder, for a chart on disk.
            again: Asks for a second rendering, in which random values are others.

        Raises:
            FetchError: The chart can't be had.
            RefusedError: Helm refuses it or its values.
        """
        origin = origin_of(inputs)
        chart = tree / origin.chart if origin.on_disk else self._fetch(origin)
        request = _Request(
            chart=self._digest(chart),
            name=str(inputs.get("name") or "release"),
            namespace=str(inputs.get("namespace") or "default"),
            values=json.dumps(_plain(inputs.get("values") or {})),
            again=again,
        )
        with self.rendering.setdefault(request, threading.Lock()):
            if request not in self.rendered:
                self.rendered[request] = self._template(chart, request)
            return self.rendered[request]

    def _template(self, chart: Path, request: _Request) -> tuple[Manifest, ...]:
        text = self._run(
            "template",
            request.name,
            str(chart),
            "--namespace",
            request.namespace,
            "--values",
            "-",
            *(part for api in _KNOWN_APIS for part in ("--api-versions", api)),
            stdin=request.values,
        )
        read = (one for document in _DOCUMENT.split(text) for one in _parsed(document))
        return tuple(in_namespace(one, request.namespace) for one in read if isinstance(one, dict))

    def _digest(self, chart: Path) -> str:
        if chart not in self.digests:
            self.digests[chart] = digest_of(chart)
        return self.digests[chart]

    def _fetch(self, origin: Origin) -> Path:
        with self.lock:
            if origin not in self.fetched:
                self.fetched[origin] = self._pulled(origin)
            found = self.fetched[origin]
        if isinstance(found, FetchError):
            raise found
        return found

    def _pulled(self, origin: Origin) -> Path | FetchError:
        into = self.folder / f"chart-{len(self.fetched)}"
        repository = ("--repo", origin.repository) if origin.repository else ()
        version = ("--version", origin.version) if origin.version else ()
        try:
            self._run(
                "pull", origin.chart, *repository, *version, "--untar", "--untardir", str(into)
            )
            (chart,) = (path for path in into.iterdir() if path.is_dir())
        except (RefusedError, OSError, ValueError) as error:
            return FetchError(f"the chart {origin} can't be fetched: {error}")
        return chart

    def _run(self, *arguments: str, stdin: str = "") -> str:
        variables = collecting_seldom(environment())
        # The user's own logins to registries hold; everything else is made anew.
        variables["HELM_CACHE_HOME"] = str(self.folder / "cache")
        program = shutil.which("helm", path=variables["PATH"])
        if program is None:
            raise RefusedError("the program `helm` is not on PATH; `make setup` gets it")
        try:
            done = subprocess.run(
                [program, *arguments],
                input=stdin,
                capture_output=True,
                text=True,
                errors="replace",
                env=variables,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RefusedError(f"helm hadn't ended after {_SECONDS} seconds") from None
        if done.returncode != 0:
            raise RefusedError(_reason(done.stderr))
        return done.stdout


@contextmanager
def helm() -> Iterator[Helm]:
    """Gives a Helm whose charts are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="llmd-helm-") as folder:
        yield Helm(folder=Path(folder))


def digest_of(chart: Path) -> str:
    """Returns what tells a chart apart: a digest of its files, or its path where they can't be read."""
    found = hashlib.sha256()
    try:
        for file in sorted(_files(chart)):
            for part in (os.fsencode(file.relative_to(chart)), file.read_bytes()):
                found.update(len(part).to_bytes(8, "big") + part)
    except OSError:
        # Helm tells why.
        return str(chart)
    return found.hexdigest()


def _files(chart: Path) -> Iterator[Path]:
    if not chart.is_dir():
        yield chart
    # As helm does, which lets a sub-chart be a link.
    for folder, _, names in os.walk(chart, followlinks=True):
        yield from (Path(folder) / name for name in names)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(document: str) -> tuple[object, ...]:
    """Renderings of one chart have most of their objects in common."""
    return tuple(yaml.load_all(document, yaml.CSafeLoader))


def _reason(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line and not line.startswith("WARNING")]
    text = " ".join(" ".join(lines).split()).removeprefix("Error: ")
    return text[:_LONGEST_REASON] + ("…" if len(text) > _LONGEST_REASON else "")


def _plain(value: object) -> object:
    """A chart is rendered with a placeholder for a secret."""
    if isinstance(value, Hidden):
        return HIDDEN
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def in_namespace(manifest: Manifest, namespace: str) -> Manifest:
    """Helm lays an object that names no namespace into the release's."""
    metadata = manifest.get("metadata") or {}
    if "namespace" in metadata or _is_cluster_wide(manifest):
        return manifest
    return {**manifest, "metadata": {**metadata, "namespace": namespace}}


def _is_cluster_wide(manifest: Manifest) -> bool:
    kind = str(manifest.get("kind", ""))
    return kind.startswith("Cluster") or kind in {
        "CustomResourceDefinition",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "StorageClass",
        "ValidatingWebhookConfiguration",
    }


def steady(first: Sequence[Manifest], second: Sequence[Manifest]) -> Callable[[Manifest], Manifest]:
    """Returns what takes out of a manifest the values that differ between two renderings of one release.

    Charts make passwords and certificates at random each time; in a comparison they'd always have changed.
    """
    others = {identity_of(manifest): manifest for manifest in second}
    random: dict[str, set[tuple[str, ...]]] = {}
    for manifest in first:
        other = others.get(identity_of(manifest), {})
        random[identity_of(manifest)] = set(_differing(manifest, other, ()))

    def settled(manifest: Manifest) -> Manifest:
        found = random.get(identity_of(manifest))
        return _without(manifest, found, ()) if found else manifest

    return settled


def identity_of(manifest: Mapping[str, Any]) -> str:
    """Returns group, kind, namespace and name of an object; another version of its API is the same object."""
    metadata = manifest.get("metadata") or {}
    group = str(manifest.get("apiVersion", "")).rpartition("/")[0]
    return f"{group}/{manifest.get('kind')}::{metadata.get('namespace', '')}/{metadata.get('name')}"


def _differing(one: object, other: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() & other.keys():
            yield from _differing(one[key], other[key], (*path, str(key)))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (item, another) in enumerate(zip(one, other, strict=True)):
            yield from _differing(item, another, (*path, str(index)))
    elif one != other:
        yield path


def _without(value: Any, paths: set[tuple[str, ...]], path: tuple[str, ...]) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {
            key: _without(item, paths, (*path, str(key)))
            for key, item in value.items()
            if (*path, str(key)) not in paths
        }
    if isinstance(value, list):
        return [
            _without(item, paths, (*path, str(index)))
            for index, item in enumerate(value)
            if (*path, str(index)) not in paths
        ]
    return value
