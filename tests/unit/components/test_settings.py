"""What a stack file may say."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from components.settings import Settings, TlsSettings
from tests.unit.components.documents import (
    DISK_SIZES,
    DNS_NAMES,
    DOCUMENTS,
    DURATIONS,
    EXAMPLES,
    IP_ADDRESSES,
    LABEL_NAMES,
    NAMESPACES,
    QUANTITIES,
    RELEASES,
    SECRET_KEYS,
    URLS,
    VERSIONS,
    Document,
)

YEAR = 365 * 24
FREE_KEYS = ("externalLabels.", "podLabels.", "labels.")


def read(document: Document) -> Settings:
    return Settings.model_validate(document)


def nested(path: str, value: object) -> Document:
    """A document with one value; a number in the path is a place in a list."""
    key, _, rest = path.partition(".")
    inner = nested(rest, value) if rest else value
    return [inner] if key == "0" else {key: inner}  # type: ignore[return-value]


def finds(document: Document) -> list[tuple[str, str]]:
    """The mistakes found: where, and of what kind."""
    with pytest.raises(ValidationError) as caught:
        read(document)
    return [(".".join(map(str, error["loc"])), error["type"]) for error in caught.value.errors()]


def refuses(path: str, value: object) -> bool:
    return any(where.startswith(path) for where, _ in finds(nested(path, value)))


def with_unknown_keys(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Copies of a document, each with an unknown key in another group; and where it is."""
    if isinstance(value, dict) and not where.endswith(FREE_KEYS):
        yield f"{where}nonsense", value | {"nonsense": 1}
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            for place, changed in with_unknown_keys(item, f"{where}{key}."):
                copied = copy.copy(value)
                copied[key] = changed
                yield place, copied


def models_in(value: object) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from models_in(item)


class TestDefaults:
    def test_an_empty_stack_file_is_complete(self) -> None:
        settings = read({})
        assert settings.platform == "generic"
        assert settings.namespace == "llm-d-monitoring"
        assert settings.release == "llmd"
        assert settings.tls.enabled
        assert settings.tls.protect_ca
        assert settings.chart.pinned_version == "88.5.3"
        assert settings.grafana.admin_password is None

    def test_certificates_live_ten_years(self) -> None:
        assert read({}).tls.validity_hours == 10 * YEAR
        assert read({}).tls.ca_validity_hours == 10 * YEAR

    def test_the_examples_name_every_key(self) -> None:
        given: set[tuple[type[BaseModel], str]] = set()
        known: set[tuple[type[BaseModel], str]] = set()
        for document in EXAMPLES:
            for model in models_in(read(document)):
                given |= {(type(model), name) for name in model.model_fields_set}
                known |= {(type(model), name) for name in type(model).model_fields}
        assert known - given == set()


