"""The one place that reads the stack's configuration and turns it into `Settings`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pulumi
import yaml
from pulumi.runtime.config import CONFIG, is_config_secret
from pydantic import ValidationError

from components.mistakes import Mistake, from_validation, report
from components.settings import KubernetesSettings, Settings

PROJECT: Final = "llmd-monitoring"

# Namespaces that Pulumi itself and its plug-ins own; keys there are theirs to check.
_FOREIGN_NAMESPACES: Final = frozenset({"pulumi", "kubernetes", "tls"})


def read_settings() -> Settings:
    """Returns the settings of the stack that is being deployed.

    Raises:
        pulumi.RunError: The stack file has mistakes; the message lists all of them.
    """
    raw: Mapping[str, str] = CONFIG.get()
    secret_keys = frozenset(key for key in raw if is_config_secret(key))
    settings, mistakes = parse(raw, secret_keys)
    if settings is not None:
        mistakes = (*mistakes, *_kubeconfig_mistakes(settings.kubernetes))
    if settings is None or mistakes:
        raise pulumi.RunError(report(mistakes, stack=pulumi.get_stack()))
    return settings


def parse(
    raw: Mapping[str, str], secret_keys: frozenset[str]
) -> tuple[Settings | None, tuple[Mistake, ...]]:
    """Parses Pulumi's flat configuration.

    Args:
        raw: Values by full key, e.g. `llmd-monitoring:tls`; objects are JSON text.
        secret_keys: Full keys whose value is, or holds, an encrypted value.

    Returns:
        The settings, or `None` where they can't be made; and every mistake found.
    """
    own = {
        key.removeprefix(f"{PROJECT}:"): v
        for key, v in raw.items()
        if key.startswith(f"{PROJECT}:")
    }
    hidden = frozenset(
        key.removeprefix(f"{PROJECT}:") for key in secret_keys if key.startswith(f"{PROJECT}:")
    )
    values = {key: _value(key, text) for key, text in own.items()}
    mistakes = (*_foreign_keys(raw), *_plain_passwords(values, hidden))
    try:
        return Settings.model_validate(values), mistakes
    except ValidationError as error:
        return None, (*mistakes, *from_validation(error, Settings, hidden))


def _value(key: str, text: str) -> object:
    """A group is stored as JSON; a plain text field stays text, whatever it looks like."""
    field = next((f for f in Settings.model_fields.values() if f.alias == key), None)
    if field is not None and field.annotation is str:
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _foreign_keys(raw: Mapping[str, str]) -> tuple[Mistake, ...]:
    known = _FOREIGN_NAMESPACES | {PROJECT}
    return tuple(
        Mistake(
            key=key,
            problem="unknown namespace",
            allowed=f"keys that start with {PROJECT}:",
        )
        for key in sorted(raw)
        if key.partition(":")[0] not in known
    )


def _plain_passwords(values: Mapping[str, object], hidden: frozenset[str]) -> tuple[Mistake, ...]:
    grafana = values.get("grafana")
    if not isinstance(grafana, dict) or "adminPassword" not in grafana or "grafana" in hidden:
        return ()
    return (
        Mistake(
            key="grafana.adminPassword",
            problem="is written in clear",
            allowed="an encrypted value; set it with "
            f"pulumi config set --secret --path {PROJECT}:grafana.adminPassword, and choose a new password",
        ),
    )


def _kubeconfig_mistakes(kubernetes: KubernetesSettings) -> tuple[Mistake, ...]:
    """A kubeconfig that the stack file names must exist and hold the context; found out before anything is planned."""
    if kubernetes.kubeconfig is None:
        return ()
    path = Path(kubernetes.kubeconfig).expanduser()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        contexts = sorted(str(context["name"]) for context in document["contexts"])
        current = document.get("current-context")
    except OSError as error:
        return (
            Mistake(
                key="kubernetes.kubeconfig",
                problem=f"got {kubernetes.kubeconfig!r}, which can't be read ({error.strerror})",
                allowed="the path of a kubeconfig file; for the embedded cluster, `make up` writes it",
            ),
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return (
            Mistake(
                key="kubernetes.kubeconfig",
                problem=f"got {kubernetes.kubeconfig!r}, which isn't a kubeconfig",
                allowed="a YAML file with contexts, clusters and users",
            ),
        )
    wanted = kubernetes.context or current
    if wanted in contexts:
        return ()
    return (
        Mistake(
            key="kubernetes.context",
            problem=f"got {wanted!r}, which {kubernetes.kubeconfig} doesn't have",
            allowed=", ".join(contexts) or "none: that file has no context",
        ),
    )
