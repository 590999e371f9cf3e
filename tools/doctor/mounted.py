"""Which object a file of a container comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tools.doctor.installation import Object


@dataclass(frozen=True, kw_only=True)
class Mounted:
    """A ConfigMap or Secret of the pod's namespace, as a volume shows it.

    Attributes:
        kind: Its kind.
        name: Its name.
        keys: Keys by the names of their files, where the volume names some of them; empty for all under their own.
    """

    kind: Literal["ConfigMap", "Secret"]
    name: str
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a file holds: one key of an object in the pod's namespace."""

    kind: Literal["ConfigMap", "Secret"]
    name: str
    key: str


def source_of(pod: Object, container: Object, path: str) -> Source | None:
    """Returns where a file comes from; `None` where that is no ConfigMap and no Secret."""
    for mount in container.get("volumeMounts", ()):
        name = _file(mount, path)
        mounted = None if name is None else _mounted(pod, mount["name"])
        if name is not None and mounted is not None:
            key = mounted.keys.get(name, name)
            return Source(kind=mounted.kind, name=mounted.name, key=key)
    return None


def mounted_at(pod: Object, container: Object, folder: str) -> Iterator[Mounted]:
    """Yields the objects that a container has at a folder."""
    for mount in container.get("volumeMounts", ()):
        if mount["mountPath"].rstrip("/") == folder.rstrip("/"):
            mounted = _mounted(pod, mount["name"])
            if mounted is not None:
                yield mounted


def _file(mount: Object, path: str) -> str | None:
    """Returns the name of a file in the volume of a mount; `None` where it isn't below that."""
    place: str = mount["mountPath"].rstrip("/")
    if "subPath" in mount:
        return str(mount["subPath"]) if path == place else None
    return path.removeprefix(f"{place}/") if path.startswith(f"{place}/") else None


def _mounted(pod: Object, name: str) -> Mounted | None:
    volume: Object = next((one for one in pod.get("volumes", ()) if one["name"] == name), {})
    if held := volume.get("configMap"):
        return Mounted(kind="ConfigMap", name=held["name"], keys=_keys(held))
    if held := volume.get("secret"):
        return Mounted(kind="Secret", name=held["secretName"], keys=_keys(held))
    return None


def _keys(held: Object) -> Mapping[str, str]:
    return {item["path"]: item["key"] for item in held.get("items", ())}
