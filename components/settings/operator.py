"""The Prometheus operator and its CRDs."""

from typing import Literal, Self

from pydantic import model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed


class OperatorSettings(Closed):
    """The Prometheus operator."""

    install: Literal["install", "existing"] = "install"
    """`install` runs one of our own, and refuses a cluster where another one would manage the same objects;
    `existing` leaves operator, webhooks and CRDs to the one that the cluster has, and refuses a cluster without. Run
    that one with `--watch-referenced-objects-in-all-namespaces=true`, else it misses tokens that appear after their
    monitors."""

    admission_webhooks: bool = True
    """Refuse broken rules when they are applied; an existing operator has its own webhooks."""

    upgrade_crds: bool = True
    """Bring the operator's CRDs to the chart's version on each install and upgrade, by a Job of the chart that applies
    them on the server (its image comes from Docker Hub, that of kubectl from registry.k8s.io); `false`: Helm makes
    missing ones and never changes any. They are never deleted. An existing operator has its own CRDs. Where those of
    the cluster lack a field that the stack sets, a preview says so, and what to do."""

    @model_validator(mode="after")
    def _parts_of_our_own(self) -> Self:
        ours = {"admission_webhooks": "admissionWebhooks", "upgrade_crds": "upgradeCrds"}
        given = [ours[name] for name in sorted(ours.keys() & self.model_fields_set)]
        if self.install == "existing" and given:
            raise ContradictionError(
                f"install is existing and {' and '.join(given)} is set, which is about an operator of our own",
                allowed="install: existing alone, or install: install",
            )
        return self