class TestRightValues:
    @given(DOCUMENTS)
    def test_are_accepted_and_come_back_as_written(self, document: Document) -> None:
        settings = read(document)
        written = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
        password = document.get("grafana", {}).get("adminPassword")
        if password is not None:
            assert settings.grafana.admin_password is not None
            assert settings.grafana.admin_password.get_secret_value() == password
            written["grafana"]["adminPassword"] = password
        assert written == document

    @given(DOCUMENTS)
    def test_survive_being_written_and_read_again(self, document: Document) -> None:
        settings = read(document)
        assert read(settings.model_dump(by_alias=True, exclude_unset=True)) == settings

    @pytest.mark.parametrize("document", EXAMPLES)
    def test_of_every_key_are_accepted(self, document: Document) -> None:
        assert read(document) != read({})

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("release", "a"),
            ("release", "r" * 53),
            ("namespace", "n" * 63),
            ("kubernetes.clusterDomain", "a"),
            ("chart.repository", "oci://ghcr.io/prometheus-community/charts"),
            ("chart.repository", "http://127.0.0.1:8879"),
            ("chart.version", "v88.5.3"),
            ("chart.version", "88.5.3-rc.1+build.7"),
            ("chart.timeoutSeconds", 60),
            ("chart.timeoutSeconds", 7200),
            ("prometheus.retention", "15d"),
            ("prometheus.retention", "1y2w3d4h5m6s7ms"),
            ("prometheus.retentionSize", "512B"),
            ("prometheus.storage.size", "1.5Ti"),
            ("prometheus.externalLabels", {"_a1": ""}),
            ("tls.extraIpAddresses", ["::1"]),
            ("tls.validityHours", 2),
            ("models.0", {"namespace": "n" * 63, "epp": [{"release": "r" * 40}]}),
            ("models.0", {"namespace": "a", "decode": {"interval": "2m"}}),
            ("models.0", {"namespace": "a", "decode": {"interval": "1000ms"}}),
        ],
    )
    def test_reach_to_the_limits(self, path: str, value: object) -> None:
        read(nested(path, value))

    @pytest.mark.parametrize(("number", "text"), [(2, "2"), (0.5, "0.5"), (1.0, "1.0")])
    def test_of_quantities_may_be_numbers(self, number: float, text: str) -> None:
        assert read(nested("prometheus.storage.size", number)).prometheus.storage is not None
        amounts = {"requests": {"cpu": number}, "limits": {}}
        settings = read(nested("prometheus.resources", amounts))
        assert settings.prometheus.resources.requests.cpu == text

    def test_of_addresses_are_written_in_their_shortest_form(self) -> None:
        assert read(nested("tls.extraIpAddresses.0", "2001:DB8:0::1")).tls.extra_ip_addresses == (
            "2001:db8::1",
        )


