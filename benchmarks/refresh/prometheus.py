"""A real Prometheus that scrapes the fleet and evaluates all rules of this project."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from benchmarks.refresh.fleet import labels
from rules import alerts
from rules.alerts.definition import AlertArgs
from rules.objectives import ObjectivesByModel
from rules.recording import groups as recording_groups
from rules.rule import Group, group_object
from tools.cluster.ports import LOOPBACK
from tools.emulators.world import Target
from tools.errors import UserError
from tools.paths import BIN_DIR

SCRAPE_SECONDS: Final = 30
_GOOD_SCRAPES: Final = 0.99
_READY_SECONDS: Final = 60
_STOP_SECONDS: Final = 30


def all_groups() -> tuple[Group, ...]:
    """Returns every rule."""
    objectives = ObjectivesByModel()
    return (*recording_groups(objectives), *alerts.groups(AlertArgs(objectives=objectives)))


class Asker:
    """Asks a Prometheus, and for what its answers cost.

    Args:
        client: What reaches it.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def samples(self, path: str, **parameters: str) -> int:
        """Returns how many samples a query touches (`totalQueryableSamples`).

        Raises:
            UserError: Prometheus refuses the query.
        """
        data = self._data(path, stats="all", **parameters)
        touched: int = data["stats"]["samples"]["totalQueryableSamples"]
        return touched

    def values(self, query: str) -> list[tuple[dict[str, str], float]]:
        """Returns the labels and values of an instant query."""
        return [
            (one["metric"], float(one["value"][1]))
            for one in self._data("query", query=query)["result"]
        ]

    def require_scrapes(self, seconds: int) -> None:
        """Makes sure that what was measured on is there.

        Raises:
            UserError: More than one scrape in a hundred failed, so figures would be those of a smaller fleet.
        """
        ((_, good),) = self.values(f"sum(sum_over_time(up[{seconds}s]))")
        ((_, tried),) = self.values(f"sum(count_over_time(up[{seconds}s]))")
        if good < _GOOD_SCRAPES * tried:
            raise UserError(
                f"{tried - good:.0f} of {tried:.0f} scrapes failed: this machine is too busy for so many pods.",
                "Repeat it on a quiet machine, or with fewer --pods.",
            )

    def group_seconds(self) -> dict[str, float]:
        """Returns how long the last evaluation of each group took."""
        answer = self._client.get("api/v1/rules").raise_for_status()
        groups = answer.json()["data"]["groups"]
        return {group["name"]: group["evaluationTime"] for group in groups}

    def _data(self, path: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.post(f"api/v1/{path}", data=parameters)
        if not answer.is_success:
            raise UserError(f"Prometheus refuses {parameters.get('query')}: {answer.text[:300]}")
        return answer.json()["data"]


@contextmanager
def scraping(folder: Path, targets: Sequence[Target]) -> Iterator[Asker]:
    """Starts it, with its files in a folder; gives what asks it.

    Raises:
        UserError: It doesn't start.
    """
    port = _free_port()
    _configure(folder, targets)
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(BIN_DIR / "prometheus"),
                f"--config.file={folder / 'prometheus.yaml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={LOOPBACK}:{port}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", timeout=120) as client:
            _wait_until_ready(client, process, folder / "prometheus.log")
            yield Asker(client)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _configure(folder: Path, targets: Sequence[Target]) -> None:
    groups = [group_object(group) for group in all_groups()]
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups}), encoding="utf-8")
    found = [
        {"targets": [f"{one.listen.host}:{one.listen.port}"], "labels": labels(one)}
        for one in targets
    ]
    (folder / "targets.json").write_text(json.dumps(found), encoding="utf-8")
    configuration = {
        "global": {
            "scrape_interval": f"{SCRAPE_SECONDS}s",
            "scrape_timeout": f"{SCRAPE_SECONDS}s",
            "evaluation_interval": "30s",
        },
        "rule_files": ["rules.yaml"],
        "scrape_configs": [{"job_name": "fleet", "file_sd_configs": [{"files": ["targets.json"]}]}],
    }
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if client.get("-/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    raise UserError(f"Prometheus isn't ready. Its log ends:\n{tail}", "Type `make setup`.")
