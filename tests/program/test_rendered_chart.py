"""The release of each stack, rendered by Helm from the embedded chart: what is set arrives."""

from functools import cache
from typing import Any

import pytest
import yaml

from components.settings.dashboards import DASHBOARD_NAMES
from tests.embedded_chart.rendering import (
    Helm,
    Manifest,
    Rendered,
    RenderError,
    container,
    environment,
)
from tests.program.recording import (
    PROJECT,
    Run,
    revealed,
    run_program,
    stack_configuration,
    stacks_on,
)

PROMETHEUS = "llmd-kube-prometheus-stack-prometheus"
ALERTMANAGER = "llmd-kube-prometheus-stack-alertmanager"
OPERATOR = "llmd-kube-prometheus-stack-operator"
GRAFANA = "llmd-grafana"

# Where the chart's key isn't the custom resource's field.
FIELDS = {"storageSpec": "storage"}
SWITCHES = {
    f"{kind}SelectorNilUsesHelmValues"
    for kind in ("serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig")
}

EVERYTHING: dict[str, Any] = {
    "prometheus": {
        "retention": "1w",
        "retentionSize": "45GB",
        "storage": {"size": "50Gi", "storageClass": "fast"},
        "resources": {
            "requests": {"cpu": "500m", "memory": "1Gi"},
            "limits": {"cpu": "2", "memory": "4Gi"},
        },
        "replicas": 2,
        "shards": 3,
        "startupSeconds": 600,
        "externalLabels": {"environment": "test"},
        "remoteWrite": [
            {
                "url": "https://store.example.com/write",
                "name": "store",
                "basicAuth": {
                    "username": {"name": "login", "key": "user"},
                    "password": {"name": "login", "key": "password"},
                },
                "ca": {"name": "store-ca"},
            },
            {"url": "https://b.example.com", "bearerToken": {"name": "login", "key": "token"}},
        ],
    },
    "alertmanager": {"replicas": 3, "storage": {"size": "1Gi", "storageClass": "slow"}},
    "grafana": {
        "adminSecret": {"name": "our-login", "userKey": "user", "passwordKey": "word"},
        "persistence": {"size": "5Gi", "storageClass": "slow"},
    },
    "operator": {"admissionWebhooks": False, "upgradeCrds": False},
    "exporters": {"node": False, "kubeState": False, "controlPlane": True},
}
# Those of the release `llmd`; `test_individual.py` is about the other one.
CENTRAL = [s for s in stacks_on("generic") if s != "generic-individual"]

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "empty": {},
    "without TLS": {f"{PROJECT}:tls": {"enabled": False}},
    "everything": {f"{PROJECT}:{key}": value for key, value in EVERYTHING.items()},
    **{stack: stack_configuration(stack) for stack in CENTRAL},
}


@cache
def run_of(name: str) -> Run:
    return run_program(CONFIGURATIONS[name])


def values_of(name: str) -> Any:  # noqa: ANN401 - any JSON
    return revealed(run_of(name).one(":Release").inputs["values"])


def render(helm: Helm, name: str) -> Rendered:
    return helm.template(values_of(name))


def monitored(rendered: Rendered) -> set[str]:
    """What has a monitor, by the last word of its name."""
    return {name.rpartition("-")[2] for name in rendered.names("ServiceMonitor")}


def operator_arguments(rendered: Rendered) -> list[str]:
    (operator,) = rendered.get("Deployment", OPERATOR)["spec"]["template"]["spec"]["containers"]
    return list(operator["args"])