class TestWrongValues:
    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("platform", "openstack"),
            ("release", ""),
            ("release", "r" * 54),
            ("release", "-a"),
            ("release", "a-"),
            ("release", "Llmd"),
            ("release", "a.b"),
            ("namespace", "n" * 64),
            ("namespace", "a_b"),
            ("kubernetes.context", ""),
            ("kubernetes.kubeconfig", ""),
            ("kubernetes.clusterDomain", "cluster..local"),
            ("kubernetes.clusterDomain", ".".join(["a" * 50] * 3)),
            ("chart.repository", "charts.example.com"),
            ("chart.repository", "ftp://charts.example.com"),
            ("chart.repository", "https://"),
            ("chart.repository", "https://[::1"),
            ("chart.repository", "https://host:port/"),
            ("chart.repository", "https://a b/"),
            ("chart.repository", "https://user:word@charts.example.com"),
            ("chart.repository", "https://@charts.example.com"),
            ("chart.path", ""),
            ("chart.version", "88"),
            ("chart.version", ">=88.0.0"),
            ("chart.version", "~88.5.3"),
            ("chart.version", "88.x.x"),
            ("chart.version", "latest"),
            ("chart.timeoutSeconds", 59),
            ("chart.timeoutSeconds", 7201),
            ("chart.timeoutSeconds", "soon"),
            ("chart.historyLimit", 0),
            ("chart.historyLimit", 101),
            ("tls.enabled", "maybe"),
            ("tls.validityHours", 1),
            ("tls.validityHours", 2.5),
            ("tls.earlyRenewalHours", 0),
            ("tls.extraDnsNames", "one.example.com"),
            ("tls.extraDnsNames.0", "https://a.example.com"),
            ("tls.extraDnsNames.0", ".".join(["a" * 63] * 4)),
            ("tls.extraDnsNames.0", "a" * 64),
            ("tls.extraIpAddresses.0", "10.0.0.256"),
            ("tls.extraIpAddresses.0", "10.0.0.0/8"),
            ("tls.extraIpAddresses.0", "fe80::1%eth0"),
            ("prometheus.retention", "15"),
            ("prometheus.retention", ""),
            ("prometheus.retention", "2h1d"),
            ("prometheus.retention", "-1d"),
            ("prometheus.retention", "\N{ARABIC-INDIC DIGIT ONE}d"),
            ("prometheus.retention", 15),
            ("prometheus.retentionSize", "45"),
            ("prometheus.retentionSize", "45Gi"),
            ("prometheus.storage.size", "50 Gi"),
            ("prometheus.storage.size", "50GiB"),
            ("prometheus.storage.size", "1e3"),
            ("prometheus.storage.size", "-1"),
            ("prometheus.storage.size", -1),
            ("prometheus.storage.size", True),
            ("prometheus.storage.size", 1e30),
            ("prometheus.storage.size", "\N{ARABIC-INDIC DIGIT ONE}Gi"),
            ("prometheus.replicas", 0),
            ("prometheus.replicas", 11),
            ("prometheus.shards", 0),
            ("prometheus.startupSeconds", 59),
            ("prometheus.traceUrl", "https://jaeger.example.com/trace/"),
            ("prometheus.traceUrl", "jaeger/trace/{traceId}"),
            ("prometheus.externalLabels", {"a-b": ""}),
            ("prometheus.externalLabels", {"a": "{{ .Release.Name }}"}),
            ("prometheus.externalLabels", {"1a": ""}),
            ("prometheus.externalLabels", {"a": 1}),
            ("prometheus.remoteWrite", {"url": "https://a"}),
            ("prometheus.remoteWrite.0.url", "oci://store.example.com"),
            ("prometheus.remoteWrite.0.url", "https://user@store.example.com"),
            ("alertmanager.replicas", 0),
            ("alertmanager.replicas", 10),
            ("grafana.adminSecret.name", "Our_Login"),
            ("grafana.adminSecret.userKey", "a/b"),
            ("grafana.adminSecret.userKey", ""),
            ("grafana.adminSecret.passwordKey", "k" * 254),
            ("grafana.adminPassword", ["a"]),
            ("dashboards.include.0", "llmd-slo"),
            ("dashboards.include", ["slo", "slo"]),
            ("dashboards.include", "slo"),
            ("dashboards.folder", "a/b"),
            ("dashboards.folder", ".."),
            ("dashboards.folder", " llm-d"),
            ("dashboards.folder", ""),
            ("dashboards.folder", "f" * 61),
            ("exporters.node", 2),
            ("openshift.userWorkloadMonitoring", "disable"),
            ("openshift.tenancyNamespace", "A"),
            ("gke.projectId", "short"),
            ("gke.projectId", "Project"),
            ("gke.frontend.serviceAccount", "metrics@example.com"),
            ("gke.frontend.replicas", 0),
            ("models", {"namespace": "a"}),
            ("models.0.namespace", "A"),
            ("models.0.generation", "v2"),
            ("models.0.deployment", "helmfile"),
            ("models.0.engine", "tensorrt"),
            ("models.0.monitors", "both"),
            ("models.0.decode.interval", "0s"),
            ("models.0.decode.interval", "999ms"),
            ("models.0.decode.interval", "121s"),
            ("models.0.decode.interval", "1d"),
            ("models.0.decode.interval", "30"),
            ("models.0.decode.ports.0", "a-port-of-sixteen"),
            ("models.0.decode.ports.0", "8000"),
            ("models.0.decode.ports.0", "a--b"),
            ("models.0.decode.ports.0", 8000),
            ("models.0.epp.0.release", "r" * 41),
            ("models.0.epp.0.tokenSecret", "Our_Token"),
            ("models.0.labels", {"a b": ""}),
            ("models.0.labels", {"/a": ""}),
            ("models.0.labels", {"Example.com/a": ""}),
            ("models.0.labels", {"a" * 64: ""}),
            ("models.0.labels", {"a": "b" * 64}),
            ("models.0.labels", {"a": "-"}),
            ("models.0.labels", {"a": 1}),
            ("models.0.podLabels", {"": "a"}),
            ("targets.gpu.podLabels", {}),
            ("targets.gpu.port", "9400"),
            ("targets.gpu.interval", "10m"),
        ],
    )
    def test_are_refused_where_they_stand(self, path: str, value: object) -> None:
        assert refuses(path, value)

    @pytest.mark.parametrize(
        ("path", "right", "foreign"),
        [
            ("release", RELEASES, "_A. é"),
            ("namespace", NAMESPACES, "_A. é"),
            ("kubernetes.clusterDomain", DNS_NAMES, "_A é"),
            ("chart.version", VERSIONS, "_ *~^<=>,|é٣"),
            ("chart.repository", URLS, " \t\n\x7f@"),
            ("prometheus.retention", DURATIONS, " .,-+é٣"),
            ("prometheus.retentionSize", DISK_SIZES, " .,-+é٣"),
            ("prometheus.storage.size", QUANTITIES, " ,-+é٣"),
            ("tls.extraIpAddresses.0", IP_ADDRESSES, " ,/%gé٣"),
            ("grafana.adminSecret.userKey", SECRET_KEYS, " /,:é٣"),
        ],
    )
    @given(data=st.data())
    def test_are_right_ones_with_a_foreign_character(
        self, path: str, right: st.SearchStrategy[str], foreign: str, data: st.DataObject
    ) -> None:
        text = data.draw(right)
        prefix = text.index("//") + 2 if "//" in text else 0
        host_end = text.index("/", prefix) if prefix else len(text)
        place = data.draw(st.integers(prefix, host_end))
        character = data.draw(st.sampled_from(foreign))
        assert refuses(path, text[:place] + character + text[place:])

    @given(name=LABEL_NAMES, foreign=st.sampled_from("-. :é٣"), label=st.text(max_size=3))
    def test_are_label_names_with_a_foreign_character(
        self, name: str, foreign: str, label: str
    ) -> None:
        assert refuses("prometheus.externalLabels", {name + foreign: label})

    @given(
        path=st.sampled_from(
            ["kubernetes", "chart", "tls", "prometheus", "grafana", "prometheus.storage"]
        ),
        value=st.text() | st.integers() | st.booleans() | st.lists(st.text(), max_size=2),
    )
    def test_are_anything_else_in_the_place_of_a_group(self, path: str, value: object) -> None:
        assert refuses(path, value)

    @given(
        bounds=st.sampled_from(
            [
                ("chart.timeoutSeconds", 60, 7200),
                ("chart.historyLimit", 1, 100),
                ("prometheus.replicas", 1, 10),
                ("prometheus.shards", 1, 50),
                ("prometheus.startupSeconds", 60, 7200),
                ("alertmanager.replicas", 1, 9),
            ]
        ),
        number=st.integers(),
    )
    def test_are_numbers_out_of_their_bounds(
        self, bounds: tuple[str, int, int], number: int
    ) -> None:
        path, lowest, highest = bounds
        if lowest <= number <= highest:
            read(nested(path, number))
        else:
            assert refuses(path, number)

    @pytest.mark.parametrize(
        "path",
        [
            "prometheus.storage",
            "prometheus.resources",
            "grafana.persistence",
            "grafana.adminSecret",
            "prometheus.remoteWrite.0",
            "prometheus.remoteWrite.0.basicAuth",
            "models.0",
            "models.0.epp.0",
            "targets.autoscaler",
            "targets.autoscaler.ca",
        ],
    )
    def test_are_groups_without_what_they_need(self, path: str) -> None:
        assert (path, "missing") in {
            (where.rpartition(".")[0], kind) for where, kind in finds(nested(path, {}))
        }

    def test_are_found_all_at_once(self) -> None:
        assert finds(
            {"release": "A", "tls": {"validityHours": 0}, "chart": {"versoin": "1.2.3"}, "x": 1}
        ) == [
            ("release", "value_error"),
            ("chart.versoin", "extra_forbidden"),
            ("tls.validityHours", "greater_than_equal"),
            ("x", "extra_forbidden"),
        ]


