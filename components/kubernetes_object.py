"""Objects of Kubernetes, registered from their manifests under the types that the SDK gives them."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import pulumi

_PLUGIN_VERSION: Final = version("pulumi-kubernetes")
_SECRET_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {"Secret": ("data", "stringData")}


class KubernetesObject(pulumi.CustomResource):
    """An object of any kind.

    The SDK has a class for each kind, and defines all of a group's when one is asked for: with `core/v1` that
    takes longer than the rest of the program. The kubernetes plug-in checks an object against the cluster's own
    schema, and those classes add nothing to that. Types, inputs and secret outputs are the SDK's, so that a
    resource can be handed from one to the other.
    """

    def __init__(
        self,
        name: str,
        manifest: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None = None,
        *,
        patch: bool = False,
    ) -> None:
        """Registers the object.

        Args:
            name: Logical name.
            manifest: The object as Kubernetes writes it, `apiVersion` and `kind` among its fields; values may
                be outputs.
            opts: Options of the resource.
            patch: Own only the given fields of an object that may exist already, and leave the rest to others.
        """
        secret = _SECRET_FIELDS.get(manifest["kind"], ())
        own = pulumi.ResourceOptions(
            version=_PLUGIN_VERSION, additional_secret_outputs=list(secret)
        )
        super().__init__(
            resource_type(manifest["apiVersion"], manifest["kind"], patch=patch),
            name,
            {
                field: pulumi.Output.secret(value) if field in secret else value
                for field, value in manifest.items()
            },
            pulumi.ResourceOptions.merge(own, opts),
        )

    @property
    def metadata(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """The object's metadata, as the cluster has it; `None` while that isn't known."""
        found: pulumi.Output[Mapping[str, Any] | None] = pulumi.get(self, "metadata")
        return found


def found_object(
    name: str,
    api_version: str,
    kind: str,
    object_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    """Reads an object that somebody else has made; it stays theirs.

    Args:
        name: Logical name.
        api_version: Its `apiVersion`.
        kind: Its kind.
        object_id: `namespace/name`.
        opts: Options of the resource.
    """
    own = pulumi.ResourceOptions(
        id=object_id,
        version=_PLUGIN_VERSION,
        additional_secret_outputs=list(_SECRET_FIELDS.get(kind, ())),
    )
    # Only what is named here is an output.
    fields = dict.fromkeys(("metadata", "data"))
    return pulumi.CustomResource(
        resource_type(api_version, kind), name, fields, pulumi.ResourceOptions.merge(own, opts)
    )


def resource_type(api_version: str, kind: str, *, patch: bool = False) -> str:
    """Returns Pulumi's type of a kind, e.g. `kubernetes:core/v1:ConfigMap`."""
    group = api_version if "/" in api_version else f"core/{api_version}"
    return f"kubernetes:{group}:{kind}{'Patch' if patch else ''}"
