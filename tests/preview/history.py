"""A real git history of this project: a base, and a commit for each kind of change."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tools.paths import CHART_DIR, REPO

PROJECT: Final = "llmd-monitoring"
CHART: Final = str(CHART_DIR.relative_to(REPO))

_PROGRAM: Final = (
    "Pulumi.yaml",
    "__main__.py",
    "components",
    "dashboards",
    "rules",
    CHART,
)
_NOT_COMMITTED: Final = shutil.ignore_patterns("__pycache__", "crds", "*_cache")
_DASHBOARD: Final = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: llmd-vllm-overview
  labels:
    grafana_dashboard: "1"
data:
  llmd-vllm-overview.json: |-
{{ .Files.Get "llmd-vllm-overview.json" | indent 4 }}
"""

Settings = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class History:
    """A repository of the project.

    Attributes:
        folder: Its working tree.
    """

    folder: Path

    def git(self, *arguments: str) -> str:
        """Runs git as nobody in particular, whatever the machine's settings are."""
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        done = subprocess.run(
            ["git", "-C", str(self.folder), *identity, "-c", "commit.gpgsign=false", *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        """Commits everything; returns the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def set(self, stack: str, settings: Settings) -> None:
        """Writes a stack file; the chart is the one of the embedded cluster where none is named."""
        own = {"chart": {"path": f"./{CHART}"}, **settings}
        document = {"config": {f"{PROJECT}:{key}": value for key, value in own.items()}}
        path = self.folder / "stacks" / f"Pulumi.{stack}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(document), encoding="utf-8")

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Changes a file; the change has to be one."""
        file = self.folder / path
        before = file.read_text(encoding="utf-8")
        after = change(before)
        assert after != before, f"{path} stays as it was"
        file.write_text(after, encoding="utf-8")

    def back_to(self, commit: str) -> None:
        """Brings the working tree to a commit."""
        self.git("checkout", "--quiet", "--detach", "--force", commit)
        self.git("clean", "--quiet", "--force", "-d")


def new_history(folder: Path) -> History:
    """Makes a repository of what this project holds now; the chart gets a dashboard of its own."""
    for name in _PROGRAM:
        source, target = REPO / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=_NOT_COMMITTED)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    # Helm wants a sub-chart's folder to be one, whether it brings definitions or not.
    crds = f"{CHART}/charts/crds"
    shutil.copytree(REPO / crds, folder / crds, ignore=_NOT_COMMITTED, dirs_exist_ok=True)
    board = {
        "uid": "vllm",
        "title": "vLLM overview",
        "panels": [_panel(1, "TTFT p99", 0.99), _panel(2, "TTFT p50", 0.5)],
    }
    (folder / CHART / "llmd-vllm-overview.json").write_text(json.dumps(board, indent=2))
    (folder / CHART / "templates" / "dashboard.yaml").write_text(_DASHBOARD)
    history = History(folder=folder)
    history.git("init", "--quiet", "--initial-branch=main")
    return history


def _panel(number: int, title: str, quantile: float) -> dict[str, Any]:
    expression = f"histogram_quantile({quantile}, sum by (le) (rate(llmd:ttft_seconds_bucket[5m])))"
    return {
        "id": number,
        "title": title,
        "type": "timeseries",
        "gridPos": {"x": 0, "y": 8 * number, "w": 12, "h": 8},
        "targets": [{"refId": "A", "expr": expression}],
    }


def with_another_panel(text: str) -> str:
    """Puts a panel on top, which moves the others, and changes one of them."""
    board = json.loads(text)
    for panel in board["panels"]:
        panel["id"] += 1
        panel["gridPos"]["y"] += 8
    changed = board["panels"][0]["targets"][0]
    changed["expr"] = changed["expr"].replace("[5m]", "[10m]")
    board["panels"].insert(0, _panel(1, "TTFT p95", 0.95))
    return json.dumps(board, indent=2)