class TestContradictions:
    @pytest.mark.parametrize(
        ("group", "document"),
        [
            ("chart", {"path": "./chart", "version": "88.5.3"}),
            ("chart", {"path": "./chart", "repository": "https://charts.example.com"}),
            ("tls", {"validityHours": 100, "earlyRenewalHours": 100}),
            ("tls", {"validityHours": 100, "earlyRenewalHours": 101}),
            ("tls", {"validityHours": 100, "caValidityHours": 99}),
            ("tls", {"caGenerations": [1, 2, 1]}),
            ("tls", {"source": "existingSecret"}),
            ("tls", {"existingSecret": "ours"}),
            ("tls", {"issuer": {"name": "corporate"}}),
            ("tls", {"source": "existingSecret", "existingSecret": "ours", "rotation": 1}),
            ("tls", {"source": "existingSecret", "existingSecret": "ours", "validityHours": 24}),
            ("tls", {"source": "certManager", "existingSecret": "ours"}),
            ("tls", {"source": "certManager", "caGenerations": [1, 2]}),
            ("tls", {"trust": [{"namespace": "a"}, {"namespace": "a", "secret": True}]}),
            ("grafana", {"adminPassword": "a", "adminSecret": {"name": "a"}}),
            ("grafana", {"adminPassword": ""}),
            ("operator", {"install": "existing", "admissionWebhooks": True}),
            ("operator", {"install": "existing", "upgradeCrds": False}),
            (
                "prometheus",
                {
                    "remoteWrite": [
                        {"url": "https://a", "name": "x"},
                        {"url": "https://b", "name": "x"},
                    ]
                },
            ),
        ],
    )
    def test_are_found_at_their_group(self, group: str, document: Document) -> None:
        assert finds({group: document}) == [(group, "value_error")]

    def test_of_two_logins_are_found_at_their_store(self) -> None:
        login = {"username": {"name": "a", "key": "a"}, "password": {"name": "a", "key": "a"}}
        store = {"url": "https://a", "basicAuth": login, "bearerToken": {"name": "a", "key": "a"}}
        assert finds(nested("prometheus.remoteWrite.0", store)) == [
            ("prometheus.remoteWrite.0", "value_error")
        ]

    @pytest.mark.parametrize(
        "model",
        [
            {"decode": {"enabled": False}, "prefill": {"enabled": False}},
            {"epp": [{"release": "a"}, {"release": "a"}]},
            {"epp": [{"release": "a"}, {"release": "router-a"}]},
            {"generation": "gaie", "epp": [{"release": "a"}, {"release": "gaie-a"}]},
            {"monitors": "charts"},
            {"monitors": "charts", "deployment": "modelservice", "podLabels": {"a": "b"}},
            {
                "monitors": "charts",
                "deployment": "modelservice",
                "decode": {"ports": ["rank0", "rank1"]},
            },
            {
                "monitors": "charts",
                "deployment": "modelservice",
                "epp": [
                    {"release": "a", "tokenSecret": "x"},
                    {"release": "b", "tokenSecret": "x"},
                ],
            },
        ],
    )
    def test_of_a_deployment_are_found_at_it(self, model: Document) -> None:
        assert finds({"models": [{"namespace": "a", **model}]}) == [("models.0", "value_error")]

    @pytest.mark.parametrize(
        "epp",
        [
            {"release": "a", "authentication": False, "tokenSecret": "x"},
            {"release": "llmd-decode"},
            {"release": "llmd-prefill"},
        ],
    )
    def test_of_an_epp_are_found_at_it(self, epp: Document) -> None:
        model = {"namespace": "a", "epp": [epp]}
        assert finds({"models": [model]}) == [("models.0.epp.0", "value_error")]

    @pytest.mark.parametrize("given", [{"ca": {"name": "a"}}, {"serverName": "a.b.svc"}])
    def test_of_half_a_verification_are_found_at_the_autoscaler(self, given: Document) -> None:
        document = {"targets": {"autoscaler": {"namespace": "a", **given}}}
        assert finds(document) == [("targets.autoscaler", "value_error")]

    def test_of_ports_are_found_at_their_role(self) -> None:
        model = {"namespace": "a", "decode": {"ports": ["rank0", "rank0"]}}
        assert finds({"models": [model]}) == [("models.0.decode", "value_error")]

    def test_of_a_repeated_namespace_are_found_at_the_list(self) -> None:
        models = [{"namespace": "a"}, {"namespace": "b"}, {"namespace": "a"}]
        assert finds({"models": models}) == [("models", "value_error")]

    @pytest.mark.parametrize("own", [{"authentication": False}, {"tokenSecret": "theirs"}])
    def test_of_what_a_chart_cannot_do_on_gke_are_found(self, own: Document) -> None:
        epp = {"release": "a", **own}
        model = {"namespace": "a", "monitors": "charts", "deployment": "modelservice", "epp": [epp]}
        gke = {"platform": "gke", "gke": {"projectId": "my-project"}}
        assert finds({**gke, "models": [model]}) == [("", "value_error")]
        read({"models": [model]})
        read({**gke, "models": [{**model, "monitors": "stack"}]})

    def test_are_none_between_two_epps_with_a_secret_that_exists(self) -> None:
        epps = [{"release": name, "tokenSecret": "ours"} for name in ("a", "b")]
        read({"models": [{"namespace": "a", "epp": epps}]})

    def test_are_none_where_kustomize_makes_the_monitors_of_the_servers(self) -> None:
        off = {"enabled": False}
        model = {"namespace": "a", "monitors": "charts", "decode": off, "prefill": off}
        read({"models": [{**model, "epp": [{"release": "a"}]}]})

    def test_are_none_between_stores_without_names(self) -> None:
        read(nested("prometheus.remoteWrite", [{"url": "https://a"}, {"url": "https://a"}]))


