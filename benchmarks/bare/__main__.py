"""The least that a Pulumi program can do to make given objects: a resource each, and no more.

It is copied into a project of its own, with `objects.json` beside it, and run by the engine.
"""

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

given: dict[str, Any] = json.loads(Path("objects.json").read_text(encoding="utf-8"))
cluster = k8s.Provider(
    "cluster",
    kubeconfig=given["kubeconfig"],
    enable_server_side_apply=True,
    enable_config_map_mutable=True,
    enable_secret_mutable=True,
)
built_in = {
    "Namespace": k8s.core.v1.NamespacePatch,
    "ServiceAccount": k8s.core.v1.ServiceAccount,
    "Secret": k8s.core.v1.Secret,
    "ClusterRole": k8s.rbac.v1.ClusterRole,
    "ClusterRoleBinding": k8s.rbac.v1.ClusterRoleBinding,
}
for objects in given["namespaces"]:
    made: list[pulumi.Resource] = []
    for item in objects:
        kind, metadata = item["kind"], item["metadata"]
        name = f"{kind}:{metadata.get('namespace', '')}:{metadata['name']}"
        options = pulumi.ResourceOptions(provider=cluster, depends_on=list(made))
        if kind in built_in:
            body = {key: item[key] for key in ("rules", "subjects", "type") if key in item}
            if "roleRef" in item:
                body["role_ref"] = item["roleRef"]
            made.append(built_in[kind](name, metadata=metadata, opts=options, **body))
        else:
            k8s.apiextensions.CustomResource(
                name,
                api_version=item["apiVersion"],
                kind=kind,
                metadata=metadata,
                spec=item["spec"],
                opts=options,
            )
