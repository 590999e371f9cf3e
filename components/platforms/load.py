"""Requests on demand, on any platform with a monitoring namespace."""

import pulumi

from components.labels import common_labels
from components.load_generator import CountedBy, LoadGenerator, LoadGeneratorArgs
from components.names import Names
from components.settings.load import LoadSettings


def install_load(
    load: LoadSettings,
    names: Names,
    namespace: pulumi.Input[str],
    counted_by: CountedBy | None,
    opts: pulumi.ResourceOptions,
    *,
    requires: tuple[pulumi.Resource, ...] = (),
) -> None:
    """Makes the Job or CronJob where the stack asks for one.

    Args:
        load: The stack's settings.
        names: The installation's names.
        namespace: The monitoring namespace.
        counted_by: The Prometheus that can be compared with, where there is one.
        opts: Options of a top-level component.
        requires: What has to be there before.
    """
    if not load.enabled:
        return
    LoadGenerator(
        "load",
        LoadGeneratorArgs(
            namespace=namespace,
            name=names.load,
            labels=common_labels(names.release, "load"),
            load=load,
            counted_by=counted_by if load.verify else None,
            requires=requires,
        ),
        opts,
    )