class TestMode:
    def test_of_one_team_needs_a_namespace_of_its_own(self) -> None:
        for document in ({}, {"namespace": "llm-d-monitoring"}):
            with pytest.raises(ValidationError, match="mode is individual and namespace is"):
                read({**document, "mode": "individual"})
        read({"mode": "individual", "namespace": "team"})


class TestPlatforms:
    @pytest.mark.parametrize(
        ("document", "unused"),
        [
            ({"platform": "openshift", "tls": {"enabled": False}}, "tls.enabled"),
            (
                {
                    "platform": "openshift",
                    "prometheus": {"retention": "1d", "replicas": 1},
                    "exporters": {"node": False},
                },
                "prometheus.replicas, prometheus.retention, exporters.node",
            ),
            (
                {"openshift": {"userWorkloadMonitoring": "enable"}},
                "openshift.userWorkloadMonitoring",
            ),
            (
                {"platform": "openshift", "mode": "individual", "namespace": "team"},
                "mode",
            ),
        ],
    )
    def test_refuse_every_key_that_they_do_not_read(self, document: Document, unused: str) -> None:
        with pytest.raises(ValidationError) as caught:
            read(document)
        (error,) = caught.value.errors()
        platform = document.get("platform", "generic")
        assert f"platform {platform} has no use for {unused}; allowed: " in error["msg"]

    def test_of_google_need_its_project(self) -> None:
        with pytest.raises(ValidationError, match=r"gke\.projectId is unset"):
            read({"platform": "gke", "gke": {"autopilot": True}})

    @pytest.mark.parametrize(
        "model",
        [
            {"decode": {"enabled": True}},
            {"decode": {"interval": "10s"}},
            {"prefill": {"ports": ["http"]}},
        ],
    )
    def test_of_google_scrape_no_pod_twice(self, model: Document) -> None:
        (role,) = model
        document = {
            "platform": "gke",
            "gke": {"projectId": "our-project", "automaticMonitoring": True},
            "models": [{"namespace": "first"}, {"namespace": "llm-d", **model}],
        }
        with pytest.raises(ValidationError, match=rf"models\.1\.{role} is set"):
            read(document)
        document["gke"]["automaticMonitoring"] = False  # type: ignore[index]
        read(document)

    @pytest.mark.parametrize(
        "model",
        [{"engine": "sglang", "decode": {"interval": "10s"}}, {"prefill": {"enabled": False}}],
    )
    def test_of_google_scrape_vllm_only_and_what_is_on(self, model: Document) -> None:
        read(
            {
                "platform": "gke",
                "gke": {"projectId": "our-project", "automaticMonitoring": True},
                "models": [{"namespace": "llm-d", **model}],
            }
        )

    def test_take_empty_groups_of_others(self) -> None:
        """Pulumi hands over the defaults of the project file, an empty group for each."""
        read({"platform": "openshift", "tls": {}, "prometheus": {}})
        read({"openshift": {}})


