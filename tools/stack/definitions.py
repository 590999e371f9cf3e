"""The operator's definitions (CRDs) on the embedded cluster, brought to the small chart's version.

On a real cluster a Job of the chart does it. No container runs here, and Helm changes no definition that is there.
"""

import re
from pathlib import Path
from typing import Final

import httpx

from tools.cluster.progress import Progress

_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_VERSION: Final = "operator.prometheus.io/version"
_VERSION_LINE: Final = re.compile(rf"^ *{re.escape(_VERSION)}: (\S+)$", re.MULTILINE)
_NAME_LINE: Final = re.compile(r"^  name: (\S+)$", re.MULTILINE)


def upgrade_definitions(client: httpx.Client, folder: Path, say: Progress) -> None:
    """Applies each definition that the cluster has in another version; missing ones are Helm's to make.

    Args:
        client: An administrator of the embedded cluster.
        folder: The chart's definitions.
        say: Tells the user what is upgraded.
    """
    for file in sorted(folder.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        name, version = _NAME_LINE.search(text), _VERSION_LINE.search(text)
        if name is None or version is None:
            continue
        path = f"{_DEFINITIONS}/{name[1]}"
        response = client.get(path)
        if response.status_code == httpx.codes.NOT_FOUND:
            continue
        live = response.raise_for_status().json()["metadata"].get("annotations", {}).get(_VERSION)
        if live == version[1]:
            continue
        say(f"CRD {name[1]}: {live or 'unknown version'} -> {version[1]}")
        # The API server reads YAML 1.2 itself; a bare `=` there is a text.
        client.patch(
            path,
            content=text,
            params={"fieldManager": "llmd-monitoring", "force": "true"},
            headers={"Content-Type": "application/apply-patch+yaml"},
        ).raise_for_status()
