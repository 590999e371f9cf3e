"""What the engine asks of a provider, and the answers, as typed values.

Names follow Pulumi's `proto/pulumi/provider.proto`. `inputs` are what a program declares, `outputs`
what a resource became; time-outs are in seconds and zero when the program sets none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tools.standins.protocol.values import Properties


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """New inputs to validate and complete; `old_inputs` is empty for a new resource."""

    urn: str
    name: str
    type: str
    old_inputs: Properties
    new_inputs: Properties
    random_seed: bytes
    proposed_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class CheckFailure:
    """Why an input is not acceptable. An empty `property` means the resource as a whole."""

    property: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CheckAnswer:
    """The inputs to use from now on, or the failures."""

    inputs: Properties
    failures: Sequence[CheckFailure] = ()


@dataclass(frozen=True, kw_only=True)
class ConfigureRequest:
    """The checked inputs of the provider resource itself."""

    inputs: Properties


class ChangeKind(StrEnum):
    """What happens to one property."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One changed property; `replace` when the change can't be made in place."""

    kind: ChangeKind
    replace: bool = False
    input_only: bool = True
    """Compare inputs with inputs, not with outputs, when the engine shows the change."""


@dataclass(frozen=True, kw_only=True)
class DiffRequest:
    """Compare what is with what the program now wants."""

    id: str
    urn: str
    name: str
    type: str
    old_inputs: Properties
    old_outputs: Properties
    new_inputs: Properties
    ignore_changes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class DiffAnswer:
    """The changes by property path. No changes means that the resource stays as it is."""

    changes: Mapping[str, PropertyChange] = field(default_factory=dict)
    delete_before_replace: bool = False
    replaces: Sequence[str] | None = None
    """Top-level properties to replace for; taken from `changes` when None."""

    touched: bool = False
    """Update although no single property can be named."""


@dataclass(frozen=True, kw_only=True)
class CreateRequest:
    """Make a resource, or in a preview foresee what it would be."""

    urn: str
    name: str
    type: str
    inputs: Properties
    timeout: float
    preview: bool


@dataclass(frozen=True, kw_only=True)
class CreateAnswer:
    """The made resource. A preview may leave the id empty."""

    id: str
    outputs: Properties


@dataclass(frozen=True, kw_only=True)
class ReadRequest:
    """Look up the present state; inputs and outputs are empty on an import."""

    id: str
    urn: str
    name: str
    type: str
    inputs: Properties
    outputs: Properties
    timeout: float


@dataclass(frozen=True, kw_only=True)
class ReadAnswer:
    """The present state. An empty id means that the resource is gone."""

    id: str
    outputs: Properties
    inputs: Properties


@dataclass(frozen=True, kw_only=True)
class UpdateRequest:
    """Change a resource in place, or in a preview foresee what it would be."""

    id: str
    urn: str
    name: str
    type: str
    old_inputs: Properties
    old_outputs: Properties
    new_inputs: Properties
    timeout: float
    preview: bool
    ignore_changes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class DeleteRequest:
    """Remove a resource."""

    id: str
    urn: str
    name: str
    type: str
    old_inputs: Properties
    old_outputs: Properties
    timeout: float
