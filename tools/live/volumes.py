"""What a pod's volumes hold, from the API server's objects, and files that follow them as a kubelet's do."""

import base64
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tools.errors import UserError
from tools.live.kubernetes import Kubernetes, Object

Content = Mapping[str, bytes]

_DATA: Final = "..data"
_EMPTY: Final = frozenset({"emptyDir", "persistentVolumeClaim"})


def content(volume: Object, pod: Object, kubernetes: Kubernetes) -> Content | None:
    """Returns the files of a volume; None for one that the containers write to themselves.

    Raises:
        UserError: The volume is of a kind that isn't known here, or names an object that isn't there.
    """
    if _EMPTY & volume.keys():
        return None
    namespace = pod["metadata"]["namespace"]
    if "secret" in volume:
        return _secret(kubernetes, namespace, volume["secret"]["secretName"], volume["secret"])
    if "configMap" in volume:
        source = volume["configMap"]
        return _config_map(kubernetes, namespace, source["name"], source)
    if "projected" in volume:
        files: dict[str, bytes] = {}
        for source in volume["projected"]["sources"]:
            files |= _projected(source, pod, kubernetes)
        return files
    raise UserError(f"Volume {volume['name']} of {pod['metadata']['name']} is of no known kind.")


def publish(folder: Path, files: Content) -> None:
    """Gives a folder these files in one step: names lead through a link that is replaced at once.

    That is how a kubelet does it, and what a config reloader watches.
    """
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(name.encode() + b"\0" + data + b"\0")
    version = folder / f"..{digest.hexdigest()[:16]}"
    link = folder / _DATA
    if link.is_symlink() and link.readlink() == Path(version.name):
        return
    before = folder / link.readlink() if link.is_symlink() else None
    version.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = version / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    half_made = folder / "..new"
    half_made.unlink(missing_ok=True)
    half_made.symlink_to(version.name)
    half_made.replace(link)
    for name in {Path(name).parts[0] for name in files}:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"{_DATA}/{name}")
    if before is not None:
        shutil.rmtree(before, ignore_errors=True)


def _projected(source: Object, pod: Object, kubernetes: Kubernetes) -> Content:
    namespace = pod["metadata"]["namespace"]
    if "serviceAccountToken" in source:
        token = kubernetes.token(namespace, pod["spec"]["serviceAccountName"])
        return {source["serviceAccountToken"].get("path", "token"): token.encode()}
    if "downwardAPI" in source:
        # Only ever the namespace: the API server's own admission adds it to each pod.
        return {item["path"]: namespace.encode() for item in source["downwardAPI"]["items"]}
    kind = "secret" if "secret" in source else "configMap"
    read = _secret if kind == "secret" else _config_map
    return read(kubernetes, namespace, source[kind]["name"], source[kind])


def _secret(kubernetes: Kubernetes, namespace: str, name: str, source: Object) -> Content:
    secret = _object(kubernetes, namespace, "secrets", name, source)
    data = (secret or {}).get("data", {})
    return _chosen({key: base64.b64decode(value) for key, value in data.items()}, source)


def _config_map(kubernetes: Kubernetes, namespace: str, name: str, source: Object) -> Content:
    found = _object(kubernetes, namespace, "configmaps", name, source) or {}
    texts = {key: value.encode() for key, value in found.get("data", {}).items()}
    blobs = {key: base64.b64decode(value) for key, value in found.get("binaryData", {}).items()}
    return _chosen({**texts, **blobs}, source)


def _object(
    kubernetes: Kubernetes, namespace: str, resource: str, name: str, source: Object
) -> Object | None:
    found = kubernetes.find(f"api/v1/namespaces/{namespace}/{resource}/{name}")
    if found is None and not source.get("optional"):
        raise UserError(f"There is no {resource}/{name} in {namespace}, which a pod mounts.")
    return found


def _chosen(files: Content, source: Object) -> Content:
    items: Iterable[Any] = source.get("items") or ()
    if not items:
        return files
    return {item["path"]: files[item["key"]] for item in items if item["key"] in files}
