"""The provider's settings, as the SDKs send them."""

import json

import pytest

from tools.standins.kubernetes.configuration import Settings, settings_from
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import Secret


def test_nothing_set_is_the_official_default() -> None:
    assert settings_from({}) == Settings()
    assert settings_from({}).server_side_apply


@pytest.mark.parametrize("on", [True, "true"])
def test_switches_come_as_booleans_or_text(on: object) -> None:
    settings = settings_from({"enableConfigMapMutable": on, "enableServerSideApply": "false"})
    assert settings.config_map_mutable
    assert not settings.server_side_apply


def test_the_environment_stands_in_for_what_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_K8S_ENABLE_SECRET_MUTABLE", "true")
    assert settings_from({}).secret_mutable
    assert not settings_from({"enableSecretMutable": "false"}).secret_mutable


def test_a_kubeconfig_may_be_secret_or_an_object() -> None:
    assert settings_from({"kubeconfig": Secret("path")}).kubeconfig == "path"
    assert json.loads(settings_from({"kubeconfig": {"a": 1}}).kubeconfig) == {"a": 1}


def test_harmless_settings_are_accepted() -> None:
    settings_from({"kubeClientSettings": '{"burst": 1}', "suppressHelmHookWarnings": "true"})


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"renderYamlToDirectory": "out"}, "does not render YAML"),
        ({"helmReleaseSettings": '{"driver": "memory"}'}, "'memory'"),
        ({"helmReleaseSettings": "{"}, "helmReleaseSettings is neither an object nor JSON"),
    ],
)
def test_what_has_no_meaning_here_is_refused(inputs: dict[str, object], message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        settings_from(inputs)
