"""Finds out which chart, and which version of it, a release would install."""

import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.standins.kubernetes.release.arguments import Arguments
from tools.standins.kubernetes.release.helm import Helm, HelmError


class ChartError(Exception):
    """There is no such chart; the message says where it was looked for."""


def resolve_version(release: Arguments, helm: Helm) -> str:
    """Return the exact version that the chart and the version constraint stand for.

    A chart on disk is read from there; only one in a repository or registry is asked for.

    Raises:
        ChartError: There is no such chart.
    """
    chart = release.text("chart").strip()
    if not chart:
        msg = "no chart is given: a path, a name with `repositoryOpts.repo`, or `oci://...`"
        raise ChartError(msg)
    text = None if release.repository.get("repo") else _read_local(chart)
    if text is None:
        text = _show(release, helm)
    return _version(text, chart)


def _read_local(chart: str) -> str | None:
    path = Path(chart)
    if path.is_dir() and (path / "Chart.yaml").is_file():
        return (path / "Chart.yaml").read_text(encoding="utf-8")
    if path.is_file():
        return _read_archive(path)
    if path.is_absolute() or chart.startswith("."):
        where = "holds no Chart.yaml" if path.is_dir() else f"not found from {Path.cwd()}"
        msg = f"path {chart!r} {where}"
        raise ChartError(msg)
    return None


def _read_archive(path: Path) -> str:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                parts = Path(member.name).parts
                if len(parts) == 2 and parts[1] == "Chart.yaml":  # noqa: PLR2004 - <chart>/Chart.yaml
                    content = archive.extractfile(member)
                    if content is not None:
                        return content.read().decode()
    except (tarfile.TarError, OSError, UnicodeDecodeError) as error:
        msg = f"{path} is not a chart archive: {error}"
        raise ChartError(msg) from error
    msg = f"{path} is not a chart archive: it holds no Chart.yaml"
    raise ChartError(msg)


def _show(release: Arguments, helm: Helm) -> str:
    try:
        return helm.show_chart(release)
    except HelmError as error:
        raise ChartError(str(error)) from error


def _version(text: str, chart: str) -> str:
    import yaml  # noqa: PLC0415 - only releases need it

    try:
        metadata: Mapping[str, Any] = yaml.safe_load(text)
        version = metadata["version"]
        kind = metadata.get("type") or "application"
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        msg = f"the Chart.yaml of {chart!r} names no version"
        raise ChartError(msg) from None
    if kind != "application":
        msg = f"{kind} charts are not installable: {chart!r}"
        raise ChartError(msg)
    return str(version)
