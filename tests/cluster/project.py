"""A working copy of this project with a stack of its own, driven by the real engine."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from tools import paths
from tools.toolchain.environment import environment

STACK: Final = "test"
PROJECT: Final = "llmd-monitoring"
NAMESPACE: Final = "llm-d-monitoring"

# A chart of the same value keys may take the small one's place, e.g. the real kube-prometheus-stack.
CHART: Final = os.environ.get("LLMD_TEST_CHART", "./tools/embedded/chart/kube-prometheus-stack")

_PROGRAM: Final = (
    "Pulumi.yaml",
    "__main__.py",
    "components",
    "dashboards",
    "rules",
    "tools",
    "stacks",
    "pyproject.toml",
)
_SHARED: Final = (".tools", ".venv")
_COMMAND_SECONDS: Final = 300
_OUR_FRAME: Final = re.compile(r'File ".*/(__main__|components/.*|rules/.*|tools/.*)\.py", line')


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    output: str

    def succeeded(self) -> str:
        """Returns the output of a command that must have succeeded."""
        assert self.code == 0, self.output
        return self.output

    def failed(self) -> str:
        """Returns the output of a command that must have failed, without a traceback of ours.

        The official language host prints one of its own when the engine ends a program early.
        """
        assert self.code != 0, self.output
        assert not _OUR_FRAME.search(self.output), self.output
        return self.output


@dataclass(frozen=True, kw_only=True)
class Project:
    """One working copy.

    Attributes:
        folder: The copy.
        variables: Environment of every command.
        through: A command that runs the one given to it, elsewhere; empty for here.
        told: What all commands have printed.
    """

    folder: Path
    variables: Mapping[str, str]
    through: tuple[str, ...] = ()
    told: list[str] = field(default_factory=list, repr=False)

    def configure(self, values: Mapping[str, Any]) -> None:
        """Writes the stack file; keys are those of the README's table. The salt stays."""
        path = self.folder / "stacks" / f"Pulumi.{STACK}.yaml"
        known = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        known["config"] = {f"{PROJECT}:{key}": value for key, value in values.items()}
        path.write_text(yaml.safe_dump(known), encoding="utf-8")

    def set_secret(self, path: str, value: str) -> None:
        """Puts an encrypted value into the stack file, as a user does."""
        self.pulumi("config", "set", "--secret", "--path", f"{PROJECT}:{path}", value).succeeded()

    def pulumi(self, *arguments: str) -> Ended:
        """Runs `pulumi` on the stack."""
        return self.run(
            "pulumi", *arguments, "--stack", STACK, "--non-interactive", "--color=never"
        )

    def up(self, *arguments: str) -> Ended:
        """Updates the stack."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def state(self) -> Mapping[str, Any]:
        """Returns the exported state."""
        state: Mapping[str, Any] = json.loads(self.pulumi("stack", "export").succeeded())
        return state

    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Returns the state's resources by logical name."""
        found = self.state()["deployment"].get("resources", [])
        return {resource["urn"].rpartition("::")[2]: resource for resource in found}

    def revealed(self, name: str) -> Mapping[str, Any]:
        """Returns the outputs of a resource by its logical name, secrets in clear; nothing of it counts as told."""
        exported = self.pulumi("stack", "export", "--show-secrets").succeeded()
        self.told.pop()
        outputs = next(
            resource["outputs"]
            for resource in json.loads(exported)["deployment"]["resources"]
            if resource["urn"].endswith(f"::{name}")
        )
        return {key: _plain(value) for key, value in outputs.items()}

    def age(self, name: str, time: timedelta) -> None:
        """Makes a certificate older: moves its lifetime in the state, by which the plug-in decides on its renewal."""
        state = self.state()
        for resource in state["deployment"]["resources"]:
            if resource["urn"].endswith(f"::{name}"):
                for key in ("validityStartTime", "validityEndTime"):
                    moment = datetime.fromisoformat(resource["outputs"][key]) - time
                    resource["outputs"][key] = moment.isoformat(timespec="seconds")
        path = self.folder / "aged.json"
        path.write_text(json.dumps(state), encoding="utf-8")
        self.pulumi("stack", "import", "--file", str(path)).succeeded()

    def outputs(self) -> Mapping[str, Any]:
        """Returns the stack's outputs, secrets masked."""
        outputs: Mapping[str, Any] = json.loads(
            self.pulumi("stack", "output", "--json").succeeded()
        )
        return outputs

    def run(self, *command: str) -> Ended:
        """Runs a command in the copy."""
        result = subprocess.run(
            [*self.through, *command],
            cwd=self.folder,
            env=dict(self.variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        self.told.append(result.stdout)
        return Ended(code=result.returncode, output=result.stdout)

    def kill_when(self, condition: Callable[[], bool], *command: str) -> None:
        """Starts a command and kills it with everything it started once a condition holds."""
        self.disturb(condition, lambda pid: os.killpg(pid, signal.SIGKILL), *command)

    def disturb(
        self, condition: Callable[[], bool], disturbance: Callable[[int], None], *command: str
    ) -> Ended:
        """Starts a command, does something once a condition holds, and waits for the command's end.

        Args:
            condition: Asked again and again.
            disturbance: What is done; it gets the command's process ID, which is its process group's too.
            command: The command.
        """
        log = self.folder / "disturbed.log"
        with (
            log.open("w", encoding="utf-8") as output,
            subprocess.Popen(
                command,
                cwd=self.folder,
                env=dict(self.variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as process,
        ):
            give_up = time.monotonic() + _COMMAND_SECONDS
            while not condition():
                assert process.poll() is None, f"it ended before the moment came: {log.read_text()}"
                assert time.monotonic() < give_up, f"the moment never came: {log.read_text()}"
                time.sleep(0.02)
            disturbance(process.pid)
            code = process.wait(_COMMAND_SECONDS)
        return Ended(code=code, output=log.read_text(encoding="utf-8"))


def working_copy(folder: Path) -> Project:
    """Returns a copy of the program and its tools in a folder, with a file backend beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _PROGRAM:
        source = paths.REPO / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder / name)
    for name in _SHARED:
        (folder / name).symlink_to(paths.REPO / name)
    state = folder / "state"
    state.mkdir()
    variables = environment(state_dir=state, pulumi_home=paths.PULUMI_HOME)
    variables.pop("KUBECONFIG", None)
    return Project(folder=folder, variables=variables)


def _plain(value: Any) -> Any:  # noqa: ANN401 - an output of any kind
    """An output without the engine's wrapping of secrets."""
    return (
        json.loads(value["plaintext"])
        if isinstance(value, dict) and "plaintext" in value
        else value
    )