@pytest.mark.parametrize("name", CONFIGURATIONS)
class TestEveryRelease:
    def test_has_the_prometheus_that_its_values_say(self, helm: Helm, name: str) -> None:
        values = values_of(name)["prometheus"]["prometheusSpec"]
        spec = render(helm, name).get("Prometheus", PROMETHEUS)["spec"]
        wanted = {FIELDS.get(key, key): item for key, item in values.items() if key not in SWITCHES}
        assert {field: spec.get(field) for field in wanted} == wanted

    def test_has_the_alertmanager_that_its_values_say(self, helm: Helm, name: str) -> None:
        values = dict(values_of(name)["alertmanager"]["alertmanagerSpec"])
        # These two are about the way to it: they go to Prometheus.
        way = {key: values.pop(key, None) for key in ("scheme", "tlsConfig")}
        rendered = render(helm, name)
        spec = rendered.get("Alertmanager", ALERTMANAGER)["spec"]
        assert {key: spec.get(key) for key in values} == values
        (target,) = rendered.get("Prometheus", PROMETHEUS)["spec"]["alerting"]["alertmanagers"]
        assert {key: target.get(key) for key in way} == way

    @pytest.mark.parametrize("part", ["prometheus", "alertmanager"])
    def test_scrapes_itself_as_its_values_say(self, helm: Helm, name: str, part: str) -> None:
        wanted = values_of(name)[part].get("serviceMonitor", {})
        monitor = render(helm, name).get("ServiceMonitor", f"llmd-kube-prometheus-stack-{part}")
        assert monitor["spec"]["endpoints"]
        for endpoint in monitor["spec"]["endpoints"]:
            assert endpoint.get("scheme") == wanted.get("scheme")
            assert endpoint.get("tlsConfig") == wanted.get("tlsConfig")

    def test_has_the_services_that_its_outputs_name(self, helm: Helm, name: str) -> None:
        services = render(helm, name).names("Service")
        outputs = run_of(name).outputs
        assert outputs["grafana"]["service"] in services
        host = outputs["prometheusUrl"].partition("://")[2].partition(".")[0]
        assert host in services

    def test_makes_nothing_that_the_program_makes(self, helm: Helm, name: str) -> None:
        ours = {
            (kind, resource.inputs["metadata"]["name"])
            for kind in ("Secret", "ConfigMap")
            for resource in run_of(name).of_type(f":{kind}")
        }
        assert ours.isdisjoint(render(helm, name).identities())


class TestSwitches:
    def test_of_the_webhooks_take_their_certificate_along(self, helm: Helm) -> None:
        with_them, without = render(helm, "empty"), render(helm, "everything")
        assert with_them.names("ValidatingWebhookConfiguration")
        assert "--web.enable-tls=true" in operator_arguments(with_them)
        assert not without.names("ValidatingWebhookConfiguration")
        assert not without.names("Job")
        assert "--web.enable-tls=true" not in operator_arguments(without)
        pod = without.get("Deployment", OPERATOR)["spec"]["template"]["spec"]
        assert not pod.get("volumes")

    def test_of_exporters_and_monitors_are_followed(self, helm: Helm) -> None:
        with_exporters, with_control_plane = render(helm, "empty"), render(helm, "everything")
        exporters = {"exporter", "metrics"}
        control_plane = {"manager", "etcd", "proxy", "scheduler"}
        assert exporters <= monitored(with_exporters)
        assert exporters.isdisjoint(monitored(with_control_plane))
        assert control_plane <= monitored(with_control_plane)
        assert control_plane.isdisjoint(monitored(with_exporters))

    def test_of_alertmanager_and_grafana_are_followed(self, helm: Helm) -> None:
        off = {"enabled": False}
        run = run_program({f"{PROJECT}:alertmanager": off, f"{PROJECT}:grafana": off})
        rendered = helm.template(revealed(run.one(":Release").inputs["values"]))  # type: ignore[arg-type]
        assert not rendered.names("Alertmanager")
        assert "alerting" not in rendered.get("Prometheus", PROMETHEUS)["spec"]
        assert GRAFANA not in rendered.names("Deployment")


class TestOperator:
    def test_watches_the_secrets_that_monitors_refer_to(self, helm: Helm) -> None:
        arguments = operator_arguments(render(helm, "empty"))
        assert "--watch-referenced-objects-in-all-namespaces=true" in arguments
        (selector,) = [a for a in arguments if a.startswith("--secret-field-selector=")]
        assert "service-account-token" not in selector


