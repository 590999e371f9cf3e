"""Which monitors are made on GKE, and which GKE makes itself."""

from components.gke.model_monitoring import model_monitoring
from components.settings import GkeSettings
from components.settings.models import ModelSettings


def google(**settings: bool) -> GkeSettings:
    return GkeSettings.model_validate(settings)


def made(gke: GkeSettings, engine: str = "vllm") -> set[tuple[str, str]]:
    settings = ModelSettings.model_validate(
        {"namespace": "llm-d", "engine": engine, "epp": [{"release": "epp"}]}
    )
    result = model_monitoring(settings, {}, gke)
    return {(m["kind"], m["metadata"]["name"]) for m in (*result.access, *result.monitors)}


SERVERS = {("PodMonitoring", "llmd-decode"), ("PodMonitoring", "llmd-prefill")}
EPP = ("PodMonitoring", "epp")


def test_are_those_of_model_servers_and_pickers() -> None:
    assert made(google()) >= {*SERVERS, EPP}


def test_are_those_of_pickers_alone_where_gke_scrapes_vllm() -> None:
    automatic = made(google(automaticMonitoring=True))
    assert EPP in automatic
    assert automatic.isdisjoint(SERVERS)
    assert made(google()) - automatic == SERVERS


def test_are_those_of_sglang_too_because_gke_does_not_know_it() -> None:
    assert made(google(automaticMonitoring=True), "sglang") >= {*SERVERS, EPP}


def test_let_the_collector_read_tokens_where_it_lives() -> None:
    model = ModelSettings.model_validate({"namespace": "llm-d", "epp": [{"release": "epp"}]})
    for autopilot, namespace in ((False, "gmp-system"), (True, "gke-gmp-system")):
        access = model_monitoring(model, {}, google(autopilot=autopilot)).access
        (binding,) = [one for one in access if one["kind"] == "RoleBinding"]
        assert binding["subjects"][0]["namespace"] == namespace
