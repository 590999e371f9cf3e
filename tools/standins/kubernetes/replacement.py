"""Which fields can't be changed in place, so that the object is replaced.

The table follows the official plug-in's `provider/pkg/provider/diff.go`.
"""

from collections.abc import Sequence
from typing import Final

from tools.standins.kubernetes.configuration import Settings
from tools.standins.kubernetes.diff import Path, Replaces
from tools.standins.kubernetes.kind import Kind, Object
from tools.standins.protocol.values import Value

_IDENTITY: Final = ("metadata.name", "metadata.namespace")

_CONTAINER_FIELDS: Final = (
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
)

_POD: Final = (
    *(
        f"spec.{field}"
        for field in (
            "affinity",
            "automountServiceAccountToken",
            "dnsConfig",
            "dnsPolicy",
            "enableServiceLinks",
            "hostAliases",
            "hostIPC",
            "hostNetwork",
            "hostPID",
            "hostname",
            "imagePullSecrets",
            "nodeName",
            "nodeSelector",
            "overhead",
            "preemptionPolicy",
            "priority",
            "priorityClassName",
            "readinessGates",
            "restartPolicy",
            "runtimeClassName",
            "schedulerName",
            "securityContext",
            "serviceAccount",
            "serviceAccountName",
            "shareProcessNamespace",
            "subdomain",
            "terminationGracePeriodSeconds",
            "volumes",
        )
    ),
    *(
        f"spec.{containers}.*.{field}"
        for containers in ("containers", "initContainers")
        for field in _CONTAINER_FIELDS
    ),
)

_VOLUME_SOURCES: Final = (
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
)

_FIELDS: Final[dict[tuple[str, str], Sequence[str]]] = {
    ("apps", "DaemonSet"): ("spec.selector",),
    ("apps", "Deployment"): ("spec.selector",),
    ("apps", "StatefulSet"): (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    ("batch", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    ("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
    ("storage.k8s.io", "StorageClass"): ("parameters", "provisioner"),
    ("", "PersistentVolume"): tuple(f"spec.{source}" for source in _VOLUME_SOURCES),
    ("", "PersistentVolumeClaim"): (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    ("", "Pod"): _POD,
    ("", "ResourceQuota"): ("spec.scopes",),
    ("", "Service"): ("spec.clusterIP",),
}


def replaces_for(kind: Kind, obj: Object, settings: Settings, *, patch: bool) -> Replaces:
    """Return the rule for one object.

    Args:
        kind: The object's kind.
        obj: The new inputs; an immutable ConfigMap or Secret is always replaced.
        settings: ConfigMaps and Secrets are replaced unless these call them mutable.
        patch: Whether the resource patches an object; then only its identity counts.
    """
    fields = _IDENTITY if patch else (*_IDENTITY, *_fields(kind, obj, settings))
    patterns = [tuple(field.split(".")) for field in fields]

    def replaces(path: Path, value: Value) -> bool:
        return any(_touches(pattern, path, value) for pattern in patterns)

    return replaces


def _fields(kind: Kind, obj: Object, settings: Settings) -> Sequence[str]:
    immutable = obj.get("immutable") is True
    match kind.group, kind.kind:
        case "", "Secret":
            if immutable or not settings.secret_mutable:
                return ("type", "data", "stringData")
            return ("type",)
        case "", "ConfigMap":
            return ("data", "binaryData") if immutable or not settings.config_map_mutable else ()
        case key:
            return _FIELDS.get(key, ())


def _touches(pattern: Sequence[str], path: Path, value: Value) -> bool:
    """Whether a change at `path` is one at, below or above the pattern's field."""
    for expected, part in zip(pattern, path, strict=False):
        if expected not in {"*", part}:
            return False
    rest = pattern[len(path) :]
    return not rest or _holds(value, rest)


def _holds(value: Value, rest: Sequence[str]) -> bool:
    if not rest:
        return True
    if rest[0] == "*":
        return isinstance(value, list) and any(_holds(item, rest[1:]) for item in value)
    return isinstance(value, dict) and rest[0] in value and _holds(value[rest[0]], rest[1:])