class TestModel:
    @pytest.mark.parametrize("document", EXAMPLES)
    def test_is_closed_at_every_level(self, document: Document) -> None:
        copies = dict(with_unknown_keys(document))
        assert "nonsense" in copies
        for where, changed in copies.items():
            assert finds(changed) == [(where, "extra_forbidden")]

    @pytest.mark.parametrize("document", EXAMPLES)
    def test_is_frozen_at_every_level(self, document: Document) -> None:
        for model in models_in(read(document)):
            for name in type(model).model_fields:
                with pytest.raises(ValidationError, match="frozen"):
                    setattr(model, name, None)

    def test_keys_are_written_in_camel_case_only(self) -> None:
        assert finds({"tls": {"validity_hours": 10}}) == [("tls.validity_hours", "extra_forbidden")]

    def test_defaults_of_one_stack_are_not_another_ones(self) -> None:
        assert read({}).prometheus.external_labels is not read({}).prometheus.external_labels

    def test_a_password_is_not_in_its_printed_form(self) -> None:
        settings = read({"grafana": {"adminPassword": "canary"}})
        assert "canary" not in f"{settings!r}{settings}{settings.model_dump_json()}"


class TestModels:
    def test_default_to_what_llm_ds_guides_deploy(self) -> None:
        (model,) = read({"models": [{"namespace": "llm-d"}]}).models
        assert (model.generation, model.deployment, model.engine) == ("router", "recipes", "vllm")
        assert model.monitors == "stack"
        assert (model.decode.interval, model.prefill.interval) == ("30s", "30s")
        assert model.epp == ()

    def test_of_an_epp_default_to_a_token_and_ten_seconds(self) -> None:
        (model,) = read({"models": [{"namespace": "llm-d", "epp": [{"release": "a"}]}]}).models
        (epp,) = model.epp
        assert (epp.authentication, epp.token_secret, epp.interval) == (True, None, "10s")

    @pytest.mark.parametrize(
        ("deployment", "ports"), [("recipes", ("modelserver",)), ("modelservice", ("vllm",))]
    )
    def test_are_scraped_at_the_port_of_the_guides(
        self, deployment: str, ports: tuple[str, ...]
    ) -> None:
        (model,) = read({"models": [{"namespace": "a", "deployment": deployment}]}).models
        assert model.ports(model.decode) == ports

    def test_are_scraped_at_their_own_ports_where_given(self) -> None:
        given = {"namespace": "a", "decode": {"ports": ["rank0", "rank1"]}}
        (model,) = read({"models": [given]}).models
        assert model.ports(model.decode) == ("rank0", "rank1")
        assert model.ports(model.prefill) == ("modelserver",)


