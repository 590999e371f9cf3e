"""Runs the `helm` program."""

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.standins.kubernetes.kubeconfig import Connection, to_yaml
from tools.standins.kubernetes.private_files import PrivateFiles
from tools.standins.kubernetes.release.arguments import Arguments
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import Secret, Value

_STEERING_VARIABLES: Final = ("HELM_KUBE", "HELM_NAMESPACE", "HELM_DRIVER", "HELM_DEBUG")
"""Environment variables that would lead helm elsewhere than the provider's configuration."""

_POLL_SECONDS: Final = 0.2
_SHORTEST_SECRET: Final = 4
"""Shorter values are not masked: they'd mask half of every message."""


class HelmError(Exception):
    """Helm refused or failed; the message is its own, with the secrets masked."""


@dataclass(frozen=True, kw_only=True)
class Helm:
    """Helm on one cluster; `connection` is None for commands that need none.

    Attributes:
        connection: The API server.
        files: Where the kubeconfig and values are laid down.
        cancelled: Set when the user has enough; helm then cleans up after itself and ends.
    """

    connection: Connection | None
    files: PrivateFiles
    cancelled: threading.Event

    def install(self, release: Arguments, secrets: Sequence[str]) -> None:
        """Install a new release.

        Raises:
            HelmError: It failed.
        """
        self._run(
            [
                "install",
                release.name,
                *self._chart(release),
                *_common(release),
                *_switch(release, "replace", "--replace"),
                *_switch(release, "skipCrds", "--skip-crds"),
                *_switch(release, "createNamespace", "--create-namespace"),
                *_switch(release, "disableWebhooks", "--no-hooks"),
                *_switch(release, "dependencyUpdate", "--dependency-update"),
                *_switch(release, "disableOpenapiValidation", "--disable-openapi-validation"),
            ],
            release.namespace,
            secrets,
        )

    def upgrade(self, release: Arguments, secrets: Sequence[str]) -> None:
        """Bring a release to a new chart version or new values.

        Raises:
            HelmError: It failed.
        """
        if release.flag("lint"):
            self._run(["lint", release.text("chart"), *self._values(release)], "", secrets)
        self._run(
            [
                "upgrade",
                release.name,
                *self._chart(release),
                *_common(release),
                "--history-max",
                str(release.max_history),
                *_switch(release, "cleanupOnFail", "--cleanup-on-fail"),
                *_switch(release, "disableCRDHooks", "--no-hooks"),
                *_switch(release, "forceUpdate", "--force"),
                *_switch(release, "resetValues", "--reset-values"),
                *_switch(release, "reuseValues", "--reuse-values"),
                *_switch(release, "skipCrds", "--skip-crds"),
                *_switch(release, "dependencyUpdate", "--dependency-update"),
            ],
            release.namespace,
            secrets,
        )

    def uninstall(self, release: Arguments) -> None:
        """Remove a release; one that is gone already is fine.

        Raises:
            HelmError: It failed.
        """
        waits = release.flag("atomic") or not release.flag("skipAwait")
        self._run(
            [
                "uninstall",
                release.name,
                "--ignore-not-found",
                *(["--wait", "--timeout", f"{release.timeout}s"] if waits else []),
            ],
            release.namespace,
            (),
        )

    def show_chart(self, release: Arguments) -> str:
        """Return the `Chart.yaml` of a chart in a repository or registry.

        Raises:
            HelmError: There is no such chart.
        """
        return self._run(
            ["show", "chart", *_source(release), *_switch(release, "devel", "--devel")], "", ()
        )

    def _chart(self, release: Arguments) -> list[str]:
        return [*_source(release), *self._values(release)]

    def _values(self, release: Arguments) -> list[str]:
        if not release.values:
            return []
        return ["--values", str(self.files.write(".values.yaml", json.dumps(release.values)))]

    def _run(self, arguments: Sequence[str], namespace: str, secrets: Sequence[str]) -> str:
        program = shutil.which("helm")
        if program is None:
            msg = (
                "the program `helm` is not on PATH, and releases need it; install Helm 3 or "
                "activate the project's environment"
            )
            raise ProviderError(msg)
        command = [program, *arguments, *self._where(namespace)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            text=True,
            errors="replace",
            start_new_session=True,
        )
        output, errors = self._finish(process)
        if process.returncode != 0:
            told = errors.strip() or output.strip() or f"exit code {process.returncode}"
            raise HelmError(_mask(told.removeprefix("Error: "), secrets))
        return output

    def _where(self, namespace: str) -> list[str]:
        if self.connection is None or not namespace:
            return []
        config = self.files.write(".kubeconfig", to_yaml(self.connection))
        return ["--kubeconfig", str(config), "--namespace", namespace]

    def _finish(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        asked_to_stop = False
        while True:
            try:
                return process.communicate(timeout=_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if self.cancelled.is_set() and not asked_to_stop:
                    # Helm marks the release as failed, or rolls it back, and ends.
                    process.send_signal(signal.SIGTERM)
                    asked_to_stop = True


def secret_texts(value: Value, *, inside: bool = False) -> Iterator[str]:
    """Yield the texts of all secret values, to mask them in messages."""
    match value:
        case Secret():
            yield from secret_texts(value.value, inside=True)
        case dict():
            for item in value.values():
                yield from secret_texts(item, inside=inside)
        case list():
            for item in value:
                yield from secret_texts(item, inside=inside)
        case str() if inside and len(value) >= _SHORTEST_SECRET:
            yield value


def _source(release: Arguments) -> list[str]:
    repository: Mapping[str, Any] = release.repository
    if repository.get("username") or repository.get("password"):
        msg = (
            "repositoryOpts: the stand-in for Pulumi's Kubernetes plug-in doesn't log in to chart "
            "repositories, as helm takes the password on its command line only; log in beforehand "
            "(`helm repo add`, `helm registry login`), or install the official plug-in"
        )
        raise ProviderError(msg)
    source = [release.text("chart")]
    for key, option in (
        ("repo", "--repo"),
        ("caFile", "--ca-file"),
        ("certFile", "--cert-file"),
        ("keyFile", "--key-file"),
    ):
        if repository.get(key):
            source += [option, str(repository[key])]
    if release.text("version"):
        source += ["--version", release.text("version")]
    if release.flag("verify"):
        source += ["--verify", "--keyring", release.text("keyring")]
    return source


def _common(release: Arguments) -> list[str]:
    waits = not release.flag("skipAwait")
    options = ["--timeout", f"{release.timeout}s"]
    options += ["--wait"] if waits else []
    options += ["--wait-for-jobs"] if waits and release.flag("waitForJobs") else []
    options += _switch(release, "atomic", "--atomic")
    options += _switch(release, "devel", "--devel")
    options += _switch(release, "renderSubchartNotes", "--render-subchart-notes")
    if release.text("description"):
        options += ["--description", release.text("description")]
    if release.text("postrender"):
        options += ["--post-renderer", release.text("postrender")]
    return options


def _switch(release: Arguments, name: str, option: str) -> list[str]:
    return [option] if release.flag(name) else []


def _environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_STEERING_VARIABLES)
    }


def _mask(message: str, secrets: Sequence[str]) -> str:
    for text in sorted(secrets, key=len, reverse=True):
        message = message.replace(text, "[secret]")
    return message
