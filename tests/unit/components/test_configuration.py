"""How a stack's configuration becomes settings, or a list of mistakes."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from components.configuration import _SECRET_GROUPS, PROJECT, kubeconfig_mistakes, parse
from components.settings import KubernetesSettings, Settings
from tests.unit.components.documents import DOCUMENTS, EXAMPLES, Document

CANARY = "canary-4711"
PASSWORD = frozenset({f"{PROJECT}:grafana"})


def flat(document: Document) -> dict[str, str]:
    """A document as Pulumi hands it over: text by full key, groups as JSON."""
    return {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in document.items()
    }


def told(document: Document, *, secret_keys: frozenset[str] = frozenset()) -> list[str]:
    settings, mistakes = parse(flat(document), secret_keys)
    assert mistakes
    assert settings is None or isinstance(settings, Settings)
    return [str(mistake) for mistake in mistakes]


def with_canary(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Copies of a document, each with the canary in the place of another value."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        inner = with_canary(item) if isinstance(item, dict | list) else ()
        for changed in (CANARY, [CANARY], {"key": CANARY}, *inner):
            copied = copy.copy(value)
            copied[key] = changed
            yield copied


class TestParsing:
    @given(DOCUMENTS)
    def test_gives_the_settings_of_the_document(self, document: Document) -> None:
        assert parse(flat(document), PASSWORD) == (Settings.model_validate(document), ())

    def test_of_nothing_gives_the_defaults(self) -> None:
        assert parse({}, frozenset()) == (Settings(), ())

    @pytest.mark.parametrize("text", ["123", "true", "null", "1e3"])
    def test_keeps_a_text_that_looks_like_something_else(self, text: str) -> None:
        settings, mistakes = parse({f"{PROJECT}:namespace": text}, frozenset())
        assert mistakes == ()
        assert settings is not None
        assert settings.namespace == text

    def test_leaves_pulumis_own_keys_alone(self) -> None:
        raw = {"pulumi:disable-default-providers": '["*"]', "kubernetes:x": "1", "tls:x": "1"}
        assert parse(raw, frozenset()) == (Settings(), ())


class TestMistakes:
    def test_are_told_all_at_once(self) -> None:
        raw = flat(
            {
                "platform": "openstack",
                "tls": {"validityHours": 0},
                "tsl": {},
                "grafana": {"adminPassword": CANARY},
            }
        )
        settings, mistakes = parse(raw | {"monitoring:namespace": "x"}, frozenset())
        assert settings is None
        assert [mistake.key for mistake in mistakes] == [
            "monitoring:namespace",
            "grafana.adminPassword",
            "platform",
            "tls.validityHours",
            "tsl",
        ]

    def test_are_keys_of_an_unknown_namespace(self) -> None:
        settings, mistakes = parse({"llmd-monitorng:release": CANARY}, frozenset())
        assert settings == Settings()
        assert [str(mistake) for mistake in mistakes] == [
            f"llmd-monitorng:release: unknown namespace; allowed: keys that start with {PROJECT}:"
        ]

    @pytest.mark.parametrize("text", ["", "{", "no group", "[]", "12"])
    def test_are_groups_that_are_none(self, text: str) -> None:
        settings, mistakes = parse({f"{PROJECT}:tls": text}, frozenset())
        assert settings is None
        assert [(mistake.key, mistake.allowed) for mistake in mistakes] == [
            ("tls", "a group of keys")
        ]


class TestPasswords:
    def test_are_taken_where_they_are_encrypted(self) -> None:
        settings, mistakes = parse(flat({"grafana": {"adminPassword": CANARY}}), PASSWORD)
        assert mistakes == ()
        assert settings is not None
        assert settings.grafana.admin_password is not None
        assert settings.grafana.admin_password.get_secret_value() == CANARY

    @pytest.mark.parametrize(
        "grafana",
        [
            {"adminPassword": CANARY},
            {"adminPassword": CANARY, "enabled": "maybe"},
            {"adminPassword": [CANARY]},
            {"adminPassword": {"value": CANARY}},
            {"adminPassword": 4711},
        ],
    )
    def test_in_clear_are_refused_and_not_repeated(self, grafana: Document) -> None:
        mistakes = told({"grafana": grafana})
        assert mistakes[0] == (
            "grafana.adminPassword: is written in clear; allowed: an encrypted value; set it with pulumi config "
            "set --secret --path llmd-monitoring:grafana.adminPassword, and choose a new password"
        )
        assert "4711" not in "".join(mistakes)

    def test_that_are_unset_need_no_encryption(self) -> None:
        assert parse(flat({"grafana": {"adminPassword": None}}), frozenset()) == (Settings(), ())


class TestEncryptedValues:
    def test_are_refused_where_they_would_not_stay_secret(self) -> None:
        document: Document = {"prometheus": {"externalLabels": {"token": CANARY}}}
        assert told(document, secret_keys=frozenset({f"{PROJECT}:prometheus"})) == [
            (
                "prometheus: holds an encrypted value, which would reach state and cluster in clear; allowed: "
                "encrypted values in grafana.adminPassword only; elsewhere name a Secret that holds it"
            )
        ]

    def test_are_allowed_in_the_groups_that_have_a_secret(self) -> None:
        groups = {
            field.alias
            for field in Settings.model_fields.values()
            if isinstance(field.annotation, type)
            and issubclass(field.annotation, BaseModel)
            and any(
                "SecretStr" in str(f.annotation) for f in field.annotation.model_fields.values()
            )
        }
        assert groups == _SECRET_GROUPS

    def test_are_never_repeated_wherever_they_stand(self) -> None:
        documents = [
            *(changed for example in EXAMPLES for changed in with_canary(example)),
            {"prometheus": {"remoteWrite": [{"url": "https://a", "name": CANARY}] * 2}},
            {"chart": {"repository": f"https://[{CANARY}]/"}},
            {"grafana": {"adminPassword": CANARY, "adminSecret": {"name": "a"}}},
        ]
        told = [parse(flat(document), frozenset(flat(document)))[1] for document in documents]
        assert sum(map(bool, told)) > 100
        assert [mistakes for mistakes in told if CANARY in "".join(map(str, mistakes))] == []

    @given(
        document=DOCUMENTS,
        group=st.sampled_from(["tls", "prometheus", "grafana", "chart", "kubernetes"]),
        key=st.sampled_from(
            ["enabled", "version", "retention", "adminPassword", "storage", "nonsense"]
        ),
        before=st.text(max_size=5),
        after=st.text(max_size=5),
    )
    def test_are_never_repeated_whatever_stands_around_them(
        self, document: Document, group: str, key: str, before: str, after: str
    ) -> None:
        changed = document | {group: document.get(group, {}) | {key: before + CANARY + after}}
        _, mistakes = parse(flat(changed), frozenset({f"{PROJECT}:{group}"}))
        assert CANARY not in "".join(map(str, mistakes))


class TestKubeconfig:
    CONTEXTS = ({"name": "dev", "context": {}}, {"name": "prod", "context": {}})

    @pytest.fixture
    def kubeconfig(self, tmp_path: Path) -> Path:
        path = tmp_path / "kubeconfig"
        path.write_text(yaml.safe_dump({"current-context": "dev", "contexts": [*self.CONTEXTS]}))
        return path

    @staticmethod
    def told(path: Path | str | None, context: str | None = None, *, hidden: bool = False) -> str:
        settings = KubernetesSettings.model_validate(
            {"kubeconfig": None if path is None else str(path), "context": context}
        )
        return "".join(map(str, kubeconfig_mistakes(settings, hidden=hidden)))

    @pytest.mark.parametrize("context", [None, "dev", "prod"])
    def test_is_right_with_one_of_its_contexts(self, kubeconfig: Path, context: str | None) -> None:
        assert self.told(kubeconfig, context) == ""

    def test_that_is_not_named_is_not_looked_for(self) -> None:
        assert self.told(None, "anything") == ""

    def test_is_found_in_the_home_folder(
        self, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(kubeconfig.parent))
        assert self.told("~/kubeconfig") == ""

    def test_lists_its_contexts_where_it_lacks_the_one_asked_for(self, kubeconfig: Path) -> None:
        assert self.told(kubeconfig, "prd") == (
            "kubernetes.context: got 'prd', which the kubeconfig doesn't have; allowed: dev, prod"
        )

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ({"contexts": [*CONTEXTS]}, "is unset, and the kubeconfig has no current context"),
            (
                {"contexts": [*CONTEXTS], "current-context": "gone"},
                "is unset, and the kubeconfig lacks its own current context 'gone'",
            ),
        ],
    )
    def test_says_so_where_no_context_is_current(
        self, tmp_path: Path, content: Document, problem: str
    ) -> None:
        path = tmp_path / "kubeconfig"
        path.write_text(yaml.safe_dump(content))
        assert self.told(path) == f"kubernetes.context: {problem}; allowed: dev, prod"

    def test_that_has_no_context_is_told_so(self, tmp_path: Path) -> None:
        path = tmp_path / "kubeconfig"
        path.write_text("contexts: []\n")
        assert self.told(path, "dev").endswith("allowed: none: the kubeconfig has no context")

    def test_that_is_missing_is_told_with_the_reason_and_the_next_step(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "nowhere"
        assert self.told(path) == (
            f"kubernetes.kubeconfig: got '{path}', which can't be read (No such file or directory); allowed: "
            "the path of a kubeconfig file; for the embedded cluster, `make up` writes it"
        )

    def test_that_is_a_folder_is_told_so(self, tmp_path: Path) -> None:
        assert "can't be read (Is a directory)" in self.told(tmp_path)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"text",
            b"[]",
            b"contexts:",
            b"contexts: [1]",
            b"contexts: [{}]",
            b"a: [",
            b"\xff\xfe\x00",
        ],
    )
    def test_that_is_none_is_told_so(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "kubeconfig"
        path.write_bytes(content)
        assert self.told(path) == (
            f"kubernetes.kubeconfig: got '{path}', which isn't a kubeconfig; allowed: a YAML file with "
            "contexts, clusters and users"
        )

    def test_of_an_unknown_users_home_is_none(self) -> None:
        assert "isn't a kubeconfig" in self.told("~no-such-user/kubeconfig")

    def test_never_has_its_secrets_repeated(self, tmp_path: Path) -> None:
        path = tmp_path / "kubeconfig"
        path.write_text(f"users: [{{user: {{token: {CANARY}}}}}]\n")
        assert CANARY not in self.told(path)
        path.write_text(f"token: {CANARY}: {CANARY}\n")
        assert CANARY not in self.told(path)

    @pytest.mark.parametrize("name", ["kubeconfig", CANARY])
    def test_is_not_repeated_where_its_group_is_encrypted(
        self, kubeconfig: Path, name: str
    ) -> None:
        assert CANARY not in self.told(kubeconfig.parent / name, CANARY, hidden=True)