class TestGrafana:
    @staticmethod
    def deployment(helm: Helm, name: str) -> Manifest:
        return render(helm, name).get("Deployment", GRAFANA)

    def test_reads_its_login_from_our_secret(self, helm: Helm) -> None:
        variables = environment(container(self.deployment(helm, "everything"), "grafana"))
        assert variables["GF_SECURITY_ADMIN_USER"]["secretKeyRef"] == {
            "name": "our-login",
            "key": "user",
        }
        assert variables["GF_SECURITY_ADMIN_PASSWORD"]["secretKeyRef"] == {
            "name": "our-login",
            "key": "word",
        }
        assert ("Secret", GRAFANA) not in render(helm, "everything").identities()

    def test_makes_its_own_secret_otherwise_as_the_output_says(self, helm: Helm) -> None:
        secret = run_of("empty").outputs["grafana"]["adminSecret"]
        made = render(helm, "empty").get("Secret", secret["name"])
        assert {secret["userKey"], secret["passwordKey"]} <= set(made["data"])

    def test_finds_our_datasources_and_no_other(self, helm: Helm) -> None:
        rendered = render(helm, "empty")
        sidecar = environment(container(self.deployment(helm, "empty"), "grafana-sc-datasources"))
        labels = (
            run_of("empty")
            .one(":ConfigMap", "grafana-datasource-config-map")
            .inputs["metadata"]["labels"]
        )
        assert labels[sidecar["LABEL"]] == sidecar["LABEL_VALUE"]
        others = [
            document
            for one in rendered
            if one["kind"] == "ConfigMap" and sidecar["LABEL"] in one["metadata"].get("labels", {})
            for document in one["data"].values()
        ]
        assert [yaml.safe_load(document)["datasources"] for document in others] in ([], [[]])

    def test_finds_dashboards_of_any_namespace_and_their_folder(self, helm: Helm) -> None:
        sidecar = environment(container(self.deployment(helm, "empty"), "grafana-sc-dashboard"))
        assert sidecar["NAMESPACE"] == "ALL"
        assert sidecar["FOLDER_ANNOTATION"] == "grafana_folder"
        assert sidecar["UNIQUE_FILENAMES"] == "true"

    def test_finds_our_dashboards_and_puts_them_into_their_folder(self, helm: Helm) -> None:
        sidecar = environment(container(self.deployment(helm, "empty"), "grafana-sc-dashboard"))
        config = render(helm, "empty").get("ConfigMap", "llmd-grafana-config-dashboards")
        (provider,) = yaml.safe_load(config["data"]["provider.yaml"])["providers"]
        assert provider["options"]["foldersFromFilesStructure"] is True
        made = [
            resource.inputs
            for resource in run_of("empty").of_type(":ConfigMap")
            if resource.parent == "grafana-dashboards"
        ]
        assert len(made) == len(DASHBOARD_NAMES)
        for inputs in made:
            assert inputs["metadata"]["labels"][sidecar["LABEL"]] == sidecar["LABEL_VALUE"]
            assert inputs["metadata"]["annotations"][sidecar["FOLDER_ANNOTATION"]] == "llm-d"

    def test_keeps_its_volume_and_never_runs_twice_on_it(self, helm: Helm) -> None:
        claim = render(helm, "everything").only("PersistentVolumeClaim")["spec"]
        assert claim["resources"]["requests"]["storage"] == "5Gi"
        assert claim["storageClassName"] == "slow"
        assert self.deployment(helm, "everything")["spec"]["strategy"] == {"type": "Recreate"}


def test_a_value_that_the_chart_does_not_know_is_refused(helm: Helm) -> None:
    """So that the tests above can't pass with a misspelt key."""
    with pytest.raises(RenderError, match="retentoin"):
        helm.template({"prometheus": {"prometheusSpec": {"retentoin": "1d"}}})
