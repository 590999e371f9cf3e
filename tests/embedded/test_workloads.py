"""What an installation relies on: workloads become ready, claims are bound, what is deleted goes."""

from typing import Any

from kubernetes.client import ApiException

from tests.embedded.api import Api
from tests.polling import eventually
from tools.cluster.objects import NODES


def pod_template(app: str, **spec: object) -> dict[str, Any]:
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": "main", "image": "example.org/nothing:1"}], **spec},
    }


def workload(app: str, **spec: object) -> dict[str, Any]:
    return {
        "metadata": {"name": app},
        "spec": {
            "selector": {"matchLabels": {"app": app}},
            "template": pod_template(app),
            **spec,
        },
    }


def claim(size: str) -> dict[str, Any]:
    return {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
        },
    }


def test_deployment_becomes_available(api: Api, namespace: str) -> None:
    init = [{"name": "init", "image": "example.org/nothing:1"}]
    body = workload("web", replicas=3, template=pod_template("web", initContainers=init))
    api.apps.create_namespaced_deployment(namespace, body)
    eventually(
        lambda: (
            api.apps.read_namespaced_deployment_status("web", namespace).status.available_replicas
            == 3
        ),
        "three available replicas",
    )


def test_stateful_set_gets_its_volumes(api: Api, namespace: str) -> None:
    body = workload("db", replicas=2, serviceName="db", volumeClaimTemplates=[claim("750Gi")])
    api.apps.create_namespaced_stateful_set(namespace, body)
    eventually(
        lambda: (
            api.apps.read_namespaced_stateful_set_status("db", namespace).status.ready_replicas == 2
        ),
        "two ready replicas",
    )
    claims = api.core.list_namespaced_persistent_volume_claim(namespace).items
    assert [(one.metadata.name, one.status.phase) for one in claims] == [
        ("data-db-0", "Bound"),
        ("data-db-1", "Bound"),
    ]
    assert {one.status.capacity["storage"] for one in claims} == {"750Gi"}


def test_daemon_set_runs_on_every_node(api: Api, namespace: str) -> None:
    api.apps.create_namespaced_daemon_set(namespace, workload("agent"))
    eventually(
        lambda: (
            api.apps.read_namespaced_daemon_set_status("agent", namespace).status.number_ready
            == len(NODES)
        ),
        "a ready pod on every node",
    )
    assert {pod.spec.node_name for pod in api.core.list_namespaced_pod(namespace).items} == set(
        NODES
    )


def test_job_completes(api: Api, namespace: str) -> None:
    template = pod_template("once", restartPolicy="Never")
    api.batch.create_namespaced_job(
        namespace, {"metadata": {"name": "once"}, "spec": {"template": template}}
    )
    eventually(
        lambda: api.batch.read_namespaced_job_status("once", namespace).status.succeeded == 1,
        "the job's completion",
    )


def test_service_gets_the_addresses_of_its_pods(api: Api, namespace: str) -> None:
    api.apps.create_namespaced_deployment(namespace, workload("web", replicas=2))
    api.core.create_namespaced_service(
        namespace,
        {
            "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        },
    )

    def addresses() -> list[str]:
        found = api.discovery.list_namespaced_endpoint_slice(namespace).items
        return [a for one in found for endpoint in one.endpoints or [] for a in endpoint.addresses]

    eventually(lambda: len(addresses()) == 2, "two addresses")
    pods = api.core.list_namespaced_pod(namespace).items
    assert sorted(addresses()) == sorted(pod.status.pod_ip for pod in pods)


def test_secret_of_a_service_account_is_filled(api: Api, namespace: str) -> None:
    api.core.create_namespaced_secret(
        namespace,
        {
            "metadata": {
                "name": "token",
                "annotations": {"kubernetes.io/service-account.name": "default"},
            },
            "type": "kubernetes.io/service-account-token",
        },
    )
    eventually(
        lambda: (
            {"token", "ca.crt", "namespace"}
            <= set(api.core.read_namespaced_secret("token", namespace).data or {})
        ),
        "the token controller",
    )


def test_token_of_a_service_account_authenticates(api: Api, namespace: str) -> None:
    issued = api.core.create_namespaced_service_account_token("default", namespace, {"spec": {}})
    review = api.authentication.create_token_review({"spec": {"token": issued.status.token}})
    assert review.status.user.username == f"system:serviceaccount:{namespace}:default"


def test_dependents_of_a_deleted_object_are_collected(api: Api, namespace: str) -> None:
    owner = api.core.create_namespaced_config_map(namespace, {"metadata": {"name": "owner"}})
    reference = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "owner",
        "uid": owner.metadata.uid,
    }
    metadata = {"name": "dependent", "ownerReferences": [reference]}
    api.core.create_namespaced_config_map(namespace, {"metadata": metadata})
    api.core.delete_namespaced_config_map("owner", namespace)
    eventually(
        lambda: (
            "dependent"
            not in {
                one.metadata.name for one in api.core.list_namespaced_config_map(namespace).items
            }
        ),
        "the garbage collector",
    )


def test_volume_goes_with_its_claim(api: Api, namespace: str) -> None:
    api.core.create_namespaced_persistent_volume_claim(namespace, claim("1Gi"))

    def phases() -> list[str]:
        volumes = api.core.list_persistent_volume().items
        return [one.status.phase for one in volumes if one.spec.claim_ref.namespace == namespace]

    eventually(lambda: phases() == ["Bound"], "a volume")
    api.core.delete_namespaced_persistent_volume_claim("data", namespace)
    eventually(lambda: not phases(), "the volume to go")


def test_deleted_namespace_goes_with_its_pods(api: Api) -> None:
    api.core.create_namespace({"metadata": {"name": "short-lived"}})
    api.apps.create_namespaced_deployment("short-lived", workload("web", replicas=2))
    eventually(
        lambda: (
            api.apps.read_namespaced_deployment_status("web", "short-lived").status.ready_replicas
            == 2
        ),
        "ready pods",
    )
    api.core.delete_namespace("short-lived")
    eventually(
        lambda: "short-lived" not in {one.metadata.name for one in api.core.list_namespace().items},
        "the namespace to go",
    )


def test_pod_security_is_enforced(api: Api, namespace: str) -> None:
    enforce = {"pod-security.kubernetes.io/enforce": "restricted"}
    api.core.patch_namespace(namespace, {"metadata": {"labels": enforce}})
    pod = {"metadata": {"name": "root"}, "spec": pod_template("root")["spec"]}
    refusals: list[str] = []

    def refused() -> bool:
        try:
            api.core.create_namespaced_pod(namespace, pod, dry_run="All")
        except ApiException as error:
            refusals.append(str(error.body))
        return bool(refusals)

    eventually(refused, "the label to take effect")
    assert "violates PodSecurity" in refusals[0]
