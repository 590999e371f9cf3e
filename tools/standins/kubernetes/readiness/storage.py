"""Volumes and claims."""

from tools.standins.kubernetes.kind import Object, name_of
from tools.standins.kubernetes.readiness.pods import phase
from tools.standins.kubernetes.readiness.verdict import READY, Related, Verdict, waiting


def judge_volume(volume: Object, _related: Related) -> Verdict:
    """Ready when available or bound."""
    if phase(volume) in ("Available", "Bound"):
        return READY
    told = f"PersistentVolume {name_of(volume)!r} is {phase(volume) or 'not'} available"
    return waiting(told, told)


def judge_claim(claim: Object, related: Related) -> Verdict:
    """Ready when bound, or pending where binding waits for the first pod."""
    if phase(claim) == "Bound":
        return READY
    name = (claim.get("spec") or {}).get("storageClassName") or ""
    storage_class = related.storage_class(name) if name else None
    late = (storage_class or {}).get("volumeBindingMode") == "WaitForFirstConsumer"
    if late and phase(claim) == "Pending":
        return READY
    told = f"PersistentVolumeClaim {name_of(claim)!r} is not bound, phase {phase(claim)!r}"
    if not name:
        return waiting(told, f"{told}; it names no storage class and there is no default one")
    if storage_class is None:
        return waiting(told, f"{told}; storage class {name!r} does not exist")
    return waiting(told, told)
