"""Requests on demand: a Job or a CronJob that runs `llmd-monitoring load`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.kubernetes_object import KubernetesObject
from components.object_metadata import object_metadata
from components.settings.load import LoadSettings

API_KEY_VARIABLE: Final = "LLMD_LOAD_API_KEY"
"""Environment variable from which `llmd-monitoring load` takes an API key."""

ONLY_MADE: Final[Mapping[str, str]] = {"pulumi.com/waitFor": "jsonpath={.metadata.uid}"}
"""Annotation by which an update doesn't wait until the Job has sent everything. Unlike `skipAwait` it leaves deletion
alone: a Job that takes another one's place needs its name."""

_CA_FOLDER: Final = "/etc/prometheus-ca"
_CA_FILE: Final = f"{_CA_FOLDER}/ca.crt"
_USER: Final = 65534
_LONGEST_SCENARIO_SECONDS: Final = 3600
_SLACK_SECONDS: Final = 900
"""For pulling the image, requests in flight at the end, and waiting for Prometheus' scrapes."""


@dataclass(frozen=True, kw_only=True)
class CountedBy:
    """The Prometheus that counts what is sent.

    Attributes:
        url: Its URL.
        ca_config_map: ConfigMap with the CA that it is verified with; `None` where it serves plain HTTP.
    """

    url: str
    ca_config_map: str | None


@dataclass(frozen=True, kw_only=True)
class LoadGeneratorArgs:
    """Arguments of `LoadGenerator`.

    Attributes:
        namespace: Namespace of the Job.
        name: Its name.
        labels: Labels of all objects and pods.
        load: What to send, and when.
        counted_by: What to compare with afterwards; `None`: nothing.
        requires: What has to be there before requests make sense.
    """

    namespace: pulumi.Input[str]
    name: str
    labels: Mapping[str, str]
    load: LoadSettings
    counted_by: CountedBy | None
    requires: tuple[pulumi.Resource, ...] = ()


class LoadGenerator(pulumi.ComponentResource):
    """A Job, replaced when anything about it changes; with a schedule a CronJob, updated in place."""

    def __init__(
        self, name: str, args: LoadGeneratorArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:LoadGenerator", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(args.requires))
        metadata = object_metadata(
            name=args.name, namespace=args.namespace, labels=args.labels, annotations=ONLY_MADE
        )
        if args.load.schedule is None:
            KubernetesObject(
                f"{name}-job",
                {
                    "apiVersion": "batch/v1",
                    "kind": "Job",
                    "metadata": metadata,
                    "spec": job_spec(args),
                },
                child,
            )
        else:
            KubernetesObject(
                f"{name}-cron-job",
                {
                    "apiVersion": "batch/v1",
                    "kind": "CronJob",
                    "metadata": metadata,
                    "spec": {
                        "schedule": args.load.schedule,
                        # A run that takes longer than its period isn't joined by the next one.
                        "concurrencyPolicy": "Forbid",
                        "successfulJobsHistoryLimit": 3,
                        "failedJobsHistoryLimit": 3,
                        "jobTemplate": {"spec": job_spec(args)},
                    },
                },
                child,
            )
        self.register_outputs({"name": args.name})


def arguments(load: LoadSettings, counted_by: CountedBy | None) -> list[str]:
    """Returns the arguments of `llmd-monitoring`."""
    options = ["load", load.target or "", "--scenario", load.scenario, "--yes"]
    if load.duration_seconds is not None:
        options += ["--duration", str(load.duration_seconds)]
    if load.model is not None:
        options += ["--model", load.model]
    if counted_by is not None:
        options += ["--verify", counted_by.url]
        if counted_by.ca_config_map is not None:
            options += ["--ca", _CA_FILE]
    return options


def job_spec(args: LoadGeneratorArgs) -> Mapping[str, Any]:
    """Returns the Job's spec; its pod is admitted at the strictest pod security level.

    A run that failed isn't repeated: it would send everything again.
    """
    seconds = args.load.duration_seconds or _LONGEST_SCENARIO_SECONDS
    return {
        "backoffLimit": 0,
        "activeDeadlineSeconds": seconds + _SLACK_SECONDS,
        "template": {
            "metadata": {"labels": dict(args.labels)},
            "spec": {
                "restartPolicy": "Never",
                # It asks nothing of the API server.
                "automountServiceAccountToken": False,
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": _USER,
                    "runAsGroup": _USER,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [_container(args)],
                "volumes": _volumes(args.counted_by),
            },
        },
    }


def _container(args: LoadGeneratorArgs) -> Mapping[str, Any]:
    resources = args.load.resources.model_dump(exclude_none=True)
    has_ca = args.counted_by is not None and args.counted_by.ca_config_map is not None
    return {
        "name": "load",
        "image": args.load.image or "",
        "command": ["llmd-monitoring"],
        "args": arguments(args.load, args.counted_by),
        "env": _environment(args.load),
        "resources": {"requests": resources["requests"], "limits": resources["limits"]},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "ca", "mountPath": _CA_FOLDER, "readOnly": True}]
        if has_ca
        else [],
    }


def _environment(load: LoadSettings) -> list[Mapping[str, Any]]:
    if load.api_key is None:
        return []
    name, key = load.api_key.name, load.api_key.key
    return [{"name": API_KEY_VARIABLE, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}]


def _volumes(counted_by: CountedBy | None) -> list[Mapping[str, Any]]:
    if counted_by is None or counted_by.ca_config_map is None:
        return []
    return [{"name": "ca", "configMap": {"name": counted_by.ca_config_map}}]
