"""Kinds whose controllers fill something in."""

from tools.standins.kubernetes.kind import Object, name_of
from tools.standins.kubernetes.readiness.verdict import (
    READY,
    Related,
    Verdict,
    conditions,
    describe,
    holds,
    waiting,
)


def judge_definition(definition: Object, _related: Related) -> Verdict:
    """A CRD is ready when objects of its kind can be made."""
    if holds(definition, "Established"):
        return READY
    refused = [
        describe(condition)
        for kind, condition in conditions(definition).items()
        if kind in ("NamesAccepted", "Established") and condition.get("status") == "False"
    ]
    return waiting("Waiting for the CustomResourceDefinition to be established", *refused)


def judge_secret(secret: Object, _related: Related) -> Verdict:
    """A service account's token is ready when a controller has written it."""
    if secret.get("type") != "kubernetes.io/service-account-token" or secret.get("data"):
        return READY
    told = f"Secret {name_of(secret)!r} has no token yet; does its service account exist?"
    return waiting(told, told)


def judge_quota(quota: Object, _related: Related) -> Verdict:
    """A quota is ready when its controller has taken over the limits."""
    if (quota.get("status") or {}).get("hard") == (quota.get("spec") or {}).get("hard"):
        return READY
    told = f"ResourceQuota {name_of(quota)!r} is not in force yet"
    return waiting(told, told)
