"""The autoscalers of a stack, on any platform."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.settings import Settings


def install_autoscalers(
    settings: Settings,
    namespace: pulumi.Input[str],
    ca_cert_pem: pulumi.Output[str] | None,
    opts: pulumi.ResourceOptions,
    *,
    requires: Sequence[pulumi.Resource] = (),
) -> Mapping[str, Any] | None:
    """Makes what the stack's autoscalers need, and those that it installs.

    Args:
        settings: The stack's.
        namespace: The monitoring namespace, once it exists.
        ca_cert_pem: The stack's CA in PEM; `None` without one.
        opts: Options of a top-level component.
        requires: What answers queries.

    Returns:
        The stack's output; `None` where it names no autoscaler.
    """
    if not settings.autoscalers.given:
        return None
    # Most stacks name none.
    from components.platforms.autoscaler_installation import (  # noqa: PLC0415
        Installation,
        Surroundings,
    )

    surroundings = Surroundings(namespace=namespace, ca_cert_pem=ca_cert_pem, requires=requires)
    return Installation(settings, surroundings, opts).output()
