"""Grafana: credentials, provisioning and what is mounted."""

import base64
from typing import Any

import pytest
import yaml

from tests.embedded_chart.rendering import Helm, Manifest, Rendered, container, environment

NAME = "llmd-grafana"
DATASOURCES = "llmd-kube-prometheus-stack-grafana-datasource"


def grafana(helm: Helm, **values: object) -> Rendered:
    return helm.template({"grafana": values})


def pod(rendered: Rendered) -> dict[str, Any]:
    return dict(rendered.get("Deployment", NAME)["spec"]["template"]["spec"])


def part(rendered: Rendered, name: str) -> Manifest:
    return container(rendered.get("Deployment", NAME), name)


def provisioned(rendered: Rendered) -> dict[str, dict[str, Any]]:
    text = rendered.get("ConfigMap", DATASOURCES)["data"]["datasource.yaml"]
    return {source["name"]: source for source in yaml.safe_load(text)["datasources"]}


def test_the_password_is_random_and_lies_in_a_secret(helm: Helm) -> None:
    secrets = [grafana(helm, replicas=count).get("Secret", NAME)["data"] for count in (1, 2)]
    passwords = [base64.b64decode(secret["admin-password"]).decode() for secret in secrets]
    assert passwords[0] != passwords[1]
    assert min(map(len, passwords)) >= 32
    assert base64.b64decode(secrets[0]["admin-user"]) == b"admin"


def test_the_password_may_come_from_a_secret_of_ones_own(helm: Helm) -> None:
    rendered = grafana(
        helm, admin={"existingSecret": "own", "userKey": "name", "passwordKey": "word"}
    )
    assert NAME not in rendered.names("Secret")
    reference = {"secretKeyRef": {"name": "own", "key": "word"}}
    assert environment(part(rendered, "grafana"))["GF_SECURITY_ADMIN_PASSWORD"] == reference
    for sidecar in ("grafana-sc-dashboard", "grafana-sc-datasources"):
        assert environment(part(rendered, sidecar))["REQ_PASSWORD"] == reference


def test_prometheus_and_alertmanager_are_provisioned(helm: Helm) -> None:
    sources = provisioned(helm.template())
    assert set(sources) == {"Prometheus", "Alertmanager"}
    assert sources["Prometheus"]["uid"] == "prometheus"
    assert sources["Prometheus"]["isDefault"] is True
    assert (
        sources["Prometheus"]["url"]
        == "http://llmd-kube-prometheus-stack-prometheus.llm-d-monitoring:9090/"
    )
    assert sources["Alertmanager"]["type"] == "alertmanager"


def test_the_provisioned_datasources_follow_their_values(helm: Helm) -> None:
    sidecar = {
        "datasources": {
            "name": "Main",
            "uid": "main",
            "url": "https://prometheus.example",
            "isDefaultDatasource": False,
            "alertmanager": {"uid": "alerts", "url": "https://alerts.example"},
        }
    }
    sources = provisioned(grafana(helm, sidecar=sidecar))
    assert sources["Main"]["uid"] == "main"
    assert sources["Main"]["url"] == "https://prometheus.example"
    assert sources["Main"]["isDefault"] is False
    assert sources["Alertmanager"]["uid"] == "alerts"
    assert sources["Alertmanager"]["url"] == "https://alerts.example"


def test_without_the_default_datasource_only_additional_ones_are_left(helm: Helm) -> None:
    own = {
        "name": "Own",
        "uid": "own",
        "type": "prometheus",
        "url": "https://prometheus.example",
        "secureJsonData": {"tlsCACert": "$__file{/etc/grafana/ca/ca.crt}"},
    }
    rendered = grafana(
        helm,
        sidecar={"datasources": {"defaultDatasourceEnabled": False}},
        additionalDataSources=[own],
    )
    assert provisioned(rendered) == {"Own": own}


def test_the_sidecars_look_for_labels(helm: Helm) -> None:
    rendered = helm.template()
    dashboards = environment(part(rendered, "grafana-sc-dashboard"))
    datasources = environment(part(rendered, "grafana-sc-datasources"))
    assert dashboards["LABEL"] == "grafana_dashboard"
    assert dashboards["LABEL_VALUE"] == "1"
    assert dashboards["NAMESPACE"] == "ALL"
    assert dashboards["FOLDER"] == "/tmp/dashboards"  # noqa: S108  (a path in the container)
    assert "FOLDER_ANNOTATION" not in dashboards
    assert datasources["LABEL"] == "grafana_datasource"
    assert datasources["RESOURCE"] == "both"
    assert "NAMESPACE" not in datasources
    label = rendered.get("ConfigMap", DATASOURCES)["metadata"]["labels"]["grafana_datasource"]
    assert label == "1"


def test_the_sidecars_follow_their_values(helm: Helm) -> None:
    rendered = grafana(
        helm,
        sidecar={
            "dashboards": {
                "folderAnnotation": "grafana_folder",
                "searchNamespace": ["a", "b"],
                "provider": {"foldersFromFilesStructure": True},
            },
            "datasources": {"label": "own", "labelValue": "yes", "searchNamespace": "ALL"},
        },
    )
    dashboards = environment(part(rendered, "grafana-sc-dashboard"))
    datasources = environment(part(rendered, "grafana-sc-datasources"))
    assert dashboards["FOLDER_ANNOTATION"] == "grafana_folder"
    assert dashboards["NAMESPACE"] == "a,b"
    assert datasources["LABEL"] == "own"
    assert datasources["LABEL_VALUE"] == "yes"
    assert datasources["NAMESPACE"] == "ALL"
    assert rendered.get("ConfigMap", DATASOURCES)["metadata"]["labels"]["own"] == "yes"
    provider = yaml.safe_load(
        rendered.get("ConfigMap", f"{NAME}-config-dashboards")["data"]["provider.yaml"]
    )
    assert provider["providers"][0]["options"]["foldersFromFilesStructure"] is True


