"""Jobs: run to completion."""

from tools.standins.kubernetes.kind import Object, name_of
from tools.standins.kubernetes.readiness.verdict import (
    READY,
    Related,
    Verdict,
    conditions,
    describe,
    holds,
    status_number,
    waiting,
)


def judge_job(job: Object, _related: Related) -> Verdict:
    """Ready when the job has completed; failed when it has given up."""
    if holds(job, "Complete"):
        return READY
    name = name_of(job)
    if holds(job, "Failed"):
        told = f"Job {name!r} failed: {describe(conditions(job)['Failed'])}"
        return Verdict(ready=False, waiting_for=told, reasons=(told,), failed=True)
    counts = " | ".join(
        f"{word}: {status_number(job, word.lower())}" for word in ("Active", "Succeeded", "Failed")
    )
    told = f"Waiting for Job {name!r} to succeed ({counts})"
    return waiting(told, told)
