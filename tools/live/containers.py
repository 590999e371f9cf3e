"""Runs containers of a pod as processes, as their pod says and with what they would find in a container.

Each gets a root file system of its own with its program and its volumes, its arguments, and its pod's address: as there
is only one network, a port to listen on at every address becomes one at the pod's.
"""

import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.live.kubernetes import Kubernetes, Object
from tools.live.namespaces import Namespaces, Process
from tools.live.volumes import content, publish

_LISTENS: Final = re.compile(r"(?P<option>--?[a-z.-]*listen-address=):(?P<port>\d+)")
_CHROOT: Final = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin") or "chroot"
_VARIABLE: Final = re.compile(r"\$\((\w+)\)")
_HOME: Final = "/home"
_DEVICES: Final = ("null", "zero", "random", "urandom")


@dataclass(frozen=True, kw_only=True)
class Image:
    """What stands for a container's image.

    Attributes:
        program: The program to run, linked statically.
        arguments: Further arguments, with `{address}` for the pod's.
    """

    program: Path
    arguments: tuple[str, ...] = ()


class PodProcesses:
    """The containers of one pod that really run.

    Args:
        pod: The pod, with an address.
        folder: A folder for its volumes and root file systems.
        kubernetes: Where its volumes' content comes from.
        namespaces: Where to run.
        variables: Environment of every container, beside what the pod says.
    """

    def __init__(
        self,
        pod: Object,
        *,
        folder: Path,
        kubernetes: Kubernetes,
        namespaces: Namespaces,
        variables: Mapping[str, str],
    ) -> None:
        self._pod = pod
        self._folder = folder
        self._kubernetes = kubernetes
        self._namespaces = namespaces
        self._variables = variables

    @property
    def name(self) -> str:
        """The pod's name."""
        name: str = self._pod["metadata"]["name"]
        return name

    @property
    def address(self) -> str:
        """The pod's address."""
        address: str = self._pod["status"]["podIP"]
        return address

    def sync(self) -> None:
        """Brings the volumes up to date with the objects that they show.

        Raises:
            UserError: An object that a volume shows isn't there.
        """
        for volume in self._pod["spec"]["volumes"]:
            folder = self._volume(volume["name"])
            folder.mkdir(parents=True, exist_ok=True)
            if _has_token(volume) and any(folder.iterdir()):
                continue  # a token is good for longer than any test
            files = content(volume, self._pod, self._kubernetes)
            if files is not None:
                publish(folder, files)

    def run(self, container: str, image: Image) -> None:
        """Runs an init container to its end.

        Raises:
            UserError: It failed.
        """
        script = self._script(self._container("initContainers", container), image)
        self._namespaces.run(f"{self.name} {container}", "sh", "-c", script, seconds=60)

    def start(self, container: str, image: Image) -> Process:
        """Starts a container."""
        script = self._script(self._container("containers", container), image)
        name = f"{self.name}-{container}"
        return self._namespaces.start(name, "sh", "-c", script, quiet=True)

    def _container(self, kind: str, name: str) -> Object:
        return next(one for one in self._pod["spec"][kind] if one["name"] == name)

    def _volume(self, name: str) -> Path:
        return self._folder / "volumes" / name

    def _script(self, container: Object, image: Image) -> str:
        root = self._folder / "roots" / container["name"]
        root.mkdir(parents=True, exist_ok=True)
        program = f"/bin/{image.program.name}"
        mounts = [
            f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(root))}",
            *_bind(image.program, f"{root}{program}", file=True),
            *(
                line
                for device in _DEVICES
                for line in _bind(Path("/dev") / device, f"{root}/dev/{device}", file=True)
            ),
            f"mkdir -p {root}/etc {root}{_HOME}",
            *_bind(Path("/proc"), f"{root}/proc", file=False),
            *(
                line
                for mount in container.get("volumeMounts", ())
                for line in self._mount(root, mount)
            ),
        ]
        environment = [f"{name}={value}" for name, value in self._environment(container).items()]
        arguments = [
            _here(_filled_in(argument, self._environment(container)), self.address)
            for argument in container.get("args", ())
        ]
        further = [argument.format(address=self.address) for argument in image.arguments]
        command = shlex.join(
            ["env", "-i", *environment, _CHROOT, str(root), program, *arguments, *further]
        )
        inner = "; ".join(["set -e", *mounts, f"exec {command}"])
        return f"exec unshare -m --propagation private sh -c {shlex.quote(inner)}"

    def _mount(self, root: Path, mount: Object) -> Sequence[str]:
        source = self._volume(mount["name"]) / mount.get("subPath", "")
        return _bind(source, f"{root}{mount['mountPath']}", file=source.is_file())

    def _environment(self, container: Object) -> Mapping[str, str]:
        fields = {
            "metadata.name": self.name,
            "metadata.namespace": self._pod["metadata"]["namespace"],
            "status.podIP": self.address,
        }
        own = {
            one["name"]: one.get("value")
            or fields.get(one.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath", ""), "")
            for one in container.get("env", ())
        }
        return {"HOME": _HOME, **self._variables, **own}


def _has_token(volume: Object) -> bool:
    sources = volume.get("projected", {}).get("sources", ())
    return any("serviceAccountToken" in source for source in sources)


def _filled_in(argument: str, environment: Mapping[str, str]) -> str:
    """The argument with the values of variables that it names as `$(NAME)`."""
    return _VARIABLE.sub(lambda found: environment.get(found[1], found[0]), argument)


def _bind(source: Path, target: str, *, file: bool) -> Sequence[str]:
    make = f"mkdir -p {shlex.quote(str(Path(target).parent))} && touch {shlex.quote(target)}"
    if not file:
        make = f"mkdir -p {shlex.quote(target)}"
    return (make, f"mount --rbind {shlex.quote(str(source))} {shlex.quote(target)}")


def _here(argument: str, address: str) -> str:
    """The argument, with the pod's address where it says every address."""
    found = _LISTENS.fullmatch(argument)
    if found is None:
        return argument
    return f"{found['option']}{address}:{found['port']}"
