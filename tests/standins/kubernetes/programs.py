"""The Pulumi programs of these tests; the first argument carries the provider."""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

Options = pulumi.ResourceOptions


def nothing(options: Options) -> None:
    """Only the provider."""


def config(options: Options, *, namespace: str | None = None, data: dict[str, str]) -> None:
    """One ConfigMap."""
    meta = k8s.meta.v1.ObjectMetaArgs(name="config", namespace=namespace)
    k8s.core.v1.ConfigMap("config", metadata=meta, data=data, opts=options)


def annotated(
    options: Options, *, namespace: str, data: dict[str, str], annotations: dict[str, str]
) -> None:
    """One ConfigMap with annotations."""
    k8s.core.v1.ConfigMap(
        "config",
        metadata={"name": "config", "namespace": namespace, "annotations": annotations},
        data=data,
        opts=options,
    )


def imported(options: Options, *, namespace: str, data: dict[str, str]) -> None:
    """One ConfigMap, adopted."""
    config(_with(options, import_=f"{namespace}/config"), namespace=namespace, data=data)


def patched(options: Options, *, namespace: str, data: dict[str, str]) -> None:
    """Some keys of a ConfigMap that someone else owns."""
    k8s.core.v1.ConfigMapPatch(
        "patch", metadata={"name": "shared", "namespace": namespace}, data=data, opts=options
    )


def nameless_patch(options: Options) -> None:
    """A patch of nothing."""
    k8s.core.v1.ConfigMapPatch("patch", data={"a": "b"}, opts=options)


def application(
    options: Options,
    *,
    namespace: str,
    password: str,
    greeting: str = "hello",
    image: str = "nginx",
) -> None:
    """A ConfigMap, a Secret, a Deployment with values that the server spells differently."""
    made = k8s.core.v1.ConfigMap(
        "config",
        metadata={"name": "config", "namespace": namespace},
        data={"greeting": greeting, "kept": "x"},
        opts=options,
    )
    secret = k8s.core.v1.Secret(
        "secret",
        metadata={"namespace": namespace},
        string_data={"password": password},
        opts=options,
    )
    deployment = k8s.apps.v1.Deployment(
        "app",
        metadata={"name": "app", "namespace": namespace},
        spec={
            "replicas": 2,
            "selector": {"match_labels": {"app": "a"}},
            "template": {
                "metadata": {"labels": {"app": "a"}},
                "spec": {
                    "host_network": False,
                    "containers": [
                        {
                            "name": "app",
                            "image": image,
                            "resources": {"requests": {"cpu": "0.5", "memory": "1024Mi"}},
                        }
                    ],
                },
            },
        },
        opts=options,
    )
    k8s.core.v1.Service(
        "service",
        metadata={"name": "service", "namespace": namespace},
        spec={"selector": {"app": "a"}, "ports": [{"port": 80}]},
        opts=_with(options, depends_on=[deployment]),
    )
    pulumi.export("secretName", secret.metadata["name"])
    pulumi.export("secretData", secret.data)
    pulumi.export("uid", made.metadata["uid"])


def replaceable(options: Options, *, namespace: str, value: str) -> None:
    """Objects that can't be changed in place, with and without a name of their own."""
    k8s.core.v1.ConfigMap(
        "fixed",
        metadata={"name": "fixed", "namespace": namespace},
        data={"a": value},
        opts=options,
    )
    k8s.core.v1.ConfigMap(
        "free", metadata={"namespace": namespace}, data={"a": value}, opts=options
    )
    k8s.rbac.v1.RoleBinding(
        "binding",
        metadata={"name": "binding", "namespace": namespace},
        role_ref={
            "api_group": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": value,
        },
        subjects=[{"kind": "Group", "name": "g", "api_group": "rbac.authorization.k8s.io"}],
        opts=options,
    )


def scheduled(options: Options, *, namespace: str, selector: dict[str, str]) -> None:
    """A Deployment for nodes with certain labels, waited for 3 seconds."""
    k8s.apps.v1.Deployment(
        "app",
        metadata={
            "name": "app",
            "namespace": namespace,
            "annotations": {"pulumi.com/timeoutSeconds": "3"},
        },
        spec={
            "selector": {"match_labels": {"app": "a"}},
            "template": {
                "metadata": {"labels": {"app": "a"}},
                "spec": {
                    "node_selector": selector,
                    "containers": [{"name": "app", "image": "nginx"}],
                },
            },
        },
        opts=options,
    )


def dogs(options: Options, *, namespace: str, group: str, size: int) -> None:
    """A CRD and an object of its kind."""
    definition = k8s.apiextensions.v1.CustomResourceDefinition(
        "definition",
        metadata={"name": f"dogs.{group}"},
        spec={
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "dogs", "singular": "dog", "kind": "Dog", "list_kind": "Dogs"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {
                        "open_apiv3_schema": {
                            "type": "object",
                            "properties": {
                                "spec": {
                                    "type": "object",
                                    "x_kubernetes_preserve_unknown_fields": True,
                                }
                            },
                        }
                    },
                }
            ],
        },
        opts=options,
    )
    k8s.apiextensions.CustomResource(
        "dog",
        api_version=f"{group}/v1",
        kind="Dog",
        metadata={
            "name": "rex",
            "namespace": namespace,
            # The garbage collector looks for new kinds every 30 seconds only.
            "annotations": {"pulumi.com/deletionPropagationPolicy": "background"},
        },
        spec={"size": size, "memory": "1024Mi"},
        opts=_with(options, depends_on=[definition]),
    )


def cat(options: Options, *, namespace: str) -> None:
    """An object of a kind that nobody defines, waited for 2 seconds."""
    k8s.apiextensions.CustomResource(
        "cat",
        api_version="nowhere.example.com/v1",
        kind="Cat",
        metadata={
            "name": "tom",
            "namespace": namespace,
            "annotations": {"pulumi.com/timeoutSeconds": "2"},
        },
        opts=options,
    )


def release(
    options: Options,
    *,
    chart: str,
    namespace: str,
    greeting: str | None = None,
    adopt: bool = False,
    values: dict[str, Any] | None = None,
    atomic: bool = False,
    timeout: int = 60,
) -> None:
    """One release; the greeting is a secret value."""
    given: dict[str, Any] = {**(values or {})}
    if greeting is not None:
        given |= {"greeting": pulumi.Output.secret(greeting), "list": [1, {"a.b": None}]}
    made = k8s.helm.v3.Release(
        "release",
        k8s.helm.v3.ReleaseArgs(
            chart=chart,
            name="tiny",
            namespace=namespace,
            values=given,
            atomic=atomic,
            timeout=timeout,
            max_history=2,
        ),
        opts=_with(options, import_=f"{namespace}/tiny") if adopt else options,
    )
    pulumi.export("status", made.status)
    pulumi.export("names", made.resource_names)


def _with(options: Options, **more: Any) -> Options:  # noqa: ANN401 - as the options take them
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(**more))