def test_the_sidecars_may_read_every_namespace(helm: Helm) -> None:
    rendered = helm.template()
    role = rendered.get("ClusterRole", f"{NAME}-clusterrole")
    assert role["rules"] == [
        {
            "apiGroups": [""],
            "resources": ["configmaps", "secrets"],
            "verbs": ["get", "watch", "list"],
        }
    ]
    binding = rendered.get("ClusterRoleBinding", f"{NAME}-clusterrolebinding")
    assert [subject["name"] for subject in binding["subjects"]] == [NAME]


def test_the_sidecars_may_be_kept_to_one_namespace(helm: Helm) -> None:
    rendered = grafana(helm, rbac={"namespaced": True})
    assert NAME in rendered.names("Role")
    assert f"{NAME}-clusterrole" not in rendered.names("ClusterRole")


def test_without_sidecars_there_are_no_containers_and_volumes_of_theirs(helm: Helm) -> None:
    off = {"enabled": False}
    rendered = grafana(helm, sidecar={"dashboards": off, "datasources": off})
    assert [one["name"] for one in pod(rendered)["containers"]] == ["grafana"]
    assert not [one for one in pod(rendered)["volumes"] if one["name"].startswith("sc-")]
    assert DATASOURCES not in rendered.names("ConfigMap")


def test_config_maps_and_secrets_are_mounted(helm: Helm) -> None:
    rendered = grafana(
        helm,
        extraConfigmapMounts=[
            {"name": "ca", "configMap": "own-ca", "mountPath": "/etc/ca", "readOnly": True}
        ],
        extraSecretMounts=[
            {
                "name": "token",
                "secretName": "own-token",
                "mountPath": "/etc/token",
                "readOnly": True,
            }
        ],
    )
    volumes = {volume["name"]: volume for volume in pod(rendered)["volumes"]}
    assert volumes["ca"]["configMap"] == {"name": "own-ca"}
    assert volumes["token"]["secret"] == {"secretName": "own-token"}
    mounts = {mount["name"]: mount for mount in part(rendered, "grafana")["volumeMounts"]}
    assert mounts["ca"] == {"name": "ca", "mountPath": "/etc/ca", "readOnly": True}
    assert mounts["token"] == {"name": "token", "mountPath": "/etc/token", "readOnly": True}


def test_every_mount_has_its_volume(helm: Helm) -> None:
    rendered = grafana(
        helm, datasources={"a.yaml": {"apiVersion": 1}, "b.yaml": {"secret": {"apiVersion": 1}}}
    )
    volumes = {volume["name"] for volume in pod(rendered)["volumes"]}
    for one in pod(rendered)["containers"]:
        assert {mount["name"] for mount in one["volumeMounts"]} <= volumes
    assert "a.yaml" in rendered.get("ConfigMap", NAME)["data"]
    assert "b.yaml" in rendered.get("Secret", f"{NAME}-config-secret")["data"]


def test_the_environment_is_passed_on(helm: Helm) -> None:
    reference = {"secretKeyRef": {"name": "own", "key": "token"}}
    rendered = grafana(helm, env={"A": 1}, envValueFrom={"B": reference})
    variables = environment(part(rendered, "grafana"))
    assert variables["A"] == "1"
    assert variables["B"] == reference


def test_grafana_ini_is_made_of_sections(helm: Helm) -> None:
    ini = {"server": {"root_url": "https://grafana.example"}, "auth.anonymous": {"enabled": False}}
    text = grafana(helm, **{"grafana.ini": ini}).get("ConfigMap", NAME)["data"]["grafana.ini"]
    assert "[server]\ndomain = ''\nroot_url = https://grafana.example\n" in text
    assert "[auth.anonymous]\nenabled = false\n" in text


@pytest.mark.parametrize("enabled", [True, False])
def test_the_data_lie_in_a_claim_or_vanish(helm: Helm, enabled: bool) -> None:
    rendered = grafana(
        helm, persistence={"enabled": enabled, "size": "3Gi", "storageClassName": "fast"}
    )
    (storage,) = (volume for volume in pod(rendered)["volumes"] if volume["name"] == "storage")
    if enabled:
        assert storage["persistentVolumeClaim"]["claimName"] == NAME
        claim = rendered.get("PersistentVolumeClaim", NAME)["spec"]
        assert claim["resources"]["requests"]["storage"] == "3Gi"
        assert claim["storageClassName"] == "fast"
    else:
        assert storage["emptyDir"] == {}
        assert not rendered.names("PersistentVolumeClaim")


def test_resources_and_security_context_are_passed_on(helm: Helm) -> None:
    rendered = grafana(
        helm, resources={"limits": {"memory": "256Mi"}}, securityContext={"runAsUser": 7}
    )
    assert part(rendered, "grafana")["resources"] == {"limits": {"memory": "256Mi"}}
    assert pod(rendered)["securityContext"]["runAsUser"] == 7