class TestRenewalWindow:
    @given(DOCUMENTS)
    def test_is_within_the_lifetime(self, document: Document) -> None:
        tls = read(document).tls
        assert 0 < tls.renewal_window_hours < tls.validity_hours

    @given(st.integers(2, 10**6))
    def test_has_a_default_within_any_lifetime(self, validity: int) -> None:
        tls = TlsSettings.model_validate({"validityHours": validity, "caValidityHours": validity})
        assert 0 < tls.renewal_window_hours < validity

    @pytest.mark.parametrize(
        ("validity", "window"), [(87600, 720), (2160, 720), (2159, 719), (300, 100), (2, 1), (3, 1)]
    )
    def test_defaults_to_thirty_days_or_a_third(self, validity: int, window: int) -> None:
        assert (
            TlsSettings.model_validate({"validityHours": validity}).renewal_window_hours == window
        )

    def test_is_what_the_stack_file_says(self) -> None:
        tls = TlsSettings.model_validate({"validityHours": 100, "earlyRenewalHours": 99})
        assert tls.renewal_window_hours == 99


class TestChartVersion:
    def test_is_pinned_by_default(self) -> None:
        assert read({}).chart.pinned_version == "88.5.3"

    def test_is_the_one_given(self) -> None:
        assert read(nested("chart.version", "89.0.0")).chart.pinned_version == "89.0.0"

    def test_of_a_chart_on_disk_is_its_own(self) -> None:
        assert read(nested("chart.path", "./chart")).chart.pinned_version is None
