"""The operator's Deployment and the admission webhooks."""

from typing import Any

import pytest

from tests.embedded_chart.rendering import Helm, Rendered, container

NAME = "llmd-kube-prometheus-stack-operator"


def arguments(rendered: Rendered) -> list[str]:
    operator = container(rendered.get("Deployment", NAME), "kube-prometheus-stack")
    return list(operator["args"])


def operator(helm: Helm, **values: object) -> Rendered:
    return helm.template({"prometheusOperator": values})


def test_extra_arguments_and_the_secret_selector_are_passed_on(helm: Helm) -> None:
    given = arguments(
        operator(
            helm,
            extraArgs=["--watch-referenced-objects-in-all-namespaces=true"],
            secretFieldSelector="type!=helm.sh/release.v1",
        )
    )
    assert given[-1] == "--watch-referenced-objects-in-all-namespaces=true"
    assert "--secret-field-selector=type!=helm.sh/release.v1" in given


def test_the_config_reloader_gets_its_resources_and_probe(helm: Helm) -> None:
    reloader = {"resources": {"requests": {"cpu": "10m"}, "limits": {"memory": "50Mi"}}}
    given = arguments(operator(helm, prometheusConfigReloader={**reloader, "enableProbe": True}))
    assert {
        "--config-reloader-cpu-request=10m",
        "--config-reloader-cpu-limit=0",
        "--config-reloader-memory-request=0",
        "--config-reloader-memory-limit=50Mi",
        "--enable-config-reloader-probes=true",
    } <= set(given)


def test_the_images_are_those_of_the_operators_version(helm: Helm) -> None:
    rendered = helm.template()
    image = "quay.io/prometheus-operator/{}:v0.93.1"
    deployed = container(rendered.get("Deployment", NAME), "kube-prometheus-stack")["image"]
    assert deployed == image.format("prometheus-operator")
    reloader = image.format("prometheus-config-reloader")
    assert f"--prometheus-config-reloader={reloader}" in arguments(rendered)


def test_resources_are_passed_on(helm: Helm) -> None:
    resources = {"limits": {"memory": "200Mi"}}
    made = operator(helm, resources=resources).get("Deployment", NAME)
    assert container(made, "kube-prometheus-stack")["resources"] == resources


def test_with_tls_the_certificate_of_the_admission_secret_is_served(helm: Helm) -> None:
    rendered = helm.template()
    assert "--web.enable-tls=true" in arguments(rendered)
    volumes = rendered.get("Deployment", NAME)["spec"]["template"]["spec"]["volumes"]
    secrets = [volume["secret"]["secretName"] for volume in volumes]
    assert secrets == ["llmd-kube-prometheus-stack-admission"]
    (endpoint,) = rendered.get("ServiceMonitor", NAME)["spec"]["endpoints"]
    assert endpoint["tlsConfig"]["ca"]["secret"]["name"] == "llmd-kube-prometheus-stack-admission"


def test_without_tls_no_secret_is_needed(helm: Helm) -> None:
    rendered = operator(helm, tls={"enabled": False})
    assert "--web.enable-tls=false" in arguments(rendered)
    assert not rendered.get("Deployment", NAME)["spec"]["template"]["spec"]["volumes"]
    (port,) = rendered.get("Service", NAME)["spec"]["ports"]
    assert (port["name"], port["port"]) == ("http", 8080)
    (endpoint,) = rendered.get("ServiceMonitor", NAME)["spec"]["endpoints"]
    assert endpoint["port"] == "http"
    assert "tlsConfig" not in endpoint


def webhooks(rendered: Rendered) -> list[dict[str, Any]]:
    kinds = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    return [webhook for kind in kinds for webhook in rendered.only(kind)["webhooks"]]


def test_jobs_around_the_installation_make_the_webhooks_certificate(helm: Helm) -> None:
    rendered = helm.template()
    hooks = {
        step: rendered.get("Job", f"llmd-kube-prometheus-stack-admission-{step}")["metadata"][
            "annotations"
        ]["helm.sh/hook"]
        for step in ("create", "patch")
    }
    assert hooks == {
        "create": "pre-install,pre-upgrade",
        "patch": "post-install,post-upgrade",
    }


def test_nobody_waits_for_a_webhook_that_no_operator_answers(helm: Helm) -> None:
    made = webhooks(helm.template())
    assert len(made) == 3
    for webhook in made:
        assert "false" in [condition["expression"] for condition in webhook["matchConditions"]]
        assert webhook["failurePolicy"] == "Ignore"


@pytest.mark.parametrize("policy", ["Ignore", "Fail"])
def test_the_failure_policy_is_passed_on(helm: Helm, policy: str) -> None:
    made = webhooks(operator(helm, admissionWebhooks={"failurePolicy": policy}))
    assert {webhook["failurePolicy"] for webhook in made} == {policy}


def test_without_webhooks_there_are_neither_configurations_nor_jobs(helm: Helm) -> None:
    rendered = operator(helm, admissionWebhooks={"enabled": False})
    assert not rendered.names("Job")
    assert not {name for _, name in rendered.identities() if name.endswith("-admission")}


def test_without_patching_there_are_no_jobs(helm: Helm) -> None:
    rendered = operator(helm, admissionWebhooks={"patch": {"enabled": False}, "caBundle": "Y2E="})
    assert not rendered.names("Job")
    assert {webhook["failurePolicy"] for webhook in webhooks(rendered)} == {"Fail"}
    assert {webhook["clientConfig"]["caBundle"] for webhook in webhooks(rendered)} == {"Y2E="}
