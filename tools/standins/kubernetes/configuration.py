"""The provider's own configuration."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import reveal

_SECRET_DRIVERS: Final = ("", "secret", "secrets")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the official plug-in's provider resource takes and this one honours.

    The rest (`kubeClientSettings`, `suppressDeprecationWarnings`, `suppressHelmHookWarnings`,
    `clusterIdentifier` outside of diffs) changes nothing on a loopback cluster.
    """

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    server_side_apply: bool = True
    config_map_mutable: bool = False
    secret_mutable: bool = False
    patch_force: bool = False
    upsert_existing: bool = False
    delete_unreachable: bool = False
    skip_update_unreachable: bool = False


def settings_from(inputs: Mapping[str, Any]) -> Settings:
    """Read the settings; environment variables stand in for those that are absent.

    Raises:
        ProviderError: A setting has no meaning here.
    """
    plain = {key: value for key, value in reveal(dict(inputs)).items() if value is not None}
    _refuse_unsupported(plain)
    return Settings(
        kubeconfig=_text(plain, "kubeconfig"),
        context=_text(plain, "context"),
        cluster=_text(plain, "cluster"),
        namespace=_text(plain, "namespace"),
        server_side_apply=_flag(
            plain, "enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", default=True
        ),
        config_map_mutable=_flag(
            plain, "enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"
        ),
        secret_mutable=_flag(plain, "enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        patch_force=_flag(plain, "enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        upsert_existing=_flag(plain, "upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        delete_unreachable=_flag(plain, "deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
        skip_update_unreachable=_flag(
            plain, "skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"
        ),
    )


def _refuse_unsupported(plain: Mapping[str, Any]) -> None:
    if _text(plain, "renderYamlToDirectory"):
        msg = (
            "the stand-in for Pulumi's Kubernetes plug-in does not render YAML "
            "(`renderYamlToDirectory`); install the official one to use it"
        )
        raise ProviderError(msg)
    helm = _object(plain, "helmReleaseSettings")
    if helm.get("driver", "") not in _SECRET_DRIVERS:
        msg = (
            f"helmReleaseSettings.driver is {helm['driver']!r}; the stand-in for Pulumi's "
            "Kubernetes plug-in keeps releases in Secrets only (driver 'secret')"
        )
        raise ProviderError(msg)


def _text(plain: Mapping[str, Any], key: str) -> str:
    value = plain.get(key)
    if isinstance(value, dict):
        return json.dumps(value)
    return value if isinstance(value, str) else ""


def _object(plain: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object, which the SDKs send as JSON text."""
    value = plain.get(key)
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            msg = f"the provider's {key} is neither an object nor JSON of one"
            raise ProviderError(msg) from None
    return value if isinstance(value, dict) else {}


def _flag(plain: Mapping[str, Any], key: str, variable: str, *, default: bool = False) -> bool:
    value = plain.get(key, os.environ.get(variable))
    if value is None:
        return default
    return value is True or value == "true"
