"""The inputs of a release: read from a program, completed with defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.values import SIGNATURE_KEY, UNKNOWN, Properties, Value, reveal

DEFAULT_TIMEOUT_SECONDS: Final = 300

_ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"

_OFF: Final = dict.fromkeys(
    (
        "allowNullValues",
        "atomic",
        "cleanupOnFail",
        "createNamespace",
        "dependencyUpdate",
        "devel",
        "disableCRDHooks",
        "disableOpenapiValidation",
        "disableWebhooks",
        "forceUpdate",
        "lint",
        "recreatePods",
        "renderSubchartNotes",
        "replace",
        "resetValues",
        "reuseValues",
        "skipAwait",
        "skipCrds",
        "verify",
        "waitForJobs",
    ),
    False,
)
_EMPTY: Final = dict.fromkeys(
    ("chart", "description", "keyring", "name", "postrender", "version"), ""
)
_OPTIONAL: Final = ("maxHistory", "repositoryOpts")


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """A release as declared, every secret revealed: `repr` would show them, so it has none."""

    plain: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Arguments({self.identity})"

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.plain.get(name) is True

    def text(self, name: str) -> str:
        """Return a text, empty when not set."""
        value = self.plain.get(name)
        return value if isinstance(value, str) else ""

    @property
    def name(self) -> str:
        """The release's name."""
        return self.text("name")

    @property
    def namespace(self) -> str:
        """The namespace of the release."""
        return self.text("namespace")

    @property
    def identity(self) -> str:
        """`namespace/name`: the resource's id."""
        return f"{self.namespace}/{self.name}"

    @property
    def values(self) -> Mapping[str, Any]:
        """The chart's values."""
        found = self.plain.get("values")
        return found if isinstance(found, dict) else {}

    @property
    def timeout(self) -> int:
        """Seconds that helm waits for each step."""
        value = self.plain.get("timeout")
        return (
            int(value)
            if isinstance(value, int | float) and value > 0
            else (DEFAULT_TIMEOUT_SECONDS)
        )

    @property
    def max_history(self) -> int:
        """How many revisions helm keeps; 0 keeps all."""
        value = self.plain.get("maxHistory")
        return int(value) if isinstance(value, int | float) else 0

    @property
    def repository(self) -> Mapping[str, Any]:
        """The chart repository's options."""
        found = self.plain.get("repositoryOpts")
        return found if isinstance(found, dict) else {}


def read_arguments(inputs: Mapping[str, Any]) -> Arguments:
    """Read a release's inputs or outputs."""
    return Arguments(plain=reveal(dict(inputs)))


def complete(inputs: Properties, olds: Properties, *, name: str, namespace: str) -> Properties:
    """Fill in defaults, in the form in which the official plug-in keeps a release's inputs.

    Args:
        inputs: What the program declares; unknown parts stay so.
        olds: The inputs of the last run; an unnamed release keeps its name.
        name: The name for a new release that has none.
        namespace: The namespace for a release that names none.

    Raises:
        ProviderError: A values file can't be read.
    """
    completed = {**_OFF, **_EMPTY}
    completed |= {key: inputs[key] for key in completed if inputs.get(key) is not None}
    completed |= {key: inputs[key] for key in _OPTIONAL if inputs.get(key) is not None}
    completed["name"] = inputs.get("name") or olds.get("name") or name
    completed["namespace"] = inputs.get("namespace") or namespace
    if inputs.get("timeout") is not None:
        completed["timeout"] = inputs["timeout"]
    elif completed["skipAwait"] is False:
        completed["timeout"] = DEFAULT_TIMEOUT_SECONDS
    if completed["verify"] is True and not completed["keyring"]:
        completed["keyring"] = str(Path.home() / ".gnupg" / "pubring.gpg")
    completed["values"] = _merged_values(inputs)
    return completed


def merge_values(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values over others, mapping by mapping; a null stays, as helm deletes defaults by it."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge_values(below, value)
        else:
            merged[key] = value
    return merged


def _merged_values(inputs: Properties) -> Value:
    declared = inputs.get("values")
    declared = {} if declared is None else declared
    files = inputs.get("valueYamlFiles")
    if not files or not isinstance(declared, dict):
        return declared
    if files is UNKNOWN or UNKNOWN in files:
        return UNKNOWN
    merged: dict[str, Any] = {}
    for file in reveal(files):
        merged = merge_values(merged, _read_values(file))
    return merge_values(merged, declared)


def _read_values(asset: Value) -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 - few releases have values files

    if not isinstance(asset, dict) or asset.get(SIGNATURE_KEY) != _ASSET_SIGNATURE:
        msg = "valueYamlFiles: expected a list of assets, `pulumi.FileAsset(path)` for example"
        raise ProviderError(msg)
    path = asset.get("path")
    try:
        text = Path(path).read_text(encoding="utf-8") if path else asset.get("text", "")
        values = yaml.safe_load(text)
    except OSError as error:
        msg = f"valueYamlFiles: {path} can't be read: {error.strerror}"
        raise ProviderError(msg) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        msg = f"valueYamlFiles: {path or 'a text'}{where} is not valid YAML"
        raise ProviderError(msg) from None
    if values is not None and not isinstance(values, dict):
        msg = f"valueYamlFiles: {path or 'a text'} holds no mapping"
        raise ProviderError(msg)
    return values or {}
