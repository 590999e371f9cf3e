"""The one place that reads the stack's configuration and turns it into `Settings`."""

import json
from collections.abc import Mapping, Sequence
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

# Groups with a value that is kept secret on its way; any other would reach state and cluster in clear.
_SECRET_GROUPS: Final = frozenset({"grafana"})


def read_settings() -> Settings:
    """Returns the settings of the stack that is being deployed.

    Raises:
        pulumi.RunError: The stack file has mistakes; the message lists all of them.
    """
    raw: Mapping[str, str] = CONFIG.get()
    secret_keys = frozenset(key for key in raw if is_config_secret(key))
    settings, mistakes = parse(raw, secret_keys)
    if settings is not None:
        hidden = f"{PROJECT}:kubernetes" in secret_keys
        mistakes = (*mistakes, *kubeconfig_mistakes(settings.kubernetes, hidden=hidden))
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
    plain_passwords = _plain_passwords(values, hidden)
    mistakes = (*_foreign_keys(raw), *_needless_secrets(hidden), *plain_passwords)
    if plain_passwords:
        hidden |= {"grafana"}
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


def _needless_secrets(hidden: frozenset[str]) -> tuple[Mistake, ...]:
    return tuple(
        Mistake(
            key=key,
            problem="holds an encrypted value, which would reach state and cluster in clear",
            allowed="encrypted values in grafana.adminPassword only; elsewhere name a Secret that holds it",
        )
        for key in sorted(hidden - _SECRET_GROUPS)
    )


def _plain_passwords(values: Mapping[str, object], hidden: frozenset[str]) -> tuple[Mistake, ...]:
    grafana = values.get("grafana")
    given = grafana.get("adminPassword") if isinstance(grafana, dict) else None
    if given is None or "grafana" in hidden:
        return ()
    return (
        Mistake(
            key="grafana.adminPassword",
            problem="is written in clear",
            allowed="an encrypted value; set it with "
            f"pulumi config set --secret --path {PROJECT}:grafana.adminPassword, and choose a new password",
        ),
    )


def kubeconfig_mistakes(kubernetes: KubernetesSettings, *, hidden: bool) -> tuple[Mistake, ...]:
    """Checks the kubeconfig that the stack file names, before anything is planned.

    Args:
        kubernetes: The settings; without a kubeconfig nothing is read.
        hidden: The group holds an encrypted value: nothing of it is repeated.
    """
    if kubernetes.kubeconfig is None:
        return ()
    shown = "a path" if hidden else repr(kubernetes.kubeconfig)
    try:
        text = Path(kubernetes.kubeconfig).expanduser().read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        contexts = sorted(str(context["name"]) for context in document["contexts"])
        current = document.get("current-context")
    except OSError as error:
        return (
            Mistake(
                key="kubernetes.kubeconfig",
                problem=f"got {shown}, which can't be read ({error.strerror})",
                allowed="the path of a kubeconfig file; for the embedded cluster, `make up` writes it",
            ),
        )
    # RuntimeError: the home of an unknown user; ValueError: no text, or no path at all.
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, RuntimeError, ValueError):
        return (
            Mistake(
                key="kubernetes.kubeconfig",
                problem=f"got {shown}, which isn't a kubeconfig",
                allowed="a YAML file with contexts, clusters and users",
            ),
        )
    wanted = kubernetes.context or current
    if wanted in contexts:
        return ()
    return (_context_mistake(kubernetes.context, current, contexts, hidden=hidden),)


def _context_mistake(
    given: str | None, current: object, contexts: Sequence[str], *, hidden: bool
) -> Mistake:
    if given is None and not current:
        problem = "is unset, and the kubeconfig has no current context"
    elif given is None:
        problem = f"is unset, and the kubeconfig lacks its own current context {current!r}"
    else:
        problem = f"got {'a context' if hidden else repr(given)}, which the kubeconfig doesn't have"
    return Mistake(
        key="kubernetes.context",
        problem=problem,
        allowed=", ".join(contexts) or "none: the kubeconfig has no context",
    )
